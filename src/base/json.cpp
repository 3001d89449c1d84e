#include "base/json.h"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstring>

namespace truce {

namespace {

namespace od = simdjson::ondemand;

constexpr int kDepthMax = 64;

// Length of the valid UTF-8 sequence at `i`, 0 when there is none (Unicode 15, table 3-7).
std::size_t sequence_length(std::string_view s, std::size_t i) {
  const auto byte = [&](std::size_t k) {
    return k < s.size() ? static_cast<std::uint8_t>(s[k]) : std::uint8_t{0};
  };
  const auto tail = [&](std::size_t k, std::uint8_t low = 0x80, std::uint8_t high = 0xbf) {
    return byte(k) >= low && byte(k) <= high && k < s.size();
  };
  const std::uint8_t b = byte(i);
  if (b < 0x80) return 1;
  if (b >= 0xc2 && b <= 0xdf) return tail(i + 1) ? 2 : 0;
  if (b >= 0xe0 && b <= 0xef) {
    const std::uint8_t low = b == 0xe0 ? 0xa0 : 0x80;
    const std::uint8_t high = b == 0xed ? 0x9f : 0xbf;
    return tail(i + 1, low, high) && tail(i + 2) ? 3 : 0;
  }
  if (b >= 0xf0 && b <= 0xf4) {
    const std::uint8_t low = b == 0xf0 ? 0x90 : 0x80;
    const std::uint8_t high = b == 0xf4 ? 0x8f : 0xbf;
    return tail(i + 1, low, high) && tail(i + 2) && tail(i + 3) ? 4 : 0;
  }
  return 0;
}

// Canonical order compares UTF-16 code units. UTF-8 bytes compare the same way except between
// U+E000–U+FFFF (lead byte EE, EF) and characters beyond (lead F0–F4), whose surrogates come first.
bool less_utf16(std::string_view a, std::string_view b) {
  const std::size_t n = std::min(a.size(), b.size());
  std::size_t i = 0;
  while (i < n && a[i] == b[i]) ++i;
  if (i == n) return a.size() < b.size();
  const auto x = static_cast<std::uint8_t>(a[i]);
  const auto y = static_cast<std::uint8_t>(b[i]);
  if (x >= 0xee && y >= 0xee && (x >= 0xf0) != (y >= 0xf0)) return x >= 0xf0;
  return x < y;
}

class Canonicalizer {
 public:
  explicit Canonicalizer(std::string_view source) : source_(source) {}

  Result<std::string> run(std::string_view text) {
    simdjson::padded_string padded(text);
    od::parser parser;
    od::document doc;
    if (auto e = parser.iterate(padded).get(doc)) return fail(e);
    std::string out;
    out.reserve(text.size());
    TRUCE_CHECK_OK(root(doc, out));
    if (doc.current_location().error() != simdjson::OUT_OF_BOUNDS) {
      return bad_input("text goes on after the JSON value", {.source = source_});
    }
    return out;
  }

 private:
  Error fail(simdjson::error_code e) const {
    return bad_input(std::string("not JSON: ") + simdjson::error_message(e), {.source = source_});
  }

  // A document is not a value in simdjson: scalars at the root are read from the document itself.
  Status root(od::document& doc, std::string& out) {
    od::json_type type;
    if (auto e = doc.type().get(type)) return fail(e);
    if (type == od::json_type::object || type == od::json_type::array) {
      od::value value;
      if (auto e = doc.get_value().get(value)) return fail(e);
      return write(value, out, 1);
    }
    return scalar(doc, type, out);
  }

  template <class Value>
  Status scalar(Value& v, od::json_type type, std::string& out) {
    if (type == od::json_type::string) {
      std::string_view s;
      if (auto e = v.get_string().get(s)) return fail(e);
      append_json_string(out, s);
    } else if (type == od::json_type::number) {
      double d = 0;
      if (auto e = v.get_double().get(d)) return fail(e);
      if (!std::isfinite(d))
        return bad_input("a number outside IEEE 754 double", {.source = source_});
      append_json_number(out, d);
    } else if (type == od::json_type::boolean) {
      bool b = false;
      if (auto e = v.get_bool().get(b)) return fail(e);
      out += b ? "true" : "false";
    } else {
      bool is_null = false;
      if (auto e = v.is_null().get(is_null)) return fail(e);
      if (!is_null) return bad_input("not JSON: expected null", {.source = source_});
      out += "null";
    }
    return done();
  }

  Status write(od::value value, std::string& out, int depth) {
    if (depth > kDepthMax) {
      return make_error(ErrorCode::kLimit, "JSON nested more than 64 deep", {.source = source_});
    }
    od::json_type type;
    if (auto e = value.type().get(type)) return fail(e);
    if (type == od::json_type::array) return array(value, out, depth);
    if (type == od::json_type::object) return object(value, out, depth);
    return scalar(value, type, out);
  }

  Status array(od::value& value, std::string& out, int depth) {
    od::array items;
    if (auto e = value.get_array().get(items)) return fail(e);
    out.push_back('[');
    bool first = true;
    for (auto item : items) {
      od::value v;
      if (auto e = item.get(v)) return fail(e);
      if (!first) out.push_back(',');
      first = false;
      TRUCE_CHECK_OK(write(v, out, depth + 1));
    }
    out.push_back(']');
    return done();
  }

  Status object(od::value& value, std::string& out, int depth) {
    od::object fields;
    if (auto e = value.get_object().get(fields)) return fail(e);
    std::vector<std::pair<std::string, std::string>> members;
    for (auto field : fields) {
      od::field f;
      if (auto e = std::move(field).get(f)) return fail(e);
      std::string_view name;
      if (auto e = f.unescaped_key().get(name)) return fail(e);
      members.emplace_back(std::string(name), std::string());
      TRUCE_CHECK_OK(write(f.value(), members.back().second, depth + 1));
    }
    std::sort(members.begin(), members.end(),
              [](const auto& a, const auto& b) { return less_utf16(a.first, b.first); });
    out.push_back('{');
    for (std::size_t i = 0; i < members.size(); ++i) {
      if (i > 0) {
        if (members[i].first == members[i - 1].first) {
          return bad_input("key \"" + members[i].first + "\" appears twice", {.source = source_});
        }
        out.push_back(',');
      }
      append_json_string(out, members[i].first);
      out.push_back(':');
      out += members[i].second;
    }
    out.push_back('}');
    return done();
  }

  std::string source_;
};

}  // namespace

Result<std::string> canonicalize(std::string_view json_text, std::string_view source) {
  try {
    return Canonicalizer(source).run(json_text);
  } catch (const simdjson::simdjson_error& e) {
    return bad_input(std::string("not JSON: ") + e.what(), {.source = std::string(source)});
  }
}

namespace {

constexpr std::size_t kNumberChars = 32;
constexpr std::size_t kEscapeChars = 6;  // \u001f

char* put(char* at, std::string_view text) { return std::copy(text.begin(), text.end(), at); }

// ECMAScript Number::toString: shortest digits d1…dk and exponent n with value 0.d1…dk × 10^n.
char* put_json_number(char* at, double value) {
  TRUCE_ENSURE(std::isfinite(value));
  if (std::abs(value) < 0x1p53 &&
      value == std::trunc(value)) {  // most are, zeros of both signs too
    return std::to_chars(at, at + kNumberChars, static_cast<std::int64_t>(value)).ptr;
  }
  std::array<char, 40> buffer;
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                                 std::chars_format::scientific)
                       .ptr;
  std::string_view text(buffer.data(), static_cast<std::size_t>(end - buffer.data()));
  if (text.front() == '-') {
    *at++ = '-';
    text.remove_prefix(1);
  }
  const std::size_t e_at = text.find('e');
  std::array<char, 24> digits;
  std::size_t k = 0;
  for (const char c : text.substr(0, e_at)) {
    if (c != '.') digits[k++] = c;
  }
  int exponent = 0;
  const std::string_view exponent_text = text.substr(e_at + 1);
  std::from_chars(exponent_text.data() + (exponent_text.front() == '+' ? 1 : 0),
                  exponent_text.data() + exponent_text.size(), exponent);
  const int n = exponent + 1;
  const auto kk = static_cast<int>(k);
  const std::string_view all(digits.data(), k);
  if (kk <= n && n <= 21) {
    return std::fill_n(put(at, all), n - kk, '0');
  }
  if (0 < n && n <= 21) {
    at = put(at, all.substr(0, static_cast<std::size_t>(n)));
    *at++ = '.';
    return put(at, all.substr(static_cast<std::size_t>(n)));
  }
  if (-6 < n && n <= 0) return put(std::fill_n(put(at, "0."), -n, '0'), all);
  *at++ = digits[0];
  if (k > 1) {
    *at++ = '.';
    at = put(at, all.substr(1));
  }
  at = put(at, n - 1 < 0 ? "e-" : "e+");
  return std::to_chars(at, at + 4, std::abs(n - 1)).ptr;
}

// How many bytes from the start, in steps of eight, need no escape: in a word's bytes below 0x80, a
// borrow shows which is less than a bound, and a zero shows which equals a character.
std::size_t plain_bytes(std::string_view s) {
  constexpr std::uint64_t kOnes = 0x0101010101010101ULL;
  constexpr std::uint64_t kHighs = 0x80 * kOnes;
  std::size_t i = 0;
  for (; i + 8 <= s.size(); i += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, s.data() + i, 8);
    const std::uint64_t quote = word ^ ('"' * kOnes);
    const std::uint64_t slash = word ^ ('\\' * kOnes);
    const std::uint64_t low = (word - 0x20 * kOnes) | (quote - kOnes) | (slash - kOnes);
    if ((low & ~word & kHighs) != 0) break;
  }
  return i;
}

bool is_plain(char c) { return static_cast<std::uint8_t>(c) >= 0x20 && c != '"' && c != '\\'; }

char* put_escaped(char* at, std::uint8_t c) {
  static constexpr char kHex[] = "0123456789abcdef";
  switch (c) {
    case '"':
      return put(at, "\\\"");
    case '\\':
      return put(at, "\\\\");
    case '\b':
      return put(at, "\\b");
    case '\f':
      return put(at, "\\f");
    case '\n':
      return put(at, "\\n");
    case '\r':
      return put(at, "\\r");
    case '\t':
      return put(at, "\\t");
    default:
      at = put(at, "\\u00");
      *at++ = kHex[c >> 4];
      *at++ = kHex[c & 15];
      return at;
  }
}

}  // namespace

void append_json_number(TextBuffer& out, double value) {
  out.to(put_json_number(out.room(kNumberChars), value));
}

void append_json_string(TextBuffer& out, std::string_view utf8) {
  char* at = out.room(kEscapeChars * utf8.size() + 2);
  *at++ = '"';
  const std::size_t plain = plain_bytes(utf8);
  at = put(at, utf8.substr(0, plain));
  for (const char c : utf8.substr(plain)) {
    if (is_plain(c))
      *at++ = c;
    else
      at = put_escaped(at, static_cast<std::uint8_t>(c));
  }
  *at++ = '"';
  out.to(at);
}

void append_json_number(std::string& out, double value) {
  std::array<char, kNumberChars> text;
  out.append(text.data(), put_json_number(text.data(), value));
}

void append_json_string(std::string& out, std::string_view utf8) {
  const std::string_view rest = utf8.substr(plain_bytes(utf8));
  if (std::all_of(rest.begin(), rest.end(), is_plain)) {
    out.push_back('"');
    out += utf8;
    out.push_back('"');
    return;
  }
  TextBuffer text;
  append_json_string(text, utf8);
  out += text.view();
}

bool is_utf8(std::string_view bytes) { return simdjson::validate_utf8(bytes.data(), bytes.size()); }

std::string to_valid_utf8(std::string_view bytes) {
  std::string out;
  for (std::size_t i = 0; i < bytes.size();) {
    const std::size_t n = sequence_length(bytes, i);
    if (n == 0) {
      out += "\xef\xbf\xbd";
      ++i;
    } else {
      out.append(bytes, i, n);
      i += n;
    }
  }
  return out;
}

void JsonWriter::separate() {
  if (!first_.empty()) {
    if (!first_.back()) out_.push_back(',');
    first_.back() = false;
  }
}

JsonWriter& JsonWriter::begin_object() {
  if (!after_key_) separate();
  after_key_ = false;
  out_.push_back('{');
  first_.push_back(true);
  last_key_.emplace_back();
  return *this;
}

JsonWriter& JsonWriter::end_object() {
  TRUCE_ENSURE(!first_.empty() && !after_key_);
  out_.push_back('}');
  first_.pop_back();
  last_key_.pop_back();
  return *this;
}

JsonWriter& JsonWriter::begin_array() {
  if (!after_key_) separate();
  after_key_ = false;
  out_.push_back('[');
  first_.push_back(true);
  last_key_.emplace_back();
  return *this;
}

JsonWriter& JsonWriter::end_array() {
  TRUCE_ENSURE(!first_.empty() && !after_key_);
  out_.push_back(']');
  first_.pop_back();
  last_key_.pop_back();
  return *this;
}

JsonWriter& JsonWriter::key(std::string_view name) {
  TRUCE_ENSURE(!last_key_.empty() && !after_key_);
  TRUCE_ENSURE(first_.back() || less_utf16(last_key_.back(), name));
  last_key_.back().assign(name);
  separate();
  append_json_string(out_, name);
  out_.push_back(':');
  after_key_ = true;
  return *this;
}

JsonWriter& JsonWriter::string(std::string_view utf8) {
  if (!after_key_) separate();
  after_key_ = false;
  append_json_string(out_, utf8);
  return *this;
}

JsonWriter& JsonWriter::number(double value) {
  if (!after_key_) separate();
  after_key_ = false;
  append_json_number(out_, value);
  return *this;
}

JsonWriter& JsonWriter::integer(std::int64_t value) {
  TRUCE_ENSURE(value <= (1LL << 53) && value >= -(1LL << 53));
  if (!after_key_) separate();
  after_key_ = false;
  std::array<char, 24> buffer;
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
  out_.append(buffer.data(), end);
  return *this;
}

JsonWriter& JsonWriter::boolean(bool value) { return raw(value ? "true" : "false"); }

JsonWriter& JsonWriter::null() { return raw("null"); }

JsonWriter& JsonWriter::raw(std::string_view canonical_json) {
  if (!after_key_) separate();
  after_key_ = false;
  out_ += canonical_json;
  return *this;
}

}  // namespace truce
