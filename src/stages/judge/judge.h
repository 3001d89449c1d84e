#pragma once
// Every incident held against the agreement, under every reading.

#include <cstdint>
#include <memory>
#include <vector>

#include "stages/judge/agreement.h"
#include "stages/judge/attribution.h"
#include "stages/judge/cases.h"
#include "stages/judge/clock_cases.h"
#include "stages/judge/differences.h"
#include "stages/judge/force.h"
#include "stages/judge/hazard.h"
#include "stages/judge/points.h"
#include "stages/judge/text.h"

namespace truce::judge {

// An agreement made ready: geometry and names are looked up once. Safe to use from several threads.
class Judge {
 public:
  explicit Judge(Agreement agreement);
  ~Judge();
  Judge(Judge&&) noexcept;
  Judge& operator=(Judge&&) noexcept;

  const Agreement& agreement() const;
  // Whether any provision under any reading asks for such an act: else its findings say nothing.
  bool speaks_of(Act act) const;
  // Whether any asks where something was fired from.
  bool asks_whence() const;
  // One finding per provision that may apply and reading, ordered by (provision, reading). A
  // provision whose zones all lie elsewhere makes none. `notices` are those whose time touches that
  // of the conduct.
  std::vector<Finding> findings(const Conduct& conduct, const std::vector<Notice>& notices) const;
  // The same without words: for the many, of which few are read.
  struct Value {
    std::uint32_t reading = 0, provision = 0;  // by their place in the agreement
    FindingValue value = FindingValue::kUndeterminable;
    double probability = 0;
  };
  void values(const Conduct& conduct, const std::vector<Notice>& notices,
              std::vector<Value>& out) const;

 private:
  struct Impl;
  std::unique_ptr<const Impl> impl_;
};

}  // namespace truce::judge
