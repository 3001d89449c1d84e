#include "app/released_records.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <limits>

#include "base/disk.h"
#include "base/files.h"

namespace truce::app {

namespace {

constexpr std::size_t kInnerRowsMax = 1000;  // taken at once
// Looked at for one question, whether they are told or not: a page of serve asks ten at most.
constexpr std::size_t kLookedAtMax = 5000;

// Told of nothing, with a cursor: the rest is for another question.
serve::Row pause_behind(std::string cursor) {
  serve::Row out;
  out.cursor = std::move(cursor);
  return out;
}

Instant no_later(Instant t, Duration by) {
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
  return {t.ns > kMost - by.ns ? kMost : t.ns + by.ns};
}

Instant no_earlier(Instant t, Duration by) {
  constexpr std::int64_t kLeast = std::numeric_limits<std::int64_t>::min();
  return {t.ns < kLeast + by.ns ? kLeast : t.ns - by.ns};
}

Error no_place(const char* where) {
  return bad_input("is no place in it", {.source = where}, "what an answer gave");
}

serve::Release release_of(const release::Coarseness& how) {
  return {.delay = how.delay, .live = how.delay.ns == 0};
}

}  // namespace

release::Recipient recipient_of(const serve::Reader& reader) {
  using release::Audience;
  switch (reader.role) {
    case serve::Role::kDuty:
    case serve::Role::kVerification:
      return {Audience::kStaff, {}};
    case serve::Role::kCommission:
      return {Audience::kCommission, {}};
    case serve::Role::kLiaison:
      return {Audience::kLiaison, reader.party};
    case serve::Role::kForce:
      return {Audience::kForce, {}};
    case serve::Role::kPublic:
      return {Audience::kPublic, {}};
  }
  return {Audience::kPublic, {}};
}

ReleasedRecords::ReleasedRecords(serve::Records& inner, const release::Releaser& releaser,
                                 release::Recipient to, Instant now)
    : inner_(inner),
      releaser_(releaser),
      to_(std::move(to)),
      now_(now),
      horizon_(releaser.horizon_for(to_.audience, now)),
      release_(release_of(releaser.coarseness(to_.audience))) {
  TRUCE_ENSURE(to_.audience != release::Audience::kStaff);
}

Result<std::uint64_t> ReleasedRecords::known() {
  if (!known_ && !horizon_) known_ = serve::kNow;
  if (!known_) {
    TRUCE_TRY(entries, inner_.taken_in_before(*horizon_));
    known_ = entries;
  }
  return *known_;
}

Result<std::optional<serve::Row>> ReleasedRecords::released(std::string_view collection,
                                                            const serve::Row& row) {
  std::string first;
  const bool is_changed =
      collection == "incidents" && row.json.find("\"version\":1,") == std::string::npos;
  if (is_changed) {
    TRUCE_TRY(found, inner_.first_row(collection, row.id));
    if (found) first = std::move(found->json);
  }
  TRUCE_TRY(out, releaser_.release(to_,
                                   {.collection = collection,
                                    .id = row.id,
                                    .when = row.when,
                                    .json = row.json,
                                    .first_json = first},
                                   now_));
  if (!out) return std::optional<serve::Row>();
  serve::Row told;
  told.id = std::move(out->id);
  told.when = out->when;
  told.position = serve::kNoPosition;
  told.json = std::move(out->json);
  told.cursor = releaser_.sealed_cursor(to_.audience, row.cursor);
  told.geometry =
      out->keeps_geometry
          ? row.geometry
          : serve::Geometry{.point = std::nullopt,
                            .rings = std::move(out->place).value_or(MultiPolygonRings())};
  return std::optional(std::move(told));
}

// A provision's words name its zone, which may be smaller than a cell.
serve::MissionFacts ReleasedRecords::facts() const {
  serve::MissionFacts out = inner_.facts();
  if (to_.audience == release::Audience::kPublic) out.provisions.clear();
  return out;
}

Result<serve::View> ReleasedRecords::view(const serve::Target& target) {
  const bool is_agreement = target.path.size() == 2 && target.path[1] == "agreement";
  if (is_agreement && to_.audience != release::Audience::kPublic) return inner_.view(target);
  return make_error(ErrorCode::kNotFound, "there is nothing here");
}

Result<std::vector<serve::Row>> ReleasedRecords::rows(const serve::RowQuery& q) {
  if (!shows(q.collection)) return std::vector<serve::Row>();
  std::string after;
  if (!q.after.empty()) {
    auto inside = releaser_.opened_cursor(to_.audience, q.after);
    if (!inside) return no_place("after");
    after = *std::move(inside);
  }
  // Whatever may be told to be then, by the times that are told; these are asked below.
  const Duration round = releaser_.coarseness(to_.audience).round;
  Instant last = no_later(q.last, round);
  if (horizon_) last = std::min(last, *horizon_);
  TRUCE_TRY(as_of, known());
  std::vector<serve::Row> out;
  std::size_t looked_at = 0;
  for (bool more = true; more && out.size() < q.limit;) {
    if (looked_at >= kLookedAtMax) {
      out.push_back(pause_behind(releaser_.sealed_cursor(to_.audience, after)));
      break;
    }
    const std::size_t wanted = std::min(kInnerRowsMax, q.limit - out.size() + 1);
    TRUCE_TRY(inner, inner_.rows({.collection = q.collection,
                                  .first = no_earlier(q.first, round),
                                  .last = last,
                                  .after = after,
                                  .as_of = as_of,
                                  .limit = wanted,
                                  .state_at = horizon_}));
    more = inner.size() == wanted;
    looked_at += inner.size();
    for (const serve::Row& row : inner) {
      if (out.size() == q.limit) break;
      after = row.cursor;
      TRUCE_TRY(told, released(q.collection, row));
      const bool is_then =
          told && (!told->when || (told->when->start <= q.last && q.first <= told->when->end));
      if (is_then) out.push_back(*std::move(told));
    }
  }
  return out;
}

Result<std::optional<serve::Row>> ReleasedRecords::row(std::string_view collection,
                                                       std::string_view id, std::uint64_t) {
  if (!shows(collection)) return std::optional<serve::Row>();
  if (collection == "gates" || collection == "areas") {  // told by their own ids, few of them
    TRUCE_TRY(all, rows({.collection = collection, .limit = kInnerRowsMax}));
    for (serve::Row& row : all) {
      if (row.id == id) return std::optional(std::move(row));
    }
    return std::optional<serve::Row>();
  }
  const auto inside = releaser_.opened_id(to_.audience, id);
  if (!inside) return std::optional<serve::Row>();
  TRUCE_TRY(as_of, known());
  TRUCE_TRY(found, inner_.row(collection, *inside, as_of));
  if (!found) return std::optional<serve::Row>();
  return released(collection, *found);
}

namespace {

// The collection that an event is of; empty: it is told to staff alone.
std::string_view collection_of_event(std::string_view event) {
  if (event == "incident" || event == "gone") return "incidents";
  if (event == "conduct") return "conducts";
  return event == "alert" ? "hazards" : "";
}

}  // namespace

Result<std::optional<serve::Change>> ReleasedRecords::released_change(const serve::Change& change) {
  const std::optional<serve::Change> nothing;
  const std::string_view collection = collection_of_event(change.event);
  if (collection.empty() || !shows(collection)) return nothing;
  serve::Change out;
  out.event = change.event;
  out.position = change.position;
  out.cursor =
      std::to_string(change.position) + "/" + releaser_.sealed_cursor(to_.audience, change.cursor);
  out.row.id = releaser_.sealed_id(to_.audience, change.row.id);
  if (change.event == "incident" || change.event == "alert") {
    TRUCE_TRY(told, released(collection, change.row));
    if (!told) return nothing;
    out.row = *std::move(told);
  }
  for (const std::string& finding : change.findings) {
    TRUCE_TRY(
        told,
        releaser_.release(
            to_, {.collection = "findings", .id = {}, .when = change.row.when, .json = finding},
            now_));
    if (told) out.findings.push_back(std::move(told->json));
  }
  return std::optional(std::move(out));
}

Result<std::vector<serve::Change>> ReleasedRecords::changes(std::string_view after,
                                                            std::size_t limit) {
  if (!release_.live) return std::vector<serve::Change>();
  std::string inside(after);
  const std::size_t slash = after.find('/');
  if (slash != std::string_view::npos) {
    auto cursor = releaser_.opened_cursor(to_.audience, after.substr(slash + 1));
    if (!cursor) return no_place("Last-Event-ID");
    inside = *std::move(cursor);
  }
  std::vector<serve::Change> out;
  std::size_t looked_at = 0;
  std::uint64_t position = 0;
  for (bool more = true; more && out.size() < limit;) {
    if (looked_at >= kLookedAtMax) {
      serve::Change& pause = out.emplace_back();
      pause.position = position;
      pause.cursor = std::to_string(position) + "/" + releaser_.sealed_cursor(to_.audience, inside);
      break;
    }
    TRUCE_TRY(inner, inner_.changes(inside, limit));
    more = inner.size() == limit;
    looked_at += inner.size();
    for (const serve::Change& change : inner) {
      if (out.size() == limit) break;
      inside = change.cursor;
      position = change.position;
      TRUCE_TRY(told, released_change(change));
      if (told) out.push_back(*std::move(told));
    }
  }
  return out;
}

Result<serve::Records*> ReleasedSource::latest_for(const serve::Reader& reader) {
  if (reader.is_staff()) return inner_.latest();
  TRUCE_TRY(records, inner_.latest());
  const std::lock_guard<std::mutex> lock(mutex_);
  releaser_ = release::Releaser(next_, key_);
  records_.emplace(*records, releaser_, recipient_of(reader), now_());
  return static_cast<serve::Records*>(&*records_);
}

serve::Release ReleasedSource::release_for(const serve::Reader& reader) const {
  if (reader.is_staff()) return {};
  const std::lock_guard<std::mutex> lock(mutex_);
  return release_of(release::coarseness_of(next_, recipient_of(reader).audience));
}

void ReleasedSource::set_params(const release::Params& params) {
  const std::lock_guard<std::mutex> lock(mutex_);
  next_ = params;
}

Status write_secret(const std::string& path, std::string_view bytes) {
  const mode_t before = umask(077);
  const Status written = write_file_atomically(path, bytes);
  umask(before);
  return written;
}

Result<release::SealKey> seal_key_in(const std::string& path) {
  std::error_code missing;
  if (!std::filesystem::exists(path, missing)) {
    const release::SealKey key = release::new_seal_key();
    TRUCE_CHECK_OK(write_secret(path, {reinterpret_cast<const char*>(key.data()), key.size()}));
    return key;
  }
  TRUCE_TRY(bytes, read_file(path, 1024));
  release::SealKey key{};
  if (bytes.size() != key.size())
    return make_error(ErrorCode::kCorrupt, "is no key of 32 bytes", {.source = path},
                      "the file as it was; without it released ids change");
  std::copy(bytes.begin(), bytes.end(), key.begin());
  return key;
}

}  // namespace truce::app
