#pragma once
// Signing in and out over HTTP, and who asks.

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "stages/serve/accounts.h"
#include "stages/serve/records.h"
#include "stages/serve/request.h"

namespace truce::serve {

// A request's sender, resolved.
struct Asker {
  Reader reader;
  std::string token;          // of the session; empty: none
  bool has_accounts = false;  // that there are any
  std::string tried;          // the name that somebody tries to sign in with
};

struct Credentials {
  std::string name;
  std::string password;
};
// Of {"name":"…","password":"…"} and nothing besides. Errors: kBadInput.
Result<Credentials> read_credentials(std::string_view body);
// Of {"key":"…"}. Likewise.
Result<std::string> read_key(std::string_view body);

// The value of a cookie; empty where there is none, or where there are several: then one of them
// may be another's.
std::string cookie_of(const Request& request, std::string_view name);

// How often somebody may try: per name ten times and then once a minute; per peer fifty times, as a
// whole mission behind one address may at the change of a watch, and then ten times a minute; over
// all a hundred times and then once a second. So no one address keeps the others out.
class SignInLimits {
 public:
  // Counts a try, and gives 0; or the seconds to wait, and counts none. An empty peer is not
  // counted.
  std::int64_t try_once(const std::string& name, const std::string& peer, Instant now);
  // That the try was right after all.
  void was_right(const std::string& name, const std::string& peer);

 private:
  struct Level {
    double tries = 0;
    Instant at;
  };
  using Levels = std::map<std::string, Level>;
  static void drain(Level& level, Instant now, double per_s);
  // Its level by now. Few are kept: every one that is above 0 is of a try, and those are limited.
  static Level& level_of(Levels& levels, const std::string& of, Instant now, double per_s);
  Levels names_, peers_;
  Level all_;
};

struct SessionOptions {
  bool secure = false;     // the browser speaks TLS with us, or with a proxy before us
  bool local_only = true;  // nobody but this machine can ask
};

class Sessions {
 public:
  Sessions(SessionOptions options, Accounts* accounts, std::function<Instant()> now)
      : options_(options), accounts_(accounts), now_(std::move(now)) {}
  // Errors: kBusy, kIo: the accounts cannot be read, and nobody is known.
  Result<Asker> asker_of(const Request& request);
  Result<Asker> asker_of_token(std::string_view token);
  // GET, POST, DELETE /api/session and PUT /api/session/key. `release` is by whom a reader's
  // delay is known.
  Response document(const Asker& asker, const RecordsSource& source) const;
  Response sign_in(const Request& request, Asker& asker, const RecordsSource& source);
  Response sign_out(const Asker& asker);
  Response set_key(const Request& request, const Asker& asker, const RecordsSource& source);
  // Another number after accounts were changed.
  std::int64_t changes() { return accounts_ == nullptr ? 0 : accounts_->changes(); }

 private:
  std::string_view cookie_name() const;
  Header cookie(std::string_view value, bool gone) const;
  Response signed_in(const Credentials& who, const std::string& peer, const std::string& hash,
                     const Asker& before, const RecordsSource& source);
  SessionOptions options_;
  Accounts* accounts_;
  std::function<Instant()> now_;
  SignInLimits limits_;
  int in_work_ = 0;
};

}  // namespace truce::serve
