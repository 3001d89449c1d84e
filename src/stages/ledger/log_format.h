#pragma once
// The bytes of the log, for writer and reader alike; docs/log-format.md says the same in prose.
//
// A segment is a header, then batches. A batch is entries followed by one commit mark, written with
// one write and made durable with one sync. All integers are little-endian. On disk for ever: do
// not change.
//
//   header  "trucelog" · u64 position of the first entry
//   entry   u32 length of body · u32 CRC-32C of body and hash · body · 32 bytes SHA-256 of body
//   body    u8 kind · i64 received, UTC ns · u32 length, payload · u32 length, raw
//   mark    u32 0xffffffff · u32 CRC-32C of the next 8 bytes · u64 entries in the log up to here

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/hash.h"
#include "model/entry.h"

namespace truce::ledger {

inline constexpr std::string_view kMagic = "trucelog";
inline constexpr std::size_t kHeaderBytes = 16;
inline constexpr std::size_t kFrameBytes = 8;
inline constexpr std::size_t kHashBytes = 32;
inline constexpr std::size_t kMarkBytes = 16;
inline constexpr std::uint32_t kMarkLength = 0xffffffff;
inline constexpr std::size_t kBodyBytesMin = 1 + 8 + 4 + 4;
inline constexpr std::size_t kBodyBytesMax = 64U << 20;

std::string encode_header(std::uint64_t first_position);
Result<std::uint64_t> decode_header(std::string_view bytes);
// Appends the framed entry; returns its hash. The body must not exceed kBodyBytesMax.
Hash append_entry(std::string& out, const Entry& entry);
void append_mark(std::string& out, std::uint64_t entries);

struct Frame {
  std::size_t bytes = 0;              // whole length in the segment
  std::optional<std::uint64_t> mark;  // set for a commit mark
  Hash hash{};
  std::string_view body;
};
enum class FrameState { kWhole, kShort, kDamaged };
// The frame at the start of `bytes`: whole, not all there yet, or not what was written.
FrameState decode_frame(std::string_view bytes, Frame& frame, bool check_hash);
Result<Entry> decode_body(std::string_view body);
std::string segment_name(std::uint64_t first_position);  // "00000000000000000042.log"
std::optional<std::uint64_t> segment_position(std::string_view name);

}  // namespace truce::ledger
