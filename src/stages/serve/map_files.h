#pragma once
// Maps that lie beside a mission: the offline basemap's files, and an operator's MBTiles.

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "stages/serve/vector_tile.h"

namespace truce::serve {

inline constexpr std::uintmax_t kMapFileBytesMax = 64ULL << 20U;

// The JSON files of one folder, by name: what is asked for is looked up among the names that the
// folder has, and never becomes a path.
class MapFolder {
 public:
  explicit MapFolder(std::filesystem::path folder) : folder_(std::move(folder)) {}
  struct File {
    std::string bytes;
    bool gzip = false;  // the bytes are packed
    std::string tag;    // of the bytes, for ETag without its quotes
  };
  // NAME as it lies there, or packed as NAME.gz; none where there is none. Names end in .json or
  // .geojson; larger files than kMapFileBytesMax, and links, are as though they were not there.
  const File* find(std::string_view name);

 private:
  void read();
  std::filesystem::path folder_;
  std::filesystem::file_time_type read_at_{};  // as the folder was then
  std::map<std::string, File, std::less<>> files_;
};

// A file as MBTiles 1.3 has it, read only.
class TileFile {
 public:
  // Errors: it cannot be opened, or is no MBTiles.
  static Result<std::unique_ptr<TileFile>> open(const std::filesystem::path& path);
  virtual ~TileFile() = default;
  struct About {
    std::string attribution, name, type;  // "vector" or "raster"
    std::string media_type;
    int zoom_min = 0, zoom_max = 0;
  };
  virtual const About& about() const = 0;
  // As stored, perhaps packed by gzip; none where there is none. Errors: the file's.
  virtual Result<std::optional<std::string>> tile(const TileId& id) = 0;
};

}  // namespace truce::serve
