#pragma once
// What the server serves: the query store as it was last committed, opened anew when it has
// changed, beside the engine and never with it.

#include <filesystem>
#include <memory>
#include <mutex>
#include <utility>

#include "app/mission.h"
#include "app/served_evidence.h"
#include "app/served_views.h"
#include "stages/ledger/store.h"
#include "stages/serve/serve.h"

namespace truce::app {

// One snapshot of the store.
class StoreRecords : public serve::Records {
 public:
  // `read_at`: now. `views`: of this mission, kept from one snapshot to the next.
  static Result<std::unique_ptr<StoreRecords>> open(std::shared_ptr<const Mission> mission,
                                                    Instant read_at,
                                                    std::shared_ptr<ServedViews> views);
  std::uint64_t position() const override { return store_->applied(); }
  std::string_view rules() const override { return rules_; }
  Instant read_at() const override { return read_at_; }
  Result<std::uint64_t> taken_in_before(Instant when) override {
    return store_->taken_in_before(when);
  }
  void was_read_at(Instant when) { read_at_ = when; }
  Result<std::vector<serve::Row>> rows(const serve::RowQuery& query) override;
  Result<std::optional<serve::Row>> row(std::string_view collection, std::string_view id,
                                        std::uint64_t as_of) override;
  void get_ready() override { views_->get_ready(*store_); }
  serve::MissionFacts facts() const override;
  Result<serve::View> view(const serve::Target& target) override {
    return views_->answer(*store_, target);
  }
  Result<std::optional<serve::Row>> first_row(std::string_view collection,
                                              std::string_view id) override;
  Result<std::vector<serve::Change>> changes(std::string_view after, std::size_t limit) override;

 private:
  StoreRecords(std::shared_ptr<const Mission> mission, std::unique_ptr<ledger::Store> store,
               std::string rules, Instant read_at, std::shared_ptr<ServedViews> views)
      : mission_(std::move(mission)),
        store_(std::move(store)),
        rules_(std::move(rules)),
        read_at_(read_at),
        views_(std::move(views)) {}
  Result<std::vector<serve::Row>> parts(const serve::RowQuery& query);
  Result<std::vector<serve::Row>> gates(std::uint64_t as_of, std::optional<Instant> at);
  std::vector<serve::Row> sources() const;
  Status say_what_is_undone(std::vector<serve::Row>& acts, std::uint64_t as_of);
  Result<std::vector<serve::Row>> feeds();
  // All rows of a collection that is no table of the store; none: it is one.
  Result<std::optional<std::vector<serve::Row>>> whole(std::string_view collection,
                                                       std::uint64_t as_of,
                                                       std::optional<Instant> at);

  std::shared_ptr<const Mission> mission_;
  std::unique_ptr<ledger::Store> store_;
  std::string rules_;
  Instant read_at_;
  std::shared_ptr<ServedViews> views_;
  std::pair<std::uint64_t, std::optional<Instant>> gates_of_;
  std::optional<std::vector<serve::Row>> gates_;  // as of that position, at that time
};

class StoreSource : public serve::RecordsSource {
 public:
  explicit StoreSource(std::shared_ptr<const Mission> mission) : mission_(std::move(mission)) {}
  Result<serve::Records*> latest() override;
  Result<std::shared_ptr<serve::Evidence>> evidence() override;
  // Another reading of the mission's files, from any thread.
  void set_mission(std::shared_ptr<const Mission> mission);

 private:
  struct Mark {
    std::int64_t bytes = -1, written_s = 0, written_ns = 0;
    bool operator==(const Mark&) const = default;
  };
  struct Marks {
    Mark store, log;
    bool operator==(const Marks&) const = default;
  };
  static Marks marks_of(const std::string& path);
  std::mutex mutex_;
  std::shared_ptr<const Mission> mission_;
  std::shared_ptr<ServedViews> views_;  // of the mission
  bool changed_ = false;
  Marks marks_;
  std::shared_ptr<LogDigests> digest_ = std::make_shared<LogDigests>();
  std::unique_ptr<StoreRecords> records_;
};

}  // namespace truce::app
