#pragma once
// Accounts and sessions: who may sign in, and who has. In a SQLite file of their own, beside the
// log and never in it: a log is for ever, and a person's account is not. `truce user` writes to it
// while a run is on; the run asks it at every request, so that a change holds at once.
//
// Passwords are kept as argon2id strings, tokens of sessions as their SHA-256: who reads the file
// can neither sign in nor go on with a session.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.h"
#include "base/result.h"
#include "stages/serve/reader.h"

struct sqlite3;

namespace truce::serve {

struct Account {
  std::string name;
  Role role = Role::kPublic;
  std::string party;  // of a liaison, else empty
  std::string key;    // Ed25519, 64 digits of hex; empty: none
  Instant created;
};

// What a password's hash costs: three passes over 64 MiB, above what OWASP asks for at least (two
// over 19 MiB). Tests take less.
struct HashCost {
  std::uint64_t passes = 3;
  std::size_t memory_bytes = 64ULL << 20U;
};

inline constexpr std::size_t kNameBytesMax = 32;
inline constexpr std::ptrdiff_t kPasswordSignsMin = 12;  // characters, however many bytes each
inline constexpr std::size_t kPasswordBytesMax = 1024;
inline constexpr Duration kSessionIdle = Duration::hours(2);
inline constexpr Duration kSessionAtMost = Duration::hours(12);

// A name is 1 to 32 of a-z, 0-9, ".", "-" and "_", and begins with a letter. Errors: kBadInput.
Status check_name(std::string_view name);
// Errors: kBadInput: too short, too long, one sign over and over, the name itself, bytes that are
// not UTF-8 or a line end among them.
Status check_password(std::string_view password, std::string_view name);

// argon2id. Takes a tenth of a second and 64 MiB: not for a thread that answers.
Result<std::string> hash_of_password(std::string_view password, HashCost cost = {});
// Likewise; any thread.
bool is_password(const std::string& hash, std::string_view password);

// What a browser holds of a session.
struct NewSession {
  std::string token;  // 256 bits at random, 64 digits of hex
  std::string csrf;   // follows from the token and from nothing else
};
std::string csrf_of(std::string_view token);
// Compares in a time that does not tell where they differ.
bool same_secret(std::string_view a, std::string_view b);

class Accounts {
 public:
  // Makes the file (mode 0600) where there is none. Errors: kIo, kCorrupt.
  static Result<std::unique_ptr<Accounts>> open(const std::string& path, HashCost cost = {});
  Accounts(const Accounts&) = delete;
  Accounts& operator=(const Accounts&) = delete;
  ~Accounts();

  Result<bool> any();
  Result<std::vector<Account>> list();  // by name
  Result<std::optional<Account>> find(std::string_view name);
  // Errors: kBadInput for a name or password that does not do; kUnusable where the name is taken.
  Status add(const Account& account, std::string_view password);
  // Ends its sessions. Errors: kNotFound.
  Status remove(std::string_view name);
  // Likewise.
  Status set_password(std::string_view name, std::string_view password);
  // Once: kUnusable where the account has another key; kBadInput where it is no key.
  Status set_key(std::string_view name, std::string_view key);
  Status forget_key(std::string_view name);  // kNotFound

  // The hash to hold a password against; of a name that there is not, one that no password has and
  // that costs the same.
  Result<std::string> hash_for(std::string_view name);
  // Begins a session of an account whose password was found right by `hash`. Errors: kNotFound
  // where the account is gone or has another password by now.
  Result<NewSession> begin_session(std::string_view name, const std::string& hash, Instant now);
  // Whose session it is; none where it ended or never was. One that is asked for goes on.
  Result<std::optional<Reader>> reader_of(std::string_view token, Instant now);
  Status end_session(std::string_view token);
  // Another number after another program has changed the file.
  std::int64_t changes();

 private:
  Accounts(sqlite3* db, HashCost cost, std::string dummy)
      : db_(db), cost_(cost), dummy_(std::move(dummy)) {}
  Status change_of(const char* sql, const std::vector<std::string>& values, std::string_view name);
  // As the file counts its commits; none where it cannot be asked.
  std::optional<std::uint32_t> commits() const;
  sqlite3* db_;
  std::optional<std::pair<std::uint32_t, bool>> known_any_;  // as of so many commits
  HashCost cost_;
  std::string dummy_;
};

}  // namespace truce::serve
