#pragma once
// Worked cases: what a lawyer says the answer must be, in a table beside the agreement (cases.csv).
// They are run whenever the agreement is checked. The columns are told in
// docs/agreement-language.md.

#include <string>
#include <vector>

#include "stages/judge/agreement.h"

namespace truce::judge {

class Judge;

struct WorkedCase {
  std::string id;
  std::string provision;
  std::string reading;
  Conduct conduct;
  std::vector<Notice> notices;
  FindingValue value = FindingValue::kUndeterminable;
  std::string missing;  // the fact that an undeterminable one must name; empty: any
  std::string why;      // in words, for who reads the table
  std::uint64_t line = 0;
};

// Rows that cannot be read go to `problems`, each with its line; the others are returned.
std::vector<WorkedCase> parse_cases(std::string_view csv, std::string_view source,
                                    const Agreement& agreement, const Geometry& geometry,
                                    Problems& problems);

struct Outcome {
  const WorkedCase* of = nullptr;
  Finding finding;
  bool as_worked = false;
};
// Each case's finding, in the order of the cases.
std::vector<Outcome> work(const Judge& judge, const std::vector<WorkedCase>& cases);

// What a case has it otherwise, as an error at the case's line.
Error contradiction(const Outcome& outcome, std::string_view source);

}  // namespace truce::judge
