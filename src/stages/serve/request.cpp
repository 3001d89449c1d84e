#include "stages/serve/request.h"

#include <algorithm>
#include <cstdlib>
#include <optional>

#include "base/json.h"

namespace truce::serve {

namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (lower(c) >= 'a' && lower(c) <= 'f') return lower(c) - 'a' + 10;
  return -1;
}

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    const auto u = static_cast<unsigned char>(c);
    return u < 0x20 || u == 0x7f;
  });
}

Result<std::string> decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
    if (high < 0 || low < 0)
      return bad_input("a \"%\" without two hexadecimal digits", {}, "%25 for a percent sign");
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  if (!is_utf8(out) || has_control(out))
    return bad_input("bytes that no name has", {}, "UTF-8 without control characters");
  return out;
}

// Calls f with each part of `text` between separators.
template <class F>
Status each_part(std::string_view text, char separator, F f) {
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(separator, begin), text.size());
    TRUCE_CHECK_OK(f(text.substr(begin, end - begin)));
    begin = end + 1;
  }
  return done();
}

bool climbs(std::string_view step) {
  bool found = step.find('\\') != std::string_view::npos;
  const Status looked = each_part(step, '/', [&found](std::string_view part) {
    found = found || part == "." || part == "..";
    return done();
  });
  return found || !looked.ok();
}

Status read_path(std::string_view path, Target& out) {
  return each_part(path.substr(1), '/', [&out](std::string_view raw) -> Status {
    TRUCE_TRY(step, decoded(raw));
    if (climbs(step)) return bad_input("a path that leads elsewhere", {}, "no \".\" or \"..\"");
    if (!step.empty()) out.path.push_back(std::move(step));
    return done();
  });
}

Status read_query(std::string_view query, Target& out) {
  return each_part(query, '&', [&out](std::string_view raw) -> Status {
    if (raw.empty()) return done();
    if (out.query.size() == kQueryParametersMax)
      return bad_input("too many parameters", {}, "at most 32");
    const std::size_t equals = std::min(raw.find('='), raw.size());
    TRUCE_TRY(name, decoded(raw.substr(0, equals)));
    TRUCE_TRY(value, decoded(raw.substr(std::min(equals + 1, raw.size()))));
    if (out.find(name) != nullptr)
      return bad_input("the parameter \"" + name + "\" is given twice", {}, "once");
    out.query.emplace_back(std::move(name), std::move(value));
    return done();
  });
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// The word of one part of a list, without its parameters; none where its weight is 0.
std::optional<std::string_view> wanted(std::string_view part) {
  const std::size_t end = std::min(part.find(';'), part.size());
  const std::string_view word = trimmed(part.substr(0, end));
  for (std::string_view rest = part.substr(end); !rest.empty();) {
    rest.remove_prefix(1);
    const std::size_t next = std::min(rest.find(';'), rest.size());
    const std::string_view parameter = trimmed(rest.substr(0, next));
    if (parameter.size() > 2 && lower(parameter[0]) == 'q' && parameter[1] == '=' &&
        parameter.find_first_of("123456789") == std::string_view::npos)
      return std::nullopt;
    rest.remove_prefix(next);
  }
  return word;
}

template <class F>
bool any_wanted(std::string_view header, F matches) {
  bool found = false;
  const Status looked = each_part(header, ',', [&](std::string_view part) {
    const auto word = wanted(part);
    found = found || (word && !word->empty() && matches(*word));
    return done();
  });
  return found && looked.ok();
}

}  // namespace

bool same_word(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view Request::header(std::string_view name) const {
  for (const auto& h : headers) {
    if (same_word(h.name, name)) return h.value;
  }
  return {};
}

const std::string* Target::find(std::string_view name) const {
  for (const auto& [key, value] : query) {
    if (key == name) return &value;
  }
  return nullptr;
}

Result<Target> parse_target(std::string_view target) {
  if (target.size() > kTargetBytesMax)
    return make_error(ErrorCode::kLimit, "the target is too long", {}, "at most 8,192 bytes");
  // A server must take the form that proxies get too, "http://host/path".
  if (target.substr(0, 7) == "http://" || target.substr(0, 8) == "https://") {
    const std::size_t path = target.find('/', 8);
    target = path == std::string_view::npos ? std::string_view("/") : target.substr(path);
  }
  if (target.empty() || target.front() != '/')
    return bad_input("the target is no path", {}, "one that begins with \"/\"");
  const bool is_plain = std::all_of(target.begin(), target.end(),
                                    [](char c) { return c > 0x20 && c < 0x7f && c != '#'; });
  if (!is_plain)
    return bad_input("the target has a character that none may have", {}, "%XX instead of it");
  Target out;
  const std::size_t question = std::min(target.find('?'), target.size());
  TRUCE_CHECK_OK(read_path(target.substr(0, question), out));
  if (question < target.size()) TRUCE_CHECK_OK(read_query(target.substr(question + 1), out));
  return out;
}

Status only_known(const Target& target, const std::vector<std::string_view>& known) {
  std::string names;
  for (const auto& name : known) names += (names.empty() ? "" : ", ") + std::string(name);
  for (const auto& [name, value] : target.query) {
    if (std::find(known.begin(), known.end(), name) == known.end())
      return bad_input("there is no parameter \"" + name + "\"", {}, names);
  }
  return done();
}

std::string percent_encoded(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const bool is_plain = (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9') ||
                          c == '-' || c == '.' || c == '_' || c == '~';
    if (is_plain) {
      out += c;
      continue;
    }
    const auto u = static_cast<unsigned char>(c);
    out += '%';
    out += kDigits[u >> 4U];
    out += kDigits[u & 15U];
  }
  return out;
}

bool accepts(std::string_view header, std::string_view media_type) {
  if (trimmed(header).empty()) return true;
  const std::string_view type = media_type.substr(0, media_type.find(';'));
  const std::string_view family = type.substr(0, type.find('/'));
  return any_wanted(header, [&](std::string_view word) {
    if (word == "*/*" || same_word(word, type)) return true;
    return word.size() == family.size() + 2 && same_word(word.substr(0, family.size()), family) &&
           word.substr(family.size()) == "/*";
  });
}

bool accepts_coding(std::string_view header, std::string_view coding) {
  return any_wanted(header, [&](std::string_view word) { return same_word(word, coding); });
}

}  // namespace truce::serve
