#pragma once
// What a client asks and what it is answered, as plain values: no socket is needed to test either.

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace truce::serve {

struct Header {
  std::string name;
  std::string value;
};

struct Request {
  std::string method;
  std::string target;
  std::vector<Header> headers;
  std::string body;
  std::string peer = {};  // whom it is counted for, see internal/peers.h
  // Of the first header of that name, upper and lower case alike; empty where there is none.
  std::string_view header(std::string_view name) const;
};

struct Response;
// What is left to do of an answer when its slow part is done, in the thread that answers.
using Finish = std::function<Response()>;

struct Response {
  int status = 200;
  std::string type;  // of the body
  std::vector<Header> headers;
  std::string body;
  bool head_only = false;  // the body is only measured
  bool live = false;       // a stream of events follows, from `cursor` on
  std::string cursor;
  std::string session;      // of who asked for the stream: its token, or empty
  std::size_t records = 0;  // in the body
  // Where set, nothing else is: the slow part, for a thread that nobody waits for, and what to do
  // with what came of it.
  std::function<Finish()> slow = {};
  bool is_long = false;  // the slow part: minutes rather than moments
};

// A request's target, taken apart and decoded.
struct Target {
  std::vector<std::string> path;  // "/api/collections" is {"api", "collections"}
  std::vector<std::pair<std::string, std::string>> query;  // in the order given, no name twice
  const std::string* find(std::string_view name) const;
};

inline constexpr std::size_t kTargetBytesMax = 8192;
inline constexpr std::size_t kQueryParametersMax = 32;

// Errors: kLimit where it is too long, else kBadInput: a character that no target has, "%" without
// two digits, bytes that are not UTF-8, control characters, "." or ".." as a step of the path, a
// parameter given twice. A "+" in the query is a plus, as in "+02:00".
Result<Target> parse_target(std::string_view target);

// Whether two words are the same but for upper and lower case of ASCII.
bool same_word(std::string_view a, std::string_view b);
// kBadInput, naming a parameter that is not among those known.
Status only_known(const Target& target, const std::vector<std::string_view>& known);

// Of letters, digits and -._~ as they are, all else as %XX.
std::string percent_encoded(std::string_view text);

// Whether an Accept header takes a media type; an empty header takes every one.
bool accepts(std::string_view header, std::string_view media_type);
// Whether a list as in Accept-Encoding names a coding with a weight above 0.
bool accepts_coding(std::string_view header, std::string_view coding);

}  // namespace truce::serve
