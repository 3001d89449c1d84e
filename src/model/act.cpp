#include "model/act.h"

#include <algorithm>
#include <array>
#include <set>

#include "base/ed25519.h"
#include "base/hash.h"
#include "base/json.h"
#include "model/identity.h"
#include "model/vocabulary.h"

namespace truce {

namespace {

constexpr std::size_t kNameBytesMax = 200;

// Which of the fields that some acts have an act has.
struct FieldsOf {
  std::string_view act;
  bool incident = false, incidents = false, observations = false, classes = false, undoes = false;
};
constexpr std::array<FieldsOf, 6> kActs{{{"join", false, true, false, false, false},
                                         {"note", true, false, false, false, false},
                                         {"reclassify", true, false, false, true, false},
                                         {"split", true, false, true, false, false},
                                         {"undo", false, false, false, false, true},
                                         {"visit", true, false, false, false, false}}};

Error wrong(std::string_view field, std::string message, std::string expected = {}) {
  return bad_input(std::move(message), {.source = "statement", .field = std::string(field)},
                   std::move(expected));
}

Status check_present(std::string_view field, bool is_there, bool is_of_it, const std::string& act) {
  if (is_there == is_of_it) return done();
  if (is_of_it) return wrong(field, "is missing of an act \"" + act + "\"");
  return wrong(field, "is none of an act \"" + act + "\"");
}

Status check_list(std::string_view field, const std::vector<std::string>& list, std::size_t least,
                  std::size_t most) {
  if (list.empty()) return done();
  const std::string range = std::to_string(least) + " to " + std::to_string(most) + " ids";
  if (list.size() < least || list.size() > most)
    return wrong(field, "names " + std::to_string(list.size()), range);
  if (std::set(list.begin(), list.end()).size() != list.size())
    return wrong(field, "names one twice", "each once");
  return done();
}

Status check_class(std::string_view field, const std::string& name) {
  const auto c = effect_class_from(name);
  if (c && counts_as_violation(*c)) return done();
  return wrong(field, "is no class of effects", "such as \"explosion_impact\"");
}

std::size_t characters(std::string_view utf8) {
  return static_cast<std::size_t>(
      std::count_if(utf8.begin(), utf8.end(), [](char c) { return (c & '\xc0') != '\x80'; }));
}

bool is_hex_of(std::string_view text, std::size_t digits) {
  return text.size() == digits &&
         text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

Status check_texts(const ActStatement& s) {
  for (const auto& [field, text] :
       {std::pair<std::string_view, std::string_view>{"by", s.by}, {"mission", s.mission}}) {
    if (text.empty() || text.size() > kNameBytesMax)
      return wrong(field, "is empty or too long", "1 to 200 bytes");
  }
  if (!is_hex_of(s.nonce, 32)) return wrong("nonce", "is no nonce", "32 digits of 0-9a-f");
  if (characters(s.note) > kNoteCharactersMax)
    return wrong("note", "is too long", "at most 2000 characters");
  return done();
}

Status check_fields(const ActStatement& s) {
  const auto* fields =
      std::find_if(kActs.begin(), kActs.end(), [&](const FieldsOf& k) { return k.act == s.act; });
  if (fields == kActs.end())
    return wrong("act", "is no act", "join, note, reclassify, split, undo or visit");
  TRUCE_CHECK_OK(check_texts(s));
  TRUCE_CHECK_OK(check_present("incident", !s.incident.empty(), fields->incident, s.act));
  TRUCE_CHECK_OK(check_present("incidents", !s.incidents.empty(), fields->incidents, s.act));
  TRUCE_CHECK_OK(
      check_present("observations", !s.observations.empty(), fields->observations, s.act));
  TRUCE_CHECK_OK(check_present("from", !s.from.empty(), fields->classes, s.act));
  TRUCE_CHECK_OK(check_present("to", !s.to.empty(), fields->classes, s.act));
  TRUCE_CHECK_OK(check_present("undoes", !s.undoes.empty(), fields->undoes, s.act));
  TRUCE_CHECK_OK(check_list("incidents", s.incidents, 2, kJoinedIncidentsMax));
  TRUCE_CHECK_OK(check_list("observations", s.observations, 1, kSplitObservationsMax));
  if (!fields->classes) return done();
  TRUCE_CHECK_OK(check_class("from", s.from));
  TRUCE_CHECK_OK(check_class("to", s.to));
  if (s.from == s.to) return wrong("to", "is the class that they are of already", "another class");
  return done();
}

template <std::size_t N>
Result<std::array<std::uint8_t, N>> bytes_of_hex(std::string_view field, std::string_view hex) {
  if (!is_hex_of(hex, 2 * N))
    return bad_input("is not hexadecimal of its length", {.field = std::string(field)},
                     std::to_string(2 * N) + " digits of 0-9a-f");
  TRUCE_TRY(bytes, from_hex(hex));
  std::array<std::uint8_t, N> out{};
  std::copy(bytes.begin(), bytes.end(), out.begin());
  return out;
}

}  // namespace

Result<ActStatement> parse_statement(std::string_view text) {
  if (text.size() > kStatementBytesMax)
    return make_error(ErrorCode::kLimit, "the statement is too long", {.source = "statement"},
                      "at most 65536 bytes");
  TRUCE_TRY(canonical, canonicalize(text, "statement"));
  if (canonical != text)
    return wrong("", "is not canonical JSON (RFC 8785)", "keys ascending, no spaces");
  auto read = from_json<ActStatement>(text);
  if (!read.ok()) {
    Error e = wrap("the statement is none", read.error());
    e.code = ErrorCode::kBadInput;
    return e;
  }
  TRUCE_CHECK_OK(check_fields(*read));
  return read;
}

Result<Act> signed_act(std::string_view statement, std::string_view key_hex,
                       std::string_view signature_hex) {
  TRUCE_TRY(key, bytes_of_hex<32>("key", key_hex));
  TRUCE_TRY(signature, bytes_of_hex<64>("signature", signature_hex));
  TRUCE_TRY(said, parse_statement(statement));
  if (!ed25519_verify(key, statement, signature))
    return bad_input("is not this key's of the statement", {.field = "signature"},
                     "Ed25519 over the statement's bytes");
  Act out;
  out.id = act_id(said.at, statement);
  out.said = std::move(said);
  out.key = key_hex;
  out.signature = signature_hex;
  out.statement = statement;
  return out;
}

std::string act_id(Instant at, std::string_view statement) {
  std::string id = observation_ids_from(at);
  id.front() = 'a';
  return id + "-" + to_hex(sha256(statement)).substr(0, 24);
}

}  // namespace truce
