#include "app/judging.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <memory>

#include "app/assemble.h"
#include "app/session.h"
#include "base/files.h"
#include "model/json.h"

namespace truce::app {
namespace {

namespace fs = std::filesystem;

// North held what lies west of 38°, south what lies east of it. Under the southern reading heavy
// weapons may stand where the base text forbids them.
constexpr const char* kAgreementText = R"toml(
id = "judged"
title = "Fire, weapons and words"
source = "test"
time_zone = "UTC"
attribution = true

[standard_of_proof]
preponderance = 0.65

[[party]]
id = "north"
name = "Northern party"

[[party]]
id = "south"
name = "Southern party"

[[zone]]
id = "west"
kind = "control"
party = "north"

[[zone]]
id = "east"
kind = "control"
party = "south"

[[provision]]
id = "fire"
words = "the northern party fires nothing"
source = "test, 1"
binds = ["north"]
standard_of_proof = "preponderance"

[[provision]]
id = "heavy"
words = "no artillery in the west"
source = "test, 2"
acts = ["presence"]
weapons = ["artillery"]
zones = ["west"]
standard_of_proof = "preponderance"

[[provision]]
id = "threats"
words = "nobody threatens the force"
source = "test, 3"
acts = ["statement"]
protects = ["force"]
standard_of_proof = "preponderance"

[[reading]]
id = "southern"
party = "south"
words = "only mortars are meant"

[[reading.change]]
provision = "heavy"
weapons = ["mortar"]
)toml";

constexpr const char* kAreas = R"json({"type":"FeatureCollection","features":[
{"type":"Feature","id":"west","properties":{"kind":"control"},"geometry":{"type":"Polygon","coordinates":[[[35,46],[38,46],[38,51],[35,51],[35,46]]]}},
{"type":"Feature","id":"east","properties":{"kind":"control"},"geometry":{"type":"Polygon","coordinates":[[[38,46],[41,46],[41,51],[38,51],[38,46]]]}}
]})json";

constexpr const char* kMissionText = R"toml(
id = "judged"
name = "Judged"
time_zone = "UTC"
boundary_view = "none"

[report]
first_day = "2026-03-02"
last_day = "2026-03-02"

[[feed]]
id = "hand"
format = "ndjson"
files = ["feed.ndjson"]
)toml";

Observation at_noon(double lon, EffectClass what, WeaponClass weapon) {
  Observation o;
  o.source = "post";
  const Instant noon = *parse_instant("2026-03-02T12:00:00Z");
  o.when = {noon, noon + Duration::seconds(10)};
  o.shape = PointShape{*LatLon::from_degrees(48, lon), 2500, 2500, 0};
  Item item;
  item.count = Count::exact(2);
  item.classes = ClassProbabilities::certain(what);
  item.weapon = weapon;
  o.items = {item};
  return o;
}

Statement said_by(const std::string& party, const std::string& about) {
  Statement s;
  s.speaker = "a spokesman";
  s.party = party;
  s.when = *parse_instant("2026-03-02T18:00:00Z");
  s.quote = "words";
  s.about = about;
  return s;
}

template <class R>
std::string line_of(const char* kind, const R& record) {
  return std::string(R"({"kind":")") + kind + R"(","record":)" + to_json(record) + "}\n";
}

fs::path judged_mission(const std::string& name, const std::string& lines) {
  const fs::path to = fs::path(::testing::TempDir()) / name;
  fs::remove_all(to);
  fs::create_directories(to / "geo");
  const auto put = [&](const char* file, const std::string& text) {
    EXPECT_TRUE(write_file_atomically(to / file, text).ok());
  };
  put("agreement.toml", kAgreementText);
  put("mission.toml", kMissionText);
  put("geo/areas.geojson", kAreas);
  put("sources.csv", "id,name,kind,owner,lat,lon\npost,post,patrol,mission,48,38\n");
  put("feed.ndjson", lines);
  return to;
}

std::unique_ptr<Session> run_of(const fs::path& mission) {
  auto session = Session::open(mission, {.quiet = true});
  EXPECT_TRUE(session.ok()) << (session.ok() ? "" : session.error().to_text());
  const Status taken = (*session)->intake->take_all();
  EXPECT_TRUE(taken.ok()) << (taken.ok() ? "" : taken.error().to_text());
  return *std::move(session);
}

ledger::Judgement judgement_on_the_incident(Session& s) {
  const auto incidents = *s.store->incidents_overlapping({{INT64_MIN}, {INT64_MAX}});
  EXPECT_EQ(incidents.size(), 1U);
  return *s.store->judgement_of(incidents.front().id);
}

double said_of(const ledger::Judgement& j, const std::string& party) {
  for (const auto& a : j.attribution->alternatives) {
    if (a.party == party) return a.probability;
  }
  return -1;
}

TEST(Judging, says_who_held_the_ground_that_it_was_fired_from) {
  const auto fired =
      line_of("observation", at_noon(37.9, EffectClass::kExplosionOutgoing, WeaponClass::kMortar));
  auto session = run_of(judged_mission("judging-fired", fired));
  const auto judgement = judgement_on_the_incident(*session);
  ASSERT_TRUE(judgement.attribution.has_value());
  EXPECT_EQ(judgement.attribution->subject, judgement.findings.front().subject);
  EXPECT_GT(said_of(judgement, "north"), 0.95);
  for (const auto& f : judgement.findings) {
    EXPECT_EQ(f.value, f.provision == "fire" ? FindingValue::kBreach : f.value);
  }
}

// What fell within reach of both sides tells of neither, until one says that it was its own.
TEST(Judging, judges_again_when_a_party_admits_to_it) {
  Observation hit = at_noon(37.99, EffectClass::kExplosionImpact, WeaponClass::kMortar);
  const auto mission = judged_mission("judging-admitted", line_of("observation", hit));
  std::string incident;
  {
    auto session = run_of(mission);
    const auto before = judgement_on_the_incident(*session);
    incident = before.findings.front().subject;
    EXPECT_EQ(said_of(before, judge::kCannotBeDetermined), 1);
    EXPECT_EQ(before.findings.front().value, FindingValue::kUndeterminable);
    EXPECT_EQ(before.findings.front().missing_fact, "party");
  }
  const auto more = *read_file(mission / "feed.ndjson") +
                    line_of("statement", said_by("north", "admission/" + incident));
  ASSERT_TRUE(write_file_atomically(mission / "feed.ndjson", more).ok());
  auto session = run_of(mission);
  const auto after = judgement_on_the_incident(*session);
  EXPECT_GT(said_of(after, "north"), 0.9);
  EXPECT_EQ(after.findings.front().value, FindingValue::kBreach);
  EXPECT_EQ(after.findings.front().version, 2U);
  // Anew from the log, in one go, it comes to the same.
  const std::string digest = *results_digest(*session->store);
  session.reset();
  for (const char* suffix : {"", "-wal", "-shm"})
    fs::remove(mission / ("var/store.sqlite" + std::string(suffix)));
  EXPECT_EQ(*results_digest(*run_of(mission)->store), digest);
}

std::string results_of(const std::string& name, const std::vector<std::string>& lines) {
  std::string all;
  for (const auto& l : lines) all += l;
  auto session = run_of(judged_mission(name, all));
  return *results_digest(*session->store);
}

// What a party admits, what a notice excuses: it counts alike before and after what it is about.
TEST(Judging, comes_to_the_same_in_whatever_order_records_come) {
  Observation gun = at_noon(37.99, EffectClass::kOther, WeaponClass::kArtillery);
  gun.shape = PointShape{*LatLon::from_degrees(48, 38), 1e8, 1e8, 0};
  gun.origin.feed = "hand";
  const std::string seen = line_of("observation", gun);
  std::string id;
  {
    auto session = run_of(judged_mission("judging-order-id", seen));
    id = session->store->conducts_overlapping({{INT64_MIN}, {INT64_MAX}})->front().subject;
  }
  Notice notice;
  notice.party = "north";
  notice.kind = "exercise";
  notice.when = {*parse_instant("2026-03-02T00:00:00Z"), *parse_instant("2026-03-03T00:00:00Z")};
  notice.shape = PointShape{*LatLon::from_degrees(48, 38), 1e10, 1e10, 0};
  const std::vector<std::string> lines{
      seen, line_of("statement", said_by("north", "admission/" + id)), line_of("notice", notice)};
  const std::string digest = results_of("judging-order", lines);
  std::vector<std::size_t> order{0, 1, 2};
  while (std::next_permutation(order.begin(), order.end())) {
    std::vector<std::string> shuffled;
    for (const auto k : order) shuffled.push_back(lines[k]);
    EXPECT_EQ(results_of("judging-order", shuffled), digest);
  }
}

// Words that one party's own feed puts into the other's mouth are a claim.
TEST(Judging, takes_an_admission_from_a_feed_of_the_other_party_for_a_claim) {
  const Observation hit = at_noon(37.99, EffectClass::kExplosionImpact, WeaponClass::kMortar);
  const auto mission = judged_mission("judging-forged", line_of("observation", hit));
  const auto incident = judgement_on_the_incident(*run_of(mission)).findings.front().subject;
  const auto put = [&](const char* party) {
    fs::remove_all(mission / "var");
    EXPECT_TRUE(
        write_file_atomically(mission / "theirs.ndjson",
                              line_of("statement", said_by("north", "admission/" + incident)))
            .ok());
    EXPECT_TRUE(
        write_file_atomically(mission / "mission.toml",
                              std::string(kMissionText) +
                                  "\n[[feed]]\nid = \"theirs\"\nformat = \"ndjson\"\nfiles = "
                                  "[\"theirs.ndjson\"]\nparty = \"" +
                                  party + "\"\n")
            .ok());
    return said_of(judgement_on_the_incident(*run_of(mission)), "north");
  };
  EXPECT_EQ(put("south"), 0);
  EXPECT_GT(put("north"), 0.9);
}

TEST(Judging, holds_what_stands_and_what_is_said_against_the_agreement) {
  const auto gun = at_noon(37.5, EffectClass::kOther, WeaponClass::kArtillery);
  const auto lines = line_of("observation", gun) +
                     line_of("statement", said_by("south", "post/p1")) +
                     line_of("statement", said_by("south", "point/3"));
  auto session = run_of(judged_mission("judging-presence", lines));
  const auto conducts = *session->store->conducts_overlapping({{INT64_MIN}, {INT64_MAX}});
  ASSERT_EQ(conducts.size(), 2U);
  EXPECT_EQ(conducts[0].subject.front(), 'o');
  EXPECT_EQ(conducts[1].subject.front(), 's');
  const auto& threat = conducts[1].findings;
  ASSERT_FALSE(threat.empty());
  const auto on_threats = std::find_if(threat.begin(), threat.end(), [](const Finding& f) {
    return f.provision == "threats" && f.reading == "base";
  });
  ASSERT_NE(on_threats, threat.end());
  EXPECT_EQ(on_threats->value, FindingValue::kBreach);
}

TEST(Judging, records_where_readings_differ_and_reports_it) {
  const auto gun = at_noon(37.5, EffectClass::kOther, WeaponClass::kArtillery);
  auto session = run_of(judged_mission("judging-differ", line_of("observation", gun)));
  const auto conducts = *session->store->conducts_overlapping({{INT64_MIN}, {INT64_MAX}});
  ASSERT_EQ(conducts.size(), 1U);
  const auto judgement = *session->store->judgement_of(conducts.front().subject);
  ASSERT_EQ(judgement.differences.size(), 1U);
  const Difference& d = judgement.differences.front();
  EXPECT_EQ(d.id, conducts.front().subject + "/heavy");
  EXPECT_EQ(d.facts, std::vector<std::string>{"weapon"});
  EXPECT_EQ(d.sides.front().value, FindingValue::kBreach);
  EXPECT_EQ(d.sides.back().value, FindingValue::kNotApplicable);
  const auto in =
      assemble_report(session->mission, *session->store, {2026, 3, 2}, {2026, 3, 2}, {0}, "");
  ASSERT_TRUE(in.ok());
  const std::string page = report::to_html(*in);
  EXPECT_NE(page.find("Where the readings differ"), std::string::npos);
  EXPECT_NE(page.find("What else was judged"), std::string::npos);
  EXPECT_NE(report::to_json(*in).find("\"differences\":[{\"facts\":[\"weapon\"]"),
            std::string::npos);
}

}  // namespace
}  // namespace truce::app
