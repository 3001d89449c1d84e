#include "stages/acquire/regions.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <utility>

#include "base/units.h"
#include "stages/acquire/targets.h"

namespace truce::acquire {

namespace {

using Kind = RegionName::Kind;

// Ukrainian (Cabinet of Ministers, resolution 55 of 2010) with the letters Russian has besides;
// marks that stand for no sound are dropped. Input is in lower case.
constexpr std::array<std::pair<std::string_view, std::string_view>, 38> kLatin{{
    {"а", "a"},  {"б", "b"},    {"в", "v"}, {"г", "h"},  {"ґ", "g"},  {"д", "d"},  {"е", "e"},
    {"є", "ie"}, {"ж", "zh"},   {"з", "z"}, {"и", "y"},  {"і", "i"},  {"ї", "i"},  {"й", "i"},
    {"к", "k"},  {"л", "l"},    {"м", "m"}, {"н", "n"},  {"о", "o"},  {"п", "p"},  {"р", "r"},
    {"с", "s"},  {"т", "t"},    {"у", "u"}, {"ф", "f"},  {"х", "kh"}, {"ц", "ts"}, {"ч", "ch"},
    {"ш", "sh"}, {"щ", "shch"}, {"ь", ""},  {"ю", "iu"}, {"я", "ia"}, {"ы", "y"},  {"э", "e"},
    {"ё", "e"},  {"ъ", ""},     {"’", ""},
}};

std::string_view latin_of(std::string_view letter) {
  const auto it = std::find_if(kLatin.begin(), kLatin.end(),
                               [&](const auto& pair) { return pair.first == letter; });
  return it == kLatin.end() ? std::string_view() : it->second;
}

std::size_t letter_length(unsigned char first) {
  return first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

// Words of Latin letters and digits; letters of no known script keep their bytes.
std::vector<std::string> words_of(std::string_view name) {
  const std::string folded = fold_case(name);
  std::vector<std::string> words(1);
  for (std::size_t i = 0; i < folded.size();) {
    const std::size_t n = letter_length(static_cast<unsigned char>(folded[i]));
    const std::string_view letter = std::string_view(folded).substr(i, n);
    i += n;
    const unsigned char c = static_cast<unsigned char>(letter[0]);
    if (n > 1) {
      const bool known = std::any_of(kLatin.begin(), kLatin.end(),
                                     [&](const auto& pair) { return pair.first == letter; });
      words.back() += known ? latin_of(letter) : letter;
    } else if (std::isalnum(c) != 0) {
      words.back() += letter;
    } else if (c != '\'' && c != '`' && c != '-' && !words.back().empty()) {
      words.emplace_back();
    }
  }
  std::erase_if(words, [](const std::string& w) { return w.empty(); });
  return words;
}

Kind kind_word(std::string_view word) {
  constexpr std::array<std::pair<std::string_view, Kind>, 14> kWords{
      {{"oblast", Kind::kRegion},
       {"obl", Kind::kRegion},
       {"region", Kind::kRegion},
       {"province", Kind::kRegion},
       {"governorate", Kind::kRegion},
       {"state", Kind::kRegion},
       {"city", Kind::kCity},
       {"misto", Kind::kCity},
       {"horod", Kind::kCity},
       {"m", Kind::kCity},
       {"raion", Kind::kDistrict},
       {"rayon", Kind::kDistrict},
       {"district", Kind::kDistrict},
       {"hromada", Kind::kDistrict}}};
  const auto it = std::find_if(kWords.begin(), kWords.end(),
                               [&](const auto& pair) { return pair.first == word; });
  return it == kWords.end() ? Kind::kUnstated : it->second;
}

// "kharkivska" is "kharkiv"; "odeska" and "odesa" share "ode", which is enough to tell them from
// others.
void drop_adjective_ending(std::string& stem) {
  for (const std::string_view ending : {"skyi", "skyy", "skaia", "skaya", "ska", "zka", "tska"}) {
    if (stem.size() >= ending.size() + 3 &&
        stem.compare(stem.size() - ending.size(), ending.size(), ending) == 0) {
      stem.resize(stem.size() - ending.size());
      return;
    }
  }
}

bool can_be(Kind a, Kind b) { return a == b || a == Kind::kUnstated || b == Kind::kUnstated; }

// Share of the shorter stem that agrees from the beginning.
double agreement(const std::string& a, const std::string& b) {
  const std::size_t shorter = std::min(a.size(), b.size());
  const auto end =
      std::mismatch(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(shorter), b.begin()).first;
  return shorter == 0 ? 0 : static_cast<double>(end - a.begin()) / static_cast<double>(shorter);
}

// Exact stem before prefix, stated kind before unstated; -1 when the names cannot mean one region.
double likeness(const RegionName& a, const RegionName& b) {
  constexpr double kAgreementMin = 0.75;
  if (!can_be(a.kind, b.kind)) return -1;
  const double share = agreement(a.stem, b.stem);
  const bool exact = a.stem == b.stem && !a.stem.empty();
  if (!exact && (share < kAgreementMin || std::min(a.stem.size(), b.stem.size()) < 3)) return -1;
  return share + (exact ? 2 : 0) + (a.kind == b.kind ? 1 : 0);
}

// Centroid of the rings in degrees, and the area they enclose in square degrees (holes taken out).
struct Middle {
  double area = 0, lat = 0, lon = 0;
};
void add_ring(const Ring& ring, double sign, Middle& m) {
  Middle r;
  for (std::size_t i = 0; i + 1 < ring.size(); ++i) {
    const double cross =
        ring[i].lon_deg() * ring[i + 1].lat_deg() - ring[i + 1].lon_deg() * ring[i].lat_deg();
    r.area += cross / 2;
    r.lon += (ring[i].lon_deg() + ring[i + 1].lon_deg()) * cross / 6;
    r.lat += (ring[i].lat_deg() + ring[i + 1].lat_deg()) * cross / 6;
  }
  if (r.area < 0) sign = -sign;
  m.area += sign * r.area;
  m.lon += sign * r.lon;
  m.lat += sign * r.lat;
}

NamedPlace place_of(const Context::NamedArea& named) {
  Middle m;
  for (const auto& polygon : named.area.rings()) {
    add_ring(polygon.outer, 1, m);
    for (const auto& hole : polygon.holes) add_ring(hole, -1, m);
  }
  const GeoBox box = named.area.bounds();
  const bool flat = !(m.area > 0);
  const auto at = LatLon::from_degrees(flat ? (box.lat_min + box.lat_max) / 2 : m.lat / m.area,
                                       flat ? (box.lon_min + box.lon_max) / 2 : m.lon / m.area);
  return {named.name, at.value_or(LatLon{}),
          std::sqrt(std::max(1.0, named.area.area_m2()) / (2 * kPi))};
}

std::vector<std::string> names_of(const std::vector<Context::NamedArea>& areas) {
  std::vector<std::string> out;
  for (const auto& a : areas) out.push_back(a.name);
  return out;
}

}  // namespace

RegionName parse_region(std::string_view name) {
  RegionName out;
  for (const auto& word : words_of(name)) {
    const Kind kind = kind_word(word);
    if (kind == Kind::kUnstated) {
      out.stem += word;
    } else if (out.kind == Kind::kUnstated) {
      out.kind = kind;
    }
  }
  drop_adjective_ending(out.stem);
  return out;
}

RegionIndex::RegionIndex(const std::vector<std::string>& names) {
  for (const auto& n : names) names_.push_back(parse_region(n));
}

std::optional<std::size_t> RegionIndex::find(std::string_view name) const {
  const RegionName wanted = parse_region(name);
  std::optional<std::size_t> best;
  double best_likeness = -1;
  bool tie = false;
  for (std::size_t i = 0; i < names_.size(); ++i) {
    const double l = likeness(wanted, names_[i]);
    if (l < 0 || l < best_likeness) continue;
    tie = best && l == best_likeness;
    if (!tie) best = i;
    best_likeness = l;
  }
  return tie ? std::nullopt : best;
}

AreaPlaces::AreaPlaces(const std::vector<Context::NamedArea>& areas) : index_(names_of(areas)) {
  for (const auto& a : areas) places_.push_back(place_of(a));
}

std::optional<NamedPlace> AreaPlaces::find(std::string_view name) const {
  const auto i = index_.find(name);
  if (!i) return std::nullopt;
  return places_[*i];
}

}  // namespace truce::acquire
