// Writes schema/<kind>.json from the lists of fields. usage: write_schemas DIRECTORY
#include <cstdio>

#include "base/files.h"
#include "model/json.h"

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  for (const auto kind : truce::schema_kinds()) {
    const auto path = std::string(argv[1]) + "/" + std::string(kind) + ".json";
    const auto written = truce::write_file_atomically(path, truce::schema_of(kind));
    if (!written.ok()) {
      std::fprintf(stderr, "%s\n", written.error().to_text().c_str());
      return 6;
    }
  }
  return 0;
}
