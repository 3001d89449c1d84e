#pragma once
// The JSON Schemas (draft 2020-12) of agreement.toml and points.toml, for editors: what they
// complete, explain and underline. They tell the shape alone; `truce agreement` says all that is
// wrong.

#include <string>

namespace truce::judge {

std::string agreement_schema();
std::string points_schema();

}  // namespace truce::judge
