#pragma once
// Reports that are made when they are asked for: of the same log the same bytes.

#include <string_view>

#include "app/log_digest.h"
#include "app/mission.h"
#include "stages/ledger/store.h"
#include "stages/serve/serve.h"

namespace truce::app {

inline constexpr int kReportDaysMax = 400;

// {"reports": [{"first", "last", "name"}]}: that of the mission, then one of each of its days of
// which anything is known (the latest kReportDaysMax). Errors: the store's.
Result<std::string> reports_json(const Mission& mission, ledger::Store& store);

// NAME.html or NAME.json, where NAME is a day "2025-04-18" or the first and the last of several
// "2025-04-18_2025-04-22". It says that it was as known when the last entry of the log came in.
// Errors: kNotFound for another name, kLimit for more days than kReportDaysMax, the store's, the
// log's.
Result<serve::View> report_view(const Mission& mission, ledger::Store& store, LogDigests& digests,
                                std::string_view file);

}  // namespace truce::app
