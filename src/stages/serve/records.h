#pragma once
// What is served, as `app` gives it: records in their own JSON, page by page, as they stood at one
// position of the log. A snapshot does not change while it is asked.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.h"
#include "base/result.h"

namespace truce::serve {

inline constexpr std::uint64_t kNow = ~0ULL;

struct Row {
  std::string id;
  std::optional<Interval> when;
  std::uint64_t position = 0;  // known since the log had so many entries
  std::string json;            // the record
  std::string cursor;          // where the page behind it begins
};

struct RowQuery {
  std::string_view collection;
  Instant first{INT64_MIN};  // only what is of some instant from the first to the last, both
  Instant last{INT64_MAX};   // included
  std::string_view after;    // the cursor of the last row of the page before
  std::uint64_t as_of = kNow;
  std::size_t limit = 0;
};

// One thing that came to be known: with a cursor that says all up to it was seen.
struct Change {
  std::string event;  // "incident", "conduct", "gone", "alert"
  std::string cursor;
  std::uint64_t position = 0;
  Row row;                            // of an incident; of the others id and perhaps json
  std::vector<std::string> findings;  // of its latest version, JSON each
};

class Records {
 public:
  virtual ~Records() = default;
  virtual std::uint64_t position() const = 0;  // entries of the log that it rests on
  virtual std::string_view rules() const = 0;  // by which results were worked out, a hash
  virtual Instant read_at() const = 0;         // when this snapshot was taken
  // In an order that stays, the rows behind the cursor. Errors: kBadInput for a cursor that none of
  // its rows gave.
  virtual Result<std::vector<Row>> rows(const RowQuery& query) = 0;
  virtual Result<std::optional<Row>> row(std::string_view collection, std::string_view id,
                                         std::uint64_t as_of) = 0;
  // What came to be known behind the cursor, which is a position ("120") or a change's own: of each
  // incident and conduct the latest version alone.
  virtual Result<std::vector<Change>> changes(std::string_view after, std::size_t limit) = 0;
};

// Where snapshots come from; called by one thread alone.
class RecordsSource {
 public:
  virtual ~RecordsSource() = default;
  // The latest that was committed; stays valid until the next call.
  virtual Result<Records*> latest() = 0;
};

}  // namespace truce::serve
