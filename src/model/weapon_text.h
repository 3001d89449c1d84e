#pragma once
// What the words of a report say of a weapon: its calibre and the system it belongs to.

#include <string>
#include <string_view>
#include <vector>

namespace truce {

struct WeaponWords {
  double calibre_mm = 0;  // 0: the words name none, or several
  std::string system;     // "tornado-s", as listed in weapon_text.cpp; empty: none
  friend bool operator==(const WeaponWords&, const WeaponWords&) = default;
};

// "122mm howitzer", "mortar (120 mm)", "BM-21 Grad". A system that is named gives its calibre where
// the words give none.
WeaponWords weapon_words(std::string_view text);

// The systems that words can name, each once, in order.
std::vector<std::string_view> weapon_systems();

}  // namespace truce
