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
  dom::array range;
  if (e["range_km"].get_array().get(range)) return std::optional<SmmRange>();
  SmmRange r;
  if (range.size() != 2 || range.at(0).get_double().get(r.low_km) ||
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
  if (!e["split"].get_array().get(list)) {
    for (const auto& p : list) {
      TRUCE_TRY(n, get_count(p));
      TRUCE_TRY(part_range, get_range(p));
      row.split.push_back({n, get_texts(p, "bearing"), part_range});
    }
  }
  return row;
}

// The text of each element of the outermost array, by counting brackets outside of strings; the
// parser has already accepted the whole.
std::vector<Span> element_spans(std::string_view bytes) {
  std::vector<Span> out;
  int depth = 0;
  bool in_string = false;
  std::uint64_t line = 1;
  Span span;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const char c = bytes[i];
    if (c == '\n') ++line;
    if (in_string) {
      if (c == '\\')
        ++i;
      else if (c == '"')
        in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      if (depth++ == 1) span = {line, i, {}};
    } else if (c == '}' || c == ']') {
      if (--depth == 1) {
        span.bytes = bytes.substr(span.offset, i + 1 - span.offset);
        out.push_back(span);
      }
    }
  }
  return out;
}

}  // namespace

Status read_smm_json(std::string_view bytes, const Context& context, Sink& sink) {
  Emitter emit("smm-json", context, sink);
  dom::parser parser;
  dom::element root;
  dom::array rows;
  if (const auto e = parser.parse(bytes.data(), bytes.size()).get(root)) {
    return bad_input(std::string("not JSON: ") + simdjson::error_message(e),
                     {.source = context.file}, "a JSON array of rows");
  }
  if (root.get_array().get(rows))
    return bad_input("is not an array", {.source = context.file}, "a JSON array of rows");
  const auto spans = element_spans(bytes);
  if (spans.size() != rows.size()) {
    emit.reject(bad_input(std::to_string(rows.size() - std::min(rows.size(), spans.size())) +
                              " elements of the array are not rows",
                          {}, "objects only"),
                {1, 0, bytes.substr(0, 256)});
  }
  PositionBook book;
  for (const Span& span : spans) {
    dom::parser row_parser;
    dom::element row;
    if (row_parser.parse(span.bytes.data(), span.bytes.size()).get(row)) continue;
    emit_row(row.is_object() ? row_of(row) : Result<SmmRow>(bad_input("a row is not an object")),
             context, book, emit, span);
  }
  return done();
}

}  // namespace truce::acquire
