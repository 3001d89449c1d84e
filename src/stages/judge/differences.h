#pragma once
// Where the readings of a text come apart: a record of its own, because that is what the parties
// dispute.

#include <vector>

#include "stages/judge/agreement.h"

namespace truce::judge {

// One for each provision and subject whose value is not the same under every reading; a reading
// that makes no finding on it says that it does not apply. By subject and provision. `findings` are
// whole: all that Judge::findings made of each subject.
std::vector<Difference> differences(const Agreement& agreement,
                                    const std::vector<Finding>& findings);

}  // namespace truce::judge
