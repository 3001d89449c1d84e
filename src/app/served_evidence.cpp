#include "app/served_evidence.h"

#include <algorithm>

#include "app/incident_arrivals.h"
#include "app/incident_recordings.h"
#include "app/served_views.h"
#include "app/what_if.h"
#include "base/base64.h"
#include "base/json.h"
#include "model/json.h"
#include "stages/acquire/acquire.h"
#include "stages/ledger/ledger.h"

namespace truce::app {

namespace {

constexpr std::size_t kVersionsMax = 1000;

Error no_incident(std::string_view id) {
  return make_error(ErrorCode::kNotFound, "there is no incident \"" + std::string(id) + "\"");
}

// A line of JSON each.
void put_lines(JsonWriter& w, std::string_view lines) {
  w.begin_array();
  while (!lines.empty()) {
    const std::size_t end = std::min(lines.find('\n'), lines.size());
    w.raw(lines.substr(0, end));
    lines.remove_prefix(std::min(end + 1, lines.size()));
  }
  w.end_array();
}

}  // namespace

Result<std::shared_ptr<serve::Evidence>> StoreEvidence::open(std::shared_ptr<const Mission> mission,
                                                             std::shared_ptr<LogDigests> digest) {
  // Held by who gives them, by this call, and by each that is asked or waits to be.
  if (digest.use_count() > kEvidenceAtOnce + 1)
    return make_error(ErrorCode::kBusy, "too many questions that take long");
  auto store = ledger::Store::open_to_read(mission->store_path());
  if (!store.ok())
    return make_error(ErrorCode::kBusy, "nothing has been recorded yet, or it is being made anew");
  TRUCE_TRY(rules, (*store)->rules());
  return std::shared_ptr<serve::Evidence>(new StoreEvidence(
      std::move(mission), *std::move(store), to_hex(sha256(rules)), std::move(digest)));
}

Result<std::string> StoreEvidence::log(std::optional<Instant> before) {
  std::uint64_t entries = position();
  if (before) {
    TRUCE_TRY(then, store_->taken_in_before(*before));
    entries = then;
  }
  TRUCE_TRY(digest, digest_->at(mission_->log_directory(), *disk_, entries));
  std::string out;
  JsonWriter w(out);
  w.begin_object().key("entries").integer(static_cast<std::int64_t>(entries));
  w.key("hash").string(digest.hash).end_object();
  return out;
}

Result<ledger::StoredEntry> StoreEvidence::entry_at(std::uint64_t n) {
  TRUCE_TRY(reader, ledger::Reader::open(*disk_, mission_->log_directory(), n));
  reader->committed(position());
  TRUCE_TRY(entry, reader->next());
  if (!entry) return make_error(ErrorCode::kCorrupt, "the log ends before its committed size");
  return *std::move(entry);
}

Result<std::string> StoreEvidence::log_entry(std::uint64_t n) {
  if (n >= position())
    return make_error(
        ErrorCode::kNotFound, "the log has no entry " + std::to_string(n), {},
        "0 to " + std::to_string(position() - std::min<std::uint64_t>(position(), 1)));
  TRUCE_TRY(entry, entry_at(n));
  std::string out;
  JsonWriter w(out);
  w.begin_object().key("bytes").string(to_base64(ledger::hashed_bytes(entry.entry)));
  w.key("hash").string(to_hex(entry.hash)).key("kind").string(to_string(entry.entry.kind));
  w.key("position").integer(static_cast<std::int64_t>(n)).end_object();
  return out;
}

Result<std::string> StoreEvidence::versions(std::string_view incident) {
  TRUCE_TRY(rows, store_->incident_versions(incident, kVersionsMax));
  if (rows.empty()) return no_incident(incident);
  std::string out;
  JsonWriter w(out);
  w.begin_object().key("versions").begin_array();
  for (const auto& row : rows) {
    w.begin_object().key("findings");
    put_lines(w, row.findings);
    w.key("incident").raw(row.json).key("position");
    w.integer(static_cast<std::int64_t>(row.position)).end_object();
  }
  w.end_array().end_object();
  return out;
}

Result<std::string> StoreEvidence::arrivals(std::string_view incident) {
  return arrivals_json(*mission_, *store_, incident);
}

Result<std::string> StoreEvidence::recordings(std::string_view incident) {
  return recordings_json(*store_, incident);
}

Result<StoreEvidence::Kept> StoreEvidence::kept(std::string_view id) {
  TRUCE_TRY(row, store_->page_row("recording", id));
  if (!row)
    return make_error(ErrorCode::kNotFound, "there is no recording \"" + std::string(id) + "\"");
  TRUCE_TRY(recording, from_json<Recording>(row->json));
  TRUCE_TRY(entry, entry_at(row->position - 1));  // the last of so many
  return Kept{std::move(recording), std::move(entry.entry.raw)};
}

Result<serve::View> StoreEvidence::recording(std::string_view id) {
  TRUCE_TRY(of, kept(id));
  return serve::View{std::move(of.recording.media_type), std::move(of.bytes)};
}

Result<std::string> StoreEvidence::traces(std::string_view id, const Interval& window,
                                          std::size_t bins) {
  TRUCE_TRY(of, kept(id));
  if (of.recording.media_type != acquire::kMiniSeed)
    return bad_input("is no waveform", {.source = std::string(id)}, "a recording in miniSEED");
  return traces_json(of.bytes, window, bins);
}

Result<std::string> StoreEvidence::without(std::string_view incident,
                                           const std::vector<std::string>& sources) {
  TRUCE_TRY(answer, what_if(*mission_, *store_, incident, sources));
  return what_if_json(answer, sources);
}

Result<serve::View> StoreEvidence::view_as_of(const serve::Target& target, std::uint64_t known) {
  if (known > position())
    return bad_input("is no position of the log", {.source = "as-of"},
                     "0 to " + std::to_string(position()));
  store_->look_back_to(known);
  return ServedViews::once(mission_, *store_, target);
}

}  // namespace truce::app
