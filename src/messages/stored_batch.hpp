// A batch that is committed, until those who follow its rooms and those who wait for it are told.
#pragma once

#include "core/clock.hpp"
#include "messages/append_queue.hpp"
#include "messages/batch.hpp"
#include "messages/log_store.hpp"
#include "messages/sequencer.hpp"

#include <vector>

namespace roost::messages {

struct StoredBatch {
    std::vector<WaitingPtr> entries;
    Batch batch;  // of them
    Timestamp at;
    MessagesByRow changed;
};

// Places of a room's log, both ends included.
struct Gap {
    const rooms::Room* room;  // of the batch
    Seq first, last;
};

// The rows of other writers that came before the batch's and are not told of yet. A batch's own rows of one
// room follow each other.
std::vector<Gap> gaps_before(const StoredBatch& stored, Sequencer& sequencer);

// Broadcasts in the order of each room's log, and then answers. There must be no gap before it.
void tell(StoredBatch stored, Sequencer& sequencer);

}  // namespace roost::messages
