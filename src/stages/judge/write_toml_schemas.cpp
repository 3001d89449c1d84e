// Writes the schemas of the files that people write. usage: write_toml_schemas DIRECTORY
#include <cstdio>

#include "base/files.h"
#include "stages/judge/agreement_schema.h"

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const std::string folder = argv[1];
  for (const auto& [name, schema] : {std::pair("agreement", truce::judge::agreement_schema()),
                                     std::pair("points", truce::judge::points_schema())}) {
    const auto written = truce::write_file_atomically(folder + "/" + name + ".schema.json", schema);
    if (written.ok()) continue;
    std::fprintf(stderr, "%s\n", written.error().to_text().c_str());
    return 6;
  }
  return 0;
}
