#include "stages/serve/map_files.h"

#include <sqlite3.h>

#include <algorithm>
#include <charconv>

#include "base/files.h"
#include "base/hash.h"

namespace truce::serve {

namespace fs = std::filesystem;

namespace {

bool ends_with(std::string_view text, std::string_view end) {
  return text.size() > end.size() && text.substr(text.size() - end.size()) == end;
}

class Statement {
 public:
  Statement(sqlite3* db, const char* sql) {
    sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &handle_, nullptr);
  }
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  ~Statement() { sqlite3_finalize(handle_); }
  sqlite3_stmt* get() const { return handle_; }
  bool step() const { return handle_ != nullptr && sqlite3_step(handle_) == SQLITE_ROW; }
  std::string bytes(int column) const {
    const auto* at = static_cast<const char*>(sqlite3_column_blob(handle_, column));
    const int n = sqlite3_column_bytes(handle_, column);
    return at == nullptr ? std::string() : std::string(at, static_cast<std::size_t>(n));
  }

 private:
  sqlite3_stmt* handle_ = nullptr;
};

struct Close {
  void operator()(sqlite3* db) const { sqlite3_close_v2(db); }
};
using Database = std::unique_ptr<sqlite3, Close>;

std::string tile_type_of(std::string_view format) {
  if (format == "pbf" || format == "mvt") return "application/vnd.mapbox-vector-tile";
  if (format == "jpg" || format == "jpeg") return "image/jpeg";
  if (format == "webp") return "image/webp";
  return format == "png" ? "image/png" : "";
}

class SqliteTiles : public TileFile {
 public:
  SqliteTiles(Database db, About about)
      : db_(std::move(db)),
        about_(std::move(about)),
        select_(db_.get(),
                "SELECT tile_data FROM tiles WHERE zoom_level=? AND tile_column=? AND tile_row=?") {
  }
  const About& about() const override { return about_; }
  Result<std::optional<std::string>> tile(const TileId& id) override {
    if (select_.get() == nullptr) return make_error(ErrorCode::kIo, "the tiles cannot be read");
    sqlite3_reset(select_.get());
    const std::int64_t south = (std::int64_t{1} << id.z) - 1 - id.y;  // rows count from the south
    sqlite3_bind_int(select_.get(), 1, id.z);
    sqlite3_bind_int64(select_.get(), 2, id.x);
    sqlite3_bind_int64(select_.get(), 3, south);
    const int code = sqlite3_step(select_.get());
    if (code == SQLITE_DONE) return std::optional<std::string>();
    if (code != SQLITE_ROW) return make_error(ErrorCode::kIo, "the tiles cannot be read");
    return std::optional(select_.bytes(0));
  }

 private:
  Database db_;
  About about_;
  Statement select_;
};

}  // namespace

const MapFolder::File* MapFolder::find(std::string_view name) {
  std::error_code missing;
  const auto now = fs::last_write_time(folder_, missing);
  if (missing) return nullptr;
  if (now != read_at_) {
    read_at_ = now;
    read();
  }
  const auto it = files_.find(name);
  return it == files_.end() ? nullptr : &it->second;
}

void MapFolder::read() {
  files_.clear();
  std::error_code code;
  for (const auto& entry : fs::directory_iterator(folder_, code)) {
    std::string name = entry.path().filename().string();
    const bool gzip = ends_with(name, ".gz");
    if (gzip) name.resize(name.size() - 3);
    if (!ends_with(name, ".json") && !ends_with(name, ".geojson")) continue;
    if (entry.is_symlink(code) || !entry.is_regular_file(code)) continue;
    if (entry.file_size(code) > kMapFileBytesMax) continue;
    const auto file = MappedFile::open(entry.path());
    if (!file.ok()) continue;
    std::string bytes(file->bytes());  // as they lie there: packed ones stay packed
    std::string tag = to_hex(sha256(bytes)).substr(0, 32);
    files_[name] = {std::move(bytes), gzip, std::move(tag)};
  }
}

Result<std::unique_ptr<TileFile>> TileFile::open(const fs::path& path) {
  sqlite3* opened = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &opened, SQLITE_OPEN_READONLY, nullptr);
  Database db(opened);
  const auto wrong = [&path](const char* what) {
    return make_error(ErrorCode::kUnusable, what, {.source = path.string()}, "MBTiles 1.3");
  };
  if (code != SQLITE_OK) return wrong("the tiles cannot be opened");
  About about;
  std::string format;
  {
    const Statement rows(db.get(), "SELECT name, value FROM metadata");
    if (rows.get() == nullptr) return wrong("the file has no table \"metadata\"");
    while (rows.step()) {
      const std::string name = rows.bytes(0), value = rows.bytes(1);
      const auto number = [&value](int& into) {
        std::from_chars(value.data(), value.data() + value.size(), into);
        into = std::clamp(into, 0, kTileZoomMax);
      };
      if (name == "attribution") about.attribution = value;
      if (name == "name") about.name = value;
      if (name == "format") format = value;
      if (name == "minzoom") number(about.zoom_min);
      if (name == "maxzoom") number(about.zoom_max);
    }
  }
  about.media_type = tile_type_of(format);
  if (about.media_type.empty()) return wrong("the tiles are of no format that browsers know");
  about.type = about.media_type[0] == 'a' ? "vector" : "raster";
  if (Statement(db.get(), "SELECT zoom_level, tile_column, tile_row, tile_data FROM tiles").get() ==
      nullptr)
    return wrong("the file has no tiles");
  return std::unique_ptr<TileFile>(new SqliteTiles(std::move(db), std::move(about)));
}

}  // namespace truce::serve
