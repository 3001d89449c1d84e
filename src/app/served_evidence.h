#pragma once
// What lies behind the records that are served: the log, an incident's versions, when sound came to
// each sensor, and what would be said without a source. Of a snapshot of its own, for one thread.

#include <memory>
#include <mutex>

#include "app/mission.h"
#include "base/disk.h"
#include "base/running_hash.h"
#include "stages/ledger/store.h"
#include "stages/serve/serve.h"

namespace truce::app {

// SHA-256 over the hashes of the log's entries; goes on from where it was asked for last.
class LogDigest {
 public:
  // Of entries [0, entries) of the log in `directory`, which only ever grows.
  Result<Hash> of(Disk& disk, const std::string& directory, std::uint64_t entries);

 private:
  std::mutex mutex_;
  std::unique_ptr<RunningHash> hash_;
  std::uint64_t entries_ = 0;
};

// How many are asked for at once; more are refused (kBusy).
inline constexpr int kEvidenceAtOnce = 8;

class StoreEvidence : public serve::Evidence {
 public:
  static Result<std::shared_ptr<serve::Evidence>> open(std::shared_ptr<const Mission> mission,
                                                       std::shared_ptr<LogDigest> digest);
  std::uint64_t position() const override { return store_->applied(); }
  std::string_view rules() const override { return rules_; }
  Result<std::string> log() override;
  Result<std::string> log_entry(std::uint64_t position) override;
  Result<std::string> versions(std::string_view incident) override;
  Result<std::string> arrivals(std::string_view incident) override;
  Result<std::string> without(std::string_view incident,
                              const std::vector<std::string>& sources) override;

 private:
  StoreEvidence(std::shared_ptr<const Mission> mission, std::unique_ptr<ledger::Store> store,
                std::string rules, std::shared_ptr<LogDigest> digest)
      : mission_(std::move(mission)),
        store_(std::move(store)),
        disk_(posix_disk()),
        rules_(std::move(rules)),
        digest_(std::move(digest)) {}
  std::shared_ptr<const Mission> mission_;
  std::unique_ptr<ledger::Store> store_;
  std::unique_ptr<Disk> disk_;
  std::string rules_;
  std::shared_ptr<LogDigest> digest_;
};

}  // namespace truce::app
