#pragma once
// Slips in what a report says in words: a place described two ways, times that do not give the
// delay stated, totals that do not follow from their parts, one figure stated anew, outcomes that
// do not account for every complaint. Only what the text itself contradicts is named; what it means
// is left to people.

#include <string>
#include <string_view>
#include <vector>

namespace truce::acquire {

struct TextSlip {
  // place_described_two_ways, times_do_not_add_up, total_differs_from_parts, restated,
  // end_state_missing
  std::string kind;
  std::string text;  // one sentence for a person
};

// Slips in the order of the list above. Times are of one day, HH:MM; "ten minutes later" counts
// from the time before it.
std::vector<TextSlip> check_text(std::string_view text);

// The differences in minutes between the last time in the text and each time before it, stated or
// derived; what a stated delay is compared with.
std::vector<int> delays_min(std::string_view text);

}  // namespace truce::acquire
