#pragma once
// Why a clock stands where it stands: a message key with its arguments, so that every language can
// say it (model/messages.h), and the records that it rests on.

#include <string>
#include <vector>

#include "model/messages.h"

namespace truce::judge {

struct Why {
  std::string key;                   // "gate.coverage_low"
  std::vector<std::string> args;     // as messages take them: text of others through as_text
  std::vector<std::string> records;  // ids, sorted, once each
  friend bool operator==(const Why&, const Why&) = default;
};

// With its records sorted.
Why why(std::string key, std::vector<std::string> args = {}, std::vector<std::string> records = {});

// The sentence, without a full stop. A key that has none is a mistake of the programmer.
std::string words_of(const Why& w, Language language);
std::string to_english(const Why& w);
// Every key that has a sentence, sorted.
std::vector<std::string> why_keys();

// 0.8, 0.799, 12: as short as it is exact to six digits.
std::string number_text(double v);

}  // namespace truce::judge
