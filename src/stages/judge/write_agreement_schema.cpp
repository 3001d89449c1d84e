// Writes the schema of agreement.toml. usage: write_agreement_schema FILE
#include <cstdio>

#include "base/files.h"
#include "stages/judge/agreement_schema.h"

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const auto written = truce::write_file_atomically(argv[1], truce::judge::agreement_schema());
  if (written.ok()) return 0;
  std::fprintf(stderr, "%s\n", written.error().to_text().c_str());
  return 6;
}
