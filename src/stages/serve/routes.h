#pragma once
// Every path under which something is answered, with who may ask it. What is not in the table is
// for staff alone, so that a path that somebody forgets here is closed and not open.

#include <string>
#include <string_view>
#include <vector>

#include "stages/serve/reader.h"

namespace truce::serve {

struct Route {
  std::string_view method;  // GET stands for HEAD too
  std::string_view path;    // "*" is any one step, "**" one or more to the end
  Roles roles = 0;
  bool needs_account = false;  // besides the role
  bool is_logged = true;       // in the access log
};

const std::vector<Route>& routes();
// The route of a request; null where there is none. `path` as in Target.
const Route* find_route(std::string_view method, const std::vector<std::string>& path);
// The methods that a path has, "GET, HEAD, POST"; empty where it is in no route.
std::string methods_of(const std::vector<std::string>& path);

}  // namespace truce::serve
