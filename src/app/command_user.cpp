// Who may sign in. Writes var/accounts.sqlite, also beside a run, which asks it at every request.

#include <termios.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <iostream>

#include "app/commands.h"
#include "base/disk.h"
#include "base/json.h"
#include "base/printable.h"
#include "stages/serve/serve.h"

namespace truce::app {

namespace {

namespace fs = std::filesystem;

// What is typed is not shown while this lives.
class Unseen {
 public:
  Unseen() {
    is_terminal_ = tcgetattr(STDIN_FILENO, &before_) == 0;
    if (!is_terminal_) return;
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
  }
  Unseen(const Unseen&) = delete;
  Unseen& operator=(const Unseen&) = delete;
  ~Unseen() {
    if (is_terminal_) tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
  }

 private:
  termios before_ = {};
  bool is_terminal_ = false;
};

Result<std::string> line_of_input() {
  std::string out;
  if (!std::getline(std::cin, out))
    return make_error(ErrorCode::kUnusable, "there is no password", {.source = "standard input"},
                      "a line, or a terminal to ask at");
  if (!out.empty() && out.back() == '\r') out.pop_back();
  return out;
}

Result<std::string> asked_at_terminal(const char* words) {
  std::fputs(words, stderr);
  const Unseen unseen;
  auto out = line_of_input();
  std::fputc('\n', stderr);
  return out;
}

// Twice at a terminal, where nobody sees what is typed; else the first line of standard input.
Result<std::string> new_password(std::string_view name) {
  if (isatty(STDIN_FILENO) == 0) return line_of_input();
  TRUCE_TRY(first, asked_at_terminal("Password: "));
  TRUCE_CHECK_OK(serve::check_password(first, name));
  TRUCE_TRY(second, asked_at_terminal("The same again: "));
  if (first != second)
    return make_error(ErrorCode::kUnusable, "the two are not the same", {.source = "password"});
  return first;
}

Result<std::unique_ptr<serve::Accounts>> accounts_of(const fs::path& mission) {
  std::error_code failed;
  if (!fs::exists(mission / "mission.toml", failed))
    return make_error(ErrorCode::kNotFound, "is no mission", {.source = mission.string()},
                      "a folder with mission.toml");
  TRUCE_CHECK_OK(posix_disk()->make_directories((mission / "var").string()));
  return serve::Accounts::open((mission / "var" / "accounts.sqlite").string());
}

Result<serve::Account> account_of(const UserOptions& o) {
  TRUCE_CHECK_OK(serve::check_name(o.name));
  const auto role = serve::role_of(o.role);
  if (!role || *role == serve::Role::kPublic)
    return make_error(ErrorCode::kUnusable, "is no role of an account", {.source = "--role"},
                      "duty, verification, commission, liaison or force");
  const bool is_liaison = *role == serve::Role::kLiaison;
  if (is_liaison == o.party.empty())
    return make_error(ErrorCode::kUnusable,
                      is_liaison ? "a liaison officer is of a party" : "only a liaison has a party",
                      {.source = "--party"}, is_liaison ? "--party ID" : "no --party");
  if (is_liaison) {
    TRUCE_TRY(mission, load_or_explain(o.mission, o.data, FeedFiles::kNotNeeded));
    std::string names;
    bool is_known = false;
    for (const auto& party : mission.agreement.parties) {
      names += (names.empty() ? "" : ", ") + party.id;
      is_known = is_known || party.id == o.party;
    }
    if (!is_known)
      return make_error(ErrorCode::kUnusable, "\"" + o.party + "\" is no party of the agreement",
                        {.source = "--party"}, "one of " + names);
  }
  return serve::Account{
      .name = o.name, .role = *role, .party = o.party, .key = {}, .created = wall_clock()};
}

Status add_user(const UserOptions& o) {
  TRUCE_TRY(account, account_of(o));
  TRUCE_TRY(accounts, accounts_of(o.mission));
  TRUCE_TRY(known, accounts->find(o.name));
  if (known)
    return make_error(ErrorCode::kUnusable, "there is an account of that name", {.source = o.name},
                      "another name");
  TRUCE_TRY(password, new_password(o.name));
  TRUCE_CHECK_OK(accounts->add(account, password));
  std::printf("%s may sign in as %s%s\n", o.name.c_str(), o.role.c_str(),
              o.party.empty() ? "" : (" of " + printable(o.party)).c_str());
  return done();
}

void print_account(const serve::Account& a, bool json) {
  if (!json) {
    std::printf("%-32s %-12s %-12s %s\n", a.name.c_str(), std::string(to_string(a.role)).c_str(),
                printable(a.party).c_str(), a.key.empty() ? "no key" : a.key.c_str());
    return;
  }
  std::string line;
  JsonWriter w(line);
  w.begin_object().key("created").string(to_text(a.created)).key("key").string(a.key);
  w.key("name").string(a.name).key("party").string(a.party);
  w.key("role").string(to_string(a.role)).end_object();
  std::printf("%s\n", line.c_str());
}

Status list_users(const UserOptions& o) {
  TRUCE_TRY(accounts, accounts_of(o.mission));
  TRUCE_TRY(all, accounts->list());
  for (const auto& account : all) print_account(account, o.json);
  if (all.empty() && !o.json)
    std::fputs("no accounts: a run serves this machine alone, and nobody can act\n", stderr);
  return done();
}

Status remove_user(const UserOptions& o) {
  TRUCE_TRY(accounts, accounts_of(o.mission));
  TRUCE_CHECK_OK(accounts->remove(o.name));
  std::printf("%s is removed and signed out\n", printable(o.name).c_str());
  TRUCE_TRY(any, accounts->any());
  if (!any)
    std::fputs("it was the last: whoever uses this machine may now read everything\n", stderr);
  return done();
}

Status change_password(const UserOptions& o) {
  TRUCE_TRY(accounts, accounts_of(o.mission));
  TRUCE_TRY(known, accounts->find(o.name));
  if (!known)
    return make_error(ErrorCode::kNotFound, "there is no such account", {.source = o.name},
                      "`truce user list MISSION` names them");
  TRUCE_TRY(password, new_password(o.name));
  TRUCE_CHECK_OK(accounts->set_password(o.name, password));
  std::printf("%s has another password and is signed out\n", o.name.c_str());
  return done();
}

Status forget_key(const UserOptions& o) {
  TRUCE_TRY(accounts, accounts_of(o.mission));
  TRUCE_CHECK_OK(accounts->forget_key(o.name));
  std::printf("%s has no key and may enter one when next signed in\n", printable(o.name).c_str());
  return done();
}

}  // namespace

int command_user(const UserOptions& o) {
  struct Action {
    const char* name;
    bool needs_name;
    Status (*run)(const UserOptions&);
  };
  constexpr std::array kActions{Action{"add", true, add_user}, Action{"list", false, list_users},
                                Action{"remove", true, remove_user},
                                Action{"passwd", true, change_password},
                                Action{"forget-key", true, forget_key}};
  for (const Action& action : kActions) {
    if (o.action != action.name) continue;
    if (action.needs_name == o.name.empty())
      return fail(make_error(
          ErrorCode::kUnusable, action.needs_name ? "whose account is not said" : "takes no name",
          {.source = "user " + o.action},
          action.needs_name ? "a NAME behind the mission" : "the mission alone"));
    if (o.action != "add" && !(o.role.empty() && o.party.empty()))
      return fail(make_error(ErrorCode::kUnusable, "only `add` takes a role or a party",
                             {.source = "user " + o.action}));
    const Status status = action.run(o);
    return status.ok() ? 0 : fail(status.error());
  }
  return fail(make_error(ErrorCode::kUnusable, "\"" + printable(o.action) + "\" means nothing here",
                         {.source = "user"}, "add, list, remove, passwd or forget-key"));
}

}  // namespace truce::app
