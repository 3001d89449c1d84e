#include "stages/judge/clock_cases.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace truce::judge {
namespace {

constexpr const char* kAgreementOfCases = R"(id = "a"
title = "t"
time_zone = "Europe/Kyiv"
severities = ["minor", "serious"]
[standard_of_proof]
clear = 0.85
[[party]]
id = "north"
name = "N"
[[party]]
id = "south"
name = "S"
[[provision]]
id = "1"
words = "w"
standard_of_proof = "clear"
severity = "minor"
[[gate]]
id = "g"
words = "w"
sectors = ["east", "west"]
classes = ["burst"]
from = "2016-10-01T00:00"
days = 2
coverage_min = 0.8
unobserved_max = 3
standard = "clear"
breach_while_open = "lost"
[[obligation]]
id = "begin"
words = "w"
kind = "achievement"
trigger = "signature"
act = "begun"
within = "2 h"
standard = "clear"
[[escalation]]
id = "r"
words = "w"
standard = "clear"
pause_max = "12 h"
same_place = "sector"
[[escalation.tier]]
id = "t"
words = "a warning"
needs = "breach"
[[reading]]
id = "slow"
party = "south"
words = "three days, and the end of the next day"
[[reading.change]]
gate = "g"
days = 3
[[reading.change]]
obligation = "begin"
by = "end of day 1"
day_one = "the day after"
)";

Agreement agreement_of_cases(const std::string& more = "") {
  Problems problems;
  auto a = parse_agreement(kAgreementOfCases + more, "agreement.toml", {}, problems);
  for (const Error& e : problems.errors) ADD_FAILURE() << e.to_text();
  return a.ok() ? *std::move(a) : Agreement{};
}

// Every error that a text of the agreement brings, in lines.
std::string errors_of_agreement(const std::string& more) {
  Problems problems;
  static_cast<void>(parse_agreement(kAgreementOfCases + more, "agreement.toml", {}, problems));
  std::string out;
  for (const Error& e : problems.errors) out += e.to_text() + "\n";
  return out;
}

std::string errors_of_clock_cases(const std::string& toml) {
  Problems problems;
  const Agreement a = agreement_of_cases();
  const auto cases = parse_clock_cases(toml, "clocks.toml", a, problems);
  std::string out;
  for (const Error& e : problems.errors) out += e.to_text() + "\n";
  for (const auto& o : work(a, cases)) {
    if (!o.as_worked) out += contradiction(o, a.civil_zone, "clocks.toml").to_text() + "\n";
  }
  return out;
}

TEST(ClockCases, that_are_worked_rightly_say_nothing) {
  EXPECT_EQ(errors_of_clock_cases(R"([[case]]
id = "quiet"
why = "two days"
quiet = ["2016-10-01 to 2016-10-02"]
expect = [
  { at = "2016-10-02T23:59", gate = "g", state = "counting", count = 1, opens = "2016-10-03T00:00" },
  { at = "2016-10-03T00:00", gate = "g", state = "open", count = 2, why = "gate.opened" },
]
[[case]]
id = "slow"
why = "three days under the reading, and by the end of the day after the signature"
reading = "slow"
quiet = ["2016-10-01 to 2016-10-03"]
events = [{ name = "signature", at = "2016-10-01T08:00" }]
expect = [
  { at = "2016-10-03T00:00", gate = "g", state = "counting" },
  { at = "2016-10-04T00:00", gate = "g", state = "open" },
  { at = "2016-10-02T23:59", obligation = "begin", state = "in_force", due = "end of 2016-10-02" },
  { at = "2016-10-03T00:00", obligation = "begin", state = "breached", value = "breach" },
]
)"),
            "");
}

TEST(ClockCases, that_come_out_otherwise_say_what_was_expected_what_is_found_and_why) {
  EXPECT_EQ(
      errors_of_clock_cases(R"([[case]]
id = "one-day"
why = "w"
quiet = ["2016-10-01"]
breaches = [{ provision = "1", sector = "west", at = "2016-10-01T08:00" }]
expect = [
  { at = "2016-10-02T00:00", gate = "g", state = "open", count = 2 },
  { at = "2016-10-02T00:00", escalation = "r", tier = "t", state = "lapsed" },
]
)"),
      "clocks.toml:7: case one-day, gate g at 2016-10-02 00:00 +03:00 EEST was worked as open, "
      "2 counted, and is found waiting, 0 counted, to open 2016-10-04 00:00 +03:00 EEST: the "
      "day is not over; expected a case and a rule (g) that agree\n"
      "clocks.toml:8: case one-day, escalation r, tier t at 2016-10-02 00:00 +03:00 EEST was "
      "worked as lapsed, and is found due, from 2016-10-01 08:00 +03:00 EEST: a warning may "
      "be taken since 2016-10-01 08:00 +03:00 EEST, on the signature of a person; expected a "
      "case and a rule (r) that agree\n");
}

TEST(ClockCases, of_each_party_are_otherwise_where_one_of_them_is) {
  const std::string events = R"([[case]]
id = "two"
why = "w"
events = [{ name = "signature", at = "2016-10-01T08:00" },
  { name = "begun", party = "north", at = "2016-10-01T09:00" }]
expect = [{ at = "2016-10-02T00:00", obligation = "begin", )";
  EXPECT_EQ(errors_of_clock_cases(events + "party = \"north\", state = \"fulfilled\" }]\n"), "");
  EXPECT_NE(errors_of_clock_cases(events + "state = \"fulfilled\" }]\n").find("found breached"),
            std::string::npos);
  EXPECT_NE(errors_of_clock_cases(events + "state = \"breached\" }]\n").find("found fulfilled"),
            std::string::npos);
}

TEST(ClockCases, say_everything_wrong_with_line_and_remedy) {
  const std::string all = errors_of_clock_cases(R"([[case]]
id = "a/b"
reading = "nobody's"
quiet = ["October", { days = "2016-10-02", until = "2016-10-03T00:00" }, "1900-01-01 to 2016-01-01"]
events = [
  { name = "signatur", at = "2016-10-01T08:00" },
  { name = "begun", party = "east", sector = "north", at = "today" },
  { name = "begun", from = "2016-10-01T08:00" },
]
breaches = [
  { provision = "2", at = "2016-10-01T08:00", probability = 2, severity = "grim" },
]
signatures = [{ escalation = "r", tier = "x", breach = "y", at = "2016-10-01T08:00" }]
expect = [
  { gate = "g", state = "ajar" },
  { at = "2016-10-01T08:00", gate = "g", obligation = "begin", state = "open" },
  { at = "2016-10-01T08:00", obligation = "begin", state = "in_force", value = "bad", due = "end of time" },
  { at = "2016-10-01T08:00", gate = "g", state = "open", why = "gate.opend", count = "7" },
  { at = "2016-10-01T08:00", cumulation = "c" },
]
[[case]]
id = "twice"
why = "w"
quiet = ["2016-10-01 to 2016-10-02", "2016-10-02"]
colour = "red"
)");
  for (const char* part :
       {"clocks.toml:2:6, field id: the id \"a/b\" has a slash; expected an id without a slash",
        "1:1, field why: \"why\" is missing",
        "3:11, field reading: there is no reading",
        "4:10, field quiet: \"October\" are no days",
        "field days: which days it was is not said",
        "are 42369 days; expected no more than 800",
        "nothing waits for an event \"signatur\"; expected one of begun, signature",
        "field party: there is no party \"east\"",
        "field sector: there is no sector \"north\"",
        "field at: \"today\" is not a time that can be held",
        "8:3, field at: when it was is not said",
        "field provision: there is no provision \"2\"",
        "field probability",
        "there is no severity \"grim\"",
        "there is no tier \"x\"",
        "there is no breach \"y\"",
        "field at: \"at\" is missing",
        "15:25, field state: \"ajar\" is no state of it; expected waiting, counting, paused",
        "16:3, field expect: it is not said what must stand somewhere",
        "\"bad\" is no value of a finding",
        "\"end of time\" is no day",
        "there is no reason \"gate.opend\"; expected one of gate.breach",
        "field count: is no number of days",
        "there is no cumulation \"c\"",
        "field certain: \"certain\" is missing",
        "is told twice; expected each day once",
        "25:10, field colour: \"colour\" is not a key",
        "field expect: the case expects nothing"})
    EXPECT_NE(all.find(part), std::string::npos) << part << "\n" << all;
}

TEST(ClockCases, are_refused_where_there_are_none) {
  EXPECT_NE(errors_of_clock_cases("").find("there are no cases"), std::string::npos);
  EXPECT_NE(errors_of_clock_cases("[[case]\n").find("clocks.toml:1"), std::string::npos);
}

TEST(ReadingOfClocks, replaces_the_keys_that_it_names_and_no_others) {
  const Agreement a = agreement_of_cases();
  ASSERT_EQ(a.readings.size(), 2U);
  const ClockRules& base = a.readings[0].clocks;
  const ClockRules& slow = a.readings[1].clocks;
  EXPECT_EQ(base.gates.at(0).days, 2);
  EXPECT_EQ(slow.gates.at(0).days, 3);
  GateRule same = slow.gates[0];
  same.days = 2;
  EXPECT_EQ(same, base.gates[0]);
  EXPECT_EQ(base.obligations.at(0).deadline->within, std::optional(Duration::hours(2)));
  EXPECT_EQ(slow.obligations.at(0).deadline->within, std::nullopt);
  EXPECT_EQ(slow.obligations[0].deadline->day, 1);
  EXPECT_EQ(slow.escalations, base.escalations);
}

TEST(ReadingOfClocks, says_its_own_mistakes_at_its_own_lines_and_none_twice) {
  const std::string all = errors_of_agreement(R"([[gate]]
id = "h"
words = "w"
sectors = []
from = "2016-10-01T00:00"
days = 2
coverage_min = 0.8
unobserved_max = 3
standard = "clear"
breach_while_open = "lost"
[[reading]]
id = "r1"
words = "w"
[[reading.change]]
gate = "g"
days = "many"
[[reading.change]]
gate = "nowhere"
days = 3
[[reading.change]]
obligation = "begin"
id = "other"
colour = "red"
[[reading.change]]
gate = "g"
provision = "1"
)");
  for (const char* part : {"73:8, field days: \"days\" is not a number",
                           "75:8, field gate: there is no gate \"nowhere\" to read otherwise",
                           "79:6, field id: \"id\" is the same under every reading",
                           "80:10, field colour: \"colour\" is not a key",
                           "81:1, field change: it is not said what is read otherwise"})
    EXPECT_NE(all.find(part), std::string::npos) << part << "\n" << all;
  const std::string no_sector = "no sector is named";
  const auto first = all.find(no_sector);
  ASSERT_NE(first, std::string::npos);
  EXPECT_EQ(all.find(no_sector, first + 1), std::string::npos) << all;
}

}  // namespace
}  // namespace truce::judge
