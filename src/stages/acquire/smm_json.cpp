// Violation rows as the annexes of OSCE SMM reports have them, as a JSON array.

#include <simdjson.h>

#include <algorithm>

#include "stages/acquire/readers.h"
#include "stages/acquire/smm_emit.h"

namespace truce::acquire {

namespace {

namespace dom = simdjson::dom;

std::string get_text(const dom::element& e, const char* key) {
  std::string_view v;
  if (e[key].get_string().get(v)) return {};
  return std::string(v);
}

std::vector<std::string> get_texts(const dom::element& e, const char* key) {
  dom::element v;
  if (e[key].get(v) || v.is_null()) return {};
  if (v.is_string()) return {get_text(e, key)};
  std::vector<std::string> out;
  dom::array list;
  if (v.get_array().get(list)) return out;
  for (const auto& item : list) {
    std::string_view s;
    if (!item.get_string().get(s)) out.emplace_back(s);
  }
  return out;
}

// A count in figures or in words, as words.
Result<std::string> get_count(const dom::element& e) {
  dom::element v;
  if (e["n"].get(v)) return bad_input("an item without a number", {.field = "n"}, "a count");
  std::int64_t n = 0;
  if (!v.get_int64().get(n) && n >= 0) return std::to_string(n);
  std::string_view s;
  if (!v.get_string().get(s)) return std::string(s);
  return bad_input("an item's number is neither a figure nor words", {.field = "n"}, "a count");
}

Result<std::optional<SmmRange>> get_range(const dom::element& e) {
  dom::element given;
  if (e["range_km"].get(given) || given.is_null()) return std::optional<SmmRange>();
  dom::array range;
  SmmRange r;
  if (given.get_array().get(range) || range.size() != 2 || range.at(0).get_double().get(r.low_km) ||
      range.at(1).get_double().get(r.high_km) || r.low_km < 0 || r.high_km < r.low_km ||
      r.high_km > 20'000) {
    return bad_input("the range is not two ascending numbers", {.field = "range_km"},
                     "[from, to] in kilometres");
  }
  return std::optional(r);
}

Result<SmmItem> item_of(const dom::element& e) {
  SmmItem item;
  TRUCE_TRY(n, get_count(e));
  item.n = n;
  item.what = get_text(e, "what");
  item.cls = get_text(e, "class");
  item.kind = get_text(e, "kind");
  item.weapon = get_text(e, "weapon");
  item.from = get_text(e, "from");
  item.to = get_text(e, "to");
  double minutes = 0;
  if (!e["after_minutes"].get_double().get(minutes)) item.after_minutes = minutes;
  return item;
}

Result<SmmRow> row_of(const dom::element& e) {
  SmmRow row;
  row.as_of = get_text(e, "as_of");
  row.position = get_text(e, "position");
  row.position_place = get_text(e, "position_place");
  row.when = get_text(e, "when");
  row.means = get_texts(e, "means");
  row.bearings = get_texts(e, "bearing");
  TRUCE_TRY(range, get_range(e));
  row.range = range;
  bool ordered = false;
  row.ordered = !e["ordered"].get_bool().get(ordered) && ordered;
  row.text = get_text(e, "case");
  dom::array list;
  if (!e["items"].get_array().get(list)) {
    for (const auto& i : list) {
      TRUCE_TRY(item, item_of(i));
      row.items.push_back(std::move(item));
    }
  }
  dom::element split;
  if (!e["split"].get(split) && !split.is_null()) {
    if (split.get_array().get(list))
      return bad_input("the split is not a list", {.field = "split"},
                       "[{\"n\": …, \"bearing\": …, \"range_km\": …}, …]");
    for (const auto& p : list) {
      TRUCE_TRY(n, get_count(p));
      TRUCE_TRY(part_range, get_range(p));
      row.split.push_back({n, get_texts(p, "bearing"), part_range});
    }
  }
  return row;
}

// Walks the outermost array by counting brackets outside of strings, so that a row which no parser
// takes costs that row alone.
class Elements {
 public:
  explicit Elements(std::string_view bytes) : bytes_(bytes), at_(byte_order_mark(bytes)) {}

  // True when the array begins here; it and what stands before it are passed over.
  bool begin() {
    pass_space();
    if (at_ == bytes_.size() || bytes_[at_] != '[') return false;
    ++at_;
    return true;
  }
  std::uint64_t offset() const { return at_; }
  std::uint64_t line() const { return line_; }

  // The next element; nothing at the end of the array.
  std::optional<Span> next() {
    while (pass_space(), at_ < bytes_.size() && bytes_[at_] == ',') ++at_;
    if (at_ == bytes_.size() || bytes_[at_] == ']') return std::nullopt;
    Span span{line_, at_, {}};
    int depth = 0;
    bool in_string = false;
    for (; at_ < bytes_.size(); ++at_) {
      const char c = bytes_[at_];
      if (c == '\n') ++line_;
      if (in_string) {
        if (c == '\\' && at_ + 1 < bytes_.size()) ++at_;
        if (c == '"') in_string = false;
        continue;
      }
      if (depth == 0 && (c == ',' || c == ']' || c == '}')) break;
      if (c == '"') in_string = true;
      if (c == '{' || c == '[') ++depth;
      if (c == '}' || c == ']') --depth;
    }
    if (at_ < bytes_.size() && bytes_[at_] == '}') ++at_;  // one that closes nothing
    span.bytes = bytes_.substr(span.offset, at_ - span.offset);
    return span;
  }

  // What stands behind the array: nothing where the file is whole. Unset where the array has no
  // end.
  std::optional<Span> behind() {
    if (at_ == bytes_.size()) return std::nullopt;
    ++at_;
    pass_space();
    return Span{line_, at_, bytes_.substr(at_)};
  }

 private:
  void pass_space() {
    for (; at_ < bytes_.size(); ++at_) {
      const char c = bytes_[at_];
      if (c == '\n') ++line_;
      if (c != ' ' && c != '\t' && c != '\n' && c != '\r') return;
    }
  }

  std::string_view bytes_;
  std::size_t at_;
  std::uint64_t line_ = 1;
};

Result<SmmRow> parse_row(dom::parser& parser, std::string_view bytes) {
  dom::element row;
  if (const auto e = parser.parse(bytes.data(), bytes.size()).get(row))
    return bad_input(std::string("not JSON: ") + simdjson::error_message(e), {}, "a row");
  if (!row.is_object()) return bad_input("a row is not an object", {}, "{\"as_of\": …}");
  return row_of(row);
}

}  // namespace

Status read_smm_json(std::string_view bytes, const Context& context, Sink& sink) {
  Emitter emit("smm-json", context, sink);
  Elements elements(bytes);
  if (!elements.begin())
    return bad_input(
        "is not an array",
        {.source = context.file, .byte_offset = elements.offset(), .line = elements.line()},
        "a JSON array of rows");
  ReadRows rows;
  dom::parser parser;
  while (const auto span = elements.next())
    rows.emplace_back(parse_row(parser, span->bytes), *span);
  emit_rows(rows, context, emit);
  const auto behind = elements.behind();
  if (!behind)
    emit.reject(bad_input("the array does not end: the file is cut short", {}, "]"),
                {elements.line(), elements.offset(), {}});
  else if (!behind->bytes.empty())
    emit.reject(bad_input("bytes behind the array", {}, "the end of the file"), *behind);
  return done();
}

}  // namespace truce::acquire
