#include "base/gzip.h"

#include <zlib.h>

#include <climits>

#include "base/result.h"

namespace truce {

std::string gzipped(std::string_view bytes) {
  constexpr int kLevel = 1;
  constexpr int kWithGzipHead = 16 + MAX_WBITS;
  constexpr int kMemory = 8;  // zlib's own choice: 256 kB
  z_stream stream{};
  const bool is_begun =
      deflateInit2(&stream, kLevel, Z_DEFLATED, kWithGzipHead, kMemory, Z_DEFAULT_STRATEGY) == Z_OK;
  TRUCE_ENSURE(is_begun && bytes.size() < UINT_MAX);
  std::string out(deflateBound(&stream, bytes.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const bool is_done = deflate(&stream, Z_FINISH) == Z_STREAM_END;
  out.resize(stream.total_out);
  deflateEnd(&stream);
  TRUCE_ENSURE(is_done);
  return out;
}

}  // namespace truce
