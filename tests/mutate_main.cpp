// Runs a fuzz target without libFuzzer: mutates the target's seeds from a fixed seed, N times.
//
// usage: TARGET [N]
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
// Each target gives a few well-formed inputs to start from.
std::vector<std::string> fuzz_seeds();

namespace {

std::uint64_t state = 0x9e3779b97f4a7c15ULL;
std::uint64_t next() {  // splitmix64
  std::uint64_t z = (state += 0x9e3779b97f4a7c15ULL);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}
std::size_t below(std::size_t n) { return n == 0 ? 0 : static_cast<std::size_t>(next() % n); }

void mutate(std::string& s, const std::string& other) {
  static const char kSpecial[] = "\"\n\r,;{}[]:\\-+.eE0129NaN\xff\xef\xbb\xbf\x00\x80 T";
  switch (below(7)) {
    case 0:
      if (!s.empty()) s[below(s.size())] = static_cast<char>(next());
      break;
    case 1:
      s.insert(below(s.size() + 1), 1, kSpecial[below(sizeof kSpecial)]);
      break;
    case 2:
      if (!s.empty()) s.erase(below(s.size()), 1 + below(8));
      break;
    case 3:
      s.resize(below(s.size() + 1));
      break;
    case 4:
      if (!s.empty()) {
        auto at = below(s.size());
        s.insert(below(s.size() + 1), s.substr(at, 1 + below(64)));
      }
      break;
    case 5:
      if (!other.empty())
        s.insert(below(s.size() + 1), other.substr(below(other.size()), 1 + below(64)));
      break;
    default:
      if (!s.empty()) s[below(s.size())] = kSpecial[below(sizeof kSpecial)];
      break;
  }
}

}  // namespace

int main(int argc, char** argv) {
  const long count = argc > 1 ? std::atol(argv[1]) : 2000;
  auto seeds = fuzz_seeds();
  seeds.emplace_back();
  for (const auto& s : seeds)
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(s.data()), s.size());
  for (long i = 0; i < count; ++i) {
    std::string s = seeds[below(seeds.size())];
    const std::string& other = seeds[below(seeds.size())];
    for (std::size_t m = 1 + below(6); m > 0; --m) mutate(s, other);
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(s.data()), s.size());
  }
  std::printf("%ld mutated inputs, no crash\n", count);
  return 0;
}
