#pragma once
// What an officer of the mission ruled of an incident, signed. The statement is the text that was
// signed, canonical JSON (RFC 8785); everything else of the record says again what it says.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.h"
#include "base/result.h"

namespace truce {

struct ActStatement {
  std::string act;                     // "join", "note", "reclassify", "split", "undo", "visit"
  Instant at;                          // when it was signed, as the signer says
  std::string by;                      // name of the account
  std::string from;                    // reclassify: effect class
  std::string incident;                // all but join and undo
  std::vector<std::string> incidents;  // join
  std::string mission;
  std::string nonce;  // 32 hex digits
  std::string note;
  std::vector<std::string> observations;  // split: those that leave
  std::string to;                         // reclassify: effect class
  std::string undoes;                     // undo: id of an act
  friend bool operator==(const ActStatement&, const ActStatement&) = default;
};

struct Act {
  ActStatement said;
  std::string id;                        // see act_id
  std::string key;                       // Ed25519, 64 hex digits
  std::string signature;                 // of the statement's bytes, 128 hex digits
  std::string statement;                 // as it was signed
  std::optional<std::string> undone_by;  // not of the log: what follows from later acts
  friend bool operator==(const Act&, const Act&) = default;
};

inline constexpr std::size_t kStatementBytesMax = 64U << 10U;
inline constexpr std::size_t kNoteCharactersMax = 2000;
inline constexpr std::size_t kJoinedIncidentsMax = 100;
inline constexpr std::size_t kSplitObservationsMax = 1000;

// A statement, read. Errors: kBadInput or kLimit naming the field: not canonical JSON, a field that
// is missing, of another act, unknown or given twice, a class that there is none of, a nonce that
// is none, lists that are empty, too long or name something twice, a note of more characters.
Result<ActStatement> parse_statement(std::string_view text);
// The act that a signed statement is. Errors: as above, a key or signature that is not hexadecimal
// of its length, or a signature that the key did not make of the text.
Result<Act> signed_act(std::string_view statement, std::string_view key_hex,
                       std::string_view signature_hex);
// "a" + the time as in other ids + "-" + 24 hex digits of the SHA-256 of the statement.
std::string act_id(Instant at, std::string_view statement);

std::string to_json(const Act& r);
std::string to_json(const ActStatement& r);
template <class R>
Result<R> from_json(std::string_view json);
template <>
Result<Act> from_json<Act>(std::string_view json);
template <>
Result<ActStatement> from_json<ActStatement>(std::string_view json);

}  // namespace truce
