#include "stages/release/release.h"

#include <gtest/gtest.h>

#include <random>

#include "base/json.h"
#include "model/json.h"
#include "stages/release/coarse.h"
#include "stages/release/internal/rules.h"

namespace truce::release {

namespace {

constexpr std::array kOutsiders{Audience::kCommission, Audience::kLiaison, Audience::kForce,
                                Audience::kPublic};
const Instant kNoon{1'745'064'000LL * 1'000'000'000};  // 2025-04-19T12:00:00Z

Incident an_incident(LatLon at, Instant start) {
  Incident out;
  out.id = "i20250415T120000-secret";
  out.when = {start, start + Duration::whole_seconds(7)};
  out.place.best = at;
  out.place.region = PointShape{at, 1e4, 1e4, 0};
  out.place.radius_m = 215;
  Effect effect;
  effect.effect_class = EffectClass::kExplosionImpact;
  effect.evidence = {"o-secret"};
  effect.system = "secret-system";
  out.effects = {effect};
  out.evidence = {{"o-secret", "secret-sensor", "secret-chain", 1.2345}};
  out.targets = {"secret-hospital"};
  out.flags = {"secret-flag"};
  out.notices = {"secret-notice"};
  out.p_real = 0.98765;
  return out;
}

class ReleaseTest : public testing::Test {
 protected:
  std::optional<Released> incident(Audience to, const Incident& i, Instant now) {
    const std::string json = to_json(i);
    auto out = releaser_.release({to, "ua"}, {"incidents", i.id, i.when, json}, now);
    EXPECT_TRUE(out.ok());
    return *out;
  }
  Releaser releaser_{Params{}, SealKey{1, 2, 3}};
};

TEST_F(ReleaseTest, no_digit_of_what_is_secret_leaves) {
  const Instant start = kNoon - Duration::hours(100) + Duration::whole_seconds(13);
  const Incident secret = an_incident(*LatLon::from_degrees(48.1412345, 37.7512345), start);
  for (const Audience to : kOutsiders) {
    const auto told = incident(to, secret, kNoon);
    ASSERT_TRUE(told);
    const std::string all = told->json + told->id;
    for (const char* word : {"secret", "48.14", "37.75", "0.98765", "215", "evidence", "place\"",
                             "region", "targets", "flags", "i2025"})
      EXPECT_EQ(all.find(word), std::string::npos) << word << " in " << all;
    EXPECT_EQ(all.find(to_text(start)), std::string::npos);
    EXPECT_NE(all.find("\"released\":{\"delay_s\":"), std::string::npos) << all;
    EXPECT_EQ(*truce::canonicalize(told->json), told->json);
  }
}

// Two incidents that differ within a cell and a stretch of time alone are told in the same bytes:
// so nothing that is told, however it is asked for, can say where in them it was.
TEST_F(ReleaseTest, what_differs_within_a_cell_and_a_stretch_is_told_alike) {
  std::mt19937 random(3);
  std::uniform_real_distribution<double> share(0.001, 0.999);
  for (const Audience to : kOutsiders) {
    const Coarseness how = releaser_.coarseness(to);
    const LatLon at = *LatLon::from_degrees(48.14, 37.75);
    const Cell cell = cell_of(at, how.cell_m);
    const Instant start = kNoon - Duration::hours(100);
    const auto first = incident(to, an_incident(at, start), kNoon);
    ASSERT_TRUE(first && first->place);
    for (int n = 0; n < 50; ++n) {
      const LatLon other =
          *LatLon::from_degrees(cell.lat_min + share(random) * (cell.lat_max - cell.lat_min),
                                cell.lon_min + share(random) * (cell.lon_max - cell.lon_min));
      const Duration later{
          static_cast<std::int64_t>(share(random) * static_cast<double>(how.round.ns - 8e9))};
      const auto told = incident(to, an_incident(other, start + later), kNoon);
      ASSERT_TRUE(told);
      EXPECT_EQ(told->json, first->json);
      EXPECT_EQ(told->place, first->place);
      EXPECT_EQ(told->when, first->when);
    }
  }
}

TEST_F(ReleaseTest, an_incident_that_moves_stays_in_the_cell_that_it_was_first_told_by) {
  const LatLon at = *LatLon::from_degrees(48.14, 37.75);
  const Instant start = kNoon - Duration::hours(100);
  const std::string first = to_json(an_incident(at, start));
  for (const double moved_m : {10.0, 3000.0, 8000.0, 30'000.0}) {
    for (int azimuth = 0; azimuth < 360; azimuth += 45) {
      const LatLon now_at = destination(at, azimuth, moved_m);
      const std::string now = to_json(an_incident(now_at, start));
      const auto told = releaser_.release({Audience::kPublic, {}},
                                          {"incidents", "i", std::nullopt, now, first}, kNoon);
      ASSERT_TRUE(told.ok() && *told);
      // The block around the first cell, of whole cells, that holds the new region too.
      bool is_around_first = false;
      for (int cells = 1; cells < 6; ++cells)
        is_around_first |= (*told)->place == block_around(at, 10'000, cells * 10'000.0);
      EXPECT_TRUE(is_around_first) << moved_m;
      EXPECT_TRUE(Area::from_rings(*(*told)->place)->contains(now_at));
    }
  }
}

TEST_F(ReleaseTest, nothing_is_told_before_its_time_and_then_on_the_full_stretch) {
  const LatLon at = *LatLon::from_degrees(48.14, 37.75);
  for (const auto& [to, hours] : {std::pair{Audience::kPublic, 72}, {Audience::kLiaison, 24}}) {
    const Coarseness how = releaser_.coarseness(to);
    for (const std::int64_t second : {0, 1, 599, 1234}) {
      const Incident i = an_incident(at, kNoon + Duration::whole_seconds(second));
      const Instant due = rounded(i.when, how.round).end + Duration::hours(hours);
      EXPECT_FALSE(incident(to, i, due - Duration::whole_seconds(1))) << second;
      EXPECT_TRUE(incident(to, i, due)) << second;
    }
  }
  const Incident now = an_incident(at, kNoon);
  EXPECT_TRUE(incident(Audience::kCommission, now, kNoon));
  EXPECT_TRUE(incident(Audience::kForce, now, kNoon));
}

std::string claim_by(const std::string& claimant, const std::string& accused) {
  Claim out;
  out.id = "c1";
  out.claimant = "secret words";
  out.claimant_party = claimant;
  out.accused_party = accused;
  out.note = "secret words";
  out.url = "https://secret.example";
  out.when = {kNoon - Duration::hours(99), kNoon - Duration::hours(98)};
  return to_json(out);
}

TEST_F(ReleaseTest, parties_that_are_exchanged_see_the_same_exchanged) {
  const auto seen = [this](const std::string& party, const std::string& claimant,
                           const std::string& accused) {
    const std::string json = claim_by(claimant, accused);
    const auto told =
        releaser_.release({Audience::kLiaison, party}, {"claims", "c1", std::nullopt, json}, kNoon);
    EXPECT_TRUE(told.ok());
    return *told ? (*told)->json : std::string("nothing");
  };
  const auto exchanged = [](std::string text) {
    for (std::size_t i = 0; i + 4 <= text.size(); ++i) {
      if (text.compare(i, 4, "\"aa\"") == 0)
        text.replace(i, 4, "\"bb\"");
      else if (text.compare(i, 4, "\"bb\"") == 0)
        text.replace(i, 4, "\"aa\"");
    }
    return text;
  };
  EXPECT_NE(seen("aa", "aa", "bb"), "nothing");
  EXPECT_EQ(seen("aa", "bb", "aa"), "nothing");
  EXPECT_EQ(seen("", "", "bb"), "nothing") << "no party is not a party";
  for (const auto& [claimant, accused] : {std::pair{"aa", "bb"}, {"bb", "aa"}, {"", "aa"}}) {
    const auto other = [](const std::string& p) { return p == "aa" ? "bb" : p == "bb" ? "aa" : p; };
    for (const std::string party : {"aa", "bb"})
      EXPECT_EQ(exchanged(seen(party, claimant, accused)),
                seen(other(party), other(claimant), other(accused)));
  }
  EXPECT_EQ(seen("aa", "aa", "bb").find("secret"), std::string::npos);
}

TEST_F(ReleaseTest, links_between_records_name_what_is_told) {
  Finding finding;
  finding.id = "i1/p/base";
  finding.subject = "i1";
  finding.reasons = {{"place", 0.5, "312 m from the line", "reason.place", {"312"}}};
  finding.evidence = {"o-secret"};
  finding.probability = 0.7349;
  const std::string json = to_json(finding);
  const auto told =
      releaser_.release({Audience::kCommission, {}}, {"findings", finding.id, {}, json}, kNoon);
  ASSERT_TRUE(told.ok() && *told);
  EXPECT_EQ((*told)->id, releaser_.sealed_id(Audience::kCommission, finding.id));
  EXPECT_NE((*told)->json.find("\"subject\":\"" + releaser_.sealed_id(Audience::kCommission, "i1") +
                               "\""),
            std::string::npos);
  EXPECT_NE((*told)->json.find("\"probability\":0.7,"), std::string::npos) << (*told)->json;
  EXPECT_EQ((*told)->json.find("312"), std::string::npos);
  EXPECT_EQ((*told)->json.find("secret"), std::string::npos);
  EXPECT_NE(releaser_.sealed_id(Audience::kCommission, "i1"),
            releaser_.sealed_id(Audience::kPublic, "i1"));
  EXPECT_EQ(releaser_.opened_id(Audience::kPublic, releaser_.sealed_id(Audience::kPublic, "i1")),
            "i1");
  EXPECT_FALSE(
      releaser_.opened_id(Audience::kPublic, releaser_.sealed_id(Audience::kCommission, "i1")));
}

TEST_F(ReleaseTest, a_collection_without_a_rule_is_for_staff_alone) {
  EXPECT_FALSE(has_rule("nonsense"));
  EXPECT_TRUE(shows(Audience::kStaff, "nonsense"));
  for (const Audience to : kOutsiders) {
    EXPECT_FALSE(shows(to, "nonsense"));
    const auto told = releaser_.release({to, "ua"}, {"nonsense", "x", {}, "{}"}, kNoon);
    EXPECT_TRUE(told.ok() && !*told);
    for (const char* own : {"observations", "recordings", "sources", "health", "weather",
                            "statements", "rejected", "complaints", "feeds", "acts"})
      EXPECT_FALSE(shows(to, own)) << own;
  }
  for (const char* not_public : {"findings", "attributions", "differences", "conducts", "claims",
                                 "notices", "quiet", "areas", "hazards"})
    EXPECT_FALSE(shows(Audience::kPublic, not_public)) << not_public;
}

TEST_F(ReleaseTest, each_audience_has_one_rule_for_a_collection_and_fields_in_order) {
  for (std::size_t i = 0; i < rules().size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (rules()[i].collection != rules()[j].collection) continue;
      EXPECT_EQ(rules()[i].audiences & rules()[j].audiences, 0U) << rules()[i].collection;
    }
    for (const char* never : {"evidence", "reasons", "place", "shape", "source", "text", "note",
                              "origin", "targets", "words", "args", "why", "quote", "url"}) {
      for (const Field& field : rules()[i].fields) EXPECT_NE(field.name, never);
    }
  }
}

TEST_F(ReleaseTest, ground_that_somebody_holds_is_not_told) {
  const auto told = [this](const std::string& json) {
    const auto out =
        releaser_.release({Audience::kCommission, {}}, {"areas", "a", {}, json}, kNoon);
    EXPECT_TRUE(out.ok());
    return out.ok() && *out;
  };
  EXPECT_TRUE(told(R"({"id":"a","kind":"line_of_contact","name":"n"})"));
  EXPECT_FALSE(told(R"({"id":"a","kind":"control","name":"n"})"));
}

}  // namespace

}  // namespace truce::release
