#include "stages/serve/live.h"

#include <charconv>

#include "stages/serve/feature.h"

namespace truce::serve {

namespace {

constexpr std::size_t kChangesMax = 200;           // of one batch
constexpr std::size_t kBatchBytesMax = 1U << 20U;  // likewise, and one change more
constexpr std::size_t kBatchesKept = 64;

void put_event(std::string& out, std::string_view id, std::string_view event,
               std::string_view data) {
  out += "id: ";
  out += id;
  out += "\nevent: ";
  out += event;
  out += "\ndata: ";
  out += data;
  out += "\n\n";
}

std::string place_json(const Records& records) {
  std::string out;
  JsonWriter w(out);
  w.begin_object().key("position").integer(static_cast<std::int64_t>(records.position()));
  w.key("rules").string(records.rules()).end_object();
  return out;
}

Result<std::string> change_json(const Change& change) {
  std::string out;
  JsonWriter w(out);
  w.begin_object();
  if (change.event == "act") w.key("act").raw(change.row.json);
  if (change.event == "incident") {
    TRUCE_TRY(geometry, geometry_of(*find_collection("incidents"), change.row));
    w.key("feature");
    put_feature(w, change.row, geometry);
  }
  if (change.event == "alert") w.key("alert").raw(change.row.json);
  if (change.event == "incident" || change.event == "conduct") {
    w.key("findings").begin_array();
    for (const auto& finding : change.findings) w.raw(finding);
    w.end_array();
  }
  w.key("id").string(change.row.id);
  w.key("position").integer(static_cast<std::int64_t>(change.position)).end_object();
  return out;
}

}  // namespace

std::optional<std::uint64_t> position_of_cursor(std::string_view cursor) {
  std::uint64_t out = 0;
  const auto [end, code] = std::from_chars(cursor.data(), cursor.data() + cursor.size(), out);
  const bool is_whole = end == cursor.data() + cursor.size() || *end == '/';
  if (code != std::errc() || !is_whole) return std::nullopt;
  return out;
}

Result<LiveBatch> LiveStream::batch_behind(const std::string& cursor, Records& records) {
  if (position_ != records.position() || rules_ != records.rules()) batches_.clear();
  position_ = records.position();
  rules_ = records.rules();
  if (const auto kept = batches_.find(cursor); kept != batches_.end()) return kept->second;
  TRUCE_TRY(changes, records.changes(cursor, kChangesMax));
  LiveBatch out;
  out.cursor = cursor;
  std::string text;
  out.more = changes.size() == kChangesMax || (!changes.empty() && changes.back().is_pause());
  for (std::size_t i = 0; i < changes.size(); ++i) {
    if (changes[i].is_pause()) {
      out.cursor = changes[i].cursor;
      break;
    }
    TRUCE_TRY(data, change_json(changes[i]));
    put_event(text, changes[i].cursor, changes[i].event, data);
    out.cursor = changes[i].cursor;
    ++out.records;
    if (text.size() < kBatchBytesMax || i + 1 == changes.size()) continue;
    out.more = true;
    break;
  }
  if (!out.more && position_of_cursor(cursor) != position_) {
    out.cursor = std::to_string(position_);
    put_event(text, out.cursor, "position", place_json(records));
  }
  out.text = std::make_shared<const std::string>(std::move(text));
  if (batches_.size() == kBatchesKept) batches_.clear();
  batches_[cursor] = out;
  return out;
}

Result<LiveBatch> LiveStream::next(LivePlace& place, Records& records) {
  const auto position = position_of_cursor(place.cursor);
  const bool is_lost = (!place.rules.empty() && place.rules != records.rules()) ||
                       (!place.cursor.empty() && (!position || *position > records.position()));
  if (is_lost || place.rules.empty()) {
    if (is_lost || place.cursor.empty()) place.cursor = std::to_string(records.position());
    place.rules = records.rules();
    std::string text = is_lost ? "" : "retry: 1000\n";
    put_event(text, place.cursor, is_lost ? "reset" : "hello", place_json(records));
    return LiveBatch{std::make_shared<const std::string>(std::move(text)), place.cursor, true};
  }
  TRUCE_TRY(batch, batch_behind(place.cursor, records));
  place.cursor = batch.cursor;
  return batch;
}

}  // namespace truce::serve
