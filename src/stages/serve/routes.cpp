#include "stages/serve/routes.h"

namespace truce::serve {

namespace {

bool matches(std::string_view pattern, const std::vector<std::string>& path) {
  std::size_t step = 0;
  while (!pattern.empty()) {
    pattern.remove_prefix(1);  // the slash
    const std::string_view word = pattern.substr(0, pattern.find('/'));
    pattern.remove_prefix(word.size());
    if (step == path.size()) return word.empty() && pattern.empty();
    if (word == "**") return true;
    if (word != "*" && word != path[step]) return false;
    ++step;
  }
  return step == path.size();
}

std::string_view read_method(std::string_view method) { return method == "HEAD" ? "GET" : method; }

}  // namespace

const std::vector<Route>& routes() {
  constexpr Roles kNotPublic = kMembers;
  static const std::vector<Route> kAll{
      // What says nothing of any record.
      {"GET", "/healthz", kEveryone, false, false},
      {"GET", "/metrics", kStaff, false, false},
      {"GET", "/basemap/*", kEveryone, false, false},
      {"GET", "/tiles/*/*/*", kEveryone, false, false},
      {"GET", "/api", kEveryone, false, false},
      {"GET", "/api/openapi.json", kEveryone, false, false},
      {"GET", "/api/conformance", kEveryone, false, false},
      {"GET", "/api/collections", kEveryone, false, false},
      {"GET", "/api/collections/*", kEveryone, false, false},
      // Who is asking.
      {"GET", "/api/session", kEveryone, false, false},
      {"POST", "/api/session", kEveryone},
      {"DELETE", "/api/session", kEveryone, true},
      {"PUT", "/api/session/key", kStaff, true},
      // Records; which collections, and what of them, is decided by those given for the reader.
      {"GET", "/api/collections/*/items", kEveryone},
      {"GET", "/api/collections/*/items/**", kEveryone},
      {"GET", "/api/live", kEveryone},
      // Made of records as they are.
      {"GET", "/api/agreement", kNotPublic},
      {"GET", "/api/board", kStaff},
      {"GET", "/api/histogram", kStaff},
      {"GET", "/api/tiles/incidents/*/*/*", kStaff},
      {"GET", "/api/reports", kStaff},
      {"GET", "/api/reports/*", kStaff},
      {"GET", "/api/incidents/*/without", kStaff},
      {"GET", "/api/incidents/*/versions", kStaff},
      {"GET", "/api/incidents/*/arrivals", kStaff},
      {"GET", "/api/incidents/*/recordings", kStaff},
      {"GET", "/api/recordings/*", kStaff},
      {"GET", "/api/recordings/*/trace", kStaff},
      // The log: its hash for all who may hold the mission to it, its entries for staff.
      {"GET", "/api/log", kNotPublic},
      {"GET", "/api/log/entries/*", kStaff},
      {"POST", "/api/acts", kStaff, true},
  };
  return kAll;
}

const Route* find_route(std::string_view method, const std::vector<std::string>& path) {
  for (const Route& route : routes()) {
    if (route.method == read_method(method) && matches(route.path, path)) return &route;
  }
  return nullptr;
}

std::string methods_of(const std::vector<std::string>& path) {
  std::string out;
  for (const Route& route : routes()) {
    if (!matches(route.path, path)) continue;
    if (!out.empty()) out += ", ";
    out += route.method == "GET" ? "GET, HEAD" : std::string(route.method);
  }
  return out;
}

}  // namespace truce::serve
