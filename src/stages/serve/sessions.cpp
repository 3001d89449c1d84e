#include "stages/serve/internal/sessions.h"

#include <simdjson.h>

#include <algorithm>
#include <cmath>

#include "stages/serve/internal/answer.h"

namespace truce::serve {

namespace {

constexpr int kInWorkMax = 8;  // tries whose passwords wait to be hashed
constexpr double kTriesOfName = 10;
constexpr double kTriesOfPeer = 50;
constexpr double kTriesOfAll = 100;
constexpr double kOfNamePerS = 1.0 / 60;
constexpr double kOfPeerPerS = 1.0 / 6;
constexpr double kOfAllPerS = 1;
constexpr std::size_t kLevelsKept = 2000;

// The texts of an object that has these keys and no others.
Result<std::vector<std::string>> texts_in(std::string_view body,
                                          const std::vector<std::string_view>& keys) {
  simdjson::dom::parser parser;
  simdjson::dom::object object;
  std::string names;
  for (const auto& key : keys) names += (names.empty() ? "" : ", ") + std::string(key);
  const simdjson::padded_string padded(body);
  if (parser.parse(padded).get(object) != simdjson::SUCCESS)
    return bad_input("is no JSON object", {.source = "body"}, "an object with " + names);
  std::vector<std::string> out(keys.size());
  std::vector<bool> found(keys.size());
  for (const auto field : object) {
    const auto it = std::find(keys.begin(), keys.end(), field.key);
    const auto at = static_cast<std::size_t>(it - keys.begin());
    std::string_view text;
    if (it == keys.end() || found[at])
      return bad_input("has a key that is unknown or given twice", {.source = "body"}, names);
    if (field.value.get(text) != simdjson::SUCCESS || text.size() > kPasswordBytesMax)
      return bad_input("is no text, or too long", {.source = "body", .field = std::string(*it)});
    out[at] = text;
    found[at] = true;
  }
  if (std::find(found.begin(), found.end(), false) != found.end())
    return bad_input("lacks a key", {.source = "body"}, names);
  return out;
}

Response too_many(std::int64_t wait_s) {
  Response out = problem(
      429, "too many tries to sign in; the next may be made in " + std::to_string(wait_s) + " s");
  out.headers.push_back({"Retry-After", std::to_string(wait_s)});
  return out;
}

}  // namespace

Result<Credentials> read_credentials(std::string_view body) {
  TRUCE_TRY(texts, texts_in(body, {"name", "password"}));
  return Credentials{std::move(texts[0]), std::move(texts[1])};
}

Result<std::string> read_key(std::string_view body) {
  TRUCE_TRY(texts, texts_in(body, {"key"}));
  return std::move(texts[0]);
}

std::string cookie_of(const Request& request, std::string_view name) {
  std::string out;
  for (const Header& header : request.headers) {
    if (!same_word(header.name, "Cookie")) continue;
    for (std::string_view rest = header.value; !rest.empty();) {
      std::string_view pair = rest.substr(0, rest.find(';'));
      rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
      while (!pair.empty() && pair.front() == ' ') pair.remove_prefix(1);
      const std::size_t equals = pair.find('=');
      if (equals == std::string_view::npos || pair.substr(0, equals) != name) continue;
      if (!out.empty()) return {};
      out = pair.substr(equals + 1);
    }
  }
  return out;
}

void SignInLimits::drain(Level& level, Instant now, double per_s) {
  const double passed_s = std::max(0.0, (now - level.at).in_seconds());
  level.tries = std::max(0.0, level.tries - passed_s * per_s);
  level.at = now;
}

SignInLimits::Level& SignInLimits::level_of(Levels& levels, const std::string& of, Instant now,
                                            double per_s) {
  if (levels.size() >= kLevelsKept) {
    for (auto& [kept, level] : levels) drain(level, now, per_s);
    std::erase_if(levels, [](const auto& kept) { return kept.second.tries <= 0; });
  }
  Level& out = levels[of];
  drain(out, now, per_s);
  return out;
}

std::int64_t SignInLimits::try_once(const std::string& name, const std::string& peer, Instant now) {
  drain(all_, now, kOfAllPerS);
  Level& own = level_of(names_, name, now, kOfNamePerS);
  Level nobody;
  Level& peers = peer.empty() ? nobody : level_of(peers_, peer, now, kOfPeerPerS);
  const double wait_s = std::max({(own.tries + 1 - kTriesOfName) / kOfNamePerS,
                                  (peers.tries + 1 - kTriesOfPeer) / kOfPeerPerS,
                                  (all_.tries + 1 - kTriesOfAll) / kOfAllPerS});
  if (wait_s > 0) return std::max<std::int64_t>(1, std::llround(std::ceil(wait_s)));
  for (Level* level : {&own, &peers, &all_}) level->tries += 1;
  return 0;
}

void SignInLimits::was_right(const std::string& name, const std::string& peer) {
  names_.erase(name);
  const auto there = peers_.find(peer);
  if (there != peers_.end()) there->second.tries = std::max(0.0, there->second.tries - 1);
  all_.tries = std::max(0.0, all_.tries - 1);
}

std::string_view Sessions::cookie_name() const {
  // With this prefix browsers take it over TLS alone, from this host alone.
  return options_.secure ? "__Host-truce_session" : "truce_session";
}

Header Sessions::cookie(std::string_view value, bool gone) const {
  return {"Set-Cookie", std::string(cookie_name()) + "=" + std::string(value) +
                            "; HttpOnly; SameSite=Strict; Path=/" +
                            (options_.secure ? "; Secure" : "") + (gone ? "; Max-Age=0" : "")};
}

Result<Asker> Sessions::asker_of(const Request& request) {
  return asker_of_token(cookie_of(request, cookie_name()));
}

Result<Asker> Sessions::asker_of_token(std::string_view token) {
  Asker out;
  if (accounts_ != nullptr) {
    TRUCE_TRY(any, accounts_->any());
    out.has_accounts = any;
  }
  if (!out.has_accounts) {
    // Nobody could sign in, so whoever may use this machine is taken for its duty officer.
    out.reader.role = options_.local_only ? Role::kDuty : Role::kPublic;
    return out;
  }
  TRUCE_TRY(reader, accounts_->reader_of(token, now_()));
  if (!reader) return out;
  out.reader = *std::move(reader);
  out.token = token;
  return out;
}

Response Sessions::document(const Asker& asker, const RecordsSource& source) const {
  const Reader& reader = asker.reader;
  const Release release = source.release_for(reader);
  Response out;
  out.type = kJson;
  JsonWriter w(out.body);
  w.begin_object().key("account");
  if (reader.is_signed_in()) {
    w.begin_object().key("key");
    reader.key.empty() ? w.null() : w.string(reader.key);
    w.key("name").string(reader.account).key("party");
    reader.party.empty() ? w.null() : w.string(reader.party);
    w.key("role").string(to_string(reader.role)).end_object();
  } else {
    w.null();
  }
  w.key("accounts").boolean(asker.has_accounts).key("csrf");
  asker.token.empty() ? w.null() : w.string(csrf_of(asker.token));
  w.key("delay_s").integer(release.delay.ns / 1'000'000'000).key("may").begin_array();
  if (reader.may_act()) w.string("act");
  if (reader.may_act() && reader.key.empty()) w.string("key");
  if (release.live) w.string("live");
  if (reader.is_staff()) w.string("read_evidence").string("read_log");
  w.end_array().key("role").string(to_string(reader.role)).end_object();
  return out;
}

Response Sessions::sign_in(const Request& request, Asker& asker, const RecordsSource& source) {
  const auto who = read_credentials(request.body);
  if (!who.ok()) return problem_of(who.error());
  if (!asker.has_accounts) return problem(401, "this mission has no accounts");
  // What is no name is counted as one name, and costs the same.
  const std::string name = check_name(who->name).ok() ? who->name : std::string();
  asker.tried = name;
  if (in_work_ >= kInWorkMax) return too_many(2);
  const std::int64_t wait_s = limits_.try_once(name, request.peer, now_());
  if (wait_s > 0) return too_many(wait_s);
  const auto hash = accounts_->hash_for(name);
  if (!hash.ok()) return problem_of(hash.error());
  ++in_work_;
  Response out;
  out.slow = [this, who = *who, peer = request.peer, hash = *hash, asker, &source]() -> Finish {
    const bool is_right = is_password(hash, who.password);
    return [this, who, peer, hash, asker, is_right, &source] {
      --in_work_;
      return is_right ? signed_in(who, peer, hash, asker, source)
                      : problem(401, "name or password is wrong");
    };
  };
  return out;
}

Response Sessions::signed_in(const Credentials& who, const std::string& peer,
                             const std::string& hash, const Asker& before,
                             const RecordsSource& source) {
  limits_.was_right(who.name, peer);
  // Never a token that was there before: a page could have been given that one.
  if (!before.token.empty()) {
    const Status ended = accounts_->end_session(before.token);
    if (!ended.ok()) return problem_of(ended.error());
  }
  const auto session = accounts_->begin_session(who.name, hash, now_());
  if (!session.ok()) {
    if (session.error().code == ErrorCode::kNotFound)
      return problem(401, "name or password is wrong");
    return problem_of(session.error());
  }
  const auto asker = asker_of_token(session->token);
  if (!asker.ok()) return problem_of(asker.error());
  Response out = document(*asker, source);
  out.headers.push_back(cookie(session->token, false));
  return out;
}

Response Sessions::sign_out(const Asker& asker) {
  const Status ended = accounts_->end_session(asker.token);
  if (!ended.ok()) return problem_of(ended.error());
  Response out;
  out.status = 204;
  out.headers.push_back(cookie({}, true));
  out.headers.push_back({"Clear-Site-Data", "\"cache\""});
  return out;
}

Response Sessions::set_key(const Request& request, const Asker& asker,
                           const RecordsSource& source) {
  const auto key = read_key(request.body);
  if (!key.ok()) return problem_of(key.error());
  const Status set = accounts_->set_key(asker.reader.account, *key);
  if (!set.ok()) {
    const ErrorCode code = set.error().code;
    return code == ErrorCode::kUnusable || code == ErrorCode::kBadInput
               ? problem(422, set.error().to_text())
               : problem_of(set.error());
  }
  Asker now = asker;
  now.reader.key = *key;
  return document(now, source);
}

}  // namespace truce::serve
