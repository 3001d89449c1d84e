// Incidents against provisions under readings, on one core: values without words, then findings.
//
// usage: bench_judge [INCIDENTS] [PROVISIONS]
//
// A line of 1,400 km with a band of zones along it; provisions of every kind on them, three
// readings. One JSON object: pairs that boxes leave, values per second, and the floor: the time
// that the same number of pairs takes when each only reads its facts from an array and multiplies.

#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "sim/random.h"
#include "stages/judge/judge.h"

using namespace truce;

namespace {

constexpr double kWest = 30, kEast = 48, kSouth = 47, kNorth = 50;

double seconds_now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

LatLon at(double lat, double lon) { return *LatLon::from_degrees(lat, lon); }

// Every tenth provision holds everywhere, every tenth is a limit; the others have a zone each.
std::string toml_of(std::size_t provisions) {
  std::string out =
      "id = \"b\"\ntitle = \"t\"\ntime_zone = \"Europe/Kyiv\"\n[standard_of_proof]\nclear = 0.85\n"
      "[[party]]\nid = \"a\"\nname = \"A\"\n[[party]]\nid = \"b\"\nname = \"B\"\n"
      "[[baseline]]\nid = \"line\"\n";
  for (std::size_t i = 0; i < provisions; ++i)
    out += "[[zone]]\nid = \"z" + std::to_string(i) + "\"\n";
  for (std::size_t i = 0; i < provisions; ++i) {
    const std::string n = std::to_string(i);
    out += "[[provision]]\nid = \"" + n + "\"\nwords = \"w\"\nfrom = \"2026-01-01T00:00\"\n" +
           "standard_of_proof = \"clear\"\n";
    if (i % 10 == 1)
      out +=
          "norm = \"limit\"\nacts = [\"fire\"]\nkeep = { distance_m = 15000, from = \"line\" }\n";
    if (i % 10 > 1) out += "zones = [\"z" + n + "\"]\n";
    if (i % 3 == 0) out += "weapons = [{ weapon = \"artillery\", from_mm = 100 }]\n";
    if (i % 5 == 0)
      out += "[[provision.exception]]\nid = \"x\"\nwords = \"w\"\nnotices = [\"demining\"]\n";
  }
  for (const char* r : {"ra", "rb"})
    out += "[[reading]]\nid = \"" + std::string(r) + "\"\nwords = \"w\"\n[[reading.change]]\n" +
           "provision = \"2\"\nfrom = \"2026-02-01T00:00\"\n";
  return out;
}

// Zones of 60 corners, 3 times as many as fit side by side.
judge::Geometry geometry_of(std::size_t provisions) {
  judge::Geometry out;
  const double step = (kEast - kWest) / static_cast<double>(provisions);
  for (std::size_t i = 0; i < provisions; ++i) {
    const double lon = kWest + (static_cast<double>(i) + 0.5) * step;
    Ring ring;
    for (int k = 0; k <= 60; ++k) {
      const double angle = (k % 60) * 6 * 3.14159265358979 / 180;
      ring.push_back(at(48.5 + 0.4 * std::sin(angle), lon + 1.5 * step * std::cos(angle)));
    }
    out.areas["z" + std::to_string(i)] = *Area::from_rings({{ring, {}}});
  }
  std::vector<LatLon> line;
  for (int k = 0; k <= 2000; ++k)
    line.push_back(at(48.5 + 0.2 * std::sin(k * 0.05), kWest + (kEast - kWest) * k / 2000.0));
  out.lines["line"] = {line};
  return out;
}

judge::Conduct conduct_of(std::uint64_t i) {
  sim::Random random(7, sim::Draw::kEvent, i);
  judge::Conduct c;
  c.subject = "i";
  c.when.start = *parse_instant("2026-03-01T00:00:00Z") + Duration::seconds(random.uniform() * 1e6);
  c.when.end = c.when.start + Duration::seconds(1);
  const LatLon where = at(random.between(kSouth, kNorth), random.between(kWest, kEast));
  c.at = PlaceSample(PointShape{where, 900, 900, 0}, 256);
  c.classes = {ClassProbabilities::certain(EffectClass::kExplosionImpact)};
  judge::Weapon w;
  w.weapon = WeaponClass::kArtillery;
  w.min_mm = w.max_mm = 122;
  c.weapons = {w};
  c.p_real = 0.97;
  c.evidence = {"o1", "o2"};
  return c;
}

double floor_s(std::size_t pairs) {
  std::vector<double> facts(16 * 4096, 0.999);
  double sum = 0;
  const double start = seconds_now();
  for (std::size_t k = 0; k < pairs; ++k) {
    const double* f = &facts[(k & 4095) * 16];
    double low = 1, high = 1;
    for (int i = 0; i < 16; i += 2) low *= f[i], high *= f[i + 1];
    sum += low >= 0.85 ? 1 : high <= 0.15 ? 0 : 0.5;
  }
  const double took = seconds_now() - start;
  return sum >= 0 ? took : 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::size_t incidents = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 1'000'000;
  const std::size_t provisions = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 200;
  judge::Problems problems;
  auto agreement =
      judge::parse_agreement(toml_of(provisions), "bench", geometry_of(provisions), problems);
  for (const auto& e : problems.errors) std::fprintf(stderr, "%s\n", e.to_text().c_str());
  if (!agreement.ok()) return 1;
  const judge::Judge judge(*std::move(agreement));
  std::vector<judge::Judge::Value> values;
  std::size_t pairs = 0, breaches = 0;
  double spent = 0;
  for (std::size_t i = 0; i < incidents; ++i) {
    const judge::Conduct c = conduct_of(i);
    const double start = seconds_now();
    values.clear();
    judge.values(c, {}, values);
    spent += seconds_now() - start;
    pairs += values.size();
    for (const auto& v : values) breaches += v.value == FindingValue::kBreach ? 1 : 0;
  }
  std::size_t findings = 0;
  const double start = seconds_now();
  for (std::size_t i = 0; i < incidents / 100; ++i)
    findings += judge.findings(conduct_of(i), {}).size();
  const double with_words = seconds_now() - start;
  std::printf(
      "{\"breaches\":%zu,\"findings_per_second\":%.0f,\"floor_s\":%.3f,\"incidents\":%zu,"
      "\"pairs\":%zu,\"pairs_in_all\":%zu,\"pairs_per_second\":%.0f,\"seconds\":%.3f}\n",
      breaches, static_cast<double>(findings) / with_words, floor_s(pairs), incidents, pairs,
      incidents * provisions * 3, static_cast<double>(pairs) / spent, spent);
  return 0;
}
