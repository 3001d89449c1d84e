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

// Those that differ least from `word`, by a letter or two: "\"2s1\" or \"2s3\""; empty: none do.
std::string nearest(std::string_view word, const std::vector<std::string_view>& among);

class TomlReader {
 public:
  TomlReader(std::string_view source, Problems& problems) : source_(source), problems_(problems) {}

  // Local times without a zone of their own are read in this one.
  void set_zone(const ::truce::Zone& zone) { civil_zone_ = zone; }

  // At the key's line, or the table's where it has none.
  void say(const toml::table& at, std::string_view field, std::string what, std::string expected);
  // At a part of the key's value, as one word of a long list.
  void say(const toml::node& part, std::string_view field, std::string what, std::string expected);
  // Of what is not wrong, and may not be meant: at the key's value.
  void warn(const toml::table& at, std::string_view field, std::string what, std::string expected);
  void known(const toml::table& t, const std::vector<std::string_view>& keys);

  std::string text(const toml::table& t, std::string_view key, bool needed);
  std::vector<std::string> texts(const toml::table& t, std::string_view key);
  // Empty where the key is missing; what is not a number, or out of range, is said.
  std::optional<double> number(const toml::table& t, std::string_view key, double min, double max);
  // Whether the list at the key, if it is one, holds at most so many.
  bool within(const toml::table& t, std::string_view key, std::size_t max);
  bool flag(const toml::table& t, std::string_view key);
  // "24 h", "7 days", "30 min", "3 weeks"; empty where the key is missing.
  std::optional<Duration> duration(const toml::table& t, std::string_view key);
  // A time with offset, or local "2025-04-19T18:00 Europe/Moscow", or local in the agreement's
  // zone.
  Instant time(const toml::table& t, std::string_view key, Instant missing);
  // The same of a text that stands somewhere in the key's value; empty where it is no time.
  std::optional<Instant> instant(const toml::node& part, std::string_view key,
                                 const std::string& text);
  Interval interval(const toml::table& t, std::string_view from, std::string_view until,
                    const Interval& otherwise);
  // Words out of a vocabulary; `expected` says which there are, `what` what each stands for.
  template <class E, class F>
  std::vector<E> words(const toml::table& t, std::string_view key, F from,
                       const std::string& expected,
                       const std::string& what = "word that is known here") {
    std::vector<E> out;
    each_text(t, key, [&](const std::string& name, const toml::node& n) {
      if (const auto found = from(name))
        out.push_back(*found);
      else
        say(n, key, "\"" + name + "\" is no " + what, expected);
    });
    return out;
  }
  // Each text of a list with its place in the file.
  template <class F>
  void each_text(const toml::table& t, std::string_view key, F f) {
    if (!t.contains(key)) return;
    const auto* list = t[key].as_array();
    if (list == nullptr)
      return say(t, key, "\"" + std::string(key) + "\" is not a list", "[\"…\"]");
    for (const auto& n : *list) {
      if (const auto v = n.value<std::string>())
        f(*v, n);
      else
        say(n, key, "\"" + std::string(key) + "\" holds something that is not text",
            "text in quotes");
    }
  }
  template <class F>
  void each(const toml::table& t, std::string_view key, F f) {
    if (!t.contains(key)) return;
    const std::string what = "\"" + std::string(key) + "\" is not a list of tables";
    const std::string expected = "double brackets around its name";
    const auto* list = t[key].as_array();
    if (list == nullptr) return say(t, key, what, expected);
    for (const auto& n : *list) {
      if (const auto* table = n.as_table())
        f(*table);
      else
        say(n, key, what, expected);
    }
  }
  // Ids are parts of the names of findings: each must stand for one thing and hold no slash.
  template <class T>
  void own_id(const toml::table& t, const std::vector<T>& before, const std::string& what) {
    check_id(t);
    const auto id = t["id"].value_or<std::string>("");
    if (!id.empty() && has(before, id))
      say(t, "id", "there is a " + what + " \"" + id + "\" before", "an id of its own");
  }
  void check_id(const toml::table& t);
  template <class T>
  static bool has(const std::vector<T>& among, const std::string& id) {
    return std::any_of(among.begin(), among.end(), [&](const T& o) { return o.id == id; });
  }
  // False where there is none, which is said at the table's key or at a part of its value.
  template <class At, class T>
  bool refers(const At& at, std::string_view key, const std::string& id,
              const std::vector<T>& among, const std::string& what) {
    if (has(among, id)) return true;
    say(at, key, "there is no " + what + " \"" + id + "\"", "the id of a [[" + what + "]]");
    return false;
  }
  // The same of each text of a list.
  template <class T>
  void all_refer(const toml::table& t, std::string_view key, const std::vector<T>& among,
                 const std::string& what) {
    if (t[key].as_array() == nullptr) return;
    for (const auto& n : *t[key].as_array()) {
      if (const auto id = n.value<std::string>()) refers(n, key, *id, among, what);
    }
  }

 private:
  std::string source_;
  Problems& problems_;
  ::truce::Zone civil_zone_ = ::truce::Zone::utc();
};

}  // namespace truce::judge
