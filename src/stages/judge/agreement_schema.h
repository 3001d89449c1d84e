#pragma once
// The JSON Schema (draft 2020-12) of agreement.toml, for editors: what they complete, explain and
// underline. It tells the shape alone; `truce agreement` says all that is wrong.

#include <string>

namespace truce::judge {

std::string agreement_schema();

}  // namespace truce::judge
