#pragma once
// What lies behind the records that are served: the log, an incident's versions, when sound came to
// each sensor, and what would be said without a source. Of a snapshot of its own, for one thread.

#include <memory>

#include "app/log_digest.h"
#include "app/mission.h"
#include "base/disk.h"
#include "stages/ledger/ledger.h"
#include "stages/ledger/store.h"
#include "stages/serve/serve.h"

namespace truce::app {

// How many are asked for at once; more are refused (kBusy).
inline constexpr int kEvidenceAtOnce = 8;

class StoreEvidence : public serve::Evidence {
 public:
  static Result<std::shared_ptr<serve::Evidence>> open(std::shared_ptr<const Mission> mission,
                                                       std::shared_ptr<LogDigests> digest);
  std::uint64_t position() const override { return store_->applied(); }
  std::string_view rules() const override { return rules_; }
  Result<std::string> log(std::optional<Instant> before) override;
  Result<std::string> log_entry(std::uint64_t position) override;
  Result<std::string> versions(std::string_view incident) override;
  Result<std::string> arrivals(std::string_view incident) override;
  Result<std::string> recordings(std::string_view incident) override;
  Result<serve::View> recording(std::string_view id) override;
  Result<std::string> traces(std::string_view recording, const Interval& window,
                             std::size_t bins) override;
  Result<std::string> without(std::string_view incident,
                              const std::vector<std::string>& sources) override;
  // What is asked afterwards is as of that position as well.
  Result<serve::View> view_as_of(const serve::Target& target, std::uint64_t position) override;

 private:
  struct Kept {
    Recording recording;
    std::string bytes;
  };
  Result<Kept> kept(std::string_view recording);
  Result<ledger::StoredEntry> entry_at(std::uint64_t position);
  StoreEvidence(std::shared_ptr<const Mission> mission, std::unique_ptr<ledger::Store> store,
                std::string rules, std::shared_ptr<LogDigests> digest)
      : mission_(std::move(mission)),
        store_(std::move(store)),
        disk_(posix_disk()),
        rules_(std::move(rules)),
        digest_(std::move(digest)) {}
  std::shared_ptr<const Mission> mission_;
  std::unique_ptr<ledger::Store> store_;
  std::unique_ptr<Disk> disk_;
  std::string rules_;
  std::shared_ptr<LogDigests> digest_;
};

}  // namespace truce::app
