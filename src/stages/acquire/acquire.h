#pragma once
// Feeds to records: bytes of an outside format in, log entries out. A reader never stops at bad
// input: what it cannot take becomes a rejected entry with reason, place and the original bytes,
// and reading goes on behind it.

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/polygon.h"
#include "base/zone.h"
#include "model/entry.h"
#include "stages/acquire/check_text.h"    // IWYU pragma: export
#include "stages/acquire/check_totals.h"  // IWYU pragma: export
#include "stages/acquire/params.h"
#include "stages/acquire/sirens.h"    // IWYU pragma: export
#include "stages/acquire/waveform.h"  // IWYU pragma: export

namespace truce::acquire {

// What a reader needs to know of the mission; nothing else reaches it.
struct Context {
  std::string feed;              // the mission's name for the feed
  std::string file;              // as the mission names the file
  Zone zone = Zone::utc();       // of local times in the feed
  std::string mapping;           // text of the mapping file, for the generic CSV reader
  std::uint64_t begin_byte = 0;  // where the bytes lie in the file, and which line begins there:
  std::uint64_t begin_line = 1;  // for readers from_any_line
  std::vector<Source> sources;   // of the mission, for positions and clocks
  Params params;                 // of params.toml, as the mission sets them
  // Places by name, for descriptions such as "17 km N of Donetsk".
  struct NamedPoint {
    std::string name;
    LatLon at;
  };
  std::vector<NamedPoint> gazetteer;
  // Areas by name (oblasts), for feeds that name regions.
  struct NamedArea {
    std::string name;
    Area area;
  };
  std::vector<NamedArea> areas;
};

// A complaint that did not cost the record: what an editor would ask back about.
struct Complaint {
  std::string kind;  // "place_contradicts_gazetteer", "stuck_alert", "total_differs_from_parts", …
  std::string text;
  Place place;
};

// Receives entries in the order of the input. `entry.received` is filled in by the caller.
class Sink {
 public:
  virtual ~Sink() = default;
  virtual void record(Entry entry) = 0;  // payload, raw and kind set
  // The same with the observation that its payload is, read from JSON itself: a sink that would
  // parse the payload again may take this instead.
  virtual void record_read(Entry entry, Observation&& /*read*/) { record(std::move(entry)); }
  virtual void complain(Complaint complaint) = 0;
};

struct Format {
  std::string_view name;     // "viina"
  std::string_view summary;  // one line for --help
  std::string_view columns;  // what the reader expects, for --help and errors
  // Reads all of `bytes`. An error only when nothing at all can be made of the input (wrong
  // format).
  Status (*read)(std::string_view bytes, const Context& context, Sink& sink);
  bool needs_mapping = false;  // Context::mapping may not be empty
  bool by_lines = true;        // what ends with a line can be read without what follows
  bool from_any_line = false;  // and without what stands before
};

const std::vector<Format>& formats();
const Format* find_format(std::string_view name);

}  // namespace truce::acquire
