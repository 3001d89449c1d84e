#include "stages/judge/why.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <string_view>
#include <utility>

#include "base/result.h"

namespace truce::judge {

namespace {

// "{0}" is the first argument. Sorted by key.
constexpr std::array<std::pair<std::string_view, std::string_view>, 47> kSentences{{
    {"cumulation.may_count", "{0} breaches of severity {1} may lie within {2}"},
    {"cumulation.counts", "{0} breaches of severity {1} within {2} count as one of severity {3}"},
    {"escalation.condition_may_hold", "it cannot be told whether {0}"},
    {"escalation.condition_not_met", "so far it is not so that {0}"},
    {"escalation.due", "{0} may be taken since {1}, on the signature of a person"},
    {"escalation.initial_doubtful", "it cannot be told whether {0} is the initial breach"},
    {"escalation.lapsed", "{0} could be taken until {1}; nobody signed"},
    {"escalation.may_be_due", "{0} may be taken from some time between {1} and {2}"},
    {"escalation.not_due", "{0} may not be taken before {1}"},
    {"escalation.signed", "{0} was signed at {1}"},
    {"escalation.would_follow", "with a signature {0} would follow, from {1} on, where {2}"},
    {"gate.breach", "breach {0} of provision {1} on {2}: the count begins again"},
    {"gate.coverage_low", "coverage of {1} in {0} was {2}, under {3}: the day does not count"},
    {"gate.coverage_unknown", "nobody knows the coverage of {1} in {0}: the day does not count"},
    {"gate.doubt",
     "finding {0} is open, with a probability of {1}, over {2}: the day does not count"},
    {"gate.expired", "{0} was not done by {1}"},
    {"gate.lost", "breach {0} of provision {1} on {2}, before the first step: the gate is lost"},
    {"gate.maybe_breach", "breach {0} of provision {1} may have been on {2}"},
    {"gate.moved_back", "{0}: {1} with {2}, where it had been {3} with {4}"},
    {"gate.moved_on", "{0}: {1} with {2}, where it had been {3} with {4}"},
    {"gate.not_mirrored", "{0}: the parties were more than {1} apart"},
    {"gate.not_started", "the count has not begun"},
    {"gate.opened", "{0} of {0} days of verified quiet"},
    {"gate.running", "open; {0} is due by {1}"},
    {"gate.start_doubtful", "it cannot be told whether the count has begun"},
    {"gate.step_unclear", "it cannot be told whether {0} was done in time, by {1}"},
    {"gate.today", "the day is not over"},
    {"gate.unobserved", "up to {2} effects of {1} in {0} may have gone unobserved, over {3}"},
    {"gate.unplaced", "breach {0} of provision {1} has no sector: the day does not count"},
    {"gate.used", "every step was done"},
    {"gate.verified", "day {0} of {1} of verified quiet"},
    {"gate.verified_between", "day {0} or {1} of {2} of verified quiet"},
    {"obligation.acts_unclear", "it cannot be told whether {0} was done in time, by {1}"},
    {"obligation.breached", "{0} was not done by {1}"},
    {"obligation.broken", "{0} happened while it was forbidden"},
    {"obligation.compensated", "breached, and made good by {0}"},
    {"obligation.day_short", "{0} was done fewer than {1} times on {2}"},
    {"obligation.day_unclear", "it cannot be told whether {0} was done {1} times on {2}"},
    {"obligation.deadline_unclear", "the deadline lies between {0} and {1}"},
    {"obligation.done", "{0} was done in time, by {1}"},
    {"obligation.in_force", "{0} is due by {1}"},
    {"obligation.kept", "kept to the end"},
    {"obligation.kept_so_far", "kept so far"},
    {"obligation.not_triggered", "{0} has not happened"},
    {"obligation.perhaps_broken", "it cannot be told whether {0} happened while it was forbidden"},
    {"obligation.terminated", "{0} ended it before its deadline"},
    {"obligation.trigger_unclear", "it cannot be told whether {0} happened"},
}};

}  // namespace

Why why(std::string key, std::vector<std::string> args, std::vector<std::string> records) {
  std::sort(records.begin(), records.end());
  records.erase(std::unique(records.begin(), records.end()), records.end());
  return {std::move(key), std::move(args), std::move(records)};
}

std::string to_english(const Why& w) {
  const auto* found = std::find_if(kSentences.begin(), kSentences.end(),
                                   [&](const auto& s) { return s.first == w.key; });
  TRUCE_ENSURE(found != kSentences.end());
  std::string out;
  const std::string_view text = found->second;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '{') {
      out += text[i];
      continue;
    }
    const auto n = static_cast<std::size_t>(text[i + 1] - '0');
    out += n < w.args.size() ? w.args[n] : "?";
    i += 2;
  }
  return out;
}

std::vector<std::string> why_keys() {
  std::vector<std::string> out;
  for (const auto& s : kSentences) out.emplace_back(s.first);
  std::sort(out.begin(), out.end());
  return out;
}

std::string number_text(double v) {
  std::array<char, 32> out{};
  std::snprintf(out.data(), out.size(), "%g", v);
  return out.data();
}

}  // namespace truce::judge
