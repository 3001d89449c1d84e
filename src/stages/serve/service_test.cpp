#include "stages/serve/service.h"

#include <gtest/gtest.h>

#include <simdjson.h>
#include <algorithm>
#include <cctype>

#include "base/files.h"
#include "base/json.h"
#include "stages/serve/assets.h"
#include "stages/serve/fake_records.h"
#include "stages/serve/feature.h"
#include "stages/serve/routes.h"

namespace truce::serve {

namespace {

class ServiceTest : public testing::Test {
 protected:
  Response get(const std::string& target, std::vector<Header> headers = {}) {
    return ask("GET", target, std::move(headers));
  }
  Response ask(const std::string& method, const std::string& target,
               std::vector<Header> headers = {}) {
    headers.push_back({"Host", "127.0.0.1:8080"});
    return service_.answer({method, target, std::move(headers), {}});
  }
  static std::string header(const Response& r, std::string_view name) {
    for (const auto& h : r.headers) {
      if (h.name == name) return h.value;
    }
    return {};
  }
  // Of a link in a body: what follows the server's name.
  static std::string link(const Response& r, std::string_view rel) {
    simdjson::dom::parser parser;
    simdjson::dom::element body;
    EXPECT_EQ(parser.parse(r.body).get(body), simdjson::SUCCESS) << r.body;
    simdjson::dom::array links;
    if (body["links"].get(links) != simdjson::SUCCESS) return {};
    for (const auto l : links) {
      std::string_view found, href;
      if (l["rel"].get(found) != simdjson::SUCCESS || found != rel) continue;
      EXPECT_EQ(l["href"].get(href), simdjson::SUCCESS);
      constexpr std::string_view kRoot = "http://127.0.0.1:8080";
      EXPECT_EQ(href.substr(0, kRoot.size()), kRoot);
      return std::string(href.substr(kRoot.size()));
    }
    return {};
  }
  static std::size_t count(std::string_view text, std::string_view what) {
    std::size_t n = 0;
    for (auto at = text.find(what); at != text.npos; at = text.find(what, at + 1)) ++n;
    return n;
  }
  void fill(int incidents) {
    auto& rows = source_.records.kept["incidents"];
    for (int n = 100; n < 100 + incidents; ++n) rows.push_back(incident_row(n));
  }

  FakeSource source_;
  Service service_{{"Test mission", "0.1"}, source_};
};

TEST_F(ServiceTest, every_document_of_the_standard_is_there_and_leads_on) {
  const Response landing = get("/api");
  EXPECT_EQ(landing.status, 200);
  EXPECT_NE(landing.body.find("\"time_zone\":\"UTC\""), std::string::npos);
  EXPECT_EQ(landing.type, "application/json");
  EXPECT_EQ(get(link(landing, "conformance")).status, 200);
  EXPECT_NE(get(link(landing, "conformance")).body.find("ogcapi-features-1/1.0/conf/geojson"),
            std::string::npos);
  const Response description = get(link(landing, "service-desc"));
  EXPECT_EQ(description.type, "application/vnd.oai.openapi+json;version=3.0");
  const Response all = get(link(landing, "data"));
  for (const Collection& c : collections()) {
    const std::string path = "/api/collections/" + std::string(c.id);
    const Response one = get(path);
    EXPECT_EQ(one.status, 200) << c.id;
    EXPECT_NE(all.body.find(one.body), std::string::npos) << c.id;
    EXPECT_EQ(link(one, "items"), path + "/items");
    EXPECT_EQ(get(path + "/items").type, "application/geo+json") << c.id;
    EXPECT_NE(description.body.find("\"" + std::string(c.id) + "\""), std::string::npos);
  }
}

TEST_F(ServiceTest, openapi_document_is_json_with_every_path_that_is_answered) {
  simdjson::dom::parser parser;
  const std::string body = get("/api/openapi.json").body;
  simdjson::dom::element document;
  ASSERT_EQ(parser.parse(body).get(document), simdjson::SUCCESS);
  EXPECT_EQ(body.find("{{"), std::string::npos);
  simdjson::dom::object paths;
  ASSERT_EQ(document["paths"].get(paths), simdjson::SUCCESS);
  fill(1);
  for (const char* view : {"agreement", "board", "histogram", "reports", "tiles"})
    source_.records.views[view] = {"application/json", "{}"};
  std::size_t described = 0;
  for (const auto path : paths) {
    const std::string name(path.key);
    std::string target = "/api" + (name == "/" ? "" : name);
    for (const auto& [part, value] :
         {std::pair{"{collectionId}", "incidents"}, std::pair{"{featureId}", "i100"},
          std::pair{"{file}", "2025-04-18.html"}, std::pair{"{incidentId}", "i100"},
          std::pair{"{position}", "0"}, std::pair{"{x}", "0"}, std::pair{"{y}", "0"},
          std::pair{"{z}", "0"}}) {
      const auto at = target.find(part);
      if (at != std::string::npos) target.replace(at, std::string_view(part).size(), value);
    }
    simdjson::dom::object operations;
    ASSERT_EQ(path.value.get(operations), simdjson::SUCCESS) << name;
    for (const auto operation : operations) {
      ++described;
      std::string method(operation.key);
      std::transform(method.begin(), method.end(), method.begin(),
                     [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
      EXPECT_NE(find_route(method, parse_target(target)->path), nullptr) << method << " " << target;
      // What lies behind a record has tests of its own.
      const bool is_evidence = name.starts_with("/incidents/") || name.starts_with("/log") ||
                               name.starts_with("/recordings/");
      if (method == "GET" && !is_evidence) {
        EXPECT_EQ(get(target).status, 200) << target;
      }
    }
  }
  const auto below_api = std::count_if(routes().begin(), routes().end(), [](const Route& r) {
    return r.path.starts_with("/api") && r.path != "/api/openapi.json";
  });
  EXPECT_EQ(described, static_cast<std::size_t>(below_api)) << "a route is not described";
}

std::string geometry_json(const Geometry& geometry) {
  std::string out;
  JsonWriter w(out);
  put_geometry(w, geometry);
  return out;
}

TEST(Geometry, writes_degrees_as_the_numbers_they_are) {
  for (const std::int32_t e7 : {0, 1, -9, 10, -10, 123, 305'000'000, -1'234'567, 1'799'999'999,
                                -1'800'000'000, 480'000'001, -70'000'000}) {
    std::string number;
    truce::append_json_number(number, e7 / 1e7);
    EXPECT_EQ(geometry_json({.point = LatLon{e7, 0}}),
              "{\"coordinates\":[0," + number + "],\"type\":\"Point\"}");
  }
}

// Degrees have a way of their own to text; it must be that of every other number.
TEST(GeometryJson, writes_degrees_as_numbers_are_written) {
  std::vector<std::int32_t> all{0, 10, 99, 100, 9'999'999, 10'000'000, 10'000'001, 899'999'999};
  for (std::int32_t n = 1; n < 10; ++n) all.push_back(n);
  for (std::int32_t n = 12'345; n < 900'000'000; n += 1'234'567) all.push_back(n);
  for (const std::int32_t size : all) {
    for (const std::int32_t e7 : {size, -size}) {
      std::string number;
      JsonWriter(number).number(e7 / 1e7);
      const std::string json = geometry_json({.point = LatLon{e7, e7}});
      EXPECT_NE(json.find("[" + number + "," + number + "]"), std::string::npos) << json;
    }
  }
}

TEST_F(ServiceTest, features_are_records_with_their_geometry) {
  fill(1);
  const Response page = get("/api/collections/incidents/items");
  EXPECT_NE(page.body.find("\"geometry\":{\"coordinates\":[[["), std::string::npos) << page.body;
  EXPECT_NE(page.body.find("\"id\":\"i100\",\"position\":1,\"properties\":{"), std::string::npos);
  EXPECT_NE(page.body.find("\"numberReturned\":1,\"timeStamp\":\""), std::string::npos);
  EXPECT_EQ(page.body.find("numberMatched"), std::string::npos);
  const Response one = get("/api/collections/incidents/items/i100");
  EXPECT_EQ(one.status, 200);
  EXPECT_EQ(link(one, "collection"), "/api/collections/incidents");
  EXPECT_EQ(get("/api/collections/incidents/items/i999").status, 404);
  EXPECT_EQ(get("/api/collections/incidents/items/i100?as-of=0").status, 404);
}

TEST_F(ServiceTest, areas_are_drawn_as_they_lie_and_found_by_box) {
  const auto at = [](double lat, double lon) { return *LatLon::from_degrees(lat, lon); };
  const Geometry line{.lines = {{at(48, 37), at(49, 38)}}};
  const Geometry area{.rings = {{{at(46, 30), at(47, 30), at(47, 31), at(46, 30)}, {}}}};
  source_.records.kept["areas"] = {{"a", std::nullopt, 0, "{}", "a", line},
                                   {"b", std::nullopt, 0, "{}", "b", area},
                                   {"c", std::nullopt, 0, "{}", "c", Geometry{at(1, 2)}}};
  const std::string all = get("/api/collections/areas/items").body;
  EXPECT_NE(all.find(R"({"coordinates":[[37,48],[38,49]],"type":"LineString"})"), all.npos) << all;
  EXPECT_NE(all.find("\"type\":\"Polygon\""), all.npos);
  EXPECT_NE(all.find(R"({"coordinates":[2,1],"type":"Point"})"), all.npos);
  const auto in = [this](const std::string& box) {
    return count(get("/api/collections/areas/items?bbox=" + box).body, "\"type\":\"Feature\"");
  };
  EXPECT_EQ(in("37.4,48.4,37.6,48.6"), 1U) << "the line goes through";
  EXPECT_EQ(in("37.6,48.1,37.9,48.4"), 0U) << "it passes by";
  EXPECT_EQ(in("37,48,37,48"), 1U) << "its end";
  EXPECT_EQ(in("-180,-90,180,90"), 3U);
  EXPECT_NE(get("/api/collections/areas/items?f=csv").body.find("MULTILINESTRING((37 48,38 49))"),
            std::string::npos);
}

TEST_F(ServiceTest, the_landing_page_says_what_the_mission_is) {
  source_.records.told = {{{"amber", "Amber"}},
                          {{"fire", "article 1", "No fire"}},
                          {"base"},
                          "2030-06-03",
                          "2030-06-05",
                          "m1"};
  const std::string body = get("/api").body;
  for (
      const char* part :
      {R"("log_position":5,"mission":"m1","parties":[{"id":"amber","name":"Amber"}])",
       R"("provisions":[{"id":"fire","source":"article 1","words":"No fire"}],"readings":["base"])",
       R"("report_days":{"first":"2030-06-03","last":"2030-06-05"},"tiles":null)"})
    EXPECT_NE(body.find(part), std::string::npos) << body;
}

TEST_F(ServiceTest, a_view_with_a_policy_of_its_own_has_that_alone) {
  source_.records.views["reports"] = {
      "text/html; charset=utf-8", "<p>", {{"Content-Security-Policy", "sandbox"}}};
  const Response r = get("/api/reports/x.html");
  EXPECT_EQ(std::count_if(r.headers.begin(), r.headers.end(),
                          [](const Header& h) { return h.name == "Content-Security-Policy"; }),
            1);
  EXPECT_EQ(header(r, "Content-Security-Policy"), "sandbox");
  EXPECT_EQ(header(r, "X-Frame-Options"), "SAMEORIGIN");
  EXPECT_NE(header(r, "ETag"), "");
  EXPECT_EQ(get("/api/reports/x.html", {{"Accept", "image/png"}}).status, 406);
}

TEST_F(ServiceTest, pages_lead_through_all_features_once) {
  fill(25);
  std::string target = "/api/collections/incidents/items?limit=10&datetime=2020-01-01T00:00:00Z/..";
  std::vector<std::size_t> pages;
  for (int n = 0; !target.empty() && n < 9; ++n) {
    const Response page = get(target);
    ASSERT_EQ(page.status, 200) << page.body;
    pages.push_back(count(page.body, "\"type\":\"Feature\""));
    target = link(page, "next");
    EXPECT_NE(header(page, "Link"), "");
  }
  EXPECT_EQ(pages, (std::vector<std::size_t>{10, 10, 5}));
}

TEST_F(ServiceTest, a_page_that_ends_with_the_last_feature_leads_nowhere) {
  fill(10);
  EXPECT_EQ(link(get("/api/collections/incidents/items?limit=10"), "next"), "");
}

TEST_F(ServiceTest, boxes_take_what_touches_them_and_what_is_nowhere) {
  auto& rows = source_.records.kept["incidents"];
  rows = {incident_row(101), incident_row(102, 179.9), incident_row(103)};
  Incident nowhere;
  nowhere.id = "i104";
  rows.push_back({nowhere.id, std::nullopt, 1, to_json(nowhere), nowhere.id});
  const auto in = [this](const std::string& box) {
    return count(get("/api/collections/incidents/items?bbox=" + box).body, "\"type\":\"Feature\"");
  };
  EXPECT_EQ(in("37,48,38,49"), 3U);
  EXPECT_EQ(in("37,48,0,38,49,9000"), 3U);
  EXPECT_EQ(in("170,40,-170,50"), 2U);
  EXPECT_EQ(in("0,0,1,1"), 1U);
  EXPECT_EQ(in("37.7600,48.1400,38,49"), 3U) << "its region reaches in, its best place does not";
}

TEST_F(ServiceTest, datetime_takes_instants_and_intervals_open_at_either_end) {
  fill(10);  // from 2025-04-18T18:15:00Z on, a second each
  const auto at = [this](const std::string& time) {
    return count(get("/api/collections/incidents/items?datetime=" + time).body,
                 "\"type\":\"Feature\"");
  };
  EXPECT_EQ(at("2025-04-18T18:15:00Z"), 1U);
  EXPECT_EQ(at("../2025-04-18T18:15:00Z"), 1U);
  EXPECT_EQ(at("/2025-04-18T18:15:00Z"), 1U);
  EXPECT_EQ(at("2025-04-18T18:15:00Z/.."), 10U);
  EXPECT_EQ(at("2025-04-18T21:15:00+03:00/"), 10U);
  EXPECT_EQ(at("2025-04-19T00:00:00Z/2025-04-20T00:00:00Z"), 0U);
}

TEST_F(ServiceTest, what_is_asked_wrongly_is_said_with_what_would_be_right) {
  for (const char* bad : {"bbox=1,2,3",
                          "bbox=1,2,3,x",
                          "bbox=0,50,1,40",
                          "bbox=0,-91,1,1",
                          "bbox=0,0,181,1",
                          "bbox=nan,0,1,1",
                          "bbox=1,2,3,4,5,6,7",
                          "datetime=yesterday",
                          "datetime=../..",
                          "datetime=/",
                          "datetime=2025-04-21T00:00:00Z/2025-04-20T00:00:00Z",
                          "datetime=2025-04-20",
                          "limit=0",
                          "limit=-1",
                          "limit=x",
                          "limit=1.5",
                          "as-of=6",
                          "as-of=x",
                          "f=xml",
                          "unknown=1",
                          "limit=1&limit=2",
                          "Limit=1"}) {
    const Response r = get(std::string("/api/collections/incidents/items?") + bad);
    EXPECT_EQ(r.status, 400) << bad;
    EXPECT_EQ(r.type, "application/problem+json");
    EXPECT_NE(r.body.find("\"code\":\"400\",\"detail\":\""), std::string::npos) << r.body;
  }
  EXPECT_EQ(get("/api?x=1").status, 400);
  EXPECT_EQ(get("/api/collections/incidents/items?limit=99999").status, 200);
}

TEST_F(ServiceTest, csv_has_a_column_for_every_field_and_no_formula) {
  source_.records.kept["claims"] = {
      {"c1", std::nullopt, 1, R"j({"note":"=HYPERLINK(\"x\")","n":-1,"parts":[1,2]})j", "c1"},
      {"c2", std::nullopt, 1, R"({"text":"two\nlines, \"quoted\""})", "c2"}};
  const Response r = get("/api/collections/claims/items?f=csv");
  EXPECT_EQ(r.type, "text/csv; charset=utf-8");
  EXPECT_EQ(r.body,
            "id,position,start,end,n,note,parts,text,geometry_wkt\r\n"
            "c1,1,,,-1,\"'=HYPERLINK(\"\"x\"\")\",\"[1,2]\",,\r\n"
            "c2,1,,,,,,\"two\nlines, \"\"quoted\"\"\",\r\n");
  EXPECT_EQ(get("/api/collections/claims/items", {{"Accept", "text/csv"}}).body, r.body);
}

TEST_F(ServiceTest, each_status_says_what_it_should) {
  EXPECT_EQ(get("/no/such/file.js").status, 404);
  EXPECT_EQ(get("/api/nothing").status, 404);
  EXPECT_EQ(get("/api/collections/nothing").status, 404);
  EXPECT_EQ(get("/api/collections/nothing/items").status, 404);
  const Response post = ask("POST", "/api");
  EXPECT_EQ(post.status, 405);
  EXPECT_EQ(header(post, "Allow"), "GET, HEAD");
  EXPECT_EQ(get("/api", {{"Accept", "image/png"}}).status, 406);
  EXPECT_EQ(get("/api/live", {{"Accept", "image/png"}}).status, 406);
  EXPECT_EQ(get("/" + std::string(9000, 'a')).status, 414);
  EXPECT_EQ(get("/../../etc/passwd").status, 400);
  EXPECT_EQ(service_.answer({"GET", "/api", {}, {}}).status, 400);
  EXPECT_EQ(service_.answer({"GET", "/api", {{"Host", "evil.example"}}, {}}).status, 421);
  EXPECT_EQ(service_.answer({"GET", "/api", {{"Host", "127.0.0.1.evil.example"}}, {}}).status, 421);
  EXPECT_EQ(
      service_.answer({"GET", "/api", {{"Host", "localhost"}, {"hOst", "localhost"}}, {}}).status,
      400);
  source_.empty = true;
  const Response none = get("/api");
  EXPECT_EQ(none.status, 503);
  EXPECT_EQ(header(none, "Retry-After"), "1");
  EXPECT_EQ(get("/healthz").status, 503);
  EXPECT_EQ(get("/metrics").status, 200);
  EXPECT_EQ(get("/").status, 200);
}

TEST_F(ServiceTest, an_entity_tag_stands_as_long_as_the_records_do) {
  fill(1);
  const std::string target = "/api/collections/incidents/items";
  const Response first = get(target);
  const std::string tag = header(first, "ETag");
  EXPECT_EQ(header(first, "Cache-Control"), "private, no-cache");
  EXPECT_EQ(get(target).body, first.body);
  const Response again = get(target, {{"If-None-Match", "\"other\", " + tag}});
  EXPECT_EQ(again.status, 304);
  EXPECT_TRUE(again.body.empty());
  EXPECT_EQ(header(again, "ETag"), tag);
  EXPECT_EQ(get(target + "?limit=5", {{"If-None-Match", tag}}).status, 200);
  source_.records.at = 6;
  EXPECT_EQ(get(target, {{"If-None-Match", tag}}).status, 200);
  source_.records.at = 5;
  source_.records.by = "other rules";
  EXPECT_EQ(get(target, {{"If-None-Match", tag}}).status, 200);
}

// Gives whoever is far the same.
class SourceForAll : public FakeSource {
 public:
  Result<Records*> latest_for(const Reader&) override { return latest(); }
};

TEST_F(ServiceTest, a_large_answer_is_packed_for_who_takes_it_and_keeps_its_tag) {
  fill(20);
  SourceForAll source;
  source.records = source_.records;
  Service service({.title = "Test", .version = "0.1", .local_only = false}, source);
  const auto asked = [&service](const std::string& method, const std::string& target,
                                std::vector<Header> headers) {
    headers.push_back({"Host", "127.0.0.1:8080"});
    return service.answer({method, target, std::move(headers), {}});
  };
  const Header takes{"Accept-Encoding", "br, gzip"};
  for (const std::string target :
       {"/api/collections/incidents/items", "/api/collections/incidents/items?f=csv"}) {
    const Response plain = asked("GET", target, {});
    const Response packed = asked("GET", target, {takes});
    ASSERT_EQ(packed.status, 200);
    EXPECT_EQ(header(plain, "Content-Encoding"), "");
    EXPECT_EQ(header(packed, "Content-Encoding"), "gzip");
    EXPECT_LT(packed.body.size(), plain.body.size() / 2);
    EXPECT_EQ(packed.type, plain.type);
    EXPECT_EQ(header(packed, "Link"), header(plain, "Link"));
    const std::string path = testing::TempDir() + "truce_packed_answer";
    ASSERT_TRUE(write_file_atomically(path, packed.body).ok());
    EXPECT_EQ(*read_file(path), plain.body);
    EXPECT_EQ(asked("GET", target, {takes}).body, packed.body) << "as it was kept";
    const Response head = asked("HEAD", target, {takes});
    EXPECT_TRUE(head.head_only);
    EXPECT_EQ(head.body.size(), packed.body.size());
    const std::string tag = header(plain, "ETag"), of_packed = header(packed, "ETag");
    EXPECT_NE(tag, of_packed);
    for (const std::string& known : {tag, of_packed}) {
      for (const auto& coding : {std::vector<Header>{}, std::vector<Header>{takes}}) {
        std::vector<Header> headers = coding;
        headers.push_back({"If-None-Match", known});
        const Response unchanged = asked("GET", target, headers);
        EXPECT_EQ(unchanged.status, 304);
        EXPECT_EQ(header(unchanged, "ETag"), known);
        EXPECT_EQ(header(unchanged, "Vary"), header(plain, "Vary"));
      }
    }
    EXPECT_NE(header(packed, "Vary").find("Accept-Encoding"), std::string::npos);
    EXPECT_EQ(header(asked("GET", target, {{"Accept-Encoding", "gzip;q=0"}}), "Content-Encoding"),
              "");
  }
  for (const char* small : {"/api/conformance", "/api/session", "/healthz", "/metrics"})
    EXPECT_EQ(header(asked("GET", small, {takes}), "Content-Encoding"), "") << small;
  EXPECT_EQ(header(get("/api/collections/incidents/items", {takes}), "Content-Encoding"), "")
      << "within this machine";
}

// Claims by number, each at one place, counted as they are given.
class CountedRecords : public FakeRecords {
 public:
  Result<std::vector<Row>> rows(const RowQuery& q) override {
    std::vector<Row> out;
    const std::size_t from = q.after.empty() ? 0 : std::stoul(std::string(q.after)) + 1;
    for (std::size_t n = from; n < claims && out.size() < q.limit; ++n) {
      const std::string id = std::to_string(n);
      out.push_back({id, std::nullopt, 1, text.empty() ? "{\"n\":" + id + "}" : text, id,
                     Geometry{.point = LatLon::from_degrees(48, 37).value()}});
    }
    given += out.size();
    return out;
  }
  std::size_t claims = 0;
  std::string text;  // of each
  std::size_t given = 0;
};

class CountedSource : public RecordsSource {
 public:
  Result<Records*> latest() override { return static_cast<Records*>(&records); }
  CountedRecords records;
};

class PageLimits : public ServiceTest {
 protected:
  Response page(const std::string& target) {
    return counted_.answer({"GET", target, {{"Host", "127.0.0.1:8080"}}, {}});
  }
  CountedSource many_;
  Service counted_{{"Test mission", "0.1"}, many_};
};

TEST_F(PageLimits, so_many_rows_are_looked_at_and_the_page_leads_on) {
  constexpr std::size_t kLookedAtMax = 50'000, kAtOnce = 501;
  many_.records.claims = kLookedAtMax + 10'000;
  const Response r = page("/api/collections/claims/items?bbox=0,0,1,1&limit=10");
  EXPECT_NE(r.body.find("\"numberReturned\":0"), std::string::npos) << r.body;
  // One more than is looked at is asked for, to know whether there are more.
  EXPECT_GE(many_.records.given, kLookedAtMax);
  EXPECT_LE(many_.records.given, kLookedAtMax + kLookedAtMax / kAtOnce + 1);
  const Response rest = page(link(r, "next"));
  EXPECT_EQ(rest.status, 200);
  EXPECT_EQ(link(rest, "next"), "");
}

TEST_F(PageLimits, so_many_bytes_are_told_and_the_page_leads_on) {
  constexpr std::size_t kRow = 1U << 20U, kPage = 32;
  many_.records.claims = kPage + 5;
  many_.records.text = "{\"text\":\"" + std::string(kRow - 11, 'x') + "\"}";
  ASSERT_EQ(many_.records.text.size(), kRow);
  const Response r = page("/api/collections/claims/items");
  EXPECT_NE(r.body.find("\"numberReturned\":32,"), std::string::npos);
  const Response rest = page(link(r, "next"));
  EXPECT_NE(rest.body.find("\"numberReturned\":5,"), std::string::npos);
  EXPECT_EQ(link(rest, "next"), "");
}

TEST_F(ServiceTest, every_answer_has_the_headers_that_keep_a_browser_safe) {
  for (const char* target : {"/", "/api", "/none.js", "/../x", "/api/live", "/metrics"}) {
    const Response r = get(target);
    const std::string policy = header(r, "Content-Security-Policy");
    EXPECT_NE(policy.find("default-src 'none'"), std::string::npos) << target;
    EXPECT_NE(policy.find("frame-ancestors 'none'"), std::string::npos) << target;
    EXPECT_EQ(policy.find("unsafe"), std::string::npos);
    EXPECT_EQ(header(r, "X-Content-Type-Options"), "nosniff") << target;
    EXPECT_EQ(header(r, "X-Frame-Options"), "DENY") << target;
    EXPECT_EQ(header(r, "Cross-Origin-Resource-Policy"), "same-origin") << target;
    EXPECT_EQ(header(r, "Referrer-Policy"), "no-referrer") << target;
    EXPECT_NE(header(r, "Cache-Control"), "") << target;
  }
}

TEST_F(ServiceTest, the_built_in_or_built_page_is_html_without_inline_script) {
  const Response page = get("/", {{"Accept", "text/html"}});
  EXPECT_EQ(page.type, "text/html; charset=utf-8");
  EXPECT_EQ(page.body.find("<style"), std::string::npos);
  EXPECT_NE(header(page, "ETag"), "");
  EXPECT_EQ(get("/", {{"If-None-Match", header(page, "ETag")}}).status, 304);
  EXPECT_EQ(get("/incident/i1", {{"Accept", "text/html"}}).body, page.body);
  EXPECT_EQ(get("/incident/i1", {{"Accept", "application/json"}}).status, 404);
  for (const Asset& asset : assets()) {
    const Response r = get("/" + std::string(asset.name));
    EXPECT_EQ(r.body, asset.bytes) << asset.name;
    const bool is_hashed = asset.name.substr(0, 7) == "assets/";
    EXPECT_EQ(header(r, "Cache-Control").find("immutable") != std::string::npos, is_hashed);
  }
}

TEST_F(ServiceTest, a_head_measures_the_body_and_leaves_it_out) {
  const Response whole = get("/api");
  const Response head = ask("HEAD", "/api");
  EXPECT_TRUE(head.head_only);
  EXPECT_EQ(head_of(head, true), head_of(whole, true));
  EXPECT_FALSE(ask("HEAD", "/api/live").live);
}

TEST_F(ServiceTest, no_value_ends_its_header_line) {
  Response r;
  r.headers.push_back({"X", "a\r\nSet-Cookie: b"});
  EXPECT_EQ(head_of(r, true).find("\nSet-Cookie"), std::string::npos);
}

TEST_F(ServiceTest, metrics_count_answers_by_status) {
  get("/api");
  get("/none.js");
  const std::string text = get("/metrics").body;
  EXPECT_NE(text.find("truce_http_requests_total{code=\"404\"} 1\n"), std::string::npos) << text;
  EXPECT_NE(text.find("\ntruce_log_position 5\n"), std::string::npos);
}

class LiveTest : public ServiceTest {
 protected:
  // All that a client gets until there is no more.
  std::string drain(LivePlace& place) {
    std::string out;
    for (int n = 0; n < 99; ++n) {
      const auto batch = service_.live(place);
      EXPECT_TRUE(batch.ok());
      out += *batch->text;
      if (!batch->more) return out;
    }
    ADD_FAILURE() << "it never ends";
    return out;
  }
};

TEST_F(LiveTest, greets_and_then_tells_what_is_new) {
  LivePlace place;
  EXPECT_EQ(drain(place),
            "retry: 1000\nid: 5\nevent: hello\ndata: {\"position\":5,\"rules\":\"rules\"}\n\n");
  EXPECT_EQ(drain(place), "");
  source_.records.add_alert("a", 6);
  EXPECT_EQ(drain(place),
            "id: 6/alert/a\nevent: alert\ndata: {\"alert\":{\"post\":\"p\"},\"id\":\"a\","
            "\"position\":6}\n\nid: 6\nevent: position\ndata: {\"position\":6,\"rules\":\"rules\"}"
            "\n\n");
  EXPECT_EQ(drain(place), "");
}

TEST_F(LiveTest, who_comes_back_misses_nothing_and_gets_nothing_twice) {
  source_.records.add_alert("a", 6);
  source_.records.add_alert("b", 6);
  source_.records.add_alert("c", 7);
  LivePlace back{"6/alert/a", {}};
  const std::string text = drain(back);
  EXPECT_EQ(text.find("\"id\":\"a\""), std::string::npos);
  EXPECT_EQ(count(text, "\"id\":\"b\""), 1U);
  EXPECT_EQ(count(text, "\"id\":\"c\""), 1U);
  EXPECT_NE(text.find("id: 6/alert/a\nevent: hello"), std::string::npos)
      << "the greeting moves nobody on";
}

TEST_F(LiveTest, tells_to_read_anew_where_results_follow_other_rules_or_the_place_is_unknown) {
  LivePlace place;
  drain(place);
  source_.records.by = "new";
  EXPECT_NE(drain(place).find("event: reset"), std::string::npos);
  for (const char* unknown : {"99", "x", "99/alert/a"}) {
    LivePlace lost{unknown, {}};
    EXPECT_NE(drain(lost).find("event: reset"), std::string::npos) << unknown;
  }
}

TEST_F(LiveTest, starts_where_it_is_asked_to) {
  EXPECT_EQ(get("/api/live?since=3").cursor, "3");
  EXPECT_EQ(get("/api/live?since=3", {{"Last-Event-ID", "4"}}).cursor, "4");
  EXPECT_EQ(get("/api/live?since=x").status, 400);
  EXPECT_EQ(get("/api/live?sinc=3").status, 400);
}

TEST_F(LiveTest, a_pause_moves_the_reader_on_and_is_told_to_nobody) {
  source_.records.add_alert("a", 6);
  Change pause;
  pause.position = 7;
  pause.cursor = "7/alert/passed";
  source_.records.news.push_back(pause);
  source_.records.at = 8;
  LivePlace place{"5", "rules"};
  const auto batch = service_.live(place);
  ASSERT_TRUE(batch.ok());
  EXPECT_TRUE(batch->more);
  EXPECT_EQ(batch->records, 1U);
  EXPECT_EQ(count(*batch->text, "event: "), 1U) << *batch->text;
  EXPECT_EQ(place.cursor, "7/alert/passed");
  EXPECT_EQ(count(drain(place), "event: position"), 1U);
}

TEST_F(LiveTest, those_at_the_same_place_share_one_batch) {
  source_.records.add_alert("a", 6);
  LivePlace one{"5", "rules"}, two{"5", "rules"};
  const auto first = service_.live(one);
  const auto second = service_.live(two);
  EXPECT_EQ(first->text.get(), second->text.get());
}

}  // namespace

}  // namespace truce::serve
