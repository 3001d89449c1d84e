// Features of a collection: which, and how far a page goes. A page goes on behind the last row of
// the one before, so that the thousandth costs what the first does.

#include <algorithm>
#include <charconv>
#include <cmath>

#include "stages/serve/feature.h"
#include "stages/serve/internal/answer.h"

namespace truce::serve {

Result<Interval> datetime_of(std::string_view text) {
  const auto instant = [](std::string_view part) -> Result<Instant> {
    auto out = parse_instant(part);
    if (out.ok()) return out;
    return bad_input("is no time", {.source = "datetime"},
                     "2025-04-20T00:00:00Z, or two of them with \"/\" between, of which one may be "
                     "\"..\" or left out");
  };
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) {
    TRUCE_TRY(at, instant(text));
    return Interval{at, at};
  }
  const std::string_view from = text.substr(0, slash);
  const std::string_view to = text.substr(slash + 1);
  const auto is_open = [](std::string_view part) { return part.empty() || part == ".."; };
  Interval out{{INT64_MIN}, {INT64_MAX}};
  if (is_open(from) && is_open(to)) return instant(text).error();
  if (!is_open(from)) {
    TRUCE_TRY(start, instant(from));
    out.start = start;
  }
  if (!is_open(to)) {
    TRUCE_TRY(end, instant(to));
    out.end = end;
  }
  if (out.end < out.start)
    return bad_input("ends before it begins", {.source = "datetime"}, "the earlier time first");
  return out;
}

namespace {

constexpr std::size_t kLimitDefault = 100;
constexpr std::size_t kLimitMax = 10'000;
constexpr std::size_t kRowsLookedAtMax = 50'000;  // for one page, where a box leaves most out
// What is released is made anew record by record, and anyone may ask for it.
constexpr std::size_t kReleasedRowsMax = 5'000;
constexpr std::size_t kRowsAtOnce = 500;             // likewise
constexpr std::size_t kPageBytesMax = 32ULL << 20U;  // of records

const std::vector<Format> kFormats{{"json", kGeoJson}, {"csv", kCsv}};

struct ItemQuery {
  std::vector<GeoBox> boxes;  // two where the box spans the meridian of 180°
  Instant first{INT64_MIN};
  Instant last{INT64_MAX};
  std::size_t limit = kLimitDefault;
  std::uint64_t as_of = kNow;
  std::string after;
};

template <class N>
std::optional<N> number_of(std::string_view text) {
  N out{};
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (code != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return out;
}

Result<std::vector<GeoBox>> boxes_of(std::string_view text) {
  const Error wrong =
      bad_input("is no box", {.source = "bbox"},
                "west,south,east,north in degrees, or with heights as third and sixth number");
  std::vector<double> n;
  for (std::size_t begin = 0; begin <= text.size() && n.size() <= 6;) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    const auto value = number_of<double>(text.substr(begin, end - begin));
    if (!value || !std::isfinite(*value)) return wrong;
    n.push_back(*value);
    begin = end + 1;
  }
  if (n.size() == 6) n = {n[0], n[1], n[3], n[4]};
  if (n.size() != 4) return wrong;
  const bool is_on_earth =
      std::abs(n[0]) <= 180 && std::abs(n[2]) <= 180 && n[1] >= -90 && n[3] <= 90 && n[1] <= n[3];
  if (!is_on_earth) return wrong;
  const GeoBox box{.lat_min = n[1], .lat_max = n[3], .lon_min = n[0], .lon_max = n[2]};
  if (n[0] <= n[2]) return std::vector{box};
  GeoBox east = box;
  GeoBox west = box;
  east.lon_max = 180;
  west.lon_min = -180;
  return std::vector{east, west};
}

Result<std::uint64_t> as_of_in(const Target& target, const Records& records) {
  const std::string* text = target.find("as-of");
  TRUCE_ENSURE(text == nullptr || records.release() == nullptr);
  if (text == nullptr) return kNow;
  const auto position = number_of<std::uint64_t>(*text);
  if (!position || *position > records.position())
    return bad_input("is no position of the log", {.source = "as-of"},
                     "a number of entries, at most " + std::to_string(records.position()));
  return *position;
}

Result<ItemQuery> query_of(const Target& target, const Records& records) {
  TRUCE_CHECK_OK(only_known(target, {"after", "as-of", "bbox", "datetime", "f", "limit"}));
  ItemQuery out;
  if (const auto* text = target.find("bbox")) {
    TRUCE_TRY(boxes, boxes_of(*text));
    out.boxes = std::move(boxes);
  }
  if (const auto* text = target.find("datetime")) {
    TRUCE_TRY(when, datetime_of(*text));
    out.first = when.start;
    out.last = when.end;
  }
  if (const auto* text = target.find("limit")) {
    const auto limit = number_of<std::uint64_t>(*text);
    if (!limit || *limit == 0)
      return bad_input("is no number of features", {.source = "limit"}, "1 to 10000");
    const std::size_t most = records.release() == nullptr ? kLimitMax : kReleasedRowsMax;
    out.limit = static_cast<std::size_t>(std::min<std::uint64_t>(*limit, most));
  }
  TRUCE_TRY(as_of, as_of_in(target, records));
  out.as_of = as_of;
  if (const auto* text = target.find("after")) out.after = *text;
  return out;
}

struct Page {
  std::vector<Row> rows;
  std::vector<Geometry> geometries;
  std::string next;  // the cursor of the page behind; empty: there is none
};

Result<Page> page_of(const Collection& collection, const ItemQuery& q, Records& records) {
  Page out;
  std::string after = q.after;
  std::size_t looked_at = 0, bytes = 0;
  bool more = true, is_paused = false;
  const std::size_t looked_at_max =
      records.release() == nullptr ? kRowsLookedAtMax : kReleasedRowsMax;
  while (more && !is_paused && out.rows.size() < q.limit && looked_at < looked_at_max &&
         bytes < kPageBytesMax) {
    const std::size_t wanted =
        std::min(kRowsAtOnce, q.boxes.empty() ? q.limit - out.rows.size() : kRowsAtOnce);
    TRUCE_TRY(rows, records.rows({.collection = collection.id,
                                  .first = q.first,
                                  .last = q.last,
                                  .after = after,
                                  .as_of = q.as_of,
                                  .limit = wanted + 1}));
    is_paused = !rows.empty() && rows.back().is_pause();
    more = rows.size() > wanted || is_paused;
    if (!is_paused && more) rows.resize(wanted);
    for (Row& row : rows) {
      if (out.rows.size() == q.limit || bytes >= kPageBytesMax) {
        more = true;
        break;
      }
      after = row.cursor;
      if (row.is_pause()) break;
      TRUCE_TRY(geometry, geometry_of(collection, row));
      ++looked_at;
      if (!lies_in(geometry, q.boxes)) continue;
      bytes += row.json.size();
      out.rows.push_back(std::move(row));
      out.geometries.push_back(std::move(geometry));
    }
  }
  if (more) out.next = after;
  return out;
}

// The same request with one parameter otherwise.
std::string with_parameter(const Asked& asked, std::string_view path, std::string_view name,
                           std::string_view value) {
  std::string out = asked.root + std::string(path);
  char before = '?';
  const auto put = [&](std::string_view key, std::string_view v) {
    out += before + percent_encoded(key) + "=" + percent_encoded(v);
    before = '&';
  };
  for (const auto& [key, v] : asked.target.query) {
    if (key != name) put(key, v);
  }
  put(name, value);
  return out;
}

std::vector<Link> links_of(const Asked& asked, const std::string& path, const Format& format,
                           std::string_view next) {
  std::vector<Link> out;
  for (const Format& other : kFormats) {
    const bool is_self = other.f == format.f;
    out.push_back(
        {with_parameter(asked, path, "f", other.f), is_self ? "self" : "alternate", other.type});
  }
  if (!next.empty())
    out.push_back({with_parameter(asked, path, "after", next), "next", format.type});
  return out;
}

std::string page_json(const Page& page, const std::vector<Link>& links, Instant read_at) {
  constexpr std::size_t kAroundRecord = 1200;  // its region, about
  std::string out;
  std::size_t bytes = kAroundRecord;
  for (const Row& row : page.rows) bytes += row.json.size() + kAroundRecord;
  out.reserve(bytes);
  JsonWriter w(out);
  w.begin_object().key("features").begin_array();
  for (std::size_t i = 0; i < page.rows.size(); ++i)
    put_feature(w, page.rows[i], page.geometries[i]);
  w.end_array().key("links").raw(links_json(links));
  w.key("numberReturned").integer(static_cast<std::int64_t>(page.rows.size()));
  w.key("timeStamp").string(to_text(read_at)).key("type").string("FeatureCollection");
  w.end_object();
  return out;
}

Result<Response> answer_page(const Asked& asked, const Collection& collection, Records& records) {
  TRUCE_TRY(format, format_of(asked, kFormats));
  TRUCE_TRY(query, query_of(asked.target, records));
  TRUCE_TRY(page, page_of(collection, query, records));
  const std::string above = "/api/collections/" + std::string(collection.id);
  auto links = links_of(asked, above + "/items", format, page.next);
  links.push_back({asked.root + above, "collection", kJson});
  Response out;
  out.type = format.type;
  out.records = page.rows.size();
  add_link_headers(out, links);
  if (format.f == "csv") {
    TRUCE_TRY(csv, csv_of(page.rows, page.geometries));
    out.body = std::move(csv);
  } else {
    out.body = page_json(page, links, records.read_at());
  }
  return out;
}

Result<Response> answer_feature(const Asked& asked, const Collection& collection,
                                const std::string& id, Records& records) {
  TRUCE_TRY(format, format_of(asked, kFormats));
  TRUCE_CHECK_OK(only_known(asked.target, {"as-of", "f"}));
  TRUCE_TRY(as_of, as_of_in(asked.target, records));
  TRUCE_TRY(row, records.row(collection.id, id, as_of));
  if (!row) return make_error(ErrorCode::kNotFound, "there is no such record", {.source = id});
  TRUCE_TRY(geometry, geometry_of(collection, *row));
  const std::string above = "/api/collections/" + std::string(collection.id);
  auto links = links_of(asked, above + "/items/" + percent_encoded(row->id), format, {});
  links.push_back({asked.root + above, "collection", kJson});
  Response out;
  out.type = format.type;
  out.records = 1;
  add_link_headers(out, links);
  if (format.f == "csv") {
    TRUCE_TRY(csv, csv_of({*row}, {geometry}));
    out.body = std::move(csv);
  } else {
    JsonWriter w(out.body);
    put_feature(w, *row, geometry, links_json(links));
  }
  return out;
}

}  // namespace

Response answer_items(const Asked& asked, Records& records) {
  const auto& path = asked.target.path;
  const Collection* collection = find_collection(path[2]);
  if (collection == nullptr) return problem(404, "there is no collection \"" + path[2] + "\"");
  if (records.release() != nullptr && asked.target.find("as-of") != nullptr)
    return problem(403, "how records stood before is not released");
  // An id may hold a slash, sent as it is or as %2F.
  std::string id;
  for (std::size_t i = 4; i < path.size(); ++i) id += (i > 4 ? "/" : "") + path[i];
  const auto answer = id.empty() ? answer_page(asked, *collection, records)
                                 : answer_feature(asked, *collection, id, records);
  return answer.ok() ? *answer : problem_of(answer.error());
}

}  // namespace truce::serve
