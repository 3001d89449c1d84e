#pragma once
// RFC 4180 CSV over a byte range, keeping for each row its line number and byte range, so that
// every complaint can name its place. Accepts LF and CRLF, a UTF-8 byte-order mark, quoted fields
// with line breaks. One broken row (unclosed quote, bytes after a closing quote, wrong number of
// fields) is reported and reading goes on at the next line.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace truce {

struct CsvRow {
  std::uint64_t line = 0;                            // 1-based line on which the row starts
  std::uint64_t byte_offset = 0;                     // of the row's first byte in the source
  std::string_view bytes;                            // the row as it came, without its line break
  const std::vector<std::string>* fields = nullptr;  // valid until the next call of next()
};

class CsvReader {
 public:
  struct Options {
    char separator = ',';
    std::size_t field_bytes_max = 1 << 20;
    std::size_t fields_max = 4096;
  };
  CsvReader(std::string_view bytes, std::string source, Options options);
  CsvReader(std::string_view bytes, std::string source)
      : CsvReader(bytes, std::move(source), Options{}) {}
  // The next row; an Error for a broken one (then go on calling); nullopt at the end.
  std::optional<Result<CsvRow>> next();

 private:
  std::string_view bytes_;
  std::string source_;
  Options options_;
  std::uint64_t offset_ = 0;
  std::uint64_t line_ = 1;
  std::vector<std::string> fields_;
};

}  // namespace truce
