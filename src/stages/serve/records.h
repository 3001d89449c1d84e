#pragma once
// What is served, as `app` gives it: records in their own JSON, page by page, as they stood at one
// position of the log. A snapshot does not change while it is asked.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.h"
#include "base/polygon.h"
#include "base/result.h"
#include "stages/serve/evidence.h"
#include "stages/serve/geometry.h"
#include "stages/serve/reader.h"
#include "stages/serve/request.h"

namespace truce::serve {

inline constexpr std::uint64_t kNow = ~0ULL;
inline constexpr std::uint64_t kNoPosition = ~0ULL;  // of what is told without one

struct Row {
  std::string id;
  std::optional<Interval> when;
  std::uint64_t position = 0;                       // known since the log had so many entries
  std::string json;                                 // the record
  std::string cursor;                               // where the page behind it begins
  std::optional<Geometry> geometry = std::nullopt;  // instead of where the record says it
  // Of no record: so many were looked at that the rest is for another question, from the cursor
  // on. Only the last of those given.
  bool is_pause() const { return id.empty() && json.empty(); }
};

struct RowQuery {
  std::string_view collection;
  Instant first{INT64_MIN};  // only what is of some instant from the first to the last, both
  Instant last{INT64_MAX};   // included
  std::string_view after;    // the cursor of the last row of the page before
  std::uint64_t as_of = kNow;
  std::size_t limit = 0;
  std::optional<Instant> state_at = std::nullopt;  // of what has states: as it stood then
};

// One thing that came to be known: with a cursor that says all up to it was seen.
struct Change {
  std::string event;  // "incident", "conduct", "gone", "alert"
  std::string cursor;
  std::uint64_t position = 0;
  Row row;                            // of an incident; of the others id and perhaps json
  std::vector<std::string> findings;  // of its latest version, JSON each
  bool is_pause() const { return event.empty(); }  // likewise
};

// How records are made coarse and late for a reader.
struct Release {
  Duration delay;
  bool live = true;  // may hear of what comes as it does
};

// What the landing page says of the mission.
struct MissionFacts {
  struct Party {
    std::string id, name;
  };
  struct Provision {
    std::string id, source, words;  // of the base text
  };
  std::vector<Party> parties;
  std::vector<Provision> provisions;
  std::vector<std::string> readings;  // the base text first
  std::string first_day, last_day;    // of the report, "2025-04-18"; empty: not said
  std::string mission;                // its id, which acts of officers name
};

// What is made of many records for one page of the app: whole, never page by page.
struct View {
  std::string type;  // media type
  std::string body;
  std::vector<Header> headers = {};
};

class Records {
 public:
  virtual ~Records() = default;
  // Whether its reader may see a collection at all.
  virtual bool shows(std::string_view /*collection*/) const { return true; }
  // By what rule its records are coarser and later than they are; null where they are as they are.
  // Such records have no position, and nobody may ask how they stood before.
  virtual const Release* release() const { return nullptr; }
  virtual std::uint64_t position() const = 0;  // entries of the log that it rests on
  virtual std::string_view rules() const = 0;  // by which results were worked out, a hash
  virtual Instant read_at() const = 0;         // when this snapshot was taken
  // Entries that the log had taken in before then.
  virtual Result<std::uint64_t> taken_in_before(Instant when) = 0;
  // In an order that stays, the rows behind the cursor. Errors: kBadInput for a cursor that none of
  // its rows gave.
  virtual Result<std::vector<Row>> rows(const RowQuery& query) = 0;
  virtual Result<std::optional<Row>> row(std::string_view collection, std::string_view id,
                                         std::uint64_t as_of) = 0;
  // A record that changes, as it was first known; none of what never changes.
  virtual Result<std::optional<Row>> first_row(std::string_view /*collection*/,
                                               std::string_view /*id*/) {
    return std::optional<Row>();
  }

  // Makes ahead what its views are made of, so that nobody who asks waits for it.
  virtual void get_ready() {}
  virtual MissionFacts facts() const = 0;
  // What is at a path below /api that is no collection. Errors: kNotFound where there is no such
  // view, kBadInput for a parameter that it does not take.
  virtual Result<View> view(const Target& target) = 0;
  // What came to be known behind the cursor, which is a position ("120") or a change's own: of each
  // incident and conduct the latest version alone.
  virtual Result<std::vector<Change>> changes(std::string_view after, std::size_t limit) = 0;
};

// Where snapshots come from; called by one thread alone.
class RecordsSource {
 public:
  virtual ~RecordsSource() = default;
  // A snapshot of its own, for one other thread. Errors: as of latest(), kBusy where too many are
  // asked at once.
  virtual Result<std::shared_ptr<Evidence>> evidence();
  // The latest that was committed, as it is; stays valid until the next call of either.
  virtual Result<Records*> latest() = 0;
  // The same as a reader may see it. Errors: kUnusable where nothing is ready for such a reader.
  virtual Result<Records*> latest_for(const Reader& reader) {
    if (reader.is_staff()) return latest();
    return make_error(ErrorCode::kUnusable,
                      "nothing is released to " + std::string(to_string(reader.role)));
  }
  // By what rule a reader's records are released; all zero for staff.
  virtual Release release_for(const Reader& /*reader*/) const { return {}; }
};

}  // namespace truce::serve
