#include "sim/columns.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace truce::sim {

namespace {

constexpr std::size_t kMissing = SIZE_MAX;

std::string shown(double v) {
  char text[32];
  const auto [end, code] = std::to_chars(text, text + sizeof text, v);
  return {text, end};
}

std::string range_words(const NumberRange& r) {
  return "a number from " + shown(r.min) + " to " + shown(r.max) +
         (r.unit.empty() ? "" : " " + std::string(r.unit));
}

std::optional<double> parsed(std::string_view text) {
  double v = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), v);
  if (code != std::errc() || end != text.data() + text.size() || !std::isfinite(v)) return {};
  return v;
}

}  // namespace

bool ColumnRow::has(std::size_t wanted) const { return at_[wanted] != kMissing; }

void ColumnRow::complain(std::size_t wanted, std::string message, std::string expected) {
  if (complaint_) return;
  complaint_ = bad_input(std::move(message),
                         {.source = *source_,
                          .byte_offset = row_->byte_offset,
                          .line = row_->line,
                          .field = std::string((*wanted_)[wanted])},
                         std::move(expected));
}

const std::string& ColumnRow::word(std::size_t wanted) { return (*row_->fields)[at_[wanted]]; }

double ColumnRow::number(std::size_t wanted, const NumberRange& range) {
  const auto v = parsed(word(wanted));
  if (v && *v >= range.min && *v <= range.max) return *v;
  complain(wanted, "\"" + word(wanted) + "\" is not what belongs here", range_words(range));
  return 0;
}

std::optional<double> ColumnRow::number_if_any(std::size_t wanted, const NumberRange& range) {
  if (!has(wanted) || word(wanted).empty()) return {};
  return number(wanted, range);
}

std::uint32_t ColumnRow::index(std::size_t wanted, std::size_t end) {
  const std::string& text = word(wanted);
  std::uint32_t v = 0;
  const auto [stop, code] = std::from_chars(text.data(), text.data() + text.size(), v);
  if (code == std::errc() && stop == text.data() + text.size() && v < end) return v;
  complain(wanted, "\"" + text + "\" is not a row's number",
           "a whole number from 0 and below " + std::to_string(end));
  return 0;
}

namespace {

Result<std::vector<std::size_t>> places(const CsvRow& header, const std::string& source,
                                        const std::vector<std::string_view>& wanted,
                                        std::size_t required) {
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const auto it = std::find(header.fields->begin(), header.fields->end(), wanted[i]);
    const bool there = it != header.fields->end();
    if (!there && i < required)
      return bad_input("a column is missing",
                       {.source = source, .line = header.line, .field = std::string(wanted[i])});
    out.push_back(there ? static_cast<std::size_t>(it - header.fields->begin()) : kMissing);
  }
  return out;
}

}  // namespace

Status read_columns(std::string_view bytes, const std::string& source,
                    const std::vector<std::string_view>& wanted, std::size_t required,
                    const std::function<void(ColumnRow&)>& each) {
  CsvReader reader(bytes, source);
  auto header = reader.next();
  if (!header) return bad_input("the file is empty", {.source = source}, "a line of column names");
  if (!header->ok()) return header->error();
  ColumnRow row;
  row.source_ = &source;
  row.wanted_ = &wanted;
  TRUCE_TRY(at, places(**header, source, wanted, required));
  row.at_ = std::move(at);
  while (auto next = reader.next()) {
    if (!next->ok()) return next->error();
    row.row_ = &**next;
    each(row);
    if (row.complaint_) return *row.complaint_;
  }
  return done();
}

}  // namespace truce::sim
