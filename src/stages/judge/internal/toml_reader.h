#pragma once
// Reads tables of agreement.toml. Whatever is wrong is said with its line and reading goes on, so
// that all of it is said at once.

#include <toml++/toml.h>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/zone.h"
#include "stages/judge/agreement.h"

namespace truce::judge {

class TomlReader {
 public:
  TomlReader(std::string_view source, Problems& problems) : source_(source), problems_(problems) {}

  // Local times without a zone of their own are read in this one.
  void set_zone(const ::truce::Zone& zone) { civil_zone_ = zone; }

  // At the key's line, or the table's where it has none.
  void say(const toml::table& at, std::string_view field, std::string what, std::string expected);
  void known(const toml::table& t, const std::vector<std::string_view>& keys);

  std::string text(const toml::table& t, std::string_view key, bool needed);
  std::vector<std::string> texts(const toml::table& t, std::string_view key);
  // Empty where the key is missing; what is not a number, or out of range, is said.
  std::optional<double> number(const toml::table& t, std::string_view key, double min, double max);
  bool flag(const toml::table& t, std::string_view key);
  // "24 h", "7 days", "30 min", "3 weeks"; empty where the key is missing.
  std::optional<Duration> duration(const toml::table& t, std::string_view key);
  // A time with offset, or local "2025-04-19T18:00 Europe/Moscow", or local in the agreement's
  // zone.
  Instant time(const toml::table& t, std::string_view key, Instant missing);
  Interval interval(const toml::table& t, std::string_view from, std::string_view until,
                    const Interval& otherwise);
  // A word out of a vocabulary; `expected` says which there are.
  template <class E, class F>
  std::vector<E> words(const toml::table& t, std::string_view key, F from,
                       const std::string& expected) {
    std::vector<E> out;
    for (const auto& name : texts(t, key)) {
      if (const auto found = from(name))
        out.push_back(*found);
      else
        say(t, key, "\"" + name + "\" is not known here", expected);
    }
    return out;
  }
  template <class F>
  void each(const toml::table& t, std::string_view key, F f) {
    if (!t.contains(key)) return;
    const std::string expected = "[[" + std::string(key) + "]]";
    const auto* list = t[key].as_array();
    if (list == nullptr) return say(t, key, "is not a list of tables", expected);
    for (const auto& n : *list) {
      if (const auto* table = n.as_table())
        f(*table);
      else
        say(t, key, "is not a table", expected);
    }
  }
  // Ids are parts of the names of findings: each must stand for one thing and hold no slash.
  template <class T>
  void own_id(const toml::table& t, const std::vector<T>& before, const std::string& what) {
    const auto id = t["id"].value_or<std::string>("");
    if (std::any_of(before.begin(), before.end(), [&](const T& o) { return o.id == id; }))
      say(t, "id", "there is a " + what + " \"" + id + "\" before", "an id of its own");
    if (id.find('/') != std::string::npos) say(t, "id", "\"" + id + "\" has a slash", "none");
  }
  template <class T>
  void refers(const toml::table& t, std::string_view key, const std::string& id,
              const std::vector<T>& among, const std::string& what) {
    if (std::any_of(among.begin(), among.end(), [&](const T& o) { return o.id == id; })) return;
    say(t, key, "there is no " + what + " \"" + id + "\"", "the id of a [[" + what + "]]");
  }

 private:
  std::string source_;
  Problems& problems_;
  ::truce::Zone civil_zone_ = ::truce::Zone::utc();
};

}  // namespace truce::judge
