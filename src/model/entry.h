#pragma once
// What the log holds, one entry after another. Stages meet through these values: acquire makes
// them, ledger keeps them, the engine in app reads them back and gives them to fuse and judge.

#include <cstdint>
#include <string>

#include "base/instant.h"
#include "base/result.h"
#include "model/json.h"
#include "model/records.h"

namespace truce {

// On disk for ever: do not change the numbers.
enum class EntryKind : std::uint8_t {
  kObservation = 1,
  kClaim = 2,
  kNotice = 3,
  kSource = 4,
  kHealth = 5,
  kStatement = 6,
  kStatedTotal = 7,
  kWeather = 14,
  kQuiet = 15,
  kEvent = 16,
  kSignature = 17,
  kAct = 18,         // what an officer ruled, signed: payload of model/act.h
  kRecording = 19,   // payload: Recording; raw: its bytes
  kRejected = 8,     // payload: Rejection; raw: the original bytes
  kTick = 9,         // time enters: payload {"time":…}
  kFeedDone = 10,    // a feed was read to its end: payload {"feed":…,"file":…,"rows":…}
  kFeedOpened = 12,  // entries that follow until kFeedDone come from this file: payload
                     // {"bytes":…,"feed":…,"file":…,"sha256":…}
  kComplaint = 13,   // a validator's question about a record that was kept: payload
                     // {"feed":…,"kind":…,"text":…,"file":…,"line":…}
  kMission =
      11,  // the mission's own files as they were: payload {"file":…,"sha256":…}, raw: the bytes
};
std::string_view to_string(EntryKind kind);

struct Entry {
  EntryKind kind = EntryKind::kObservation;
  Instant received;     // when it came to us, from the clock that app passes in
  std::string payload;  // canonical JSON of the record
  std::string raw;      // the bytes as they arrived
  friend bool operator==(const Entry&, const Entry&) = default;
};

// Input that could not become a record. Counted where a person sees it, never lost.
struct Rejection {
  std::string reason;
  std::string expected;
  std::string field;
  Origin origin;
  friend bool operator==(const Rejection&, const Rejection&) = default;
};

// A validator's question about a record that was kept.
struct ComplaintNote {
  std::string kind;  // "place_contradicts_gazetteer"
  std::string text;
  Origin origin;
  std::optional<Interval> when;  // of what it asks about; none: of a file as a whole
  friend bool operator==(const ComplaintNote&, const ComplaintNote&) = default;
};

// Opens and closes the entries that one file of a feed became.
struct FeedMark {
  std::string feed;
  std::string file;
  std::uint64_t bytes = 0;
  std::string sha256;
  // Hash of what the reader was told besides: format, zone, mapping, parameters. Records of a file
  // that was read anew by another reading count no more. Empty: from before it was said.
  std::string reading;
  // The file grew: so many bytes at its start were taken before by the same reading, and what is
  // known of them is not recorded again.
  std::uint64_t known_bytes = 0;
  friend bool operator==(const FeedMark&, const FeedMark&) = default;
};

struct Tick {
  Instant time;
  friend bool operator==(const Tick&, const Tick&) = default;
};

std::string to_json(const Rejection& r);
std::string to_json(const ComplaintNote& r);
std::string to_json(const FeedMark& r);
std::string to_json(const Tick& r);

template <>
Result<Rejection> from_json<Rejection>(std::string_view json);
template <>
Result<ComplaintNote> from_json<ComplaintNote>(std::string_view json);
template <>
Result<FeedMark> from_json<FeedMark>(std::string_view json);
template <>
Result<Tick> from_json<Tick>(std::string_view json);

}  // namespace truce
