// What a feed's file may hold when it begins with gzip's magic number.
#include <sys/mman.h>
#include <unistd.h>
#include <zlib.h>

#include <cstdint>
#include <string>
#include <vector>

#include "base/files.h"

namespace {

std::string gzip(std::string text) {
  z_stream stream{};
  TRUCE_ENSURE(deflateInit2(&stream, 9, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  std::string out(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(text.data());
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  TRUCE_ENSURE(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  out.resize(out.size() - stream.avail_out);
  deflateEnd(&stream);
  return out;
}

}  // namespace

std::vector<std::string> fuzz_seeds() {
  return {gzip("a,b\n1,2\n"), gzip(std::string(50'000, 'x')), gzip("a\n") + gzip("b\n")};
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::uint64_t kBytesMax = 1U << 16;
  static const int fd = memfd_create("fuzz", 0);
  static const std::string path = "/proc/self/fd/" + std::to_string(fd);
  TRUCE_ENSURE(fd >= 0 && ftruncate(fd, 0) == 0 &&
               pwrite(fd, data, size, 0) == static_cast<ssize_t>(size));
  const auto text = truce::read_file(path, kBytesMax);
  if (text.ok()) {
    TRUCE_ENSURE(text->size() <= kBytesMax);
    return 0;
  }
  const auto& e = text.error();
  TRUCE_ENSURE(!e.message.empty() && e.place.source == path);
  TRUCE_ENSURE(e.code == truce::ErrorCode::kLimit ||
               (e.place.byte_offset && *e.place.byte_offset <= size));
  return 0;
}
