#pragma once
// Every incident held against the agreement, under every reading.

#include <memory>
#include <vector>

#include "stages/judge/agreement.h"
#include "stages/judge/cases.h"
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
  // One finding per provision and reading, ordered by (provision, reading). `notices` are those
  // whose time touches that of the conduct.
  std::vector<Finding> findings(const Conduct& conduct, const std::vector<Notice>& notices) const;

 private:
  struct Impl;
  std::unique_ptr<const Impl> impl_;
};

}  // namespace truce::judge
