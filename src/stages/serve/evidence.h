#pragma once
// What lies behind one record, as `app` works it out: what the log holds, how an incident came to
// be, and what would be said without a source. Some of it takes seconds, so that it is asked in a
// thread of its own, of a snapshot of its own.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.h"
#include "base/result.h"

namespace truce::serve {

struct Target;
struct View;

class Evidence {
 public:
  virtual ~Evidence() = default;
  virtual std::uint64_t position() const = 0;  // entries of the log that it rests on
  virtual std::string_view rules() const = 0;
  // Each a document of docs/api.md. Errors: kNotFound for an incident, source or entry that there
  // is none of, kLimit where more would have to be worked through than one question may.
  // `before`: of what the log had taken in by then alone.
  virtual Result<std::string> log(std::optional<Instant> before) = 0;
  virtual Result<std::string> log_entry(std::uint64_t position) = 0;
  virtual Result<std::string> versions(std::string_view incident) = 0;
  virtual Result<std::string> arrivals(std::string_view incident) = 0;
  virtual Result<std::string> recordings(std::string_view incident) = 0;
  virtual Result<View> recording(std::string_view id) = 0;  // its bytes as they came
  // What a waveform shows within the window, in so many bins. kBadInput of what is none.
  virtual Result<std::string> traces(std::string_view recording, const Interval& window,
                                     std::size_t bins) = 0;
  virtual Result<std::string> without(std::string_view incident,
                                      const std::vector<std::string>& sources) = 0;
  // A view of Records as it was when the log had that many entries. kBadInput where it has fewer.
  virtual Result<View> view_as_of(const Target& target, std::uint64_t position) = 0;
};

}  // namespace truce::serve
