// Routes to what lies behind a record.

#include "stages/serve/evidence.h"

#include <gtest/gtest.h>

#include "stages/serve/fake_records.h"
#include "stages/serve/service.h"

namespace truce::serve {

namespace {

class FakeEvidence : public Evidence {
 public:
  std::uint64_t position() const override { return 5; }
  std::string_view rules() const override { return "rules"; }
  Result<std::string> log(std::optional<Instant> before) override {
    return before ? "log before " + to_text(*before) : "log";
  }
  Result<std::string> log_entry(std::uint64_t n) override { return "entry " + std::to_string(n); }
  Result<std::string> versions(std::string_view i) override { return "versions " + std::string(i); }
  Result<std::string> arrivals(std::string_view) override {
    return make_error(ErrorCode::kNotFound, "no such incident");
  }
  Result<std::string> recordings(std::string_view i) override {
    return "recordings " + std::string(i);
  }
  Result<View> recording(std::string_view id) override {
    return View{"image/jpeg", "bytes of " + std::string(id)};
  }
  Result<std::string> traces(std::string_view id, const Interval& w, std::size_t n) override {
    return std::string(id) + " from " + to_text(w.start) + " to " + to_text(w.end) + " in " +
           std::to_string(n);
  }
  Result<std::string> without(std::string_view i, const std::vector<std::string>& s) override {
    if (s.empty()) return make_error(ErrorCode::kLimit, "too much");
    std::string out(i);
    for (const auto& source : s) out += " -" + source;
    return out;
  }
  Result<View> view_as_of(const Target& t, std::uint64_t n) override {
    if (n > 5) return bad_input("is no position of the log", {.source = "as-of"});
    const std::string* days = t.find("from");
    return View{"text/html", t.path.back() + (days == nullptr ? "" : " " + *days) + " at " +
                                 std::to_string(n) + ", " + std::to_string(t.query.size())};
  }
};

class EvidenceSource : public FakeSource {
 public:
  Result<std::shared_ptr<Evidence>> evidence() override {
    return std::shared_ptr<Evidence>(std::make_shared<FakeEvidence>());
  }
};

class EvidenceRoutes : public testing::Test {
 protected:
  Response get(const std::string& target, RecordsSource& source) {
    Service service({"Test mission", "0.1"}, source);
    return service.answer_here({"GET", target, {{"Host", "127.0.0.1:8080"}}, {}});
  }
  Response get(const std::string& target) { return get(target, source_); }
  EvidenceSource source_;
};

TEST_F(EvidenceRoutes, lead_to_what_is_asked) {
  EXPECT_EQ(get("/api/log").body, "log");
  EXPECT_EQ(get("/api/log").type, "application/json");
  EXPECT_EQ(get("/api/log/entries/17").body, "entry 17");
  EXPECT_EQ(get("/api/incidents/i1/versions").body, "versions i1");
  EXPECT_EQ(get("/api/incidents/i1/without?source=a").body, "i1 -a");
  EXPECT_EQ(get("/api/incidents/i1/recordings").body, "recordings i1");
  EXPECT_EQ(get("/api/recordings/r1").body, "bytes of r1");
  EXPECT_EQ(get("/api/recordings/r1").type, "image/jpeg");
  Service service({"Test mission", "0.1"}, source_);
  EXPECT_EQ(service
                .answer_here({"GET",
                              "/api/recordings/r1",
                              {{"Host", "127.0.0.1:8080"}, {"Accept", "image/jpeg"}},
                              {}})
                .status,
            200);
  const std::string day = "datetime=2025-04-20T00:00:00Z/2025-04-21T00:00:00Z";
  EXPECT_EQ(get("/api/recordings/r1/trace?bins=7&" + day).body,
            "r1 from 2025-04-20T00:00:00Z to 2025-04-21T00:00:00Z in 7");
  EXPECT_EQ(get("/api/incidents/i1/without?source=a,b%20c").body, "i1 -a -b c");
}

TEST_F(EvidenceRoutes, lead_to_views_as_they_were) {
  EXPECT_EQ(get("/api/reports/2025-04-18.html?as-of=3").body, "2025-04-18.html at 3, 0");
  EXPECT_EQ(get("/api/reports/2025-04-18.html?as-of=3").type, "text/html");
  EXPECT_EQ(get("/api/board?as-of=5&from=2025-04-18").body, "board 2025-04-18 at 5, 1");
  EXPECT_EQ(get("/api/histogram?as-of=0").status, 200);
  EXPECT_EQ(get("/api/board?as-of=6").status, 400);
  EXPECT_EQ(get("/api/board?as-of=x").status, 400);
  EXPECT_EQ(get("/api/board?as-of=-1").status, 400);
  EXPECT_NE(get("/api/agreement?as-of=3").body, "agreement at 3, 0");
}

TEST_F(EvidenceRoutes, are_slow_so_that_nobody_waits_for_them) {
  Service service({"Test mission", "0.1"}, source_);
  const auto ask = [&](const std::string& target) {
    return service.answer({"GET", target, {{"Host", "127.0.0.1:8080"}}, {}});
  };
  EXPECT_TRUE(ask("/api/incidents/i1/without?source=a").slow);
  EXPECT_TRUE(ask("/api/log").slow);
  EXPECT_FALSE(ask("/api/collections").slow);
}

TEST_F(EvidenceRoutes, refuse_what_is_asked_wrongly) {
  EXPECT_EQ(get("/api/incidents/i1/arrivals").status, 404);
  EXPECT_EQ(get("/api/incidents/i1/without").status, 422);
  EXPECT_EQ(get("/api/incidents/i1/without?source=a,,b").status, 400);
  EXPECT_EQ(get("/api/incidents/i1/without?sources=a").status, 400);
  EXPECT_EQ(get("/api/incidents/i1/versions?source=a").status, 400);
  EXPECT_EQ(get("/api/incidents/i1/other").status, 404);
  EXPECT_EQ(get("/api/incidents/i1").status, 404);
  for (const char* query :
       {"", "?bins=5", "?datetime=2025-04-20T00:00:00Z", "?datetime=../2025-04-20T00:00:00Z",
        "?datetime=2025-04-21T00:00:00Z/2025-04-20T00:00:00Z",
        "?datetime=2025-04-20T00:00:00Z/2025-04-22T00:00:00Z",
        "?datetime=2025-04-20T00:00:00Z/2025-04-20T01:00:00Z&bins=0",
        "?datetime=2025-04-20T00:00:00Z/2025-04-20T01:00:00Z&bins=4001",
        "?datetime=2025-04-20T00:00:00Z/2025-04-20T01:00:00Z&bins=-1",
        "?datetime=2025-04-20T00:00:00Z/2025-04-20T01:00:00Z&points=9"})
    EXPECT_EQ(get(std::string("/api/recordings/r1/trace") + query).status, 400) << query;
  EXPECT_EQ(get("/api/recordings/r1/picture").status, 404);
  EXPECT_EQ(get("/api/recordings/r1?bins=5").status, 400);
  EXPECT_EQ(get("/api/recordings").status, 404);
  EXPECT_EQ(get("/api/log/entries/x").status, 404);
  EXPECT_EQ(get("/api/log/entries/-1").status, 404);
  EXPECT_EQ(get("/api/log/entries/99999999999999999999").status, 404);
  std::string many = "s";
  for (int i = 0; i < 31; ++i) many += ",s";
  EXPECT_EQ(get("/api/incidents/i1/without?source=" + many).status, 200);
  EXPECT_EQ(get("/api/incidents/i1/without?source=" + many + ",s").status, 400);
  FakeSource none;
  EXPECT_EQ(get("/api/log", none).status, 404);
}

}  // namespace

}  // namespace truce::serve
