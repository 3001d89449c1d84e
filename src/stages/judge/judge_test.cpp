#include "stages/judge/judge.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "stages/judge/internal/evaluate.h"

namespace truce::judge {
namespace {

constexpr const char* kText = R"(
id = "test"
title = "A test truce"
source = "none"
time_zone = "Europe/Kyiv"
[standard_of_proof]
clear = 0.8
[[party]]
id = "a"
name = "Party A"
[[party]]
id = "b"
name = "Party B"
[[zone]]
id = "zone"
name = "the zone"
[[provision]]
id = "1"
words = "no fire"
zones = ["zone"]
from = "2025-04-19T18:00 Europe/Moscow"
until = "2025-04-21T00:00 Europe/Moscow"
standard_of_proof = "clear"
[[provision.exception]]
id = "exercise"
words = "a notified exercise"
notices = ["live_fire_exercise"]
[[reading]]
id = "b"
party = "b"
words = "it began a day later"
[[reading.change]]
provision = "1"
from = "2025-04-20T18:00 Europe/Moscow"
)";

LatLon at(double lat, double lon) { return *LatLon::from_degrees(lat, lon); }
Geometry areas() {
  return {{{"zone", *Area::from_rings(
                        {{{at(48, 37), at(48, 38), at(49, 38), at(49, 37), at(48, 37)}, {}}})}},
          {}};
}
Agreement agreement() {
  Problems problems;
  auto a = parse_agreement(kText, "agreement.toml", areas(), problems);
  EXPECT_TRUE(a.ok()) << problems.errors[0].to_text();
  return *a;
}
Instant utc(const char* text) { return *parse_instant(text); }

Incident incident(double p_real, LatLon where, double radius_m, Interval when) {
  Incident i;
  i.id = "i1";
  i.when = when;
  i.p_real = p_real;
  i.place.region = NamedPlace{"x", where, radius_m};
  i.place.sample = PlaceSample(i.place.region, 256);
  i.effects.push_back(
      {EffectClass::kBurst, ClassProbabilities::certain(EffectClass::kBurst), {1, 1, 1, false}});
  i.evidence.push_back({"o1", "s", "s", 1});
  return i;
}
const Interval kInside{utc("2025-04-19T16:00:00Z"), utc("2025-04-19T16:05:00Z")};

// Under the base text; a provision whose zone lies elsewhere makes no finding.
Finding base(const Incident& i, const std::vector<Notice>& notices = {}) {
  Finding none;
  none.value = FindingValue::kNotApplicable;
  for (const Finding& f : Judge(agreement()).findings(conduct_of(i), notices)) {
    if (f.reading == "base") return f;
  }
  return none;
}

TEST(Judge, answers_in_four_values) {
  EXPECT_EQ(base(incident(0.95, at(48.5, 37.5), 1000, kInside)).value, FindingValue::kBreach);
  EXPECT_EQ(base(incident(0.6, at(48.5, 37.5), 1000, kInside)).value,
            FindingValue::kUndeterminable);
  EXPECT_EQ(base(incident(0.15, at(48.5, 37.5), 1000, kInside)).value, FindingValue::kCompliant);
  EXPECT_EQ(base(incident(0.95, at(47, 37.5), 1000, kInside)).value, FindingValue::kNotApplicable);
  EXPECT_EQ(base(incident(0.95, at(48.5, 37.5), 1000,
                          {utc("2025-04-18T00:00:00Z"), utc("2025-04-18T01:00:00Z")}))
                .value,
            FindingValue::kNotApplicable);
}

TEST(Judge, names_the_fact_that_is_missing) {
  EXPECT_EQ(base(incident(0.6, at(48.5, 37.5), 1000, kInside)).missing_fact, "real");
  EXPECT_EQ(base(incident(0.95, at(48.0, 37.5), 1000, kInside)).missing_fact, "place");
  Incident nowhere = incident(0.95, at(48.5, 37.5), 1000, kInside);
  nowhere.place = {};
  EXPECT_EQ(base(nowhere).missing_fact, "place");
  EXPECT_EQ(base(incident(0.95, at(48.5, 37.5), 1000,
                          {utc("2025-04-19T12:00:00Z"), utc("2025-04-19T18:00:00Z")}))
                .missing_fact,
            "time");
}

TEST(Judge, holds_the_threshold_exactly) {
  EXPECT_EQ(base(incident(0.8, at(48.5, 37.5), 1000, kInside)).value, FindingValue::kBreach);
  EXPECT_EQ(base(incident(0.7999, at(48.5, 37.5), 1000, kInside)).value,
            FindingValue::kUndeterminable);
  EXPECT_EQ(base(incident(0.2, at(48.5, 37.5), 1000, kInside)).value, FindingValue::kCompliant);
  EXPECT_EQ(base(incident(0.2001, at(48.5, 37.5), 1000, kInside)).value,
            FindingValue::kUndeterminable);
}

TEST(Judge, weighs_the_place_by_its_probability) {
  const Finding f = base(incident(1, at(48.0, 37.5), 2000, kInside));
  EXPECT_NEAR(f.probability, 0.5, 0.03);
}

TEST(Judge, keeps_both_readings_apart) {
  const auto all =
      Judge(agreement()).findings(conduct_of(incident(0.95, at(48.5, 37.5), 1000, kInside)), {});
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].reading, "b");
  EXPECT_EQ(all[0].value, FindingValue::kNotApplicable);
  EXPECT_EQ(all[1].value, FindingValue::kBreach);
}

TEST(Judge, takes_a_notified_exercise_out) {
  Notice n;
  n.id = "n86";
  n.kind = "live_fire_exercise";
  n.when = {utc("2025-04-19T15:30:00Z"), utc("2025-04-19T17:00:00Z")};
  n.shape = NamedPlace{"range", at(48.5, 37.5), 8000};
  const Finding f = base(incident(0.95, at(48.5, 37.5), 500, kInside), {n});
  EXPECT_EQ(f.value, FindingValue::kNotApplicable);
  EXPECT_NE(f.reasons.back().words.find("n86"), std::string::npos);
  n.when.end = utc("2025-04-19T16:02:00Z");
  // It may have gone on after the exercise, or have ended before.
  const Finding beyond = base(incident(0.95, at(48.5, 37.5), 500, kInside), {n});
  EXPECT_EQ(beyond.value, FindingValue::kUndeterminable);
  EXPECT_EQ(beyond.missing_fact, "exception");
}

TEST(Judge, is_monotone_in_what_is_known_of_the_event) {
  double last = -1;
  for (double p = 0; p <= 1; p += 0.05) {
    const double now = base(incident(p, at(48.02, 37.5), 2000, kInside)).probability;
    EXPECT_GE(now, last);
    last = now;
  }
}

// Parties exchanged in the agreement and in the notices, coordinates untouched: the same to the
// last digit.
TEST(Judge, treats_both_parties_alike) {
  std::string text = kText;
  const auto exchange = [&text](const std::string& x, const std::string& y) {
    for (std::size_t at = 0; at < text.size(); ++at) {
      if (text.compare(at, x.size(), x) == 0)
        text.replace(at, x.size(), y);
      else if (text.compare(at, y.size(), y) == 0)
        text.replace(at, y.size(), x);
      else
        continue;
      at += std::max(x.size(), y.size()) - 1;
    }
  };
  exchange("id = \"a\"\nname = \"Party A\"", "id = \"b\"\nname = \"Party B\"");
  exchange("party = \"a\"", "party = \"b\"");
  ASSERT_NE(text, kText);
  Problems problems;
  const auto exchanged = parse_agreement(text, "agreement.toml", areas(), problems);
  ASSERT_TRUE(exchanged.ok()) << problems.errors[0].to_text();
  EXPECT_EQ(exchanged->readings[1].party, "a");
  for (int k = 0; k < 60; ++k) {
    const Incident i = incident(0.02 * k > 1 ? 1 : 0.02 * k, at(47.9 + 0.01 * k, 37.5), 1500,
                                {kInside.start, kInside.end + Duration::hours(k)});
    Notice n;
    n.id = "n1";
    n.party = k % 2 == 0 ? "a" : "b";
    n.kind = "live_fire_exercise";
    n.when = {kInside.start, kInside.end + Duration::hours(k / 2)};
    n.shape = NamedPlace{"range", at(48.5, 37.5), 8000};
    Notice m = n;
    m.party = k % 2 == 0 ? "b" : "a";
    EXPECT_EQ(Judge(agreement()).findings(conduct_of(i), {n}),
              Judge(*exchanged).findings(conduct_of(i), {m}));
  }
}

// A finding is named by what it is of: two of one name would be told apart by nobody.
TEST(Agreement, gives_each_thing_a_name_of_its_own) {
  for (const char* again :
       {"[[party]]\nid = \"a\"\nname = \"x\"\n", "[[zone]]\nid = \"zone\"\nname = \"x\"\n",
        "[[provision]]\nid = \"1\"\nwords = \"x\"\nstandard_of_proof = \"clear\"\n",
        "[[reading]]\nid = \"base\"\nwords = \"x\"\n", "[[reading]]\nid = \"b\"\nwords = \"x\"\n",
        "[[reading]]\nid = \"b/c\"\nwords = \"x\"\n"}) {
    Problems problems;
    EXPECT_FALSE(
        parse_agreement(std::string(kText) + again, "agreement.toml", areas(), problems).ok())
        << again;
    ASSERT_EQ(problems.errors.size(), 1U) << again;
    EXPECT_GT(problems.errors[0].place.line, 34U) << problems.errors[0].to_text();
  }
}

TEST(Agreement, says_everything_wrong_at_once_with_its_line) {
  std::string text = kText;
  const auto replace = [&text](const std::string& from, const std::string& to) {
    const auto i = text.find(from);
    ASSERT_NE(i, std::string::npos);
    text.replace(i, from.size(), to);
  };
  replace("clear = 0.8", "clear = 0.4");
  replace("words = \"no fire\"", "wordz = \"no fire\"");
  replace("zones = [\"zone\"]", "zones = [\"zome\"]");
  replace("party = \"b\"", "party = \"c\"");
  Problems problems;
  EXPECT_FALSE(parse_agreement(text, "agreement.toml", areas(), problems).ok());
  std::string all;
  for (const auto& e : problems.errors) all += e.to_text() + "\n";
  EXPECT_EQ(problems.errors.size(), 4U) << all;
  for (const auto& e : problems.errors) {
    SCOPED_TRACE(e.to_text());
    EXPECT_GT(e.place.line, 0U);
    EXPECT_FALSE(e.expected.empty());
  }
}

// Our own words are keys, so that each language has its own; what others named is passed as it is.
TEST(Judge, gives_its_reasons_as_messages_of_every_language) {
  for (std::size_t i = 0; i < kFacts; ++i)
    EXPECT_TRUE(
        has_message("fact." + std::string(to_string(static_cast<Fact>(i))), Language::kEnglish));
  for (int i = 0; i <= static_cast<int>(Act::kInformation); ++i)
    EXPECT_TRUE(
        has_message("act." + std::string(to_string(static_cast<Act>(i))), Language::kEnglish));
  const Judge judge(agreement());
  for (const auto& f :
       judge.findings(conduct_of(incident(0.95, at(48.5, 37.5), 1000, kInside)), {})) {
    ASSERT_FALSE(f.reasons.empty());
    for (const auto& r : f.reasons) {
      EXPECT_TRUE(has_message(r.message, Language::kEnglish)) << r.message;
      EXPECT_EQ(r.message.rfind("reason." + r.fact + ".", 0), 0U) << r.message;
      EXPECT_EQ(say({r.message, r.args}, Language::kEnglish), r.words);
      EXPECT_NE(words_of(r, Language::kUkrainian), r.words);
    }
  }
}

}  // namespace
}  // namespace truce::judge
