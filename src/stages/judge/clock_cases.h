#pragma once
// Worked cases for what time does: a small history, and where gates, obligations, tiers and
// cumulations must stand at some instants of it (clocks.toml, docs/agreement-time.md). They are run
// whenever the agreement is checked, as those of cases.csv are.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "stages/judge/agreement.h"

namespace truce::judge {

enum class ClockKind : std::uint8_t { kGate, kObligation, kTier, kEpisodes, kCumulation };
std::string_view to_string(ClockKind k);  // "gate", "obligation", "escalation", …

// Where something stands. Of what must be so, a field that is empty may be anything.
struct ClockStanding {
  std::string state;             // as it is spelt in records
  std::string value;             // of an obligation
  std::string missing;           // of an obligation
  std::optional<int> low, high;  // days counted; episodes; cumulations that are certain
  std::optional<int> possible;   // cumulations that are not
  std::optional<Due> due;  // of an obligation; when a tier may be taken; when a gate opens if all
                           // stays quiet
  std::string why;         // key of the reason
};

// What must be so at an instant.
struct ClockExpectation {
  ClockKind kind = ClockKind::kGate;
  std::string rule;     // id of the gate, obligation, escalation or cumulation
  Instant at;           // what is asked about, all of the history until then
  std::string party;    // of an obligation; empty: each that it binds
  std::string trigger;  // of an obligation; empty: each
  std::string breach;   // of a tier, the initial one; empty: each episode
  std::string tier;
  ClockStanding worked;
  std::uint64_t line = 0;
};

struct ClockCase {
  std::string id;
  std::string why;  // in words, for who reads the file
  std::string reading;
  Timeline timeline;
  std::vector<ClockExpectation> expect;
  std::uint64_t line = 0;
};

// Cases that cannot be read go to `problems`, each mistake with its line; the others are returned.
std::vector<ClockCase> parse_clock_cases(std::string_view toml, std::string_view source,
                                         const Agreement& agreement, Problems& problems);

struct ClockOutcome {
  const ClockCase* of = nullptr;
  const ClockExpectation* expected = nullptr;
  std::optional<ClockStanding> found;  // none: nothing of the kind
  Why because;                         // no key where there is nothing of which to say why
  bool as_worked = false;
};
// One for each thing expected, in their order.
std::vector<ClockOutcome> work(const Agreement& agreement, const std::vector<ClockCase>& cases);

// "gate area at 2016-10-08 00:00 +03:00 EEST", and "open, 7 counted". The key of the reason is not
// among the words: `because` says it in full.
std::string asked_words(const ClockExpectation& e, const ::truce::Zone& zone,
                        Language language = Language::kEnglish);
std::string words_of(const ClockStanding& s, ClockKind of, const ::truce::Zone& zone,
                     Language language = Language::kEnglish);
std::string found_words(const ClockOutcome& outcome, const ::truce::Zone& zone,
                        Language language = Language::kEnglish);

Error contradiction(const ClockOutcome& outcome, const ::truce::Zone& zone,
                    std::string_view source);

}  // namespace truce::judge
