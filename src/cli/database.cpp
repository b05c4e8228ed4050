#include "cli/database.hpp"

namespace roost::cli {

Database::Database(const Settings& settings, Mode mode) {
    if (settings.database_url) {
        conninfo_ = *settings.database_url;
        return;
    }
    db::PrivateCluster::Options options;
    options.data_directory = settings.data_dir;
    options.bin_directory = settings.postgres_bin;
    cluster_ = mode == Mode::serve ? db::PrivateCluster::start(options)
                                   : db::PrivateCluster::attach_or_start(options);
    conninfo_ = cluster_->conninfo();
}

}  // namespace roost::cli
