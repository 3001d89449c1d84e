// Everything as everyone, over the whole way from the store to the answer; and what the public
// could find out by asking as often and as cleverly as it likes.

#include "app/released_records.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <set>

#include "app/act_folder.h"
#include "app/served_records.h"
#include "app/session.h"
#include "base/ed25519.h"
#include "base/json.h"
#include "model/json.h"

namespace truce::app {

namespace {

namespace fs = std::filesystem;
using serve::Role;

constexpr std::array kAllRoles{Role::kDuty,    Role::kVerification, Role::kCommission,
                               Role::kLiaison, Role::kForce,        Role::kPublic};
constexpr const char* kSecretWords = "correct horse battery";
constexpr const char* kPlainSigns =  // of an address, as they are
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~:/";
const Instant kReleaseNoon{1'745'668'800LL * 1'000'000'000};  // 2025-04-26T12:00:00Z
// So that when something was is all that counts.
const Instant kTakenInLongAgo = kReleaseNoon - Duration::hours(300);

// A service with an account for every role and, of both parties, a liaison officer.
class Everyone {
 public:
  Everyone(const std::string& folder, serve::RecordsSource& records) {
    fs::remove_all(folder);
    fs::create_directories(folder);
    accounts_ = *serve::Accounts::open(folder + "/accounts", {.passes = 1, .memory_bytes = 8192});
    source_ = std::make_unique<ReleasedSource>(records, release::Params{},
                                               release::SealKey{9, 8, 7}, [this] { return now; });
    service_ = std::make_unique<serve::Service>(
        serve::SiteOptions{.title = "Test", .version = "0"}, *source_,
        serve::ServiceParts{.accounts = accounts_.get(), .now = [this] { return now; }});
    for (const Role role : kAllRoles) {
      if (role == Role::kPublic) continue;
      const std::string name(to_string(role));
      if (role != Role::kLiaison) add(name, role, {});
    }
    add("liaison", Role::kLiaison, "ua");
    add("other-liaison", Role::kLiaison, "ru");
  }
  serve::Response get(const std::string& as, const std::string& target,
                      std::vector<serve::Header> headers = {}) {
    headers.push_back({"Host", "localhost"});
    if (as != "public") headers.push_back({"Cookie", cookies_.at(as)});
    return service_->answer_here({"GET", target, std::move(headers), {}});
  }
  Instant now = kReleaseNoon;

 private:
  void add(const std::string& name, Role role, const std::string& party) {
    ASSERT_TRUE(accounts_->add({.name = name, .role = role, .party = party}, kSecretWords).ok());
    const auto session = accounts_->begin_session(name, *accounts_->hash_for(name), now);
    cookies_[name] = "truce_session=" + session->token;
  }
  std::unique_ptr<serve::Accounts> accounts_;
  std::unique_ptr<ReleasedSource> source_;
  std::unique_ptr<serve::Service> service_;
  std::map<std::string, std::string> cookies_;
};

std::string everyones_folder() {
  return testing::TempDir() + "everyone-" +
         testing::UnitTest::GetInstance()->current_test_info()->name();
}

std::string header_of(const serve::Response& r, std::string_view name) {
  for (const auto& h : r.headers) {
    if (h.name == name) return h.value;
  }
  return {};
}

// What follows each occurrence of `before`, up to a quote.
std::vector<std::string> texts_after(const std::string& body, const std::string& before) {
  std::vector<std::string> out;
  for (auto at = body.find(before); at != body.npos; at = body.find(before, at + 1)) {
    const auto from = at + before.size();
    out.push_back(body.substr(from, body.find('"', from) - from));
  }
  return out;
}

class EveryoneTest : public testing::Test {
 protected:
  void SetUp() override {
    const fs::path to = fs::path(everyones_folder() + "-mission");
    fs::remove_all(to);
    fs::copy(fs::path(TRUCE_SOURCE_DIR) / "examples/missions/easter-2025", to,
             fs::copy_options::recursive);
    fs::remove_all(to / "var");
    session_ = *Session::open(to, {.quiet = true, .clock = [] { return kTakenInLongAgo; }});
    ASSERT_TRUE(session_->intake->take_all().ok());
    store_ = std::make_unique<StoreSource>(std::make_shared<const Mission>(session_->mission));
    all_ = std::make_unique<Everyone>(everyones_folder(), *store_);
  }
  static std::string items(std::string_view collection) {
    return "/api/collections/" + std::string(collection) + "/items";
  }
  // The first id that staff reads in a collection; empty where it holds nothing.
  std::string staff_id(std::string_view collection) {
    const auto ids =
        texts_after(all_->get("duty", items(collection) + "?limit=1").body, R"(,"id":")");
    return ids.empty() ? "" : ids.front();
  }
  std::unique_ptr<Session> session_;
  std::unique_ptr<StoreSource> store_;
  std::unique_ptr<Everyone> all_;
};

// Which collections: duty, verification, commission, liaison, force, public. A collection without a
// line here, or without a rule in `release`, fails.
const std::map<std::string, std::string>& may_read() {
  static const std::map<std::string, std::string> kMay{
      {"incidents", "yyyyyy"},    {"findings", "yyyynn"},   {"differences", "yyyynn"},
      {"attributions", "yyynnn"}, {"conducts", "yyynnn"},   {"observations", "yynnnn"},
      {"claims", "yyyynn"},       {"notices", "yyyyyn"},    {"statements", "yynnnn"},
      {"events", "yyyyyn"},       {"quiet", "yynnyn"},      {"signatures", "yyynnn"},
      {"health", "yynnnn"},       {"weather", "yynnnn"},    {"sources", "yynnnn"},
      {"gates", "yyyyyy"},        {"hazards", "yynnyn"},    {"areas", "yyyyyn"},
      {"rejected", "yynnnn"},     {"complaints", "yynnnn"}, {"feeds", "yynnnn"},
      {"acts", "yynnnn"},         {"recordings", "yynnnn"}};
  return kMay;
}

TEST_F(EveryoneTest, every_collection_as_every_role) {
  for (const auto& collection : serve::collections()) {
    const std::string id(collection.id);
    ASSERT_TRUE(may_read().contains(id)) << id << " has no line here";
    EXPECT_TRUE(release::has_rule(id)) << id << " has no rule in release";
    const std::string true_id = staff_id(id);
    for (std::size_t i = 0; i < kAllRoles.size(); ++i) {
      const std::string role(to_string(kAllRoles.at(i)));
      const bool may = may_read().at(id).at(i) == 'y';
      const bool is_staff = i < 2;
      const auto list = all_->get(role, "/api/collections").body;
      EXPECT_EQ(list.find("\"id\":\"" + id + "\"") != list.npos, may) << id << " " << role;
      for (const std::string& target :
           {"/api/collections/" + id, items(id), items(id) + "?f=csv", items(id) + "?bbox=0,0,1,1"})
        EXPECT_EQ(all_->get(role, target).status, may ? 200 : 403) << target << " " << role;
      EXPECT_EQ(all_->get(role, items(id) + "?as-of=1").status, is_staff ? 200 : 403);
      if (true_id.empty() || id == "gates" || id == "areas") continue;
      // A record's own id, as staff knows it, and in other spellings, opens nothing for others.
      for (const std::string& spelling : {true_id, "%" + std::string("69") + true_id.substr(1),
                                          true_id + "%2F", "%2F" + true_id}) {
        const int status = all_->get(role, items(id) + "/" + spelling).status;
        const bool is_plain = true_id.find_first_not_of(kPlainSigns) == std::string::npos;
        if (is_staff && spelling == true_id && is_plain) {
          EXPECT_EQ(status, 200) << id << " " << spelling;
        } else if (!is_staff) {
          EXPECT_TRUE(status == 403 || status == 404) << id << " " << role << " " << spelling;
        }
      }
    }
  }
}

TEST_F(EveryoneTest, records_of_a_forbidden_collection_are_not_in_another) {
  const std::string seen = all_->get("commission", items("incidents") + "?limit=1").body;
  const auto ids = texts_after(seen, R"(,"id":")");
  ASSERT_FALSE(ids.empty()) << seen;
  EXPECT_EQ(all_->get("commission", items("incidents") + "/" + ids[0]).status, 200);
  EXPECT_EQ(all_->get("commission", items("observations") + "/" + ids[0]).status, 403);
  EXPECT_EQ(all_->get("commission", items("claims") + "/" + ids[0]).status, 404);
  for (const char* role : {"force", "liaison", "public", "duty"})
    EXPECT_EQ(all_->get(role, items("incidents") + "/" + ids[0]).status, 404) << role;
}

TEST_F(EveryoneTest, nothing_of_evidence_or_places_leaves_to_outsiders) {
  std::set<std::string> secrets;
  const std::string incidents = all_->get("duty", items("incidents") + "?limit=10000").body;
  for (const char* before : {R"("observation":")", R"("source":")", R"("chain":")"})
    for (auto& text : texts_after(incidents, before)) secrets.insert(std::move(text));
  for (auto& text : texts_after(incidents, R"(,"id":")")) secrets.insert(std::move(text));
  secrets.erase("");
  ASSERT_GT(secrets.size(), 20U);
  for (const char* role : {"commission", "liaison", "other-liaison", "force", "public"}) {
    std::string all;
    for (const auto& collection : serve::collections()) {
      for (const char* form : {"json", "csv"})
        all += all_->get(role, items(collection.id) + "?limit=10000&f=" + form).body;
    }
    EXPECT_NE(all.find("\"released\":{\"delay_s\":"), all.npos) << role;
    std::size_t found = 0;
    for (const std::string& secret : secrets)
      if (all.find("\"" + secret + "\"") != all.npos) ++found;
    EXPECT_EQ(found, 0U) << role;
    for (const char* field : {"\"evidence\"", "\"reasons\"", "\"words\"", "\"best\":{\"coord",
                              "\"region\":", "\"origin\"", "\"text\"", "\"quote\"", "\"position\""})
      EXPECT_EQ(all.find(field), all.npos) << role << " " << field;
  }
}

TEST_F(EveryoneTest, links_between_what_is_released_lead_somewhere) {
  const std::string incidents = all_->get("commission", items("incidents") + "?limit=10000").body;
  const auto list = texts_after(incidents, R"(,"id":")");
  const std::set<std::string> ids(list.begin(), list.end());
  const auto subjects = texts_after(
      all_->get("commission", items("findings") + "?limit=10000").body, R"("subject":")");
  ASSERT_FALSE(subjects.empty());
  std::size_t known = 0;
  for (const auto& subject : subjects) known += ids.contains(subject) ? 1 : 0;
  EXPECT_GT(known, subjects.size() / 2) << "the others are of conducts";
}

TEST_F(EveryoneTest, both_liaison_officers_read_the_same_of_what_is_common) {
  for (const char* common : {"incidents", "findings", "differences", "events", "gates"}) {
    const auto one = all_->get("liaison", items(common) + "?limit=10000"),
               two = all_->get("other-liaison", items(common) + "?limit=10000");
    EXPECT_EQ(one.body, two.body) << common;
    EXPECT_EQ(header_of(one, "ETag"), header_of(two, "ETag"));
  }
  for (const auto& [role, party] : {std::pair{"liaison", "ua"}, {"other-liaison", "ru"}}) {
    for (const char* own : {"claims", "notices"}) {
      const std::string body = all_->get(role, items(own) + "?limit=10000").body;
      const std::string field = std::string(own) == "claims" ? "claimant_party" : "party";
      for (const auto& whose : texts_after(body, "\"" + field + "\":\"")) EXPECT_EQ(whose, party);
    }
  }
}

TEST_F(EveryoneTest, pages_lead_through_all_that_is_released_once) {
  for (const char* role : {"commission", "public"}) {
    const auto whole =
        texts_after(all_->get(role, items("incidents") + "?limit=10000").body, R"(,"id":")");
    std::vector<std::string> paged;
    std::string target = items("incidents") + "?limit=3";
    for (int n = 0; !target.empty() && n < 10'000; ++n) {
      const std::string body = all_->get(role, target).body;
      for (auto& id : texts_after(body, R"(,"id":")")) paged.push_back(std::move(id));
      target.clear();
      const auto next = body.find(R"("rel":"next")");
      if (next == body.npos) break;
      const auto from = body.rfind("http://localhost", next) + 16;
      target = body.substr(from, body.find('"', from) - from);
    }
    EXPECT_EQ(paged, whole) << role;
    EXPECT_FALSE(whole.empty());
    // A cursor of staff, which says a time and an id, is none here.
    const auto staff = all_->get("duty", items("incidents") + "?limit=1").body;
    const auto at = staff.find("after=");
    const std::string cursor = staff.substr(at, staff.find_first_of("&\"", at) - at);
    EXPECT_EQ(all_->get(role, items("incidents") + "?" + cursor).status, 400);
  }
}

TEST_F(EveryoneTest, nothing_is_public_before_its_time) {
  const auto count = [this](const char* role) {
    return texts_after(all_->get(role, items("incidents") + "?limit=10000").body, R"(,"id":")")
        .size();
  };
  const std::size_t all = count("duty");
  EXPECT_EQ(count("public"), all);
  std::size_t before = 0;
  for (int hours = -250; hours <= 0; hours += 5) {
    all_->now = kReleaseNoon + Duration::hours(hours);
    const auto body = all_->get("public", items("incidents") + "?limit=10000").body;
    const std::size_t seen = texts_after(body, R"(,"id":")").size();
    EXPECT_GE(seen, before);
    before = seen;
    for (const auto& end : texts_after(body, R"("end":")"))
      EXPECT_LE(*parse_instant(end), all_->now - Duration::hours(72));
  }
  all_->now = *parse_instant("2025-04-19T00:00:00Z");
  EXPECT_EQ(count("public"), 0U);
  EXPECT_EQ(count("commission"), all);
}

TEST_F(EveryoneTest, the_stream_tells_what_pages_tell_and_only_those_who_wait_for_nothing) {
  for (const char* role : {"liaison", "public"})
    EXPECT_EQ(all_->get(role, "/api/live").status, 403) << role;
  for (const char* role : {"duty", "commission", "force"})
    EXPECT_TRUE(all_->get(role, "/api/live").live) << role;
  const release::Releaser releaser(release::Params{}, release::SealKey{9, 8, 7});
  serve::Records& inner = **store_->latest();
  for (const auto audience : {release::Audience::kCommission, release::Audience::kForce}) {
    ReleasedRecords records(inner, releaser, {audience, {}}, kReleaseNoon);
    std::size_t seen = 0;
    std::string after = "0";
    for (bool more = true; more;) {
      const auto changes = records.changes(after, 7);
      ASSERT_TRUE(changes.ok());
      for (const auto& change : *changes) {
        after = change.cursor;
        if (change.event != "incident") continue;
        ++seen;
        const auto row = records.row("incidents", change.row.id, serve::kNow);
        ASSERT_TRUE(row.ok() && *row);
        EXPECT_EQ((*row)->json, change.row.json);
        ASSERT_TRUE((*row)->geometry && change.row.geometry);
        EXPECT_EQ((*row)->geometry->rings, change.row.geometry->rings);
        EXPECT_EQ(change.cursor.find(releaser.opened_id(audience, change.row.id).value()),
                  std::string::npos);
        EXPECT_EQ(change.findings.empty(), audience == release::Audience::kForce);
      }
      more = changes->size() == 7;
    }
    const auto ids =
        texts_after(all_->get("duty", items("incidents") + "?limit=10000").body, R"(,"id":")");
    EXPECT_EQ(seen, std::set(ids.begin(), ids.end()).size());
    EXPECT_FALSE(records.changes("3/incident/i2025", 5).ok()) << "a cursor of staff";
  }
}

// ------------------------------------------------------------------ what the public could find out

// A world made up here: the same incidents by name, each somewhere in its cell at some time in its
// hour. All of it was taken in long ago, but for what is late.
class MadeUpRecords : public serve::Records, public serve::RecordsSource {
 public:
  explicit MadeUpRecords(unsigned seed) {
    std::mt19937 where(5), within(seed);
    std::uniform_real_distribution<double> lat(47.5, 49.5), lon(36, 39), share(0.02, 0.98);
    const double later_s = 3000 * share(within);  // the order in which they were stays
    for (int n = 100; n < 140; ++n) {
      const LatLon somewhere = *LatLon::from_degrees(lat(where), lon(where));
      const release::Cell cell = release::cell_of(somewhere, 10'000);
      Incident incident;
      incident.id = "i" + std::to_string(n);
      incident.place.best =
          *LatLon::from_degrees(cell.lat_min + share(within) * (cell.lat_max - cell.lat_min),
                                cell.lon_min + share(within) * (cell.lon_max - cell.lon_min));
      incident.place.region = PointShape{incident.place.best, 1e4, 1e4, 0};
      incident.evidence = {{"o" + std::to_string(seed), "s", "c", share(within)}};
      incident.p_real = 0.95 + share(within) / 100;
      const Instant hour{kReleaseNoon.ns - (200LL - n) * 3600 * 1'000'000'000};
      const Instant start = hour + Duration::seconds(later_s + n % 5);
      incident.when = {start, start + Duration::seconds(share(within))};
      rows_.push_back({incident.id, incident.when, 1000 * seed + static_cast<unsigned>(n),
                       to_json(incident), incident.id});
    }
    position_ = 12345ULL * seed;
  }
  // A record of long before that is taken in only now; of one that there is another version.
  void add_late(Incident incident, Instant taken_in) {
    ++position_;
    for (auto& row : rows_) {
      if (row.id != incident.id) continue;
      before_.push_back(row);
      incident.version = 2;
    }
    std::erase_if(rows_, [&](const serve::Row& row) { return row.id == incident.id; });
    rows_.push_back({incident.id, incident.when, position_, to_json(incident), incident.id});
    std::sort(rows_.begin(), rows_.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
    late_ = taken_in;
  }
  Incident incident(std::size_t n) const { return *from_json<Incident>(rows_.at(n).json); }
  Result<serve::Records*> latest() override { return static_cast<serve::Records*>(this); }
  std::uint64_t position() const override { return position_; }
  Result<std::uint64_t> taken_in_before(Instant when) override {
    return late_ < when ? position_ : position_ - 1;
  }
  std::string_view rules() const override { return "rules"; }
  Instant read_at() const override {
    return {static_cast<std::int64_t>(position_) * 1'000'000'000};
  }
  Result<std::vector<serve::Row>> rows(const serve::RowQuery& q) override {
    std::vector<serve::Row> out;
    if (q.collection != "incidents") return out;
    for (const auto& row : as_of(q.as_of)) {
      const bool is_then = row.when->start <= q.last && q.first <= row.when->end;
      if (row.id > q.after && is_then && out.size() < q.limit) out.push_back(row);
    }
    return out;
  }
  Result<std::optional<serve::Row>> row(std::string_view collection, std::string_view id,
                                        std::uint64_t known) override {
    for (const auto& row : as_of(known)) {
      if (collection == "incidents" && row.id == id) return std::optional(row);
    }
    return std::optional<serve::Row>();
  }
  Result<std::optional<serve::Row>> first_row(std::string_view, std::string_view id) override {
    for (const auto& row : before_) {
      if (row.id == id) return std::optional(row);
    }
    return std::optional<serve::Row>();
  }
  // Of the first record, as `event`.
  Result<std::vector<serve::Change>> changes(std::string_view, std::size_t) override {
    std::vector<serve::Change> out;
    if (!event.empty()) out.push_back({event, "1/x", 1, rows_.front(), {}});
    return out;
  }
  serve::MissionFacts facts() const override { return {}; }
  Result<serve::View> view(const serve::Target&) override {
    return make_error(ErrorCode::kNotFound, "there is nothing here");
  }
  std::string event;

 private:
  std::vector<serve::Row> as_of(std::uint64_t known) const {
    std::vector<serve::Row> out;
    for (const auto& row : rows_) {
      const auto was = std::find_if(before_.begin(), before_.end(),
                                    [&](const serve::Row& b) { return b.id == row.id; });
      if (row.position <= known)
        out.push_back(row);
      else if (was != before_.end())
        out.push_back(*was);
    }
    return out;
  }
  std::vector<serve::Row> rows_, before_;  // as they are, and what was before
  std::uint64_t position_ = 0;
  Instant late_{INT64_MIN};
};

TEST(ReleasedStream, tells_outsiders_of_no_act_and_of_no_event_without_leave) {
  const release::Releaser releaser(release::Params{}, release::SealKey{9, 8, 7});
  MadeUpRecords inner(1);
  for (const auto audience : {release::Audience::kCommission, release::Audience::kForce}) {
    ReleasedRecords records(inner, releaser, {audience, {}}, kReleaseNoon);
    for (const auto& [event, told] :
         {std::pair{"incident", 1U}, std::pair{"act", 0U}, std::pair{"what comes to be", 0U}}) {
      inner.event = event;
      const auto changes = records.changes("0", 5);
      ASSERT_TRUE(changes.ok());
      EXPECT_EQ(changes->size(), told) << event;
    }
  }
}

constexpr const char* kIncidentsPage = "/api/collections/incidents/items";

void ask(Everyone& everyone, const std::string& role, const std::string& target, std::string& out) {
  const auto r = everyone.get(role, target);
  out += target + "\n" + std::to_string(r.status) + "\n" + serve::head_of(r, true) + r.body;
}

// Every page and record that one may ask for by name, down to statuses and headers.
std::string what_is_said(Everyone& everyone, const std::string& role = "public") {
  std::string out;
  const std::string page = kIncidentsPage;
  for (const char* target : {"/", "/healthz", "/metrics", "/api", "/api/collections",
                             "/api/agreement", "/api/live", "/api/live?since=3", "/api/board",
                             "/api/log", "/api/histogram", "/api/tiles/incidents/8/150/90",
                             "/api/incidents/i100/versions", "/api/incidents/i100/arrivals"})
    ask(everyone, role, target, out);
  // Of others it has a token that is another for each.
  if (role == "public") ask(everyone, role, "/api/session", out);
  for (const auto& collection : serve::collections())
    ask(everyone, role, "/api/collections/" + std::string(collection.id) + "/items?limit=10000",
        out);
  for (const char* more : {"", "?limit=1", "?limit=7", "?f=csv", "?as-of=5", "?limit=10000"})
    ask(everyone, role, page + more, out);
  const auto ids = texts_after(out, R"(,"id":")");
  for (const auto& id : std::set(ids.begin(), ids.end())) {
    ask(everyone, role, page + "/" + id, out);
    ask(everyone, role, page + "/" + id + "?f=csv", out);
  }
  return out;
}

// All that the public can ask, by place and time as well.
std::string all_that_is_said(Everyone& everyone) {
  std::string out = what_is_said(everyone);
  const std::string page = kIncidentsPage;
  for (double lat = 47.3; lat < 49.7; lat += 0.21) {
    for (double lon = 35.8; lon < 39.2; lon += 0.23) {
      const auto box = [&](double size) {
        return page + "?limit=10000&bbox=" + std::to_string(lon) + "," + std::to_string(lat) + "," +
               std::to_string(lon + size) + "," + std::to_string(lat + size);
      };
      ask(everyone, "public", box(0.00001), out);
      ask(everyone, "public", box(0.05), out);
    }
  }
  for (int minutes = -105 * 60; minutes < -60 * 60; minutes += 13) {
    const Instant at = kReleaseNoon + Duration::minutes(minutes);
    ask(everyone, "public", page + "?limit=2&datetime=" + to_text(at), out);
    ask(everyone, "public",
        page + "?limit=10000&datetime=" + to_text(at) + "/" +
            to_text(at + Duration::whole_seconds(1)),
        out);
  }
  return out;
}

TEST(ReleaseAttack, two_worlds_that_differ_within_cells_and_hours_cannot_be_told_apart) {
  MadeUpRecords one(1), two(2);
  Everyone first(everyones_folder() + "-1", one), second(everyones_folder() + "-2", two);
  for (const int later_s : {0, 3599, 3600}) {
    first.now = second.now = kReleaseNoon + Duration::whole_seconds(later_s);
    const std::string said = all_that_is_said(first);
    EXPECT_GT(texts_after(said, R"(,"id":")").size(), 100U) << "it was told something";
    EXPECT_TRUE(said == all_that_is_said(second)) << later_s;
  }
}

// The same question put to staff tells the two apart: the test above is not blind.
TEST(ReleaseAttack, to_staff_the_two_worlds_differ) {
  MadeUpRecords one(1), two(2);
  Everyone first(everyones_folder() + "-1", one), second(everyones_folder() + "-2", two);
  const std::string target = "/api/collections/incidents/items";
  EXPECT_NE(first.get("duty", target).body, second.get("duty", target).body);
}

TEST(ReleaseAttack, what_comes_in_late_of_before_changes_nothing_before_its_own_delay_is_over) {
  const Instant late = kReleaseNoon - Duration::minutes(71 * 60 + 30);
  for (const bool is_another_version : {false, true}) {
    MadeUpRecords one(1), two(1);
    Incident incident = two.incident(3);
    if (!is_another_version) incident.id += "a";
    incident.violations.best += 7;
    two.add_late(incident, late);
    Everyone first(everyones_folder() + "-1", one), second(everyones_folder() + "-2", two);
    first.now = second.now = kReleaseNoon + Duration::whole_seconds(3599);
    EXPECT_TRUE(all_that_is_said(first) == all_that_is_said(second)) << is_another_version;
    first.now = second.now = kReleaseNoon + Duration::hours(1);
    EXPECT_FALSE(what_is_said(first) == what_is_said(second)) << is_another_version;
  }
}

TEST(ReleaseAttack, tags_do_not_tell_that_something_came_in) {
  MadeUpRecords records(1);
  Everyone all(everyones_folder(), records);
  const std::string target = "/api/collections/incidents/items";
  const std::string tag = header_of(all.get("public", target), "ETag");
  ASSERT_NE(tag, "");
  all.now = all.now + Duration::minutes(59);
  EXPECT_EQ(all.get("public", target, {{"If-None-Match", tag}}).status, 304);
  all.now = all.now + Duration::minutes(1);
  EXPECT_EQ(all.get("public", target, {{"If-None-Match", tag}}).status, 200);
}

// Easter as it was taken in, by a clock that the test sets.
class TakenIn {
 public:
  explicit TakenIn(const std::string& name) : folder_(everyones_folder() + "-" + name) {
    fs::remove_all(folder_);
    fs::copy(fs::path(TRUCE_SOURCE_DIR) / "examples/missions/easter-2025", folder_,
             fs::copy_options::recursive);
    fs::remove_all(folder_ / "var");
    open();
    take_all(kReleaseNoon - Duration::hours(84));
    all = std::make_unique<Everyone>(folder_.string() + "-accounts", *store_);
  }
  void take_all(Instant when) {
    clock_ = when;
    ASSERT_TRUE(session_->intake->take_all().ok());
  }
  void report_late() {
    std::ofstream(folder_ / "feeds/strike_reports.csv", std::ios::app)
        << "2025-04-18 12:00:00,37.5,48.5,Elsewhere,artillery|property,report 999\n";
  }
  // Of every incident the class of its first effects, by an officer.
  void rule_otherwise() {
    const Ed25519Secret secret{1, 2, 3};
    const auto key = ed25519_key_of(secret);
    for (const Incident& i : *session_->store->incidents_overlapping({{INT64_MIN}, {INT64_MAX}})) {
      if (i.effects.empty() || i.effects.front().effect_class == EffectClass::kBurst) continue;
      std::string nonce = std::to_string(++ruled);
      nonce.insert(0, 32 - nonce.size(), '0');
      const std::string statement =
          R"({"act":"reclassify","at":"2025-04-25T12:15:00Z","by":"officer","from":")" +
          std::string(to_string(i.effects.front().effect_class)) + R"(","incident":")" + i.id +
          R"(","mission":"easter-2025","nonce":")" + nonce + R"(","note":"seen","to":"burst"})";
      const auto signature = ed25519_sign(secret, statement);
      const auto act = signed_act(statement, to_hex(key.data(), key.size()),
                                  to_hex(signature.data(), signature.size()));
      ASSERT_TRUE(act.ok()) << act.error().to_text();
      ASSERT_TRUE(leave_act(folder_, *session_->disk, *act).ok());
    }
  }
  // All results from the log, in one batch.
  void make_anew() {
    session_.reset();
    for (const char* end : {"", "-wal", "-shm"})
      fs::remove(folder_ / ("var/store.sqlite" + std::string(end)));
    open();
    all = std::make_unique<Everyone>(folder_.string() + "-accounts", *store_);
  }
  std::unique_ptr<Everyone> all;
  int ruled = 0;

 private:
  void open() {
    auto opened = Session::open(folder_, {.quiet = true, .clock = [this] { return clock_; }});
    ASSERT_TRUE(opened.ok()) << opened.error().to_text();
    session_ = *std::move(opened);
    store_ = std::make_unique<StoreSource>(std::make_shared<const Mission>(session_->mission));
  }
  fs::path folder_;
  Instant clock_;
  std::unique_ptr<Session> session_;
  std::unique_ptr<StoreSource> store_;
};

// The log of one holds more than that of the other since ten past noon of the day before.
void expect_told_late(TakenIn& one, TakenIn& two) {
  const auto say_at = [&](Instant now, const std::string& role) {
    one.all->now = two.all->now = now;
    const std::string said = what_is_said(*one.all, role);
    EXPECT_GT(texts_after(said, R"(,"id":")").size(), 100U) << role << " was told something";
    return said == what_is_said(*two.all, role);
  };
  for (const char* role : {"public", "liaison", "other-liaison"})
    EXPECT_TRUE(say_at(kReleaseNoon + Duration::minutes(10), role)) << role;
  EXPECT_FALSE(say_at(kReleaseNoon + Duration::minutes(10), "commission"))
      << "who waits for nothing";
  EXPECT_TRUE(say_at(kReleaseNoon + Duration::minutes(19), "liaison"));
  EXPECT_FALSE(say_at(kReleaseNoon + Duration::minutes(20), "liaison"));
  EXPECT_TRUE(say_at(kReleaseNoon + Duration::hours(48) + Duration::minutes(59), "public"));
  EXPECT_FALSE(say_at(kReleaseNoon + Duration::hours(49), "public"));
}

TEST(ReleasedLate, a_late_report_and_an_act_are_told_when_the_log_has_had_them_for_as_long) {
  const Instant late = kReleaseNoon - Duration::hours(24) + Duration::minutes(10);
  for (const bool is_act : {false, true}) {
    TakenIn one("one"), two("two");
    if (is_act)
      two.rule_otherwise();
    else
      two.report_late();
    EXPECT_EQ(two.ruled > 0, is_act);
    one.take_all(late);
    two.take_all(late + Duration::whole_seconds(7));
    expect_told_late(one, two);
    two.make_anew();
    expect_told_late(one, two);
  }
}

TEST(ReleasedLate, the_log_is_as_long_as_it_was) {
  TakenIn world("one");
  const auto told = [&](const char* role) { return world.all->get(role, "/api/log").body; };
  const std::string before = told("duty");
  world.take_all(kReleaseNoon - Duration::hours(2));
  EXPECT_EQ(told("liaison"), before);
  EXPECT_NE(told("duty"), before);
  EXPECT_EQ(told("commission"), told("duty"));
  EXPECT_EQ(told("liaison"), before) << "whoever asked in between";
}

// Claims of one party, one to a second, and behind them one of the other.
class OneSidedRecords : public MadeUpRecords {
 public:
  OneSidedRecords() : MadeUpRecords(1) {}
  static constexpr std::size_t kClaims = 70'000;
  Result<std::vector<serve::Row>> rows(const serve::RowQuery& q) override {
    std::vector<serve::Row> out;
    const std::size_t from = q.after.empty() ? 0 : std::stoul(std::string(q.after)) + 1;
    for (std::size_t n = from; n <= kClaims && out.size() < q.limit; ++n) {
      const std::string id = std::to_string(n);
      const Instant at{(1'700'000'000LL + static_cast<std::int64_t>(n)) * 1'000'000'000};
      out.push_back({id, Interval{at, at}, 1,
                     R"({"claimant_party":")" + std::string(n == kClaims ? "ua" : "ru") + "\"}",
                     id});
    }
    looked_at += out.size();
    return out;
  }
  Result<std::vector<serve::Change>> changes(std::string_view after, std::size_t limit) override {
    std::vector<serve::Change> out;
    for (std::size_t n = std::stoul(std::string(after)); n < kClaims && out.size() < limit; ++n) {
      const std::string cursor = std::to_string(n + 1);
      out.push_back({n + 1 == kClaims ? "gone" : "act", cursor, n + 1, {.id = "i1"}, {}});
    }
    looked_at += out.size();
    return out;
  }
  std::size_t looked_at = 0;
};

TEST(ReleasedLimits, a_page_looks_at_so_many_and_leads_on) {
  OneSidedRecords records;
  Everyone all(everyones_folder(), records);
  std::string target = "/api/collections/claims/items?limit=5000";
  std::size_t pages = 0, told = 0;
  while (!target.empty() && pages < 100) {
    records.looked_at = 0;
    const auto r = all.get("liaison", target);
    ASSERT_EQ(r.status, 200) << r.body;
    EXPECT_LE(records.looked_at, 50'000U);
    ++pages;
    told += texts_after(r.body, R"("claimant_party":")").size();
    const auto next = r.body.find(R"("rel":"next")");
    target.clear();
    if (next == r.body.npos) break;
    const auto from = r.body.rfind("http://localhost", next) + 16;
    target = r.body.substr(from, r.body.find('"', from) - from);
  }
  EXPECT_GT(pages, 1U);
  EXPECT_EQ(told, 1U);
  EXPECT_TRUE(target.empty()) << "it came to an end";
}

TEST(ReleasedLimits, a_batch_of_the_stream_looks_at_so_many_and_goes_on) {
  OneSidedRecords inner;
  const release::Releaser releaser(release::Params{}, release::SealKey{9, 8, 7});
  ReleasedRecords records(inner, releaser, {release::Audience::kForce, {}}, kReleaseNoon);
  std::string after = "0";
  std::size_t batches = 0;
  for (bool is_told = false; !is_told && batches < 100; ++batches) {
    inner.looked_at = 0;
    const auto changes = records.changes(after, 200);
    ASSERT_TRUE(changes.ok() && !changes->empty());
    EXPECT_LE(inner.looked_at, 50'000U);
    after = changes->back().cursor;
    is_told = !changes->front().is_pause();
  }
  EXPECT_GT(batches, 1U);
  EXPECT_EQ(serve::position_of_cursor(after), OneSidedRecords::kClaims);
}

TEST(ReleaseKey, is_made_once_and_for_its_owner_alone) {
  const std::string path = testing::TempDir() + "release-test.key";
  fs::remove(path);
  const auto made = seal_key_in(path);
  ASSERT_TRUE(made.ok());
  EXPECT_EQ(*seal_key_in(path), *made);
  EXPECT_EQ(fs::status(path).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  fs::resize_file(path, 5);
  EXPECT_EQ(seal_key_in(path).error().code, ErrorCode::kCorrupt);
}

}  // namespace

}  // namespace truce::app
