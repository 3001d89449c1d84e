#include "stages/judge/force.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <concepts>
#include <fstream>
#include <ostream>
#include <sstream>
#include <type_traits>

#include "model/json.h"
#include "stages/judge/hazard.h"

namespace truce {

// The one class that makes keys; in the program, the code for the mission's own staff defines it.
class MissionStaff {
 public:
  static const judge::StaffKey& key() {
    static const judge::StaffKey k;
    return k;
  }
};

namespace judge {
namespace {

// ------------------------------------------------------- what an internal position does not let
// out
template <class T>
concept Streamed = requires(std::ostream& out, const T& v) { out << v; };
template <class T>
concept AsJson = requires(const T& v) { to_json(v); };
template <class T>
concept AsText = requires(const T& v) { to_text(v); };
template <class T>
concept AsString = requires(const T& v) { to_string(v); };
template <class T>
concept MadeByAnyone = requires { T{}; };
template <class T>
concept CopiedByAnyone = requires(const T& v) { T(v); };
template <class T, class Key>
concept ReadWith = requires(const T& v, const Key& key) { v.at(key); };
template <class T>
concept ReadWithout = requires(const T& v) { v.at(); } || requires(const T& v) { v.at({}); } ||
                      requires(const T& v) { v.at_; };

static_assert(Streamed<int> && AsJson<Hazard> && AsText<Hazard> && AsString<HazardKind>);
static_assert(MadeByAnyone<LatLon> && CopiedByAnyone<LatLon> && std::equality_comparable<LatLon>);

static_assert(!Streamed<InternalPosition> && !AsJson<InternalPosition>);
static_assert(!AsText<InternalPosition> && !AsString<InternalPosition>);
static_assert(!std::equality_comparable<InternalPosition>);
static_assert(!std::is_convertible_v<InternalPosition, LatLon>);
static_assert(!std::is_constructible_v<LatLon, InternalPosition>);
static_assert(!std::is_constructible_v<std::string, InternalPosition>);
static_assert(!std::is_constructible_v<double, InternalPosition>);
static_assert(!std::is_constructible_v<bool, InternalPosition>);
static_assert(!std::is_constructible_v<Shape, InternalPosition>);
static_assert(!std::is_trivially_copyable_v<InternalPosition>);  // so not for std::bit_cast either
static_assert(!std::is_aggregate_v<InternalPosition>);
static_assert(!std::is_convertible_v<LatLon, InternalPosition>);
static_assert(ReadWith<InternalPosition, StaffKey> && !ReadWithout<InternalPosition>);
static_assert(!ReadWith<InternalPosition, int>);
static_assert(!MadeByAnyone<StaffKey> && !CopiedByAnyone<StaffKey> &&
              !std::is_aggregate_v<StaffKey>);
static_assert(!Streamed<Post> && !AsJson<Post> && !AsText<Post> && !std::equality_comparable<Post>);
static_assert(!Streamed<Force> && !AsJson<Force> && !AsText<Force>);

constexpr const char* kForce = R"(
[[contingent]]
id = "c1"
name = "Contingent One"
strength = 100
[[contingent]]
id = "c2"
name = "Contingent Two"
strength = 250
[[post]]
id = "p2"
contingent = "c1"
kind = "patrol base"
lat = 48.3
lon = 37.9
sectors = ["s2", "s1"]
coverage = { burst = 0.5 }
[[post]]
id = "p1"
contingent = "c1"
name = "Post Birch"
kind = "observation"
lat = 48.1234567
lon = 37.7654321
sectors = ["s1"]
coverage = { burst = 0.4, shot = 0.2 }
[[post]]
id = "p3"
contingent = "c2"
kind = "observation"
lat = 48.5
lon = 37.5
[[phase]]
id = "later"
words = "the rest"
order = 2
posts = ["p3"]
needs_gates = ["g2"]
[[phase]]
id = "first"
words = "first posts"
order = 1
posts = ["p1", "p2"]
needs_gates = ["g1", "g2"]
strength_min = 100
coverage_min = { burst = 0.6 }
[[hazard]]
kind = "fire"
within_m = 2000
warning = 0.3
alarm = 0.8
all_clear_after = "2 h"
watch = ["burst"]
watched_min = 0.5
[[hazard]]
kind = "overflight"
within_m = 1000
warning = 0.3
alarm = 0.8
all_clear_after = "30 min"
watch = ["other"]
watched_min = 0.5
[[hazard]]
kind = "threat"
)";

const ForceContext kForceNames{{"s1", "s2"}, {{"g1", "g2", "quiet-7"}}};

Force force_of(const std::string& text) {
  Problems problems;
  auto f = parse_force(text, "force.toml", kForceNames, problems);
  for (const auto& e : problems.errors) ADD_FAILURE() << e.to_text();
  return f.ok() ? *std::move(f) : Force{};
}
std::string altered(const std::string& what, const std::string& by) {
  std::string out = kForce;
  out.replace(out.find(what), what.size(), by);
  return out;
}
std::vector<std::string> force_errors(const std::string& text) {
  Problems problems;
  const auto f = parse_force(text, "force.toml", kForceNames, problems);
  EXPECT_EQ(f.ok(), problems.errors.empty());
  std::vector<std::string> out;
  for (const auto& e : problems.errors) {
    EXPECT_GT(e.place.line, 0U);
    EXPECT_FALSE(e.expected.empty()) << e.message;
    out.push_back(e.to_text());
  }
  return out;
}
const CoverageTable kCoverageNow{{{"s1", EffectClass::kBurst}, 0.5},
                                 {{"s2", EffectClass::kBurst}, 0.2}};

TEST(Force, gives_positions_to_the_missions_staff_alone) {
  const Force f = force_of(kForce);
  EXPECT_EQ(f.post("p1")->position.at(MissionStaff::key()),
            *LatLon::from_degrees(48.1234567, 37.7654321));
}

TEST(Force, says_everything_that_is_wrong_and_no_coordinate) {
  const auto expect = [](const std::string& text, const std::string& part) {
    const auto errors = force_errors(text);
    ASSERT_FALSE(errors.empty()) << "nothing says: " << part;
    for (const auto& e : errors) {
      EXPECT_EQ(e.find("48.1"), std::string::npos) << e;
      EXPECT_EQ(e.find("7654321"), std::string::npos) << e;
    }
    EXPECT_TRUE(
        std::any_of(errors.begin(), errors.end(),
                    [&](const std::string& e) { return e.find(part) != std::string::npos; }))
        << part << "; but " << errors[0];
  };
  expect("[[post", "force.toml:1");
  expect("a = \"\xff\"", "is not UTF-8");
  expect("", "nothing is said of hazards by threat");
  expect(altered("id = \"p1\"", "id = \"p2\""), "there is a post \"p2\" before");
  expect(altered("contingent = \"c2\"", "contingent = \"c9\""), "there is no contingent \"c9\"");
  expect(altered("sectors = [\"s1\"]", "sectors = [\"s9\"]"), "there is no sector \"s9\"");
  expect(altered("sectors = [\"s1\"]", "sectors = []"), "no sector that it would be in");
  expect(altered("lat = 48.1234567", "lat = 148.1234567"), "that can stand here");
  expect(altered("lat = 48.1234567", "lat = nan"), "that can stand here");
  expect(altered("lat = 48.1234567", ""), "\"lat\" is missing");
  expect(altered("burst = 0.4", "burst = 1.4"), "that can stand here");
  expect(altered("burst = 0.4", "bang = 0.4"), "no class of effect");
  expect(altered("strength = 250", "strength = 2.5"), "is not whole");
  expect(altered("order = 2", "order = 1"), "has the same");
  expect(altered("posts = [\"p1\", \"p2\"]", "posts = [\"p1\", \"p3\"]"), "deploys in phase later");
  expect(altered("posts = [\"p3\"]", "posts = []"), "deploys no post");
  expect(altered("needs_gates = [\"g2\"]", "needs_gates = [\"g7\"]"), "there is no gate \"g7\"");
  expect(altered("needs_gates = [\"g2\"]", ""), "whatever happens");
  expect(altered("kind = \"threat\"", "kind = \"fire\""), "such a rule before");
  expect(altered("alarm = 0.8", "alarm = 0.1"), "less than a warning");
  expect(altered("watch = [\"burst\"]", "watch = []"), "nothing would have to be watched");
  expect(altered("\"2 h\"", "\"0 h\""), "no time to wait");
  expect(altered("\"2 h\"", "\"soon\""), "is not a length of time");
}

TEST(Force, keeps_within_its_limits) {
  std::string text;
  for (std::size_t k = 0; k <= kPhasesMax; ++k) text += "[[phase]]\n";
  EXPECT_NE(force_errors(text)[0].find("no more than 100"), std::string::npos);
}

// ---------------------------------------------------------------------------------------- coverage

TEST(Force, adds_to_the_coverage_what_a_post_would_notice) {
  const Force f = force_of(kForce);
  const auto gains = coverage_gains(*f.post("p2"), kCoverageNow);
  ASSERT_EQ(gains.size(), 2U);
  EXPECT_EQ(gains[0].sector, "s1");
  EXPECT_DOUBLE_EQ(*gains[0].after, 0.75);
  EXPECT_DOUBLE_EQ(*gains[1].after, 0.6);
}

TEST(Force, leaves_unknown_coverage_unknown) {
  EXPECT_EQ(combined(std::nullopt, 0.9), std::nullopt);
  EXPECT_EQ(combined(0.9, std::nullopt), std::nullopt);
  const auto gains = coverage_gains(*force_of(kForce).post("p1"), kCoverageNow);
  EXPECT_EQ(gains[1].effect_class, EffectClass::kShot);
  EXPECT_EQ(gains[1].before, std::nullopt);
  EXPECT_EQ(gains[1].after, std::nullopt);
}

TEST(Force, covers_the_same_in_whatever_order_posts_are_named) {
  const Force f = force_of(kForce);
  EXPECT_EQ(covered_with(f, {"p1", "p2"}, kCoverageNow),
            covered_with(f, {"p2", "p1", "p2"}, kCoverageNow));
  for (const auto& [key, p] : covered_with(f, {"p1", "p2"}, kCoverageNow)) {
    const auto before = kCoverageNow.find(key);
    EXPECT_TRUE(before == kCoverageNow.end() || *p >= *before->second);
  }
}

// --------------------------------------------------------------------------------------- readiness

TEST(Force, is_ready_when_gates_are_open_and_all_is_there) {
  const auto r = readiness(force_of(kForce), {{"g1", "open"}, {"g2", "open"}}, kCoverageNow);
  ASSERT_EQ(r.size(), 2U);
  EXPECT_EQ(r[0].phase, "first");
  EXPECT_EQ(to_words(r[0]), "ready");
  EXPECT_EQ(r[0].strength, 100);  // one contingent with two posts
  EXPECT_TRUE(r[1].ready());
}

TEST(Force, names_the_gates_that_are_not_open) {
  const auto r = readiness(force_of(kForce), {{"g1", "counting"}}, kCoverageNow);
  EXPECT_EQ(to_words(r[0]), "gate g1 is counting; gate g2 is not known");
  EXPECT_EQ(to_words(r[1]), "gate g2 is not known; phase first comes before and is not ready");
  const auto one = readiness(force_of(kForce), {{"g1", "paused"}, {"g2", "open"}}, kCoverageNow);
  EXPECT_EQ(one[0].open, std::vector<std::string>{"g2"});
  EXPECT_EQ(one[1].waits_for, "first");
}

TEST(Force, waits_for_strength_and_for_coverage_that_is_known) {
  const GateStates open{{"g1", "open"}, {"g2", "open"}};
  EXPECT_EQ(to_words(readiness(force_of(altered("strength_min = 100", "strength_min = 101")), open,
                               kCoverageNow)[0]),
            "strength is 100 of 101");
  CoverageTable now = kCoverageNow;
  now[{"s1", EffectClass::kBurst}] = std::nullopt;
  now[{"s2", EffectClass::kBurst}] = 0.1;
  EXPECT_EQ(to_words(readiness(force_of(kForce), open, now)[0]),
            "coverage of burst in sector s1 is not known, 0.60 is needed; "
            "coverage of burst in sector s2 is 0.55, 0.60 is needed");
}

TEST(Force, is_never_less_ready_for_an_open_gate_or_better_coverage) {
  const Force f = force_of(kForce);
  const auto count = [&](const GateStates& g, double p) {
    const auto all =
        readiness(f, g, {{{"s1", EffectClass::kBurst}, p}, {{"s2", EffectClass::kBurst}, p}});
    return std::count_if(all.begin(), all.end(), [](const Readiness& r) { return r.ready(); });
  };
  for (const char* g1 : {"closed", "open", "done"}) {
    std::ptrdiff_t last = 0;
    for (double p = 0; p <= 1; p += 0.1) {
      const auto n = count({{"g1", g1}, {"g2", "open"}}, p);
      EXPECT_GE(n, last);
      EXPECT_LE(count({{"g1", g1}, {"g2", "paused"}}, p), n);
      last = n;
    }
  }
}

TEST(Force, waits_no_more_for_a_gate_whose_steps_were_taken) {
  const Force f = force_of(kForce);
  const CoverageTable watched{{{"s1", EffectClass::kBurst}, 1}, {{"s2", EffectClass::kBurst}, 1}};
  const auto shut = [&](const char* state) {
    return readiness(f, {{"g1", state}, {"g2", "open"}}, watched).front().shut.size();
  };
  EXPECT_EQ(shut("done"), 0U);
  EXPECT_EQ(shut("closed"), 1U);
}

TEST(Force, says_of_a_mistake_nothing_that_only_follows_from_it) {
  for (const auto& [right, wrong] : {std::pair{"strength = 100", "strength = -1"},
                                     {"order = 1", "order = -1"},
                                     {"watch = [\"burst\"]", "watch = [\"bursts\"]"},
                                     {"alarm = 0.8", "alarm = 8"}})
    EXPECT_EQ(force_errors(altered(right, wrong)).size(), 1U) << wrong;
}

TEST(Force, of_the_documentation_can_be_read) {
  std::ifstream in(std::string(TRUCE_SOURCE_DIR) + "/docs/agreement-force.md", std::ios::binary);
  std::ostringstream page;
  page << in.rdbuf();
  const std::string text = page.str();
  const auto begin = text.find("```toml\n") + 8;
  const Force f = force_of(text.substr(begin, text.find("```", begin) - begin));
  EXPECT_EQ(f.posts.size(), 1U);
  EXPECT_EQ(f.rules.size(), 3U);
}

}  // namespace
}  // namespace judge
}  // namespace truce
