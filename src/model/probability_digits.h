#pragma once
// How a probability is written.

#include <string>

namespace truce {

// In digits, as the messages' patterns of numbers take it: two, and four where two would make a
// certainty of what is none.
std::string probability_digits(double p);

}  // namespace truce
