// Who asks, and what they may: every route as every role, and what somebody might try.

#include "stages/serve/internal/sessions.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "stages/serve/fake_records.h"
#include "stages/serve/internal/access_log.h"
#include "stages/serve/routes.h"
#include "stages/serve/service.h"

namespace truce::serve {

namespace {

constexpr HashCost kCheapHash{.passes = 1, .memory_bytes = 8192};
constexpr const char* kPass = "correct horse battery";

// Gives every role the same records: what of them leaves is another test's.
class OpenSource : public FakeSource {
 public:
  Result<Records*> latest_for(const Reader&) override { return latest(); }
};

class FakeDesk : public Desk {
 public:
  Result<std::string> take_act(const Reader& by, std::string_view body) override {
    taken += by.account + ":" + std::string(body);
    if (body == "{}") return bad_input("is no act");
    return std::string("{\"id\":\"a\",\"position\":null}");
  }
  std::string taken;
};

class SessionsTest : public testing::Test {
 protected:
  void SetUp() override {
    const std::string base = testing::TempDir() + "sessions-" +
                             testing::UnitTest::GetInstance()->current_test_info()->name();
    std::filesystem::remove_all(base);
    std::filesystem::create_directories(base);
    access_ = base + "/access";
    accounts_ = *Accounts::open(base + "/accounts", kCheapHash);
    open();
  }
  void open(SiteOptions site = {"Test", "0.1"}) {
    service_ = std::make_unique<Service>(std::move(site), source_,
                                         ServiceParts{.accounts = accounts_.get(),
                                                      .desk = &desk_,
                                                      .access_folder = access_,
                                                      .now = [this] { return now_; }});
  }
  void add(const std::string& name, Role role) {
    ASSERT_TRUE(
        accounts_
            ->add({.name = name, .role = role, .party = role == Role::kLiaison ? "ua" : ""}, kPass)
            .ok());
  }
  void add_all() {
    for (const Role role : kRoles) {
      if (role != Role::kPublic) add(std::string(to_string(role)), role);
    }
  }
  Response ask(const std::string& method, const std::string& target,
               std::vector<Header> headers = {}, const std::string& body = {}) {
    headers.push_back({"Host", "127.0.0.1:8080"});
    return service_->answer_here({method, target, std::move(headers), body});
  }
  static std::string body_of(const std::string& name, const std::string& password) {
    return "{\"name\":\"" + name + "\",\"password\":\"" + password + "\"}";
  }
  Response sign_in(const std::string& name, const std::string& password = kPass,
                   std::vector<Header> more = {}) {
    more.push_back({"Content-Type", "application/json"});
    return ask("POST", "/api/session", std::move(more), body_of(name, password));
  }
  static std::string header(const Response& r, std::string_view name) {
    for (const auto& h : r.headers) {
      if (h.name == name) return h.value;
    }
    return {};
  }
  // "truce_session=…"
  static std::string cookie(const Response& r) {
    const std::string set = header(r, "Set-Cookie");
    return set.substr(0, set.find(';'));
  }
  static std::string csrf(const Response& r) {
    const auto at = r.body.find("\"csrf\":\"");
    return at == std::string::npos ? "" : r.body.substr(at + 8, 64);
  }
  // Headers of a change by somebody who is signed in.
  static std::vector<Header> of(const Response& signed_in) {
    return {{"Cookie", cookie(signed_in)},
            {"Content-Type", "application/json"},
            {"X-Truce-CSRF", csrf(signed_in)}};
  }
  std::string logged() const {
    std::ostringstream out;
    for (const auto& file : std::filesystem::directory_iterator(access_))
      out << std::ifstream(file.path()).rdbuf();
    return out.str();
  }

  static constexpr std::array kRoles{Role::kDuty,    Role::kVerification, Role::kCommission,
                                     Role::kLiaison, Role::kForce,        Role::kPublic};
  Instant now_{1'745'064'000LL * 1'000'000'000};
  OpenSource source_;
  FakeDesk desk_;
  std::string access_;
  std::unique_ptr<Accounts> accounts_;
  std::unique_ptr<Service> service_;
};

TEST_F(SessionsTest, without_accounts_this_machine_reads_as_duty_and_cannot_act) {
  const Response r = ask("GET", "/api/session");
  EXPECT_EQ(r.body,
            "{\"account\":null,\"accounts\":false,\"csrf\":null,\"delay_s\":0,\"may\":[\"live\","
            "\"read_evidence\",\"read_log\"],\"role\":\"duty\"}");
  EXPECT_EQ(ask("POST", "/api/acts", {{"Content-Type", "application/json"}}, "{}").status, 403);
  EXPECT_EQ(sign_in("nobody").status, 401);
  open({.title = "Test", .local_only = false});
  EXPECT_NE(ask("GET", "/api/session").body.find("\"role\":\"public\""), std::string::npos)
      << "where others can ask, nobody is taken for staff";
}

TEST_F(SessionsTest, signs_in_with_a_cookie_that_scripts_and_other_sites_do_not_get) {
  add("officer", Role::kDuty);
  EXPECT_NE(ask("GET", "/api/session").body.find("\"role\":\"public\""), std::string::npos);
  const Response r = sign_in("officer");
  EXPECT_EQ(r.status, 200) << r.body;
  EXPECT_EQ(header(r, "Set-Cookie").substr(78), "; HttpOnly; SameSite=Strict; Path=/");
  EXPECT_EQ(header(r, "Cache-Control"), "no-store");
  const Response again = ask("GET", "/api/session", {{"Cookie", "a=b; " + cookie(r) + "; c=d"}});
  EXPECT_EQ(again.body, r.body);
  EXPECT_NE(r.body.find("\"may\":[\"act\",\"key\",\"live\",\"read_evidence\",\"read_log\"]"),
            std::string::npos)
      << r.body;
  EXPECT_EQ(csrf(r).size(), 64U);
}

TEST_F(SessionsTest, over_tls_the_cookie_is_secure_and_of_this_host_alone) {
  add("officer", Role::kDuty);
  open({.title = "Test", .hosts = {"truce.example"}, .secure = true, .local_only = false});
  const Response r = sign_in("officer", kPass, {{"Origin", "https://127.0.0.1:8080"}});
  EXPECT_EQ(r.status, 200) << r.body;
  EXPECT_EQ(header(r, "Set-Cookie").substr(0, 21), "__Host-truce_session=");
  EXPECT_NE(header(r, "Set-Cookie").find("; Secure"), std::string::npos);
  EXPECT_NE(header(r, "Strict-Transport-Security"), "");
  EXPECT_EQ(sign_in("officer", kPass, {{"Origin", "http://127.0.0.1:8080"}}).status, 403);
  EXPECT_EQ(service_->answer_here({"GET", "/api", {{"Host", "truce.example"}}, {}}).status, 200);
  EXPECT_EQ(service_->answer_here({"GET", "/api", {{"Host", "xtruce.example"}}, {}}).status, 421);
}

TEST_F(SessionsTest, a_wrong_name_is_told_like_a_wrong_password) {
  add("officer", Role::kDuty);
  const Response wrong = sign_in("officer", "wrong horse battery"), nobody = sign_in("nobody");
  EXPECT_EQ(wrong.status, 401);
  EXPECT_EQ(nobody.status, 401);
  EXPECT_EQ(wrong.body, nobody.body);
  EXPECT_EQ(sign_in("OFFICER").status, 401);
  EXPECT_EQ(sign_in("").status, 401);
  EXPECT_EQ(header(wrong, "Set-Cookie"), "");
}

TEST_F(SessionsTest, passwords_are_hashed_in_no_thread_that_answers) {
  add("officer", Role::kDuty);
  for (const char* name : {"officer", "nobody"}) {
    const Response r =
        service_->answer({"POST",
                          "/api/session",
                          {{"Host", "localhost"}, {"Content-Type", "application/json"}},
                          body_of(name, kPass)});
    ASSERT_TRUE(r.slow) << name;
    EXPECT_EQ(ask("GET", "/api").status, 200) << "while that is not done";
    EXPECT_EQ(r.slow()().status, std::string(name) == "officer" ? 200 : 401);
  }
}

TEST_F(SessionsTest, eight_tries_wait_to_be_hashed_and_no_more) {
  std::vector<Response> waiting;
  const auto try_one = [&] {
    const std::string name = "n" + std::to_string(waiting.size());
    waiting.push_back(
        service_->answer({"POST",
                          "/api/session",
                          {{"Host", "localhost"}, {"Content-Type", "application/json"}},
                          body_of(name, kPass)}));
    return waiting.back().slow ? 0 : waiting.back().status;
  };
  add("officer", Role::kDuty);
  for (int n = 0; n < 8; ++n) EXPECT_EQ(try_one(), 0) << n;
  EXPECT_EQ(try_one(), 429);
  EXPECT_EQ(header(waiting.back(), "Retry-After"), "2");
  EXPECT_EQ(waiting.front().slow()().status, 401);
  EXPECT_EQ(try_one(), 0) << "one is done";
  EXPECT_EQ(try_one(), 429);
}

TEST_F(SessionsTest, who_tries_too_often_waits_and_others_do_not) {
  add("officer", Role::kDuty);
  add("other", Role::kDuty);
  std::map<int, int> statuses;
  for (int i = 0; i < 15; ++i) ++statuses[sign_in("officer", "wrong horse battery").status];
  EXPECT_EQ(statuses[401], 10);
  EXPECT_EQ(statuses[429], 5);
  const Response no = sign_in("officer");
  EXPECT_EQ(no.status, 429) << "the right one waits as well, or it would be told apart";
  EXPECT_EQ(header(no, "Retry-After"), "60");
  EXPECT_EQ(sign_in("other").status, 200);
  now_ = now_ + Duration::whole_seconds(61);
  EXPECT_EQ(sign_in("officer").status, 200);
}

TEST_F(SessionsTest, tries_over_many_names_are_limited_too) {
  add("officer", Role::kDuty);
  int tried = 0;
  while (tried < 300 && sign_in("n" + std::to_string(tried)).status == 401) ++tried;
  EXPECT_EQ(tried, 100);
  now_ = now_ + Duration::whole_seconds(10);
  EXPECT_EQ(sign_in("officer").status, 200);
}

TEST_F(SessionsTest, one_address_does_not_use_up_what_others_may_try) {
  add("officer", Role::kDuty);
  const auto sign_in_from = [this](const std::string& peer, const std::string& name,
                                   const std::string& password) {
    Request request{"POST", "/api/session", {}, body_of(name, password)};
    request.headers = {{"Host", "127.0.0.1:8080"}, {"Content-Type", "application/json"}};
    request.peer = peer;
    return service_->answer_here(request);
  };
  for (int right = 0; right < 200; ++right)
    ASSERT_EQ(sign_in_from("there", "officer", kPass).status, 200) << "right ones are not counted";
  int tried = 0;
  while (tried < 300 && sign_in_from("there", "n" + std::to_string(tried), kPass).status == 401)
    ++tried;
  EXPECT_EQ(tried, 50);
  const Response no = sign_in_from("there", "officer", kPass);
  EXPECT_EQ(no.status, 429);
  EXPECT_EQ(header(no, "Retry-After"), "6");
  EXPECT_EQ(sign_in_from("elsewhere", "officer", kPass).status, 200);
  EXPECT_EQ(sign_in_from("", "officer", kPass).status, 200) << "this machine, or a proxy on it";
  now_ = now_ + Duration::whole_seconds(6);
  EXPECT_EQ(sign_in_from("there", "officer", kPass).status, 200);
}

TEST_F(SessionsTest, figures_are_for_staff_and_for_who_shows_the_token) {
  add("officer", Role::kDuty);
  Service service({"Test", "0.1"}, source_,
                  {.accounts = accounts_.get(), .metrics_token = std::string(64, 'a')});
  const auto status_with = [&service](const std::string& target, const std::string& shown) {
    return service
        .answer_here({"GET", target, {{"Host", "127.0.0.1"}, {"Authorization", shown}}, {}})
        .status;
  };
  const std::string right = "Bearer " + std::string(64, 'a');
  EXPECT_EQ(status_with("/metrics", right), 200);
  for (const std::string& wrong : {std::string(), std::string("Bearer "), right + "a",
                                   "Bearer " + std::string(64, 'b'), std::string(64, 'a')})
    EXPECT_EQ(status_with("/metrics", wrong), 403) << wrong;
  EXPECT_EQ(status_with("/api/log/entries/1", right), 403) << "for the figures alone";
  EXPECT_EQ(ask("GET", "/metrics", {{"Authorization", "Bearer "}}).status, 403)
      << "without a token there is none to show";
}

TEST_F(SessionsTest, a_session_that_was_there_before_is_not_gone_on_with) {
  add("officer", Role::kDuty);
  add("other", Role::kForce);
  const Response first = sign_in("officer");
  const Response second = sign_in("other", kPass, {{"Cookie", cookie(first)}});
  EXPECT_NE(cookie(second), cookie(first));
  EXPECT_NE(ask("GET", "/api/session", {{"Cookie", cookie(first)}}).body.find("\"account\":null"),
            std::string::npos);
  const std::string made_up = "truce_session=" + std::string(64, 'a');
  const Response third = sign_in("other", kPass, {{"Cookie", made_up}});
  EXPECT_NE(cookie(third), made_up);
}

TEST_F(SessionsTest, signs_out_and_the_cookie_is_worth_nothing) {
  add("officer", Role::kDuty);
  const Response in = sign_in("officer");
  EXPECT_EQ(ask("DELETE", "/api/session", {{"Cookie", cookie(in)}}).status, 403) << "no token";
  const Response out =
      ask("DELETE", "/api/session", {{"Cookie", cookie(in)}, {"X-Truce-CSRF", csrf(in)}});
  EXPECT_EQ(out.status, 204);
  EXPECT_NE(header(out, "Set-Cookie").find("Max-Age=0"), std::string::npos);
  EXPECT_EQ(head_of(out, true).find("Content-Length"), std::string::npos);
  EXPECT_NE(ask("GET", "/api/session", {{"Cookie", cookie(in)}}).body.find("\"account\":null"),
            std::string::npos);
}

TEST_F(SessionsTest, another_site_cannot_have_anything_sent) {
  add("officer", Role::kDuty);
  add("other", Role::kDuty);
  const Response in = sign_in("officer"), others = sign_in("other");
  const auto act = [&](std::vector<Header> headers) {
    return ask("POST", "/api/acts", std::move(headers), "{\"a\":1}").status;
  };
  const Header own{"Cookie", cookie(in)}, json{"Content-Type", "application/json"},
      token{"X-Truce-CSRF", csrf(in)};
  EXPECT_EQ(act({own, json, token}), 201);
  EXPECT_EQ(act({own, json, token, {"Origin", "http://127.0.0.1:8080"}}), 201);
  EXPECT_EQ(act({own, {"Content-Type", "application/json; charset=utf-8"}, token}), 201);
  const std::string before = desk_.taken;
  EXPECT_EQ(act({own, json}), 403);
  EXPECT_EQ(act({own, json, {"X-Truce-CSRF", csrf(others)}}), 403) << "another session's token";
  EXPECT_EQ(act({own, json, {"X-Truce-CSRF", csrf(in).substr(1)}}), 403);
  EXPECT_EQ(act({own, {"Content-Type", "text/plain"}, token}), 415);
  EXPECT_EQ(act({own, {"Content-Type", "application/x-www-form-urlencoded"}, token}), 415);
  EXPECT_EQ(act({own, token}), 415);
  for (const char* origin : {"http://evil.example", "null", "http://127.0.0.1:8081",
                             "https://127.0.0.1:8080", "http://127.0.0.1:8080.evil.example"})
    EXPECT_EQ(act({own, json, token, {"Origin", origin}}), 403) << origin;
  EXPECT_EQ(act({own, json, token, {"Origin", "http://127.0.0.1:8080"}, {"Origin", "null"}}), 403);
  EXPECT_EQ(act({json, token}), 403) << "no cookie";
  EXPECT_EQ(desk_.taken, before) << "nothing of it arrived";
  EXPECT_EQ(sign_in("officer", kPass, {{"Origin", "http://evil.example"}}).status, 403);
}

TEST_F(SessionsTest, cookies_that_are_altered_doubled_or_of_another_name_are_nobodys) {
  add("officer", Role::kDuty);
  const std::string good = cookie(sign_in("officer"));
  const std::string token = good.substr(14);
  const auto role = [&](const std::string& value) {
    const std::string body = ask("GET", "/api/session", {{"Cookie", value}}).body;
    return body.substr(body.rfind("\"role\"") + 8, 4);
  };
  EXPECT_EQ(role(good), "duty");
  for (const std::string& bad :
       {good + "0", good.substr(0, 77), "Truce_session=" + token, "truce_session =" + token,
        "truce_session=\"" + token + "\"", good + "; truce_session=" + std::string(64, 'a'),
        "truce_session=" + std::string(64, 'a') + "; " + good, "__Host-" + good,
        std::string("truce_session=officer"), std::string("truce_session=")})
    EXPECT_EQ(role(bad), "publ") << bad;
}

// Every route as every role: 200 or 404 (here there is no such view) where it may be asked.
TEST_F(SessionsTest, every_route_as_every_role) {
  add_all();
  source_.records.kept["incidents"] = {incident_row(1)};
  std::map<Role, Response> sessions;
  for (const Role role : kRoles)
    if (role != Role::kPublic) sessions[role] = sign_in(std::string(to_string(role)));
  const std::map<std::string, std::string> expected{
      // duty, verification, commission, liaison, force, public
      {"GET /healthz", "yyyyyy"},
      {"GET /metrics", "yynnnn"},
      {"GET /basemap/*", "yyyyyy"},
      {"GET /tiles/*/*/*", "yyyyyy"},
      {"GET /api", "yyyyyy"},
      {"GET /api/openapi.json", "yyyyyy"},
      {"GET /api/conformance", "yyyyyy"},
      {"GET /api/collections", "yyyyyy"},
      {"GET /api/collections/*", "yyyyyy"},
      {"GET /api/session", "yyyyyy"},
      {"POST /api/session", "yyyyyy"},
      {"DELETE /api/session", "yyyyyn"},
      {"PUT /api/session/key", "yynnnn"},
      {"GET /api/collections/*/items", "yyyyyy"},
      {"GET /api/collections/*/items/**", "yyyyyy"},
      {"GET /api/live", "yyyyyy"},
      {"GET /api/agreement", "yyyyyn"},
      {"GET /api/board", "yynnnn"},
      {"GET /api/histogram", "yynnnn"},
      {"GET /api/tiles/incidents/*/*/*", "yynnnn"},
      {"GET /api/reports", "yynnnn"},
      {"GET /api/reports/*", "yynnnn"},
      {"GET /api/incidents/*/without", "yynnnn"},
      {"GET /api/incidents/*/versions", "yynnnn"},
      {"GET /api/incidents/*/arrivals", "yynnnn"},
      {"GET /api/incidents/*/recordings", "yynnnn"},
      {"GET /api/recordings/*", "yynnnn"},
      {"GET /api/recordings/*/trace", "yynnnn"},
      {"GET /api/log", "yyyyyn"},
      {"GET /api/log/entries/*", "yynnnn"},
      {"POST /api/acts", "yynnnn"}};
  EXPECT_EQ(expected.size(), routes().size()) << "a new route has a line here";
  for (const Route& route : routes()) {
    const std::string name = std::string(route.method) + " " + std::string(route.path);
    ASSERT_TRUE(expected.contains(name)) << name;
    if (route.method == "DELETE") continue;  // ends sessions: its own test, above
    std::string target(route.path);
    if (target.rfind("/api/collections/*", 0) == 0) target.replace(17, 1, "incidents");
    for (auto at = target.find('*'); at != target.npos; at = target.find('*'))
      target.replace(at, target.substr(at, 2) == "**" ? 2 : 1, "i1");
    for (std::size_t i = 0; i < kRoles.size(); ++i) {
      std::vector<Header> headers{{"Content-Type", "application/json"}};
      if (sessions.contains(kRoles.at(i))) headers = of(sessions[kRoles.at(i)]);
      const int status = ask(std::string(route.method), target, headers, "[]").status;
      const bool is_let = status != 403;
      EXPECT_EQ(is_let, expected.at(name).at(i) == 'y')
          << name << " as " << to_string(kRoles.at(i)) << ": " << status;
    }
  }
}

TEST_F(SessionsTest, a_path_that_no_table_has_is_closed_to_all_but_staff) {
  add_all();
  for (const Role role : kRoles) {
    std::vector<Header> headers;
    if (role != Role::kPublic) headers = of(sign_in(std::string(to_string(role))));
    for (const char* target : {"/api/secret", "/api/board/x", "/api/log/entries/1/2", "/api/Board",
                               "/api/incidents/i1", "/api%2Fboard", "/api/BOARD", "/API/board"}) {
      const int status = ask("GET", target, headers).status;
      EXPECT_TRUE(status == 404 || status == 403) << target << " " << status;
    }
    EXPECT_EQ(ask("POST", "/api/collections", headers, "{}").status, 405);
    EXPECT_EQ(ask("PUT", "/api/acts", headers, "{}").status, 405);
    EXPECT_EQ(ask("DELETE", "/api/collections/incidents/items/i1", headers).status, 405);
  }
}

TEST_F(SessionsTest, nothing_in_a_name_becomes_a_header_or_a_line_of_the_log) {
  add("officer", Role::kDuty);
  const Response r = sign_in("x\\r\\nSet-Cookie: a=b", kPass);
  EXPECT_EQ(r.status, 401);
  EXPECT_EQ(head_of(r, true).find("a=b"), std::string::npos);
  EXPECT_EQ(sign_in("x\\\"}", kPass).status, 401);
  const std::string log = logged();
  EXPECT_EQ(std::count(log.begin(), log.end(), '\n'), 2);
  EXPECT_EQ(log.find("a=b"), std::string::npos);
}

TEST_F(SessionsTest, every_read_of_records_is_in_the_log_before_it_is_answered) {
  add("officer", Role::kVerification);
  source_.records.kept["incidents"] = {incident_row(1), incident_row(2)};
  const Response in = sign_in("officer");
  ask("GET", "/api/collections/incidents/items", {{"Cookie", cookie(in)}});
  ask("GET", "/api/collections/incidents/items/i1", {{"Cookie", cookie(in)}});
  ask("GET", "/metrics");
  sign_in("officer", "wrong horse battery");
  ask("GET", "/", {});
  std::istringstream lines(logged());
  std::vector<std::string> all;
  for (std::string line; std::getline(lines, line);) all.push_back(line);
  ASSERT_EQ(all.size(), 5U) << logged();
  EXPECT_EQ(all[1],
            "{\"account\":\"officer\",\"at\":\"2025-04-19T12:00:00Z\",\"method\":\"GET\",\"party\":"
            "null,\"records\":2,\"role\":\"verification\",\"status\":200,\"target\":"
            "\"/api/collections/incidents/items\"}");
  EXPECT_NE(all[0].find("\"tried\":\"officer\""), std::string::npos);
  EXPECT_NE(all[2].find("\"records\":1"), std::string::npos);
  EXPECT_NE(all[3].find("\"status\":403,\"target\":\"/metrics\""), std::string::npos);
  EXPECT_NE(all[4].find("\"status\":401"), std::string::npos);
  EXPECT_EQ(logged().find("wrong horse"), std::string::npos);
}

TEST_F(SessionsTest, what_cannot_be_logged_is_not_answered) {
  source_.records.kept["incidents"] = {incident_row(1)};
  std::ofstream(access_) << "a file where the folder should be";
  const Response r = ask("GET", "/api/collections/incidents/items");
  EXPECT_EQ(r.status, 503);
  EXPECT_EQ(r.body.find("i1"), std::string::npos);
  EXPECT_EQ(ask("GET", "/healthz").status, 200);
}

TEST_F(SessionsTest, a_stream_ends_when_its_listener_is_removed) {
  add("officer", Role::kDuty);
  const Response in = sign_in("officer");
  const Response r = ask("GET", "/api/live", {{"Cookie", cookie(in)}});
  ASSERT_TRUE(r.live);
  LivePlace place{.cursor = r.cursor, .rules = {}, .session = r.session};
  EXPECT_FALSE(service_->live(place)->over);
  EXPECT_FALSE(service_->live(place)->over);
  const auto generation = service_->generation();
  source_.records.add_alert("secret", 6);
  const auto other = *Accounts::open(
      testing::TempDir() + "sessions-" +
          testing::UnitTest::GetInstance()->current_test_info()->name() + "/accounts",
      kCheapHash);
  ASSERT_TRUE(other->remove("officer").ok());
  EXPECT_NE(service_->generation(), generation) << "all streams wake";
  const auto batch = service_->live(place);
  EXPECT_TRUE(batch->over);
  EXPECT_TRUE(batch->text->empty());
}

TEST_F(SessionsTest, the_key_of_an_account_is_entered_once) {
  add("officer", Role::kDuty);
  const Response in = sign_in("officer");
  const auto put = [&](const std::string& body) {
    return ask("PUT", "/api/session/key", of(in), body);
  };
  EXPECT_EQ(put("{\"key\":\"zz\"}").status, 422);
  EXPECT_EQ(put("{}").status, 400);
  const Response r = put("{\"key\":\"" + std::string(64, 'a') + "\"}");
  EXPECT_EQ(r.status, 200);
  EXPECT_NE(r.body.find("\"may\":[\"act\",\"live\""), std::string::npos) << r.body;
  EXPECT_EQ(put("{\"key\":\"" + std::string(64, 'b') + "\"}").status, 422);
}

TEST_F(SessionsTest, acts_come_to_the_desk_with_who_sent_them) {
  add("officer", Role::kVerification);
  const Response in = sign_in("officer");
  EXPECT_EQ(ask("POST", "/api/acts", of(in), "{\"act\":1}").status, 201);
  EXPECT_EQ(desk_.taken, "officer:{\"act\":1}");
  const Response bad = ask("POST", "/api/acts", of(in), "{}");
  EXPECT_EQ(bad.status, 422);
  EXPECT_NE(bad.body.find("is no act"), std::string::npos);
}

TEST_F(SessionsTest, reads_only_what_a_sign_in_has) {
  EXPECT_TRUE(read_credentials("{\"password\":\"b\",\"name\":\"a\"}").ok());
  for (const std::string& bad :
       {std::string(), std::string("[]"), std::string("{}"), std::string("{\"name\":\"a\"}"),
        std::string("{\"name\":\"a\",\"password\":1}"),
        std::string("{\"name\":\"a\",\"password\":\"b\",\"role\":\"duty\"}"),
        std::string("{\"name\":\"a\",\"name\":\"b\",\"password\":\"c\"}"),
        "{\"name\":\"a\",\"password\":\"" + std::string(2000, 'x') + "\"}",
        std::string("{\"name\":\"a\",\"password\":\"b\"} x")})
    EXPECT_FALSE(read_credentials(bad).ok()) << bad;
}

TEST_F(SessionsTest, health_tells_others_nothing_of_what_is_recorded) {
  add("officer", Role::kDuty);
  EXPECT_EQ(ask("GET", "/healthz").body, "{\"status\":\"ok\"}");
  EXPECT_NE(ask("GET", "/healthz", {{"Cookie", cookie(sign_in("officer"))}}).body.find("position"),
            std::string::npos);
}

}  // namespace

}  // namespace truce::serve
