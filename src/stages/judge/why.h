#pragma once
// Why a clock stands where it stands: a message key with its arguments, so that every language can
// say it, and the records that it rests on.

#include <string>
#include <vector>

namespace truce::judge {

struct Why {
  std::string key;                   // "gate.coverage_low"
  std::vector<std::string> args;     // in the order in which the message names them
  std::vector<std::string> records;  // ids, sorted, once each
  friend bool operator==(const Why&, const Why&) = default;
};

// With its records sorted.
Why why(std::string key, std::vector<std::string> args = {}, std::vector<std::string> records = {});

// The English sentence, without a full stop. A key that has none is a mistake of the programmer.
std::string to_english(const Why& w);
// Every key that has a sentence, sorted.
std::vector<std::string> why_keys();

// 0.8, 0.799, 12: as short as it is exact to six digits.
std::string number_text(double v);

}  // namespace truce::judge
