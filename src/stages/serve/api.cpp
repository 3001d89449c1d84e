// OGC API – Features Part 1: Core (OGC 17-069r4), with the conformance classes Core, GeoJSON and
// OpenAPI 3.0; all but the features themselves.

#include "stages/serve/collections.h"
#include "stages/serve/internal/answer.h"

namespace truce::serve {

namespace {

constexpr std::string_view kCrs84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84";

void put_facts(JsonWriter& w, const Records& records) {
  const MissionFacts facts = records.facts();
  if (records.release() == nullptr)
    w.key("log_position").integer(static_cast<std::int64_t>(records.position()));
  w.key("mission").string(facts.mission).key("parties").begin_array();
  for (const auto& p : facts.parties)
    w.begin_object().key("id").string(p.id).key("name").string(p.name).end_object();
  w.end_array().key("provisions").begin_array();
  for (const auto& p : facts.provisions) {
    w.begin_object().key("id").string(p.id).key("source").string(p.source);
    w.key("words").string(p.words).end_object();
  }
  w.end_array().key("readings").begin_array();
  for (const auto& reading : facts.readings) w.string(reading);
  w.end_array().key("report_days");
  if (facts.first_day.empty()) {
    w.null();
    return;
  }
  w.begin_object().key("first").string(facts.first_day);
  w.key("last").string(facts.last_day).end_object();
}

void put_tiles(JsonWriter& w, const TileFile::About* tiles) {
  w.key("tiles");
  if (tiles == nullptr) {
    w.null();
    return;
  }
  const auto text = [](const std::string& bytes) { return to_valid_utf8(bytes); };
  w.begin_object().key("attribution").string(text(tiles->attribution));
  w.key("maxzoom").integer(tiles->zoom_max).key("minzoom").integer(tiles->zoom_min);
  w.key("name").string(text(tiles->name)).key("type").string(tiles->type).end_object();
}

std::string landing_json(const Asked& asked, const Records& records, const SiteOptions& site,
                         const TileFile::About* tiles) {
  const std::string api = asked.root + "/api";
  std::string out;
  JsonWriter w(out);
  w.begin_object().key("boundary_view").string(site.boundary_view).key("description");
  w.string(
      "Records of a ceasefire's monitoring: what was observed, what follows from it, what the "
      "agreement says of it, each with how sure it is.");
  w.key("links").raw(
      links_json({{api, "self", kJson, "This document"},
                  {api + "/openapi.json", "service-desc", kOpenApi, "The API, in OpenAPI 3.0"},
                  {api + "/conformance", "conformance", kJson, "Conformance classes"},
                  {api + "/collections", "data", kJson, "Collections"},
                  {api + "/live", "https://html.spec.whatwg.org/multipage/server-sent-events.html",
                   "text/event-stream", "What comes to be known, as it does"}}));
  put_facts(w, records);
  put_tiles(w, tiles);
  w.key("time_zone").string(site.time_zone).key("title").string(site.title).end_object();
  return out;
}

std::string conformance_json() {
  constexpr std::string_view kBase = "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/";
  std::string out;
  JsonWriter w(out);
  w.begin_object().key("conformsTo").begin_array();
  for (const char* name : {"core", "geojson", "oas30"}) w.string(std::string(kBase) + name);
  w.end_array().end_object();
  return out;
}

std::string collection_json(const Asked& asked, const Collection& c) {
  const std::string self = asked.root + "/api/collections/" + std::string(c.id);
  std::string out;
  JsonWriter w(out);
  w.begin_object().key("crs").begin_array().string(kCrs84).end_array();
  w.key("description").string(c.description).key("id").string(c.id);
  w.key("itemType").string("feature");
  w.key("links").raw(links_json({{self, "self", kJson},
                                 {self + "/items", "items", kGeoJson},
                                 {self + "/items?f=csv", "items", kCsv}}));
  w.key("title").string(c.title).end_object();
  return out;
}

std::string collections_json(const Asked& asked, const Records& records) {
  std::string out;
  JsonWriter w(out);
  w.begin_object().key("collections").begin_array();
  for (const Collection& c : collections()) {
    if (records.shows(c.id)) w.raw(collection_json(asked, c));
  }
  w.end_array().key("links");
  w.raw(links_json({{asked.root + "/api/collections", "self", kJson}})).end_object();
  return out;
}

Result<Response> answer_document(const Asked& asked, std::string_view type, std::string body) {
  TRUCE_TRY(format, format_of(asked, {{"json", type}}));
  TRUCE_CHECK_OK(only_known(asked.target, {"f"}));
  Response out;
  out.type = format.type;
  out.body = std::move(body);
  return out;
}

Response answer_view(const Asked& asked, Records& records) {
  auto view = records.view(asked.target);
  if (!view.ok()) return problem_of(view.error());
  if (!accepts(asked.request.header("Accept"), view->type))
    return problem(406, "it is " + view->type);
  Response out;
  out.type = std::move(view->type);
  out.headers = std::move(view->headers);
  out.body = std::move(view->body);
  return out;
}

}  // namespace

Response answer_api(const Asked& asked, Records& records, const SiteOptions& site,
                    const TileFile::About* tiles) {
  const auto& path = asked.target.path;
  const auto document = [&asked](std::string_view type, std::string body) {
    const auto answer = answer_document(asked, type, std::move(body));
    return answer.ok() ? *answer : problem_of(answer.error());
  };
  if (path.size() == 1) return document(kJson, landing_json(asked, records, site, tiles));
  const std::string& what = path[1];
  if (path.size() == 2 && what == "conformance") return document(kJson, conformance_json());
  if (path.size() == 2 && what == "openapi.json")
    return document(kOpenApi, openapi_document(site.version));
  if (what != "collections") return answer_view(asked, records);
  if (path.size() == 2) return document(kJson, collections_json(asked, records));
  const Collection* collection = find_collection(path[2]);
  if (collection == nullptr) return problem(404, "there is no collection \"" + path[2] + "\"");
  if (!records.shows(collection->id))
    return problem(403, "the collection \"" + path[2] + "\" is not for the role " +
                            std::string(to_string(asked.reader.role)));
  if (path.size() == 3) return document(kJson, collection_json(asked, *collection));
  if (path[3] == "items") return answer_items(asked, records);
  return problem(404, "there is nothing here");
}

}  // namespace truce::serve
