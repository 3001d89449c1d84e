#pragma once
// The waveforms and photos behind an incident.

#include <cstddef>
#include <string>
#include <string_view>

#include "base/instant.h"
#include "stages/ledger/store.h"

namespace truce::app {

// A recording is behind an observation of its own source, reported or heard, when it was made in
// its time: a waveform by that time itself, a photo within a minute, because a camera's clock and a
// patrol's watch differ. {"more":…,"recordings":[…]}, each with the observations that it is behind,
// in order of time; `more` where they are more than 200. Errors: kNotFound where there is no such
// incident; the store's.
Result<std::string> recordings_json(ledger::Store& store, std::string_view incident);

// What a waveform shows within the window (acquire::traces_within): {"bins":…,"channels":
// [{"channel":…,"high":[…],"low":[…],"rate_hz":…}],"window":…}, null where there is no sample.
Result<std::string> traces_json(std::string_view bytes, const Interval& window, std::size_t bins);

}  // namespace truce::app
