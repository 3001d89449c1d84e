#include "stages/serve/accounts.h"

#include <fcntl.h>
#include <sodium.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "base/hash.h"
#include "base/json.h"

namespace truce::serve {

namespace {

constexpr const char* kTables = R"sql(
CREATE TABLE IF NOT EXISTS accounts(
  name TEXT PRIMARY KEY, role INTEGER NOT NULL, party TEXT NOT NULL, password TEXT NOT NULL,
  key TEXT NOT NULL, created_ns INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS sessions(
  token_sha256 TEXT PRIMARY KEY, name TEXT NOT NULL REFERENCES accounts(name) ON DELETE CASCADE,
  begun_ns INTEGER NOT NULL, seen_ns INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
)sql";
constexpr Duration kSeenEvery = Duration::minutes(1);  // to spare the disk

Error failed(sqlite3* db) {
  const int code = sqlite3_errcode(db);
  return make_error(code == SQLITE_BUSY ? ErrorCode::kBusy : ErrorCode::kIo,
                    std::string("accounts cannot be read or written: ") + sqlite3_errmsg(db));
}

// One statement, with values in the order of its question marks.
class Asking {
 public:
  Asking(sqlite3* db, const char* sql) : db_(db) {
    is_good_ = sqlite3_prepare_v2(db, sql, -1, &statement_, nullptr) == SQLITE_OK;
  }
  Asking(const Asking&) = delete;
  Asking& operator=(const Asking&) = delete;
  ~Asking() { sqlite3_finalize(statement_); }
  Asking& with(std::string_view value) {
    is_good_ = is_good_ &&
               sqlite3_bind_text(statement_, ++bound_, value.data(), static_cast<int>(value.size()),
                                 SQLITE_TRANSIENT) == SQLITE_OK;
    return *this;
  }
  Asking& with(std::int64_t value) {
    is_good_ = is_good_ && sqlite3_bind_int64(statement_, ++bound_, value) == SQLITE_OK;
    return *this;
  }
  // Whether there is another row.
  Result<bool> next() {
    const int code = is_good_ ? sqlite3_step(statement_) : SQLITE_ERROR;
    if (code != SQLITE_ROW && code != SQLITE_DONE) return failed(db_);
    return code == SQLITE_ROW;
  }
  Status finish() {
    TRUCE_TRY(more, next());
    TRUCE_ENSURE(!more);
    return done();
  }
  std::string text(int column) {
    const auto* bytes = sqlite3_column_text(statement_, column);
    const int n = sqlite3_column_bytes(statement_, column);
    return bytes == nullptr
               ? ""
               : std::string(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(n));
  }
  std::int64_t integer(int column) { return sqlite3_column_int64(statement_, column); }

 private:
  sqlite3* db_;
  sqlite3_stmt* statement_ = nullptr;
  int bound_ = 0;
  bool is_good_ = false;
};

// Made by us, so that nobody else may read it even for a moment.
Status make_private(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) return io_error("cannot be opened", path);
  const bool is_private = fchmod(fd, 0600) == 0;
  const Error error = io_error("cannot be kept from others", path);
  close(fd);
  if (!is_private) return error;
  return done();
}

// One that this program does not know may see the least.
Role stored_role(std::int64_t number) {
  const auto most = static_cast<std::int64_t>(Role::kPublic);
  return number < 0 || number > most ? Role::kPublic : static_cast<Role>(number);
}

Account account_in(Asking& row) {
  return {.name = row.text(0),
          .role = stored_role(row.integer(1)),
          .party = row.text(2),
          .key = row.text(3),
          .created = {row.integer(4)}};
}

std::string stored_token(std::string_view token) { return to_hex(sha256(token)); }

bool is_hex(std::string_view text, std::size_t digits) {
  return text.size() == digits &&
         text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

}  // namespace

Status check_name(std::string_view name) {
  const auto is_part = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
  };
  const bool is_name = !name.empty() && name.size() <= kNameBytesMax && name.front() >= 'a' &&
                       name.front() <= 'z' && std::all_of(name.begin(), name.end(), is_part);
  if (is_name) return done();
  return bad_input("is no name of an account", {.source = "name"},
                   "1 to 32 of a-z, 0-9, \".\", \"-\" and \"_\", a letter first");
}

namespace {

bool begins_sign(char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }

// Characters of UTF-8, as code points.
std::ptrdiff_t signs_in(std::string_view utf8) {
  return std::count_if(utf8.begin(), utf8.end(), begins_sign);
}

bool is_one_sign(std::string_view utf8) {
  const auto second = std::find_if(utf8.begin() + 1, utf8.end(), begins_sign);
  const auto bytes = static_cast<std::size_t>(second - utf8.begin());
  return utf8.substr(bytes) == utf8.substr(0, utf8.size() - bytes);
}

}  // namespace

Status check_password(std::string_view password, std::string_view name) {
  const auto wrong = [](const char* why, const char* expected) {
    return bad_input(why, {.source = "password"}, expected);
  };
  if (password.size() > kPasswordBytesMax) return wrong("is too long", "at most 1,024 bytes");
  if (!is_utf8(password) || password.find_first_of(std::string_view("\0\r\n", 3)) != password.npos)
    return wrong("has bytes that no keyboard writes", "UTF-8 without line ends");
  if (signs_in(password) < kPasswordSignsMin) return wrong("is too short", "at least 12 signs");
  if (is_one_sign(password)) return wrong("is one sign over and over", "several words");
  if (!name.empty() && password.find(name) != std::string_view::npos &&
      password.size() < name.size() + 8)
    return wrong("is little more than the name", "several words");
  return done();
}

Result<std::string> hash_of_password(std::string_view password, HashCost cost) {
  TRUCE_ENSURE(sodium_init() >= 0);
  std::array<char, crypto_pwhash_STRBYTES> out{};
  if (crypto_pwhash_str_alg(out.data(), password.data(), password.size(), cost.passes,
                            cost.memory_bytes, crypto_pwhash_ALG_ARGON2ID13) != 0)
    return make_error(ErrorCode::kLimit, "there is not enough memory to hash a password");
  return std::string(out.data());
}

bool is_password(const std::string& hash, std::string_view password) {
  TRUCE_ENSURE(sodium_init() >= 0);
  return crypto_pwhash_str_verify(hash.c_str(), password.data(), password.size()) == 0;
}

std::string csrf_of(std::string_view token) {
  return to_hex(sha256("truce csrf " + std::string(token)));
}

bool same_secret(std::string_view a, std::string_view b) {
  return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

Result<std::unique_ptr<Accounts>> Accounts::open(const std::string& path, HashCost cost) {
  TRUCE_CHECK_OK(make_private(path));
  // The hash of something that nobody knows.
  std::array<unsigned char, 32> nobody{};
  TRUCE_ENSURE(sodium_init() >= 0);
  randombytes_buf(nobody.data(), nobody.size());
  TRUCE_TRY(dummy, hash_of_password(to_hex(nobody.data(), nobody.size()), cost));
  sqlite3* db = nullptr;
  const int opened = sqlite3_open_v2(path.c_str(), &db, SQLITE_OPEN_READWRITE, nullptr);
  auto out = std::unique_ptr<Accounts>(new Accounts(db, cost, std::move(dummy)));
  if (opened != SQLITE_OK) return wrap("no accounts", failed(db), {.source = path});
  sqlite3_busy_timeout(db, 2000);
  const std::string setup =
      std::string(
          "PRAGMA journal_mode = DELETE; PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON;") +
      kTables;
  if (sqlite3_exec(db, setup.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
    return wrap("no accounts", failed(db), {.source = path});
  return out;
}

Accounts::~Accounts() { sqlite3_close(db_); }

// Bytes 24 to 27 of a SQLite file that has no log of writes, big-endian: one read, where a question
// takes locks and looks for a journal.
std::optional<std::uint32_t> Accounts::commits() const {
  sqlite3_file* file = nullptr;
  std::array<unsigned char, 4> n{};
  constexpr sqlite3_int64 kAt = 24;
  const bool is_read =
      sqlite3_file_control(db_, "main", SQLITE_FCNTL_FILE_POINTER, static_cast<void*>(&file)) ==
          SQLITE_OK &&
      file->pMethods->xRead(file, n.data(), static_cast<int>(n.size()), kAt) == SQLITE_OK;
  if (!is_read) return std::nullopt;
  return std::uint32_t{n[0]} << 24U | std::uint32_t{n[1]} << 16U | std::uint32_t{n[2]} << 8U | n[3];
}

Result<bool> Accounts::any() {
  const auto before = commits();
  if (before && known_any_ && known_any_->first == *before) return known_any_->second;
  Asking ask(db_, "SELECT 1 FROM accounts LIMIT 1");
  TRUCE_TRY(there, ask.next());
  // A commit that was broken off and taken back in between would count twice.
  known_any_.reset();
  if (before && before == commits()) known_any_ = {*before, there};
  return there;
}

Result<std::vector<Account>> Accounts::list() {
  Asking ask(db_, "SELECT name, role, party, key, created_ns FROM accounts ORDER BY name");
  std::vector<Account> out;
  for (;;) {
    TRUCE_TRY(more, ask.next());
    if (!more) return out;
    out.push_back(account_in(ask));
  }
}

Result<std::optional<Account>> Accounts::find(std::string_view name) {
  Asking ask(db_, "SELECT name, role, party, key, created_ns FROM accounts WHERE name = ?");
  TRUCE_TRY(there, ask.with(name).next());
  if (!there) return std::optional<Account>();
  return std::optional(account_in(ask));
}

Status Accounts::add(const Account& account, std::string_view password) {
  TRUCE_CHECK_OK(check_name(account.name));
  TRUCE_CHECK_OK(check_password(password, account.name));
  TRUCE_ENSURE((account.role == Role::kLiaison) == !account.party.empty());
  TRUCE_TRY(known, find(account.name));
  if (known)
    return make_error(ErrorCode::kUnusable, "there is an account of that name",
                      {.source = account.name}, "another name");
  TRUCE_TRY(hash, hash_of_password(password, cost_));
  Asking ask(db_, "INSERT INTO accounts VALUES(?, ?, ?, ?, '', ?)");
  return ask.with(account.name)
      .with(static_cast<std::int64_t>(account.role))
      .with(account.party)
      .with(hash)
      .with(account.created.ns)
      .finish();
}

Status Accounts::change_of(const char* sql, const std::vector<std::string>& values,
                           std::string_view name) {
  Asking ask(db_, sql);
  for (const auto& value : values) ask.with(value);
  TRUCE_CHECK_OK(ask.with(name).finish());
  if (sqlite3_changes(db_) > 0) return done();
  return make_error(ErrorCode::kNotFound, "there is no such account", {.source = std::string(name)},
                    "`truce user list MISSION` names them");
}

Status Accounts::remove(std::string_view name) {
  return change_of("DELETE FROM accounts WHERE name = ?", {}, name);
}

Status Accounts::set_password(std::string_view name, std::string_view password) {
  TRUCE_CHECK_OK(check_password(password, name));
  TRUCE_TRY(hash, hash_of_password(password, cost_));
  TRUCE_CHECK_OK(change_of("UPDATE accounts SET password = ? WHERE name = ?", {hash}, name));
  return Asking(db_, "DELETE FROM sessions WHERE name = ?").with(name).finish();
}

Status Accounts::set_key(std::string_view name, std::string_view key) {
  if (!is_hex(key, 64))
    return bad_input("is no public key", {.source = "key"}, "32 bytes as 64 digits 0-9, a-f");
  TRUCE_TRY(account, find(name));
  if (account && account->key == key) return done();
  if (account && !account->key.empty())
    return make_error(ErrorCode::kUnusable, "the account has another key", {.source = "key"},
                      "`truce user forget-key` first");
  return change_of("UPDATE accounts SET key = ? WHERE key = '' AND name = ?", {std::string(key)},
                   name);
}

Status Accounts::forget_key(std::string_view name) {
  return change_of("UPDATE accounts SET key = '' WHERE name = ?", {}, name);
}

Result<std::string> Accounts::hash_for(std::string_view name) {
  Asking ask(db_, "SELECT password FROM accounts WHERE name = ?");
  TRUCE_TRY(there, ask.with(name).next());
  return there ? ask.text(0) : dummy_;
}

Result<NewSession> Accounts::begin_session(std::string_view name, const std::string& hash,
                                           Instant now) {
  std::array<unsigned char, 32> random{};
  randombytes_buf(random.data(), random.size());
  const std::string token = to_hex(random.data(), random.size());
  TRUCE_CHECK_OK(Asking(db_, "DELETE FROM sessions WHERE seen_ns < ? OR begun_ns < ?")
                     .with((now - kSessionIdle).ns)
                     .with((now - kSessionAtMost).ns)
                     .finish());
  TRUCE_CHECK_OK(Asking(db_,
                        "INSERT INTO sessions SELECT ?, name, ?, ? FROM accounts "
                        "WHERE name = ? AND password = ?")
                     .with(stored_token(token))
                     .with(now.ns)
                     .with(now.ns)
                     .with(name)
                     .with(hash)
                     .finish());
  if (sqlite3_changes(db_) == 0)
    return make_error(ErrorCode::kNotFound, "there is no such account any more");
  return NewSession{token, csrf_of(token)};
}

Result<std::optional<Reader>> Accounts::reader_of(std::string_view token, Instant now) {
  if (!is_hex(token, 64)) return std::optional<Reader>();
  const std::string stored = stored_token(token);
  Reader out;
  Instant seen;
  {
    Asking ask(db_,
               "SELECT name, role, party, key, seen_ns FROM sessions JOIN accounts USING(name) "
               "WHERE token_sha256 = ? AND seen_ns > ? AND begun_ns > ?");
    TRUCE_TRY(
        there,
        ask.with(stored).with((now - kSessionIdle).ns).with((now - kSessionAtMost).ns).next());
    if (!there) return std::optional<Reader>();
    out = {.account = ask.text(0),
           .role = stored_role(ask.integer(1)),
           .party = ask.text(2),
           .key = ask.text(3)};
    seen = {ask.integer(4)};
  }
  if (now - seen > kSeenEvery)
    TRUCE_CHECK_OK(Asking(db_, "UPDATE sessions SET seen_ns = ? WHERE token_sha256 = ?")
                       .with(now.ns)
                       .with(stored)
                       .finish());
  return std::optional(std::move(out));
}

Status Accounts::end_session(std::string_view token) {
  return Asking(db_, "DELETE FROM sessions WHERE token_sha256 = ?")
      .with(stored_token(token))
      .finish();
}

std::int64_t Accounts::changes() {
  Asking ask(db_, "PRAGMA data_version");
  const auto there = ask.next();
  return there.ok() && *there ? ask.integer(0) : 0;
}

}  // namespace truce::serve
