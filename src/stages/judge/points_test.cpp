#include "stages/judge/points.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "stages/judge/text.h"

namespace truce::judge {
namespace {

constexpr const char* kDrafts = R"(
[[draft]]
id = "first"
title = "First draft"
date = "2025-11-20"
source = "published 20 Nov 2025"
[[draft.point]]
number = 1
text = "The parties cease fire."
[[draft.point]]
number = 2
text = "A council monitors the line and investigates alleged breaches."
[[draft.point]]
number = 3
text = "Prisoners are exchanged."
[[draft.point]]
number = 4
text = "Detainees return."
[[draft.point]]
number = 5
text = "A joint flag is flown."

[[draft]]
id = "second"
title = "Second draft"
date = "2025-12-24"
source = "published 24 Dec 2025"
[[draft.point]]
number = 1
same_as = "first/1"
text = "The parties cease   fire."
[[draft.point]]
number = 2
same_as = "first/2"
text = "A council monitors the line."
[[draft.point]]
number = 3
same_as = "first/2"
text = "A commission investigates alleged breaches."
[[draft.point]]
number = 4
same_as = ["first/3", "first/4"]
text = "Prisoners are exchanged and detainees return."
[[draft.point]]
number = "5a"
text = "Breaches are answered by sanctions."
[[draft.point.provision]]
id = "sanctions"
words = "no fire, under sanctions"
from = "2026-01-10T00:00"
standard_of_proof = "clear"
)";

std::string stated(const std::string& party, const std::string& point, const std::string& stance,
                   const std::string& when, const std::string& more = "") {
  return "[[position]]\nparty = \"" + party + "\"\npoint = \"" + point + "\"\nstance = \"" +
         stance + "\"\nwhen = " + when + "\nwords = \"as said\"\n" + more +
         "statement = { speaker = \"spokesperson of party " + party +
         "\", date = \"2025-12-25\", quote = \"…\", url = \"https://example.org/1\" }\n";
}

const PointsContext kPlanParties{
    {"a", "b"}, std::vector<std::string>{"ceasefire"}, ::truce::Zone::utc()};

Points points_of(const std::string& text) {
  Problems problems;
  auto p = parse_points(text, "points.toml", kPlanParties, problems);
  for (const auto& e : problems.errors) ADD_FAILURE() << e.to_text();
  return p.ok() ? *p : Points{};
}
// The errors, and no other.
std::vector<std::string> points_errors(const std::string& text) {
  Problems problems;
  const auto p = parse_points(text, "points.toml", kPlanParties, problems);
  EXPECT_EQ(p.ok(), problems.errors.empty());
  std::vector<std::string> out;
  for (const auto& e : problems.errors) {
    EXPECT_GT(e.place.line, 0U);
    EXPECT_FALSE(e.expected.empty()) << e.message;
    out.push_back(e.to_text());
  }
  return out;
}
void expect_points_error(const std::string& text, const std::string& part) {
  const auto errors = points_errors(text);
  EXPECT_TRUE(std::any_of(errors.begin(), errors.end(),
                          [&](const std::string& e) { return e.find(part) != std::string::npos; }))
      << "nothing says: " << part << (errors.empty() ? "" : "; but " + errors[0]);
}
Instant midnight_of(const char* text) { return *parse_instant(std::string(text) + "T00:00:00Z"); }

std::string without_runs(const std::vector<WordRun>& runs, WordRun::Kind without) {
  std::string out;
  for (const WordRun& r : runs) {
    if (r.kind != without) out += (out.empty() ? "" : " ") + r.words;
  }
  return out;
}

std::vector<std::string> changes_in_words(const Points& p, const char* from, const char* to) {
  std::vector<std::string> out;
  for (const auto& d : difference(p, *p.find(from), *p.find(to))) out.push_back(to_words(d));
  return out;
}

// ------------------------------------------------------------------------------------- two drafts

TEST(Points, say_what_became_of_each_point) {
  const std::vector<std::string> expected{"1, word for word", "2 → 2 and 3, split, amended",
                                          "3 and 4 → 4, merged, amended", "5 was dropped",
                                          "5a was added"};
  EXPECT_EQ(changes_in_words(points_of(kDrafts), "first", "second"), expected);
}

TEST(Points, read_backwards_turn_splits_into_mergers_and_additions_into_losses) {
  const std::vector<std::string> expected{"1, word for word", "2 and 3 → 2, merged, amended",
                                          "4 → 3 and 4, split, amended", "5a was dropped",
                                          "5 was added"};
  EXPECT_EQ(changes_in_words(points_of(kDrafts), "second", "first"), expected);
}

TEST(Points, of_a_draft_and_itself_are_the_same) {
  const Points p = points_of(kDrafts);
  for (const auto& d : p.drafts) {
    for (const auto& x : difference(p, d, d)) {
      EXPECT_EQ(x.change, PointChange::kFollows);
      EXPECT_EQ(x.text, TextChange::kSame);
      EXPECT_FALSE(x.renumbered);
    }
  }
}

TEST(Points, are_followed_over_versions_between) {
  const Points p = points_of(std::string(kDrafts) + R"(
[[draft]]
id = "third"
title = "Third draft"
source = "none"
[[draft.point]]
number = 9
same_as = "second/1"
text = "The parties cease fire."
[[draft.point]]
number = 2
same_as = "second/3"
)");
  EXPECT_EQ(changes_in_words(p, "first", "third")[0], "1 → 9, word for word");
  EXPECT_EQ(changes_in_words(p, "first", "third")[1], "2, wording not known");
  EXPECT_EQ(changes_in_words(p, "second", "third")[1], "2 was dropped");
  EXPECT_TRUE(difference(p, *p.find("first"), *p.find("third"))[0].renumbered);
  EXPECT_FALSE(difference(p, *p.find("first"), *p.find("third"))[1].renumbered);
}

TEST(Points, of_two_drafts_that_follow_one_draft_are_kin) {
  const auto draft = [](const std::string& id, const std::string& n, const std::string& follows) {
    return "[[draft]]\nid = \"" + id +
           "\"\ntitle = \"t\"\nsource = \"s\"\n[[draft.point]]\nnumber = " + n +
           "\ntext = \"x\"\n" + follows;
  };
  const Points p = points_of(draft("0", "1", "") + draft("left", "2", "same_as = \"0/1\"\n") +
                             draft("right", "3", "same_as = \"0/1\"\n"));
  EXPECT_EQ(changes_in_words(p, "left", "right"), std::vector<std::string>{"2 → 3, word for word"});
}

TEST(Points, that_nobody_listed_are_not_taken_for_dropped_or_added) {
  std::string text = kDrafts;
  text.insert(text.find("date = \"2025-12-24\""), "count = 20\n");
  const Points p = points_of(text);
  EXPECT_EQ(p.find("second")->unknown, 15U);
  const auto all = difference(p, *p.find("first"), *p.find("second"));
  EXPECT_EQ(to_words(all[3]),
            "5 may have been dropped: not all points of the other draft are known");
  EXPECT_TRUE(all[4].certain);  // the first is wholly known: what it lacks was added
}

TEST(Points, whose_text_is_ours_are_not_compared_word_by_word) {
  std::string text = kDrafts;
  text.insert(text.find("text = \"A council monitors the line.\""), "paraphrased = true\n");
  const Points p = points_of(text);
  const auto d = difference(p, *p.find("first"), *p.find("second"))[1];
  EXPECT_EQ(d.text, TextChange::kUnknown);
  EXPECT_TRUE(d.words.empty());
}

TEST(Points, that_have_no_number_are_not_renumbered) {
  std::string text = kDrafts;
  text.replace(text.find("number = 1\nsame_as"), 10, "unnumbered = true\nnumber = \"ceasefire\"");
  const Points p = points_of(text);
  EXPECT_FALSE(difference(p, *p.find("first"), *p.find("second"))[0].renumbered);
}

TEST(Points, tell_the_words_that_were_taken_out_and_put_in) {
  const auto runs = word_difference("troops leave within 30 days of signature",
                                    "all troops leave within 60 days");
  using K = WordRun::Kind;
  const std::vector<WordRun> expected{{K::kAdded, "all"},  {K::kKept, "troops leave within"},
                                      {K::kRemoved, "30"}, {K::kAdded, "60"},
                                      {K::kKept, "days"},  {K::kRemoved, "of signature"}};
  EXPECT_EQ(runs, expected);
}

// Kept and removed words are the text before, kept and added ones that after, and both ways keep as
// many.
TEST(Points, differ_by_words_that_give_both_texts_back) {
  std::uint32_t state = 1;
  const auto next = [&state](std::uint32_t n) {
    state = state * 1664525 + 1013904223;
    return (state >> 16) % n;
  };
  const auto text = [&] {
    std::string out;
    for (std::uint32_t n = next(30); n > 0; --n)
      out += (out.empty() ? "" : " ") + std::string(1, static_cast<char>('a' + next(4)));
    return out;
  };
  const auto kept = [](const std::vector<WordRun>& runs) {
    std::size_t n = 0;
    for (const auto& r : runs) n += r.kind == WordRun::Kind::kKept ? r.words.size() + 1 : 0;
    return n;
  };
  for (int k = 0; k < 500; ++k) {
    const std::string a = text(), b = text();
    const auto runs = word_difference(a, b);
    EXPECT_EQ(without_runs(runs, WordRun::Kind::kAdded), a);
    EXPECT_EQ(without_runs(runs, WordRun::Kind::kRemoved), b);
    std::size_t there = 0, back = 0;
    for (const auto& r : runs)
      there += r.kind == WordRun::Kind::kKept ? (r.words.size() + 1) / 2 : 0;
    for (const auto& r : word_difference(b, a))
      back += r.kind == WordRun::Kind::kKept ? (r.words.size() + 1) / 2 : 0;
    EXPECT_EQ(there, back);
    EXPECT_EQ(kept(word_difference(a, a)), a.empty() ? 0 : a.size() + 1);
  }
}

TEST(Points, too_long_to_compare_are_replaced_as_a_whole) {
  std::string a = "same", b = "same";
  for (int k = 0; k < 2100; ++k) a += " x" + std::to_string(k), b += " y" + std::to_string(k);
  const auto runs = word_difference(a, b);
  ASSERT_EQ(runs.size(), 3U);
  EXPECT_EQ(runs[0].words, "same");
  EXPECT_EQ(without_runs(runs, WordRun::Kind::kAdded), a);
  EXPECT_EQ(without_runs(runs, WordRun::Kind::kRemoved), b);
}

// -------------------------------------------------------------------------------------- positions

TEST(Points, are_held_as_of_an_instant_until_a_later_position) {
  const Points p = points_of(kDrafts + stated("a", "second/2", "rejects", "\"2025-12-25\"") +
                             stated("a", "second/2", "conditions", "\"2025-12-28T12:00:00Z\"") +
                             stated("a", "second/2", "accepts", "\"2026-01-06\""));
  const auto at = [&](const char* t) { return held(p, "a", {"second", "2"}, *parse_instant(t)); };
  EXPECT_TRUE(at("2025-12-24T23:00:00Z").possible.empty());
  EXPECT_EQ(at("2025-12-25T12:00:00Z").stance(), std::nullopt);  // somewhere on that day
  EXPECT_EQ(at("2025-12-26T00:00:00Z").stance(), Stance::kRejects);
  EXPECT_EQ(at("2025-12-28T11:59:00Z").stance(), Stance::kRejects);
  EXPECT_EQ(at("2025-12-28T12:00:00Z").stance(), Stance::kConditions);
  EXPECT_EQ(at("2026-01-06T12:00:00Z").stance(), std::nullopt);
  EXPECT_EQ(at("2026-01-07T00:00:00Z").stance(), Stance::kAccepts);
  EXPECT_EQ(history(p, "a", {"second", "2"}).size(), 3U);
  EXPECT_TRUE(history(p, "b", {"second", "2"}).empty());
}

TEST(Points, given_up_leave_no_earlier_position_in_force) {
  const Points p = points_of(
      kDrafts + stated("a", "first/1", "rejects", "\"2025-12-01\"") +
      stated("a", "first/1", "accepts", "\"2025-12-25\"", "until = \"2026-01-01T00:00\"\n"));
  EXPECT_EQ(held(p, "a", {"first", "1"}, midnight_of("2025-12-31")).stance(), Stance::kAccepts);
  const Held after = held(p, "a", {"first", "1"}, midnight_of("2026-01-01"));
  EXPECT_TRUE(after.possible.empty());
  EXPECT_TRUE(after.maybe_none);
}

TEST(Points, repeated_word_for_word_carry_positions_on_and_amended_ones_do_not) {
  const Points p = points_of(kDrafts + stated("a", "first/1", "accepts", "\"2025-12-01\"") +
                             stated("a", "first/2", "accepts", "\"2025-12-01\"") +
                             stated("b", "second/1", "accepts", "\"2025-12-25\""));
  const Instant late = midnight_of("2026-02-01");
  EXPECT_EQ(held(p, "a", {"second", "1"}, late).stance(), Stance::kAccepts);
  EXPECT_EQ(held(p, "a", {"second", "2"}, late).stance(), std::nullopt);
  EXPECT_EQ(held(p, "b", {"first", "1"}, late).stance(), std::nullopt);  // never backwards
}

TEST(Points, are_agreed_when_all_parties_named_accept) {
  const Points p = points_of(kDrafts + stated("a", "second/1", "accepts", "\"2025-12-25\"") +
                             stated("b", "second/1", "accepts", "\"2025-12-27\"") +
                             stated("a", "second/2", "accepts", "\"2025-12-25\"") +
                             stated("b", "second/2", "amends", "\"2025-12-25\""));
  const DraftPlan& d = *p.find("second");
  const auto now = standing(p, d, {"a", "b"}, midnight_of("2025-12-28"));
  EXPECT_TRUE(now.points[0].agreed());
  ASSERT_EQ(now.points[1].open.size(), 1U);
  EXPECT_EQ(now.points[1].open[0].party, "b");
  EXPECT_EQ(now.points[1].open[0].held.stance(), Stance::kAmends);
  EXPECT_EQ(now.points[2].open.size(), 2U);
  EXPECT_FALSE(now.agreed());
  EXPECT_FALSE(standing(p, d, {"a", "b"}, midnight_of("2025-12-26")).points[0].agreed());
  EXPECT_TRUE(standing(p, d, {"a"}, midnight_of("2025-12-26")).points[0].agreed());
}

TEST(Points, that_nobody_listed_are_never_agreed) {
  std::string text =
      "[[draft]]\nid = \"d\"\ntitle = \"t\"\nsource = \"s\"\n[[draft.point]]\nnumber = 1\n" +
      stated("a", "d/1", "accepts", "\"2025-12-25\"");
  const Points whole = points_of(text);
  EXPECT_TRUE(standing(whole, whole.drafts[0], {"a"}, midnight_of("2026-01-01")).agreed());
  text.insert(text.find("title"), "count = 2\n");
  const Points part = points_of(text);
  EXPECT_FALSE(standing(part, part.drafts[0], {"a"}, midnight_of("2026-01-01")).agreed());
}

TEST(Points, accepted_and_rejected_at_one_time_are_a_contradiction) {
  const std::string noon = "\"2025-12-25T12:00:00Z\"";
  const Points p = points_of(kDrafts + stated("a", "second/2", "accepts", noon) +
                             stated("a", "second/2", "rejects", noon) +
                             stated("b", "second/2", "rejects", noon));
  const auto found = contradictions(p);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_TRUE(found[0].certain);
  EXPECT_EQ(say(found[0].message, Language::kEnglish),
            "a accepts second/2 and rejects it at the same time: spokesperson of party a, "
            "spokesperson of party a");
  EXPECT_EQ(held(p, "a", {"second", "2"}, midnight_of("2026-01-01")).stance(), std::nullopt);
}

TEST(Points, accepted_and_rejected_on_one_day_may_be_a_contradiction) {
  const Points p = points_of(kDrafts + stated("a", "second/2", "accepts", "\"2025-12-25\"") +
                             stated("a", "second/2", "rejects", "\"2025-12-25\""));
  ASSERT_EQ(contradictions(p).size(), 1U);
  EXPECT_FALSE(contradictions(p)[0].certain);
  const Points later = points_of(kDrafts + stated("a", "second/2", "accepts", "\"2025-12-25\"") +
                                 stated("a", "second/2", "rejects", "\"2025-12-26\""));
  EXPECT_TRUE(contradictions(later).empty());
}

// What either party is told depends on its name alone.
TEST(Points, mirror_when_the_parties_are_swapped) {
  constexpr const char* kStanceNames[] = {"accepts", "rejects", "amends", "conditions"};
  std::uint32_t state = 7;
  const auto next = [&state](std::uint32_t n) {
    state = state * 1664525 + 1013904223;
    return (state >> 16) % n;
  };
  for (int round = 0; round < 20; ++round) {
    std::string text = kDrafts, swapped = kDrafts;
    for (int k = 0; k < 12; ++k) {
      const bool first = next(2) == 0;
      const std::string point = "second/" + std::to_string(1 + next(4));
      const std::string when = "\"2025-12-2" + std::to_string(next(10)) + "\"";
      const std::string stance = kStanceNames[next(4)];
      text += stated(first ? "a" : "b", point, stance, when);
      swapped += stated(first ? "b" : "a", point, stance, when);
    }
    const Points p = points_of(text), q = points_of(swapped);
    EXPECT_EQ(contradictions(p).size(), contradictions(q).size());
    for (int d = 0; d < 11; ++d) {
      const Instant t = midnight_of("2025-12-20") + Duration::days(d);
      const auto s = standing(p, *p.find("second"), {"a", "b"}, t);
      const auto m = standing(q, *q.find("second"), {"b", "a"}, t);
      for (std::size_t i = 0; i < s.points.size(); ++i) {
        ASSERT_EQ(s.points[i].open.size(), m.points[i].open.size());
        for (std::size_t o = 0; o < s.points[i].open.size(); ++o)
          EXPECT_EQ(s.points[i].open[o].held.stance(), m.points[i].open[o].held.stance());
      }
    }
  }
}

TEST(Points, do_not_depend_on_the_order_of_positions_in_the_file) {
  const std::string one = stated("a", "second/1", "rejects", "\"2025-12-25\""),
                    two = stated("a", "second/1", "accepts", "\"2025-12-27\"");
  const Points p = points_of(kDrafts + one + two), q = points_of(kDrafts + two + one);
  const Instant t = midnight_of("2026-01-01");
  EXPECT_EQ(held(p, "a", {"second", "1"}, t).stance(), Stance::kAccepts);
  EXPECT_EQ(held(q, "a", {"second", "1"}, t).stance(), Stance::kAccepts);
}

// ---------------------------------------------------------------------------- entering into force

constexpr const char* kPlanAgreement =
    "id = \"x\"\ntitle = \"x\"\ntime_zone = \"UTC\"\n[standard_of_proof]\nclear = 0.8\n"
    "[[party]]\nid = \"a\"\nname = \"Party A\"\n[[party]]\nid = \"b\"\nname = \"Party B\"\n"
    "[[provision]]\nid = \"ceasefire\"\nwords = \"no fire\"\nstandard_of_proof = \"clear\"\n";

TEST(Points, enter_into_force_as_provisions_without_retyping) {
  const Points p = points_of(kDrafts);
  const auto text = provisions_of(p, *p.find("second"), {"5a"});
  ASSERT_TRUE(text.ok());
  Problems problems;
  const auto a = parse_agreement_with(*text, kPlanAgreement, "agreement.toml", {}, problems);
  ASSERT_TRUE(a.ok()) << problems.errors[0].to_text();
  const auto& made = a->readings[0].provisions;
  ASSERT_EQ(made.size(), 2U);
  EXPECT_EQ(made[1].id, "sanctions");
  EXPECT_EQ(made[1].source, "Second draft, point 5a");
  EXPECT_EQ(made[1].in_force.start, midnight_of("2026-01-10"));
}

// What a point carries is read as what agreement.toml holds, whatever it is.
TEST(Points, carry_provisions_with_every_key) {
  const std::string keys = R"(id = "all"
norm = "permission"
words = '''says "so" \ and
goes on'''
binds = ["a",
  "b"]
acts = ["fire"]
effects = ["burst", "shot"]
weapons = [{ weapon = "artillery", from_mm = 100.5 }, "mortar"]
needs = ["ordered"]
overrides = ["ceasefire"]
standard_of_proof = "clear"
remedies = ["it's \u00e9"]
source = "own"
)";
  const std::string exception = "id = \"e\"\nwords = \"w\"\nnotices = [\"demining\"]\n";
  const std::string agreement =
      std::string(kPlanAgreement) + "[[circumstance]]\nid = \"ordered\"\nwords = \"w\"\n";
  Problems problems;
  const auto written = parse_agreement(
      agreement + "[[provision]]\n" + keys + "[[provision.exception]]\n" + exception, "x", {},
      problems);
  ASSERT_TRUE(written.ok()) << problems.errors[0].to_text();
  const Points p = points_of(
      "[[draft]]\nid = \"d\"\ntitle = \"t\"\nsource = \"s\"\n[[draft.point]]\nnumber = 1\n"
      "[[draft.point.provision]]\n" +
      keys + "[[draft.point.provision.exception]]\n" + exception);
  const auto carried =
      parse_agreement_with(*provisions_of(p, p.drafts[0], {"1"}), agreement, "x", {}, problems);
  ASSERT_TRUE(carried.ok()) << problems.errors[0].to_text();
  const Texts none;
  EXPECT_EQ(carried->readings[0].provisions[1].words, written->readings[0].provisions[1].words);
  EXPECT_EQ(carried->readings[0].provisions[1].remedies,
            written->readings[0].provisions[1].remedies);
  EXPECT_EQ(carried->readings[0].provisions[1].weapons[0].min_mm, 100.5);
  EXPECT_EQ(print_agreement(*carried, none, {}), print_agreement(*written, none, {}));
}

TEST(Points, say_point_and_line_of_a_provision_that_is_wrong) {
  std::string text = kDrafts;
  text.replace(text.find("\"clear\""), 7, "\"none\"");
  const auto line = static_cast<std::size_t>(
      1 + std::count(text.begin(), text.begin() + static_cast<long>(text.find("\"none\"")), '\n'));
  const Points p = points_of(text);
  Problems problems;
  const auto a = parse_agreement_with(*provisions_of(p, *p.find("second"), {"1", "5a"}),
                                      kPlanAgreement, "agreement.toml", {}, problems);
  ASSERT_FALSE(a.ok());
  EXPECT_EQ(a.error().place.line, line);
  EXPECT_EQ(a.error().place.source, "points.toml");
  EXPECT_EQ(a.error().message.rfind("point second/5a: ", 0), 0U) << a.error().message;
}

TEST(Points, that_repeat_one_word_for_word_enter_into_force_as_it_does) {
  std::string text = kDrafts;
  text +=
      "[[draft]]\nid = \"third\"\ntitle = \"Third draft\"\nsource = \"s\"\n[[draft.point]]\n"
      "number = 1\nsame_as = \"second/5a\"\ntext = \"Breaches are answered by sanctions.\"\n";
  const Points p = points_of(text);
  EXPECT_NE(provisions_of(p, *p.find("third"), {"1"})->toml.find("Third draft, point 1"),
            std::string::npos);
  EXPECT_FALSE(provisions_of(p, *p.find("third"), {"2"}).ok());
}

// -------------------------------------------------------------------------------- on an earlier
// day

constexpr const char* kUndated = R"(
[[draft]]
id = "rumoured"
title = "A draft of which no day is known"
source = "reports"
[[draft.point]]
number = 1
same_as = "second/1"
)";

TEST(Points, known_on_a_day_are_drafts_of_that_day_and_what_follows_none_later) {
  const Points p = points_of(std::string(kDrafts) + kUndated);
  const auto drafts_on = [&](CivilDay day) {
    std::string out;
    for (const auto& d : as_known_on(p, day, ::truce::Zone::utc()).drafts) out += d.id + " ";
    return out;
  };
  EXPECT_EQ(drafts_on({2025, 11, 19}), "");
  EXPECT_EQ(drafts_on({2025, 11, 20}), "first ");
  EXPECT_EQ(drafts_on({2025, 12, 23}), "first ");
  EXPECT_EQ(drafts_on({2025, 12, 24}), "first second rumoured ");
}

TEST(Points, known_on_a_day_are_positions_that_were_stated_by_its_end) {
  // Taken on the 24th, stated on the 25th.
  const Points p =
      points_of(std::string(kDrafts) + stated("a", "second/1", "accepts", "\"2025-12-24\"") +
                stated("b", "second/1", "accepts", "\"2025-12-24\""));
  const auto zone = *::truce::Zone::find("Europe/Kyiv");
  EXPECT_TRUE(as_known_on(p, {2025, 12, 24}, ::truce::Zone::utc()).positions.empty());
  const Points later = as_known_on(p, {2025, 12, 25}, ::truce::Zone::utc());
  EXPECT_EQ(later.positions.size(), 2U);
  EXPECT_TRUE(standing(later, *later.find("second"), {"a", "b"}, midnight_of("2025-12-26"))
                  .points.front()
                  .agreed());
  // The day is one of the agreement's zone: in Kyiv the 24th ends at 22:00 UTC.
  EXPECT_TRUE(as_known_on(p, {2025, 12, 24}, zone).positions.empty());
}

// ----------------------------------------------------------------------------------- hostile input

TEST(Points, refuse_what_contradicts_itself) {
  const std::string d = kDrafts;
  const auto in_place = [&](const std::string& what, const std::string& by) {
    std::string out = d;
    out.replace(out.find(what), what.size(), by);
    return out;
  };
  const auto plus = [&](const std::string& party, const std::string& point,
                        const std::string& stance,
                        const std::string& when) { return d + stated(party, point, stance, when); };
  expect_points_error("", "there is no draft");
  expect_points_error("[[draft", "points.toml:1");
  expect_points_error("a = \"\xff\"", "is not UTF-8");
  expect_points_error(in_place("same_as = \"first/1\"", "same_as = \"first/77\""),
                      "no point \"first/77\"");
  expect_points_error(in_place("same_as = \"first/1\"", "same_as = \"first\""), "names no point");
  expect_points_error(in_place("same_as = \"first/1\"", "same_as = \"second/2\""),
                      "is of the same draft");
  expect_points_error(
      in_place("same_as = [\"first/3\", \"first/4\"]", "same_as = [\"first/3\", \"first/3\"]"),
      "names first/3 twice");
  expect_points_error(in_place("number = 5\n", "number = 4\n"), "there is a point 4 before");
  expect_points_error(in_place("number = 5\n", "number = \"5/1\"\n"), "cannot name a point");
  expect_points_error(in_place("id = \"second\"", "id = \"first\""),
                      "there is a draft \"first\" before");
  expect_points_error(in_place("2025-11-20", "2025-11-31"), "is not a day");
  expect_points_error(in_place("2025-11-20", "2025-12-25"), "follows a point of a later draft");
  expect_points_error(in_place("date", "dat"), "is not a key");
  expect_points_error(in_place("source = \"published 20 Nov 2025\"", "count = 4"), "5 are listed");
  expect_points_error(in_place("source = \"published 20 Nov 2025\"", "count = 5.5"),
                      "cannot have so many");
  expect_points_error(in_place("[[draft.point.provision]]",
                               "enters_into_force_as = [\"none\"]\n[[draft.point.provision]]"),
                      "there is no provision \"none\"");
  expect_points_error(plus("c", "first/1", "accepts", "\"2025-12-25\""), "there is no party \"c\"");
  expect_points_error(plus("a", "first/9", "accepts", "\"2025-12-25\""), "no point \"first/9\"");
  expect_points_error(plus("a", "first/1", "likes", "\"2025-12-25\""), "is no stance");
  expect_points_error(plus("a", "first/1", "accepts", "\"2025-13-25\""), "is not a time");
  expect_points_error(plus("a", "first/1", "accepts", "{ from = \"2025-12-25T00:00\" }"),
                      "is missing");
  expect_points_error(plus("a", "first/1", "accepts",
                           "{ from = \"2025-12-25T00:00\", until = \"2025-12-24T00:00\" }"),
                      "lies before");
  expect_points_error(
      plus("a", "first/1", "accepts", "\"2025-12-25\"\nuntil = \"2025-12-24T00:00\""),
      "before the position was taken");
}

TEST(Points, refuse_a_position_that_rests_on_no_statement) {
  const std::string begin =
      std::string(kDrafts) +
      "[[position]]\nparty = \"a\"\npoint = \"first/1\"\nstance = \"accepts\"\n";
  expect_points_error(begin, "needs a statement");
  const std::string whole[] = {"speaker = \"office\"", "date = \"2025-12-25\"", "quote = \"q\"",
                               "url = \"u\""};
  for (int without = 0; without < 4; ++without) {
    std::string s;
    for (int k = 0; k < 4; ++k) {
      if (k != without) s += (s.empty() ? "" : ", ") + whole[k];
    }
    EXPECT_EQ(points_errors(begin + "statement = { " + s + " }\n").size(), 1U);
  }
  const Points p = points_of(begin +
                             "statement = { speaker = \"office\", date = \"2025-12-25\", quote = "
                             "\"q\", url = \"u\" }\n");
  EXPECT_EQ(p.positions[0].when, (Interval{midnight_of("2025-12-25"), midnight_of("2025-12-26")}));
  EXPECT_EQ(p.positions[0].statement.about, "first/1");
}

TEST(Points, refuse_a_circle_once_with_its_way) {
  std::string text;
  for (const char* id : {"x", "y", "z"})
    text += std::string("[[draft]]\nid = \"") + id +
            "\"\ntitle = \"t\"\nsource = \"s\"\n[[draft.point]]\nnumber = 1\nsame_as = \"" +
            (*id == 'x'   ? "y"
             : *id == 'y' ? "z"
                          : "x") +
            "/1\"\n";
  const auto errors = points_errors(text);
  ASSERT_EQ(errors.size(), 1U);
  EXPECT_NE(errors[0].find("x/1 → y/1 → z/1 → x/1"), std::string::npos) << errors[0];
}

TEST(Points, say_all_that_is_wrong_at_once) {
  EXPECT_EQ(
      points_errors("[[draft]]\nid = \"d\"\n[[draft.point]]\nnumber = 1\nsame_as = \"e/1\"\n"
                    "[[draft.point]]\nnumber = 1\n[[position]]\nparty = \"c\"\npoint = \"d/2\"\n"
                    "stance = \"maybe\"\n")
          .size(),
      8U);
}

TEST(Points, keep_within_their_limits) {
  std::string many = "[[draft]]\nid = \"d\"\ntitle = \"t\"\nsource = \"s\"\n";
  std::string text = many;
  for (std::size_t k = 0; k <= kPointsMax; ++k)
    text += "[[draft.point]]\nnumber = " + std::to_string(k) + "\n";
  expect_points_error(text, "no more than 200");
  std::string words;
  for (std::size_t k = 0; k <= kPointWordsMax; ++k) words += "w ";
  expect_points_error(many + "[[draft.point]]\nnumber = 1\ntext = \"" + words + "\"\n",
                      "words long");
  std::string drafts;
  for (std::size_t k = 0; k <= kDraftsMax; ++k) drafts += "[[draft]]\n";
  expect_points_error(drafts, "no more than 50");
}

// ---------------------------------------------------------------------------------------- examples

std::string file_of_project(const std::string& path) {
  std::ifstream in(std::string(TRUCE_SOURCE_DIR) + "/" + path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

TEST(Points, of_the_documentation_can_be_read) {
  const std::string page = file_of_project("docs/agreement-points.md");
  std::string toml;
  for (std::size_t at = page.find("```toml\n"); at != std::string::npos;
       at = page.find("```toml\n", at + 1)) {
    const auto begin = at + 8;
    toml += page.substr(begin, page.find("```", begin) - begin);
  }
  const Points p = points_of(toml);
  ASSERT_EQ(p.drafts.size(), 2U);
  EXPECT_FALSE(p.positions.empty());
}

TEST(Points, of_the_plan_of_2025_are_no_more_than_is_known_of_them) {
  Problems problems;
  const auto p = parse_points(file_of_project("examples/agreements/plan-2025/points.toml"),
                              "points.toml", {{"ru", "ua"}, {}, ::truce::Zone::utc()}, problems);
  ASSERT_TRUE(p.ok()) << problems.errors[0].to_text();
  EXPECT_EQ(p->find("28-points")->unknown, 28U);
  EXPECT_EQ(p->find("20-points")->points.size() + p->find("20-points")->unknown, 20U);
  for (const auto& d : difference(*p, *p->find("28-points"), *p->find("20-points")))
    EXPECT_FALSE(d.certain);
  EXPECT_FALSE(
      standing(*p, *p->find("20-points"), {"ru", "ua"}, midnight_of("2026-01-06")).agreed());
}

}  // namespace
}  // namespace truce::judge
