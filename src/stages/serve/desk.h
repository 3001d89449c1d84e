#pragma once
// Where what readers send ends up, as `app` gives it.

#include <string>
#include <string_view>

#include "base/result.h"
#include "stages/serve/reader.h"

namespace truce::serve {

class Desk {
 public:
  virtual ~Desk() = default;
  // POST /api/acts. The reader may act (Reader::may_act), the body came as JSON from our own pages
  // with the session's token; nothing of it was read yet. Gives the JSON of the answer (201).
  // Errors: kBadInput and kUnusable are the sender's (422, with the reason), kBusy is 503.
  virtual Result<std::string> take_act(const Reader& by, std::string_view body) = 0;
};

}  // namespace truce::serve
