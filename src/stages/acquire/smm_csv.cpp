// Violation rows as CSV, one line per item; lines that follow one another with the same `row` are
// one observation, as a table of a report has several lines in one cell.

#include <charconv>

#include "stages/acquire/readers.h"
#include "stages/acquire/smm_emit.h"

namespace truce::acquire {

namespace {

std::vector<std::string> words_between_bars(std::string_view field) {
  std::vector<std::string> out;
  for (const auto word : split(field, '|')) {
    if (!trim(word).empty()) out.emplace_back(trim(word));
  }
  return out;
}

SmmRow row_of(Row& row) {
  SmmRow out;
  out.as_of = trim(row.text("as_of"));
  out.position = trim(row.need("position"));
  out.position_place = trim(row.text("position_place"));
  out.when = trim(row.text("when"));
  out.means = words_between_bars(row.text("means"));
  out.bearings = words_between_bars(row.text("bearing"));
  if (const auto range = trim(row.text("range_km")); !range.empty()) {
    out.range = row.take("range_km", parse_range_km(range));
  }
  out.ordered = lower_ascii(trim(row.text("ordered"))) == "true";
  out.text = trim(row.text("text"));
  return out;
}

SmmItem item_of(Row& row) {
  SmmItem item;
  item.n = trim(row.need("n"));
  item.what = trim(row.need("what"));
  item.cls = trim(row.text("class"));
  item.kind = trim(row.text("kind"));
  item.weapon = trim(row.text("weapon"));
  item.from = trim(row.text("from"));
  item.to = trim(row.text("to"));
  item.after_minutes = row.maybe_number("after_minutes", 0, 1e6);
  return item;
}

}  // namespace

Status read_smm_csv(std::string_view bytes, const Context& context, Sink& sink) {
  Emitter emit("smm-csv", context, sink);
  ReadRows rows;
  std::string open_id;
  SmmRow open;
  Span open_span;
  const auto close = [&] {
    if (!open.items.empty()) rows.emplace_back(std::move(open), open_span);
    open = {};
    open_id.clear();
  };
  TRUCE_CHECK_OK(read_table(
      bytes, context, {"as_of", "position", "n", "what"}, emit, [&](Row& row, const Span& span) {
        const std::string id(trim(row.text("row")));
        SmmItem item = item_of(row);
        if (id.empty() || id != open_id) {
          close();
          open = row_of(row);
          open_span = span;
          open_id = id;
        } else {
          open_span.bytes =
              bytes.substr(open_span.offset, span.offset + span.bytes.size() - open_span.offset);
        }
        if (row.error()) return;
        open.items.push_back(std::move(item));
      }));
  close();
  emit_rows(rows, context, emit);
  return done();
}

}  // namespace truce::acquire
