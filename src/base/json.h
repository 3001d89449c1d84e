#pragma once
// Canonical JSON (RFC 8785, JCS): one byte string per value, so that equal records have equal
// hashes.
//
// Two ways in. `canonicalize` takes any JSON text. `JsonWriter` streams records whose fields are
// already listed in canonical order (sorted by UTF-16 code unit); it checks the order as it goes,
// so a record listed wrongly fails its first test.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/text_buffer.h"

namespace truce {

// Errors: not JSON, duplicate keys, numbers outside IEEE double, lone surrogates, depth over 64.
Result<std::string> canonicalize(std::string_view json_text, std::string_view source = "json");

// ECMAScript's Number::toString, as RFC 8785 section 3.2.2.3 wants; NaN and infinities are a
// programmer's error.
void append_json_number(std::string& out, double value);
// Quoted and escaped as RFC 8785 section 3.2.2.2 wants; `utf8` must be valid UTF-8 (see is_utf8).
void append_json_string(std::string& out, std::string_view utf8);
// The same into a buffer.
void append_json_number(TextBuffer& out, double value);
void append_json_string(TextBuffer& out, std::string_view utf8);
bool is_utf8(std::string_view bytes);
// Invalid sequences become U+FFFD; for showing bytes to people, never for evidence.
std::string to_valid_utf8(std::string_view bytes);

class JsonWriter {
 public:
  explicit JsonWriter(std::string& out) : out_(out) {}
  JsonWriter& begin_object();
  JsonWriter& end_object();
  JsonWriter& begin_array();
  JsonWriter& end_array();
  JsonWriter& key(std::string_view name);  // ensures canonical order within the object
  JsonWriter& string(std::string_view utf8);
  JsonWriter& number(double value);
  JsonWriter& integer(std::int64_t value);  // |value| <= 2^53, ensured
  JsonWriter& boolean(bool value);
  JsonWriter& null();
  JsonWriter& raw(std::string_view canonical_json);

 private:
  void separate();
  std::string& out_;
  std::vector<std::string> last_key_;  // one per open object
  std::vector<bool> first_;
  bool after_key_ = false;
};

}  // namespace truce
