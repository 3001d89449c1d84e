#pragma once
// What outsiders are served: the store's records as `release` lets them go. The one place through
// which every reader who is not of the staff gets anything: pages, single records, the stream.

#include <algorithm>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>

#include "stages/release/release.h"
#include "stages/serve/serve.h"

namespace truce::app {

release::Recipient recipient_of(const serve::Reader& reader);

// A snapshot as one recipient may see it at `now`: as the log stood the recipient's delay ago, and
// of that what had ended by then. `inner` and `releaser` must outlive it.
class ReleasedRecords : public serve::Records {
 public:
  ReleasedRecords(serve::Records& inner, const release::Releaser& releaser, release::Recipient to,
                  Instant now);
  bool shows(std::string_view collection) const override {
    return release::shows(to_.audience, collection);
  }
  const serve::Release* release() const override { return &release_; }
  // Nothing of what is delayed may tell how much was recorded since.
  std::uint64_t position() const override { return horizon_ ? 0 : inner_.position(); }
  std::string_view rules() const override { return inner_.rules(); }
  Instant read_at() const override { return horizon_.value_or(inner_.read_at()); }
  Result<std::uint64_t> taken_in_before(Instant when) override {
    return inner_.taken_in_before(std::min(when, read_at()));
  }
  Result<std::vector<serve::Row>> rows(const serve::RowQuery& query) override;
  Result<std::optional<serve::Row>> row(std::string_view collection, std::string_view id,
                                        std::uint64_t as_of) override;
  serve::MissionFacts facts() const override;
  // The agreement; of all else nothing.
  Result<serve::View> view(const serve::Target& target) override;
  Result<std::vector<serve::Change>> changes(std::string_view after, std::size_t limit) override;

 private:
  // As of which position the recipient is told.
  Result<std::uint64_t> known();
  Result<std::optional<serve::Row>> released(std::string_view collection, const serve::Row& row);
  Result<std::optional<serve::Change>> released_change(const serve::Change& change);
  serve::Records& inner_;
  const release::Releaser& releaser_;
  release::Recipient to_;
  Instant now_;
  std::optional<Instant> horizon_;
  std::optional<std::uint64_t> known_;
  serve::Release release_;
};

// Gives staff the snapshots of another source as they are, and everyone else what is released.
class ReleasedSource : public serve::RecordsSource {
 public:
  // `inner` must outlive it.
  ReleasedSource(serve::RecordsSource& inner, const release::Params& params,
                 const release::SealKey& key, std::function<Instant()> now)
      : inner_(inner), key_(key), now_(std::move(now)), next_(params), releaser_(params, key) {}
  Result<serve::Records*> latest() override { return inner_.latest(); }
  // Of records as they are: only routes for staff lead there.
  Result<std::shared_ptr<serve::Evidence>> evidence() override { return inner_.evidence(); }
  Result<serve::Records*> latest_for(const serve::Reader& reader) override;
  serve::Release release_for(const serve::Reader& reader) const override;
  // Other rules from now on, from any thread.
  void set_params(const release::Params& params);

 private:
  serve::RecordsSource& inner_;
  release::SealKey key_;
  std::function<Instant()> now_;
  mutable std::mutex mutex_;
  release::Params next_;
  release::Releaser releaser_;
  std::optional<ReleasedRecords> records_;
};

// A file for its owner alone, from its first byte on. Errors: kIo.
Status write_secret(const std::string& path, std::string_view bytes);
// The mission's key for sealing, made where there is none yet (mode 0600). Errors: kIo, kCorrupt.
Result<release::SealKey> seal_key_in(const std::string& path);

}  // namespace truce::app
