// COPY into the table of messages: the fastest that PostgreSQL takes rows in over one connection.
#pragma once

#include "append/load.hpp"

#include <exception>
#include <string>
#include <thread>

namespace roost::append_bench {

enum class CopyFormat { text, binary };

struct CopyOptions {
    CopyFormat format = CopyFormat::binary;
    bool has_client_ids = false;
    std::int64_t rows_per_batch = 1'000;  // a room each
};

// One COPY after the other, a transaction each. While one is committed, the next one's rows are made: that
// they have to be made costs COPY nothing.
class CopyLoad final : public Load {
public:
    CopyLoad(const std::string& conninfo, const CopyOptions& options);
    ~CopyLoad() override;
    void finish() override;

private:
    void run(const std::string& conninfo);

    CopyOptions options_;
    std::exception_ptr failure_;
    std::thread thread_;
};

}  // namespace roost::append_bench
