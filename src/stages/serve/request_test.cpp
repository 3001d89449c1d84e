#include "stages/serve/request.h"

#include <gtest/gtest.h>

namespace truce::serve {

namespace {

TEST(Target, takes_path_and_query_apart_and_decodes_them) {
  const auto t =
      parse_target("/api/collections/findings/items/i1%2F2%2Fbase?bbox=22,44&f=%D1%97&x");
  ASSERT_TRUE(t.ok()) << t.error().to_text();
  const std::vector<std::string> path{"api", "collections", "findings", "items", "i1/2/base"};
  EXPECT_EQ(t->path, path);
  EXPECT_EQ(*t->find("bbox"), "22,44");
  EXPECT_EQ(*t->find("f"), "\xd1\x97");
  EXPECT_EQ(*t->find("x"), "");
  EXPECT_EQ(t->find("y"), nullptr);
}

TEST(Target, keeps_the_plus_of_a_time_zone) {
  EXPECT_EQ(*parse_target("/?datetime=2025-04-20T03:00:00+03:00")->find("datetime"),
            "2025-04-20T03:00:00+03:00");
}

TEST(Target, takes_the_form_for_proxies) {
  EXPECT_EQ(parse_target("http://127.0.0.1:8080/api")->path, std::vector<std::string>{"api"});
}

TEST(Target, refuses_what_leads_elsewhere_or_is_none) {
  for (const char* bad : {"", "api", "/../etc/passwd", "/assets/%2e%2e/x", "/assets/..%2fx",
                          "/a/./b", "/a%5c..%5cb", "/%00", "/%0d%0aSet-Cookie:%20a", "/%zz", "/%4",
                          "/%", "/a b", "/\x80", "/%c3%28", "/a#b", "/?a=1&a=2", "/?a=%0a", "*"}) {
    const auto t = parse_target(bad);
    EXPECT_FALSE(t.ok()) << bad;
    if (!t.ok()) {
      EXPECT_EQ(t.error().code, ErrorCode::kBadInput) << bad;
    }
  }
}

TEST(Target, has_limits) {
  EXPECT_TRUE(parse_target("/" + std::string(kTargetBytesMax - 1, 'a')).ok());
  EXPECT_EQ(parse_target("/" + std::string(kTargetBytesMax, 'a')).error().code, ErrorCode::kLimit);
  std::string many = "/?";
  for (std::size_t i = 0; i < kQueryParametersMax; ++i) many += "p" + std::to_string(i) + "&";
  EXPECT_TRUE(parse_target(many).ok());
  EXPECT_FALSE(parse_target(many + "q").ok());
}

TEST(Target, encoded_and_decoded_is_the_same) {
  const std::string id = "i1/2/\xd1\x97 %?&=+";
  EXPECT_EQ(parse_target("/" + percent_encoded(id))->path.front(), id);
}

TEST(Accept, takes_types_families_and_weights) {
  EXPECT_TRUE(accepts("", "text/csv; charset=utf-8"));
  EXPECT_TRUE(accepts("text/html, */*;q=0.1", "application/geo+json"));
  EXPECT_TRUE(accepts("TEXT/*", "text/csv; charset=utf-8"));
  EXPECT_FALSE(accepts("text/html", "text/csv"));
  EXPECT_FALSE(accepts("text/csv;q=0, text/html", "text/csv"));
  EXPECT_FALSE(accepts("*/*; q=0.0", "text/csv"));
  EXPECT_TRUE(accepts_coding("gzip, br;q=0.9", "br"));
  EXPECT_FALSE(accepts_coding("", "br"));
  EXPECT_FALSE(accepts_coding("br;q=0", "br"));
}

TEST(Request, finds_headers_whatever_their_case) {
  const Request r{"GET", "/", {{"hOST", "a"}, {"Host", "b"}}, {}};
  EXPECT_EQ(r.header("Host"), "a");
  EXPECT_EQ(r.header("Accept"), "");
}

}  // namespace

}  // namespace truce::serve
