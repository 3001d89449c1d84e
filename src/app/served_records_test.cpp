// What is served is what the store holds: each record once, however small the pages.

#include "app/served_records.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "app/session.h"

namespace truce::app {

namespace {

namespace fs = std::filesystem;

class Served : public testing::Test {
 protected:
  void open(const std::string& name) {
    const fs::path to =
        fs::path(testing::TempDir()) /
        ("served-" + name + testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::remove_all(to);
    fs::copy(fs::path(TRUCE_SOURCE_DIR) / "examples/missions" / name, to,
             fs::copy_options::recursive);
    fs::remove_all(to / "var");
    session_ = *Session::open(to, {.quiet = true});
    ASSERT_TRUE(session_->intake->take_all().ok());
    const auto mission = std::make_shared<const Mission>(session_->mission);
    auto opened = StoreRecords::open(mission, wall_clock(), std::make_shared<ServedViews>(mission));
    ASSERT_TRUE(opened.ok()) << opened.error().to_text();
    records_ = *std::move(opened);
  }
  std::vector<std::string> ids(const std::string& collection, std::size_t page,
                               std::uint64_t as_of = serve::kNow) {
    std::vector<std::string> out;
    std::string after;
    for (bool more = true; more;) {
      const auto rows =
          records_->rows({.collection = collection, .after = after, .as_of = as_of, .limit = page});
      EXPECT_TRUE(rows.ok()) << rows.error().to_text();
      for (const auto& row : *rows) out.push_back(row.id);
      more = rows->size() == page;
      if (more) after = rows->back().cursor;
    }
    return out;
  }
  std::map<std::string, std::int64_t> counts() {
    std::map<std::string, std::int64_t> out;
    const auto all = *session_->store->counts();
    out.insert(all.begin(), all.end());
    return out;
  }

  std::unique_ptr<Session> session_;
  std::unique_ptr<StoreRecords> records_;
};

void expect_pages_and_ids(StoreRecords& records, const std::string& collection,
                          const std::vector<std::string>& all,
                          const std::vector<std::string>& small_pages) {
  EXPECT_EQ(small_pages, all) << collection;
  EXPECT_EQ(std::set(all.begin(), all.end()).size(), all.size()) << collection;
  for (std::size_t i = 0; i < all.size(); i += 1 + all.size() / 5) {
    const auto row = records.row(collection, all[i], serve::kNow);
    ASSERT_TRUE(row.ok() && *row) << collection << " " << all[i];
    EXPECT_EQ((*row)->id, all[i]);
  }
  EXPECT_FALSE(*records.row(collection, "i-no-such", serve::kNow));
}

TEST_F(Served, every_record_once_however_small_the_pages) {
  for (const char* mission : {"easter-2025", "sixty-days"}) {
    open(mission);
    std::size_t kinds = 0;
    for (const auto& c : serve::collections()) {
      const std::string id(c.id);
      const auto all = ids(id, 100'000);
      kinds += all.empty() ? 0 : 1;
      expect_pages_and_ids(*records_, id, all, ids(id, 3));
    }
    EXPECT_GE(kinds, 5U) << mission;
    EXPECT_EQ(ids("incidents", 1000).size(), static_cast<std::size_t>(counts()["incidents"]));
    EXPECT_EQ(ids("findings", 1000).size(), static_cast<std::size_t>(counts()["findings"]));
    EXPECT_EQ(ids("observations", 1000).size(), static_cast<std::size_t>(counts()["observations"]));
    EXPECT_EQ(ids("hazards", 1000).size(), static_cast<std::size_t>(counts()["hazard"]));
  }
}

TEST_F(Served, a_span_of_time_takes_what_overlaps_it) {
  open("easter-2025");
  const Interval when{*parse_instant("2025-04-20T00:00:00Z"),
                      *parse_instant("2025-04-20T06:00:00Z")};
  std::set<std::string> served;
  const auto rows = records_->rows(
      {.collection = "incidents", .first = when.start, .last = when.end, .limit = 100'000});
  ASSERT_TRUE(rows.ok());
  for (const auto& row : *rows) served.insert(row.id);
  const auto stored = session_->store->incidents_overlapping(when);
  ASSERT_TRUE(stored.ok());
  ASSERT_FALSE(stored->empty());
  for (const auto& incident : *stored) EXPECT_EQ(served.count(incident.id), 1U) << incident.id;
  EXPECT_LT(served.size(), ids("incidents", 1000).size());
}

TEST_F(Served, as_of_gives_what_was_known_then) {
  open("easter-2025");
  EXPECT_TRUE(ids("incidents", 1000, 0).empty());
  EXPECT_TRUE(ids("claims", 1000, 0).empty());
  EXPECT_EQ(ids("incidents", 1000, records_->position()), ids("incidents", 1000));
}

TEST_F(Served, the_stream_has_each_latest_version_once_wherever_it_is_resumed) {
  open("sixty-days");
  std::map<std::string, int> seen;
  std::string after = "0";
  std::uint64_t position = 0;
  for (bool more = true; more;) {
    const auto changes = records_->changes(after, 5);
    ASSERT_TRUE(changes.ok()) << changes.error().to_text();
    for (const auto& change : *changes) {
      EXPECT_GE(change.position, position);
      position = change.position;
      ++seen[change.event + " " + change.row.id];
      EXPECT_EQ(change.row.json.empty(), change.event == "conduct" || change.event == "gone");
      after = change.cursor;
    }
    more = changes->size() == 5;
  }
  for (const auto& [what, n] : seen) EXPECT_EQ(n, 1) << what;
  for (const auto& id : ids("incidents", 1000)) EXPECT_EQ(seen["incident " + id], 1);
  for (const auto& id : ids("conducts", 1000)) EXPECT_EQ(seen["conduct " + id], 1);
  for (const auto& id : ids("hazards", 1000)) EXPECT_EQ(seen["alert " + id], 1);
  EXPECT_TRUE(records_->changes(std::to_string(records_->position()), 5)->empty());
}

TEST_F(Served, refuses_cursors_that_nobody_gave) {
  open("easter-2025");
  for (const char* bad : {"x", "~", "1", "x~i1", "1x~i"})
    EXPECT_FALSE(records_->rows({.collection = "claims", .after = bad, .limit = 1}).ok()) << bad;
  for (const char* bad : {"", "x", "1/", "1/x", "1/x/y", "99999999999999999999", "-1"})
    EXPECT_FALSE(records_->changes(bad, 1).ok()) << bad;
}

TEST_F(Served, a_source_follows_what_is_committed) {
  open("easter-2025");
  StoreSource source(std::make_shared<const Mission>(session_->mission));
  const auto before = source.latest();
  ASSERT_TRUE(before.ok());
  const std::uint64_t position = (*before)->position();
  EXPECT_EQ(*source.latest(), *before);
  ASSERT_TRUE(session_->store->begin().ok());
  ASSERT_TRUE(session_->store->commit(position + 1).ok());
  EXPECT_EQ((*source.latest())->position(), position + 1);
}

}  // namespace

}  // namespace truce::app
