#include "base/csv.h"

#include <optional>

namespace truce {

namespace {
constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
}

CsvReader::CsvReader(std::string_view bytes, std::string source, Options options)
    : bytes_(bytes), source_(std::move(source)), options_(options) {
  if (bytes_.substr(0, kByteOrderMark.size()) == kByteOrderMark) offset_ = kByteOrderMark.size();
}

// A quoted field may hold line breaks; when its closing quote is missing, the row ends at the first
// line break after its start, so that one lost quote costs one line and not the rest of the file.
std::optional<Result<CsvRow>> CsvReader::next() {
  while (offset_ < bytes_.size() && (bytes_[offset_] == '\n' || bytes_[offset_] == '\r')) {
    if (bytes_[offset_] == '\n') ++line_;
    ++offset_;
  }
  if (offset_ >= bytes_.size()) return std::nullopt;

  const std::uint64_t start = offset_;
  const std::uint64_t start_line = line_;
  const Place place{.source = source_, .byte_offset = start, .line = start_line};
  const auto fail_line = [&](std::string what, std::string expected) -> Result<CsvRow> {
    std::size_t end = bytes_.find('\n', start);
    if (end == std::string_view::npos) end = bytes_.size();
    offset_ = end;
    line_ = start_line;
    return bad_input(std::move(what), place, std::move(expected));
  };

  std::size_t used = 0;
  const auto new_field = [&]() -> std::string& {
    if (used == fields_.size()) fields_.emplace_back();
    std::string& f = fields_[used++];
    f.clear();
    return f;
  };

  std::size_t i = start;
  std::uint64_t line = start_line;
  for (;;) {
    if (used == options_.fields_max)
      return fail_line("more fields than the limit",
                       std::to_string(options_.fields_max) + " at most");
    std::string& field = new_field();
    if (i < bytes_.size() && bytes_[i] == '"') {
      ++i;
      for (;;) {
        const std::size_t quote = bytes_.find('"', i);
        if (quote == std::string_view::npos ||
            quote - i + field.size() > options_.field_bytes_max) {
          return fail_line("a quoted field is never closed, or is too long", "a closing quote");
        }
        for (std::size_t k = i; k < quote; ++k) line += bytes_[k] == '\n' ? 1 : 0;
        field.append(bytes_, i, quote - i);
        i = quote + 1;
        if (i < bytes_.size() && bytes_[i] == '"') {
          field.push_back('"');
          ++i;
          continue;
        }
        break;
      }
      if (i < bytes_.size() && bytes_[i] != options_.separator && bytes_[i] != '\n' &&
          bytes_[i] != '\r') {
        return fail_line("text follows a closing quote", "a separator or the end of the line");
      }
    } else {
      std::size_t end = i;
      while (end < bytes_.size() && bytes_[end] != options_.separator && bytes_[end] != '\n' &&
             bytes_[end] != '\r')
        ++end;
      if (end - i > options_.field_bytes_max)
        return fail_line("a field is too long",
                         std::to_string(options_.field_bytes_max) + " bytes at most");
      field.assign(bytes_, i, end - i);
      i = end;
    }
    if (i < bytes_.size() && bytes_[i] == options_.separator) {
      ++i;
      continue;
    }
    break;
  }
  fields_.resize(used);
  offset_ = i;
  line_ = line;
  return Result<CsvRow>(CsvRow{start_line, start, bytes_.substr(start, i - start), &fields_});
}

}  // namespace truce
