#pragma once
// Of `truce explain`: obligations, gates, cumulations and episodes with all that they rest on, and
// each such record by itself.

#include <optional>
#include <string>

#include "app/clocks.h"
#include "app/session.h"

namespace truce::app {

Result<std::string> explain_obligation(Session& s, const ObligationFinding& found,
                                       Language language);
Result<std::string> explain_obligation_json(Session& s, const ObligationFinding& found);

// An event, a window of quiet, a signature, a gate, or breaches that count as one, by the id that
// `truce clocks` prints; nothing where `id` is none of these.
Result<std::optional<std::string>> explain_clock_thing(Session& s, const std::string& id,
                                                       Language language);
Result<std::optional<std::string>> explain_clock_thing_json(Session& s, const std::string& id);

// The tiers of the episode that a breach begins; empty where it begins none.
Result<std::string> explain_episode(Session& s, const std::string& breach, Language language);

}  // namespace truce::app
