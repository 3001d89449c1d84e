#pragma once
// The words of `truce explain`: from a finding over its reasons and its incident down to the bytes
// that each observation came from; and of a source, what is known of its health. Pure text;
// command_explain.cpp fetches what it speaks of.

#include <optional>
#include <string>

#include "app/clocks.h"
#include "app/mission.h"
#include "base/zone.h"
#include "model/messages.h"
#include "model/records.h"
#include "stages/judge/judge.h"
#include "stages/ledger/store.h"

namespace truce::app {

// The value, its probability, the rule that made the one of the other, and what the text says.
std::string finding_words(const Finding& finding, const judge::Agreement& agreement,
                          Language language);
// The factors of the probability, and the one that decided.
std::string reason_words(const Finding& finding, Language language);
// Of the subject of findings: where the readings come to other values, with what they part on.
std::string difference_words(const Difference& difference, Language language);
// Who it may have been, most likely first; parties by their names in the agreement.
std::string attribution_words(const Attribution& attribution, const judge::Agreement& agreement,
                              Language language);
std::string incident_words(const Incident& incident, const Zone& zone, Language language);
// `number` is its place in the list of what the incident rests on.
std::string observation_words(std::size_t number, const Observation& observation, const Zone& zone,
                              Language language);
// One of those that an observation was derived from, which stands in the log at `entry`.
std::string behind_words(const Observation& behind, std::uint64_t entry, Language language);
// The line above them: how many there are, of which `told` follow.
std::string derived_words(const Observation& derived, std::size_t told, Language language);
// Of arrivals that an effect names besides: "shock wave of this shot, heard by 7 sensors:".
std::string named_words(const char* key, std::size_t sensors, Language language);
// A source of the mission.
std::string source_words(const Source& source);
// A feed of the mission, and the stretch of time that it tells of.
std::string feed_words(const Feed& feed, const std::optional<Interval>& span, const Zone& zone);
// How far one of its files was taken; `now_sha256` of the file as it lies there, empty when it
// cannot be read.
std::string progress_words(const ledger::FeedProgress& progress, const std::string& now_sha256);
// One stretch of a source's health, stated by it or found from what it said.
std::string health_words(const Health& health, const Zone& zone);
std::string statement_words(const Statement& statement, const Zone& zone, Language language);
std::string notice_words(const Notice& notice, const Zone& zone, Language language);
// A finding on an obligation: value, rule, what the text says, state and deadline, why.
std::string obligation_words(const ObligationFinding& found, const judge::Agreement& agreement,
                             const Zone& zone, Language language);
std::string event_words(std::size_t number, const Event& event, const Zone& zone,
                        Language language);
std::string quiet_words(std::size_t number, const std::string& id, const Quiet& quiet,
                        const Zone& zone, Language language);
std::string signature_words(std::size_t number, const Signature& signature, const Zone& zone,
                            Language language);
// The head of what is explained by itself, by its id.
std::string behind_words(std::size_t number, const char* key, const std::string& id,
                         Language language);
// An entry of the log whose record does not tell where it came from.
std::string entry_words(std::uint64_t entry, const std::string& sha256, const std::string& raw,
                        Language language);

// Where a record came from. Bytes are counted from 0 in the file as it reads unpacked, both ends
// meant. `now` is what stands there today, absent when the file cannot be read.
struct Trace {
  Origin origin;
  std::uint64_t entry = 0;  // position in the log
  std::string sha256;       // of the entry, hex
  std::string raw;          // what arrived, from the log
  std::optional<std::string> now;
};
std::string trace_words(const Trace& trace, Language language);

}  // namespace truce::app
