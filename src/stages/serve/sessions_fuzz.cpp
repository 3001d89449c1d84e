// Bodies of sign-ins and keys, cookies, and what a request that changes something has in its head:
// whatever they are, nobody who is not signed in comes past 4xx.
#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "stages/serve/internal/sessions.h"

using namespace truce;
using namespace truce::serve;

std::vector<std::string> fuzz_seeds() {
  return {R"({"name":"officer","password":"correct horse battery"})", R"({"key":"00ff"})",
          R"({"name":"","password":""})", R"(a=b; truce_session=0123; truce_session=4567)",
          "truce_session=0123456789abcdef"};
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string body(reinterpret_cast<const char*>(data), size);
  const auto who = read_credentials(body);
  if (who.ok())
    TRUCE_ENSURE(who->name.size() <= kPasswordBytesMax &&
                 who->password.size() <= kPasswordBytesMax);
  TRUCE_ENSURE(!(who.ok() && read_key(body).ok()));
  const std::string token = cookie_of({"GET", "/", {{"Cookie", body}}, {}}, "truce_session");
  TRUCE_ENSURE(token.find(';') == std::string::npos);
  if (check_name(body).ok()) TRUCE_ENSURE(body.size() <= kNameBytesMax);
  const Status password = check_password(body, "officer");
  TRUCE_ENSURE(!password.ok() || std::ssize(body) >= kPasswordSignsMin);
  return 0;
}
