#include "stages/ledger/log_format.h"

#include <array>
#include <charconv>
#include <cstring>

#include "stages/ledger/ledger.h"

namespace truce::ledger {

namespace {

template <class T>
void put(std::string& out, T value) {
  std::array<char, sizeof(T)> bytes;
  for (std::size_t i = 0; i < sizeof(T); ++i)
    bytes[i] = static_cast<char>(static_cast<std::uint64_t>(value) >> (8 * i));
  out.append(bytes.data(), bytes.size());
}
template <class T>
T get(std::string_view bytes, std::size_t at) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i)
    value |= static_cast<std::uint64_t>(static_cast<std::uint8_t>(bytes[at + i])) << (8 * i);
  return static_cast<T>(value);
}

}  // namespace

std::string encode_header(std::uint64_t first_position) {
  std::string out(kMagic);
  put(out, first_position);
  return out;
}

Result<std::uint64_t> decode_header(std::string_view bytes) {
  if (bytes.size() < kHeaderBytes || bytes.substr(0, kMagic.size()) != kMagic) {
    return make_error(ErrorCode::kCorrupt, "not a log segment", {.source = {}, .byte_offset = 0},
                      "the header of a segment");
  }
  return get<std::uint64_t>(bytes, kMagic.size());
}

std::string hashed_bytes(const Entry& entry) {
  std::string framed;
  append_entry(framed, entry);
  return framed.substr(kFrameBytes, framed.size() - kFrameBytes - kHashBytes);
}

Hash append_entry(std::string& out, const Entry& entry) {
  const std::size_t frame = out.size();
  put(out, std::uint32_t{0});
  put(out, std::uint32_t{0});
  const std::size_t body = out.size();
  put(out, static_cast<std::uint8_t>(entry.kind));
  put(out, entry.received.ns);
  put(out, static_cast<std::uint32_t>(entry.payload.size()));
  out += entry.payload;
  put(out, static_cast<std::uint32_t>(entry.raw.size()));
  out += entry.raw;
  const std::size_t length = out.size() - body;
  TRUCE_ENSURE(length <= kBodyBytesMax);
  const Hash hash = sha256(std::string_view(out).substr(body));
  out.append(reinterpret_cast<const char*>(hash.data()), hash.size());
  std::string head;
  put(head, static_cast<std::uint32_t>(length));
  put(head, crc32c(std::string_view(out).substr(body)));
  std::memcpy(out.data() + frame, head.data(), head.size());
  return hash;
}

void append_mark(std::string& out, std::uint64_t entries) {
  std::string count;
  put(count, entries);
  put(out, kMarkLength);
  put(out, crc32c(count));
  out += count;
}

FrameState decode_frame(std::string_view bytes, Frame& frame, bool check_hash) {
  frame = {};
  if (bytes.size() < kFrameBytes) return FrameState::kShort;
  const auto length = get<std::uint32_t>(bytes, 0);
  const auto crc = get<std::uint32_t>(bytes, 4);
  if (length == kMarkLength) {
    if (bytes.size() < kMarkBytes) return FrameState::kShort;
    if (crc32c(bytes.substr(kFrameBytes, 8)) != crc) return FrameState::kDamaged;
    frame.bytes = kMarkBytes;
    frame.mark = get<std::uint64_t>(bytes, kFrameBytes);
    return FrameState::kWhole;
  }
  if (length < kBodyBytesMin || length > kBodyBytesMax) return FrameState::kDamaged;
  frame.bytes = kFrameBytes + length + kHashBytes;
  if (bytes.size() < frame.bytes) return FrameState::kShort;
  if (crc32c(bytes.substr(kFrameBytes, length + kHashBytes)) != crc) return FrameState::kDamaged;
  frame.body = bytes.substr(kFrameBytes, length);
  std::memcpy(frame.hash.data(), bytes.data() + kFrameBytes + length, kHashBytes);
  if (check_hash && sha256(frame.body) != frame.hash) return FrameState::kDamaged;
  return FrameState::kWhole;
}

Result<Entry> decode_body(std::string_view body) {
  const auto fail = [] {
    return make_error(ErrorCode::kCorrupt, "an entry's lengths do not fit its bytes");
  };
  if (body.size() < kBodyBytesMin) return fail();
  Entry entry;
  entry.kind = static_cast<EntryKind>(body[0]);
  if (to_string(entry.kind) == "unknown") {
    return make_error(ErrorCode::kCorrupt, "an entry of kind " +
                                               std::to_string(static_cast<int>(body[0])) +
                                               ", which this version does not know");
  }
  entry.received.ns = get<std::int64_t>(body, 1);
  const std::size_t payload = get<std::uint32_t>(body, 9);
  if (payload > body.size() - kBodyBytesMin) return fail();
  entry.payload = body.substr(13, payload);
  const std::size_t raw = get<std::uint32_t>(body, 13 + payload);
  if (raw != body.size() - kBodyBytesMin - payload) return fail();
  entry.raw = body.substr(17 + payload);
  return entry;
}

std::string segment_name(std::uint64_t first_position) {
  const std::string digits = std::to_string(first_position);
  return std::string(20 - digits.size(), '0') + digits + ".log";
}

std::optional<std::uint64_t> segment_position(std::string_view name) {
  if (name.size() != 24 || name.substr(20) != ".log") return std::nullopt;
  const std::string_view digits = name.substr(0, 20);
  std::uint64_t value = 0;
  const auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (code != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return value;
}

}  // namespace truce::ledger
