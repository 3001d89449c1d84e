#pragma once
// Figures and times as a report writes them.

#include <string>

#include "stages/report/report.h"

namespace truce::report {

std::string n(std::int64_t v);
std::string grouped(std::int64_t v);  // thousands apart by a thin space
std::string one_decimal(double v);
std::string plural(std::int64_t count, const std::string& one, const std::string& many);

std::string day_text(CivilDay d);                            // "18 Apr"
std::string days_title(const std::vector<CivilDay>& days);   // "18–22 April 2025"
std::string time_text(Instant t, const Zone& zone);          // "18:05"
std::string moment(Instant t, const Zone& zone);             // "18 Apr 18:05"
std::string span_text(const Interval& i, const Zone& zone);  // "18 Apr 18:05 – 21 Apr 00:00"
std::string offset_text(Instant t, const Zone& zone);        // "EEST, UTC + 3"
// The same of all clocks that a period knows, in order: "EET, UTC + 2, then EEST, UTC + 3", and
// their names alone: "EET, then EEST".
std::string offsets_text(const Interval& period, const Zone& zone);
std::string zone_names(const Interval& period, const Zone& zone);

// The range around a best count: "exact", "2–5", "2 or more".
std::string interval_text(const CountInterval& c);
// Two decimals, more near the ends, never 0 or 1.
std::string probability(double p);
std::string value_words(FindingValue v);

}  // namespace truce::report
