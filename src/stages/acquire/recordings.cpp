// Waveforms and photos, each a file of its own in a folder that its source's id names. A photo's
// name begins with the time at which it was taken; a waveform says its own. The bytes stay as they
// came, in the log.

#include <algorithm>

#include "base/hash.h"
#include "stages/acquire/common.h"
#include "stages/acquire/readers.h"
#include "stages/acquire/time_format.h"

namespace truce::acquire {

namespace {

constexpr std::size_t kBytesMax = 8U << 20U;
constexpr std::string_view kJpegBegin = "\xff\xd8\xff", kJpegEnd = "\xff\xd9";
constexpr std::string_view kPngBegin = "\x89PNG\r\n\x1a\n", kPngEnd = "IEND";
constexpr std::string_view kPhotoTime = "20250420T061100Z, or without Z in the feed's zone";

// By its content, whatever it is called; empty: no photo.
std::string_view photo_type(std::string_view bytes) {
  if (bytes.substr(0, kJpegBegin.size()) == kJpegBegin) return "image/jpeg";
  if (bytes.substr(0, kPngBegin.size()) == kPngBegin) return "image/png";
  return {};
}

std::size_t big_endian(std::string_view bytes, std::size_t at, std::size_t n) {
  std::size_t out = 0;
  for (std::size_t i = at; i < at + n && i < bytes.size(); ++i)
    out = out * 256 + static_cast<unsigned char>(bytes[i]);
  return out;
}

// Its segments followed to the picture itself, behind which its end must stand: a small picture in
// one of them has an end of its own.
bool is_whole_jpeg(std::string_view bytes) {
  constexpr std::size_t kStartOfScan = 0xda;
  std::size_t at = 2;
  while (at + 4 <= bytes.size() && bytes[at] == '\xff') {
    const std::size_t marker = big_endian(bytes, at + 1, 1);
    if (marker == 0xff) {  // fill
      ++at;
      continue;
    }
    if (marker == kStartOfScan) return bytes.find(kJpegEnd, at + 2) != std::string_view::npos;
    at += 2 + std::max<std::size_t>(2, big_endian(bytes, at + 2, 2));
  }
  return false;
}

// Its chunks followed to the last.
bool is_whole_png(std::string_view bytes) {
  constexpr std::size_t kAround = 12;  // length, name and check of a chunk
  std::size_t at = kPngBegin.size();
  while (at + kAround <= bytes.size()) {
    const std::size_t end = at + kAround + big_endian(bytes, at, 4);
    if (end > bytes.size()) return false;
    if (bytes.substr(at + 4, kPngEnd.size()) == kPngEnd) return true;
    at = end;
  }
  return false;
}

bool is_whole_photo(std::string_view bytes, std::string_view media_type) {
  return media_type == "image/jpeg" ? is_whole_jpeg(bytes) : is_whole_png(bytes);
}

// "recordings/post-12/20250420T061100Z-gate.jpg": "post-12" and "20250420T061100Z-gate.jpg".
struct RecordingName {
  std::string_view source, file;
};
RecordingName recording_name(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string_view::npos) return {{}, path};
  const std::string_view folder = path.substr(0, slash);
  return {folder.substr(folder.rfind('/') + 1), path.substr(slash + 1)};  // npos + 1 is 0
}

Result<Interval> photo_time(std::string_view file, const Zone& zone) {
  constexpr std::size_t kDigits = std::string_view("20250420T061100").size();
  static const auto kFormat = TimeFormat::parse("%Y%m%dT%H%M%S");
  const bool is_utc = file.size() > kDigits && file[kDigits] == 'Z';
  const auto read = kFormat->read(file.substr(0, kDigits), is_utc ? Zone::utc() : zone);
  if (read.ok()) return read->readings;
  return bad_input("a photo's name does not begin with its time", {.field = "file"},
                   std::string(kPhotoTime));
}

Error of_recording(Error e, const Context& context) {
  e.place.source = context.file;
  return e;
}

}  // namespace

Status read_recordings(std::string_view bytes, const Context& context, Sink& sink) {
  Emitter emit("recordings", context, sink);
  const Span whole{0, 0, bytes};
  const Place file{.source = context.file};
  if (bytes.size() > kBytesMax)
    return make_error(ErrorCode::kLimit, "is too large for one recording", file,
                      "8 MiB at most: a photo, or what lies around an event");
  const RecordingName name = recording_name(context.file);
  if (name.source.empty())
    return bad_input("lies in no folder that names its source", file, "SOURCE/FILE");
  Recording r;
  r.source = name.source;
  r.bytes = bytes.size();
  r.sha256 = to_hex(sha256(bytes));
  r.media_type = photo_type(bytes);
  WaveformExtent extent;
  if (r.media_type.empty()) {
    auto read = waveform_extent(bytes);
    if (!read.ok()) {
      Error e = of_recording(read.error(), context);
      e.message = "is neither JPEG nor PNG, and " + e.message;
      return e;
    }
    extent = *read;
    r.when = extent.when;
    r.media_type = kMiniSeed;
  } else {
    if (!is_whole_photo(bytes, r.media_type))
      return bad_input("the photo ends too early", file, "all of the file");
    auto when = photo_time(name.file, context.zone);
    if (!when.ok()) return of_recording(when.error(), context);
    r.when = *when;
  }
  const Interval when = r.when;
  if (!emit.recording(std::move(r), whole)) return done();
  if (extent.unread > 0)
    emit.complain("recording_damaged",
                  std::to_string(extent.unread) + " bytes from byte " +
                      std::to_string(extent.unread_at) + " on are no record of miniSEED",
                  whole, "file", when);
  if (std::none_of(context.sources.begin(), context.sources.end(),
                   [&](const Source& s) { return s.id == name.source; }))
    emit.complain("recording_of_unknown_source",
                  "the mission has no source \"" + std::string(name.source) + "\"", whole, "file",
                  when);
  return done();
}

}  // namespace truce::acquire
