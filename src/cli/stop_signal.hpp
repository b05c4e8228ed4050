// How a server that runs in the foreground is told to stop.
#pragma once

#include <csignal>

namespace roost::cli {

// SIGINT and SIGTERM, blocked in this thread and all that it starts from now on. Made by the main thread
// before it starts any.
class StopSignal {
public:
    StopSignal();
    void wait() const;  // says in the log when it has come

private:
    sigset_t signals_{};
};

// A connection is a descriptor: as many as the system lets us have. Children started before keep the old
// limit.
void raise_descriptor_limit();

}  // namespace roost::cli
