#include "stages/serve/map_files.h"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <fstream>

#include "stages/serve/fake_records.h"
#include "stages/serve/service.h"

namespace truce::serve {

namespace {

namespace fs = std::filesystem;

class Maps : public testing::Test {
 protected:
  void SetUp() override {
    folder_ =
        fs::path(testing::TempDir()) /
        (std::string("maps-") + testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  void put(const std::string& name, const std::string& bytes) const {
    std::ofstream(folder_ / name, std::ios::binary) << bytes;
  }
  std::string tiles(const std::string& sql) const {
    const std::string path = (folder_ / "x.mbtiles").string();
    sqlite3* db = nullptr;
    sqlite3_open(path.c_str(), &db);
    EXPECT_EQ(sqlite3_exec(db, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK);
    sqlite3_close(db);
    return path;
  }
  fs::path folder_;
};

constexpr const char* kTiles =
    "CREATE TABLE metadata(name TEXT, value TEXT);"
    "CREATE TABLE tiles(zoom_level INTEGER, tile_column INTEGER, tile_row INTEGER, tile_data BLOB);"
    "INSERT INTO metadata VALUES('format','pbf'),('name','streets'),('attribution','a'),"
    "('minzoom','0'),('maxzoom','14');"
    "INSERT INTO tiles VALUES(1, 0, 1, x'1f8b00'), (1, 1, 0, x'1a00');";

TEST_F(Maps, files_are_found_by_the_names_that_the_folder_has) {
  put("index.json", "{}");
  put("land.geojson.gz", "\x1f\x8bpacked");
  put("NOTICE", "not served");
  put("secret.txt", "not served");
  fs::create_symlink("/etc/passwd", folder_ / "link.json");
  MapFolder maps(folder_);
  ASSERT_NE(maps.find("index.json"), nullptr);
  EXPECT_FALSE(maps.find("index.json")->gzip);
  ASSERT_NE(maps.find("land.geojson"), nullptr);
  EXPECT_TRUE(maps.find("land.geojson")->gzip);
  for (const char* none : {"NOTICE", "secret.txt", "link.json", "../index.json", "", "land"})
    EXPECT_EQ(maps.find(none), nullptr) << none;
  EXPECT_EQ(MapFolder(folder_ / "none").find("index.json"), nullptr);
}

TEST_F(Maps, tiles_are_given_as_they_lie_with_rows_from_the_south) {
  const auto file = TileFile::open(tiles(kTiles));
  ASSERT_TRUE(file.ok()) << file.error().to_text();
  EXPECT_EQ((*file)->about().type, "vector");
  EXPECT_EQ((*file)->about().zoom_max, 14);
  EXPECT_EQ((*file)->tile({1, 0, 0})->value().substr(0, 2), "\x1f\x8b");
  EXPECT_EQ((*file)->tile({1, 1, 1})->value().size(), 2U);
  EXPECT_FALSE((*file)->tile({1, 1, 0})->has_value());
}

TEST_F(Maps, what_is_no_mbtiles_is_said) {
  put("text", "not a database");
  EXPECT_FALSE(TileFile::open(folder_ / "text").ok());
  EXPECT_FALSE(TileFile::open(folder_ / "none").ok());
  EXPECT_FALSE(TileFile::open(tiles("CREATE TABLE metadata(name TEXT, value TEXT);")).ok());
}

TEST_F(Maps, a_service_passes_on_what_is_packed_and_says_so) {
  put("land.geojson.gz", "\x1f\x8bpacked");
  FakeSource source;
  SiteOptions site{"Test mission", "0.1"};
  site.basemap = folder_.string();
  site.tiles = tiles(kTiles);
  Service service(site, source);
  const auto get = [&service](const std::string& target, const std::string& tag = "") {
    std::vector<Header> headers{{"Host", "127.0.0.1:8080"}, {"Accept-Encoding", "gzip"}};
    if (!tag.empty()) headers.push_back({"If-None-Match", tag});
    return service.answer({"GET", target, headers, {}});
  };
  const auto header = [](const Response& r, std::string_view name) {
    for (const auto& h : r.headers) {
      if (h.name == name) return h.value;
    }
    return std::string();
  };
  const Response land = get("/basemap/land.geojson");
  EXPECT_EQ(land.status, 200);
  EXPECT_EQ(land.type, "application/geo+json");
  EXPECT_EQ(header(land, "Content-Encoding"), "gzip");
  EXPECT_EQ(get("/basemap/land.geojson", header(land, "ETag")).status, 304);
  EXPECT_EQ(get("/basemap/none.json").status, 404);
  EXPECT_EQ(get("/basemap/../x.mbtiles").status, 400);
  const Response tile = get("/tiles/1/0/0");
  EXPECT_EQ(tile.status, 200);
  EXPECT_EQ(tile.type, "application/vnd.mapbox-vector-tile");
  EXPECT_EQ(header(tile, "Content-Encoding"), "gzip");
  EXPECT_EQ(header(get("/tiles/1/1/1"), "Content-Encoding"), "");
  EXPECT_EQ(get("/tiles/1/1/0").status, 404);
  EXPECT_EQ(get("/tiles/1/2/0").status, 400);
  EXPECT_EQ(get("/tiles/1/1").status, 404);
  EXPECT_NE(get("/api").body.find(R"("tiles":{"attribution":"a","maxzoom":14,"minzoom":0,)"
                                  R"("name":"streets","type":"vector"})"),
            std::string::npos);
}

}  // namespace

}  // namespace truce::serve
