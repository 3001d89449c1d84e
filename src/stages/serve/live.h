#pragma once
// The stream of what comes to be known, as server-sent events.
//
// A client that comes back says by the id of the last event where it left off, and gets what came
// to be known behind that: nothing is missed and nothing comes twice. No queue is kept for anyone;
// each client asks the store for the next batch when it has taken the one before, so that one who
// is slow costs no memory, and one who was away gets of each incident the latest version alone.
// Clients that stand at the same place share one batch.

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "stages/serve/records.h"

namespace truce::serve {

struct LiveBatch {
  std::shared_ptr<const std::string> text;  // events; empty: nothing new
  std::string cursor;                       // where the next one begins
  bool more = false;                        // there is more already
  bool over = false;                        // its reader may hear no more
  std::size_t records = 0;                  // in the text
};

// Where a client stands.
struct LivePlace {
  std::string cursor;
  std::string rules;                  // by which it knows results; empty: not begun
  std::string session = {};           // whose token it listens with; empty: nobody's
  std::optional<Reader> reader = {};  // who that was when it began
};

// The position that a cursor stands at; none where it is no cursor.
std::optional<std::uint64_t> position_of_cursor(std::string_view cursor);

class LiveStream {
 public:
  // The next events for a client, which is moved on. One that has not begun is greeted; one that
  // knows results by other rules, or more entries than there are, is told to read all anew.
  Result<LiveBatch> next(LivePlace& place, Records& records);

 private:
  Result<LiveBatch> batch_behind(const std::string& cursor, Records& records);
  std::map<std::string, LiveBatch> batches_;  // of one snapshot, by where they begin
  std::uint64_t position_ = 0;
  std::string rules_;
};

inline constexpr std::string_view kHeartbeat = ": still here\n\n";
inline constexpr std::string_view kGoodbye = "event: end\ndata: {}\n\n";

}  // namespace truce::serve
