#pragma once
// Whether an act may enter: what is asked of it before it is acknowledged.

#include <string>
#include <string_view>
#include <vector>

#include "model/act.h"
#include "stages/ledger/store.h"

namespace truce::app {

// An act names a time this close to ours.
inline constexpr Duration kActAndNow = Duration::minutes(15);
// Incidents further apart are not joined.
inline constexpr Duration kJoinedWithin = Duration::hours(168);

// What is known as it is asked.
struct ActFacts {
  Instant now;
  std::string account;               // who asks
  std::string account_key;           // hex; empty: has none
  std::string mission;               // its id
  std::size_t members_max = 20'000;  // of an incident
  ledger::Store& store;              // as it was last committed
  const std::vector<Act>& waiting;   // acknowledged, and not in the log yet
};

// The act, where it may enter. Errors: kBadInput with the field and the reason: not signed by the
// account's key, of another account or mission, stale, a nonce given before, an incident, class,
// observation or act that there is none of, or that changes nothing. kUnusable: it is sound, and
// asks to join or split incidents with located effects, which is not done by hand. The store's.
Result<Act> check_act(std::string_view statement, std::string_view key, std::string_view signature,
                      const ActFacts& facts);

}  // namespace truce::app
