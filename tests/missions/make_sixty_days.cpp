// Writes the simulated files of examples/missions/sixty-days into the folder given.

#include <cstdio>
#include <filesystem>

#include "base/files.h"
#include "sixty_days.h"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: make_sixty_days MISSION\n");
    return 2;
  }
  const std::filesystem::path folder = argv[1];
  for (const auto& f : truce::missions::sixty_days()) {
    std::filesystem::create_directories((folder / f.path).parent_path());
    const auto written = truce::write_file_atomically(folder / f.path, f.text);
    if (!written.ok()) {
      std::fprintf(stderr, "%s\n", written.error().to_text().c_str());
      return 6;
    }
  }
  return 0;
}
