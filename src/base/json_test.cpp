#include "base/json.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "base/files.h"
#include "base/hash.h"

namespace truce {
namespace {

std::string number(double d) {
  std::string out;
  append_json_number(out, d);
  return out;
}

TEST(CanonicalJson, gives_the_published_vectors) {
  const std::filesystem::path dir =
      std::filesystem::path(TRUCE_SHARED_DIR) / "data/evidence/jcs/testdata";
  if (!std::filesystem::exists(dir)) GTEST_SKIP() << "no RFC 8785 vectors beside the project";
  int count = 0;
  for (const auto& file : std::filesystem::directory_iterator(dir / "input")) {
    const auto stem = file.path().stem().string();
    const auto made = canonicalize(*read_file(file.path()));
    ASSERT_TRUE(made.ok()) << stem << made.error().to_text();
    EXPECT_EQ(*made, *read_file(dir / "output" / (stem + ".json"))) << stem;
    std::string hex;
    for (const char c : *read_file(dir / "outhex" / (stem + ".txt"))) {
      if (c > ' ') hex += c;
    }
    EXPECT_EQ(to_hex(reinterpret_cast<const std::uint8_t*>(made->data()), made->size()), hex)
        << stem;
    ++count;
  }
  EXPECT_GE(count, 6);
}

TEST(CanonicalJson, writes_numbers_as_rfc_8785_appendix_b_does) {
  EXPECT_EQ(number(0.0), "0");
  EXPECT_EQ(number(-0.0), "0");
  EXPECT_EQ(number(5e-324), "5e-324");
  EXPECT_EQ(number(1.7976931348623157e308), "1.7976931348623157e+308");
  EXPECT_EQ(number(9007199254740992.0), "9007199254740992");
  EXPECT_EQ(number(295147905179352830000.0), "295147905179352830000");
  EXPECT_EQ(number(9.999999999999997e22), "9.999999999999997e+22");
  EXPECT_EQ(number(1e23), "1e+23");
  EXPECT_EQ(number(999999999999999700000.0), "999999999999999700000");
  EXPECT_EQ(number(1e21), "1e+21");
  EXPECT_EQ(number(333333333.33333329), "333333333.3333333");
  EXPECT_EQ(number(0.000001), "0.000001");
  EXPECT_EQ(number(1e-7), "1e-7");
  EXPECT_EQ(number(-123.25), "-123.25");
}

TEST(CanonicalJson, sorts_by_utf16_and_keeps_text) {
  EXPECT_EQ(*canonicalize(R"({"b":1,"a":[true,null,"\u20ac\n"],"\ud83d\ude00":2,"\ufb33":3})"),
            "{\"a\":[true,null,\"€\\n\"],\"b\":1,\"😀\":2,\"\xef\xac\xb3\":3}");
  EXPECT_EQ(*canonicalize("\"x\""), "\"x\"");
  EXPECT_EQ(*canonicalize("123456789012345678901234567890"), "1.2345678901234568e+29");
}

TEST(CanonicalJson, refuses_what_has_no_one_form) {
  for (const char* bad : {"", "{", "{\"a\":1,\"a\":2}", "[1,]", "nul", "1 2", "\"\\ud800\"",
                          "1e999", "[01]", "\xff", "{\"a\" 1}"}) {
    EXPECT_FALSE(canonicalize(bad).ok()) << bad;
  }
  std::string deep(80, '[');
  deep += std::string(80, ']');
  EXPECT_EQ(canonicalize(deep).error().code, ErrorCode::kLimit);
}

TEST(JsonWriter, writes_canonical_text) {
  std::string out;
  JsonWriter w(out);
  w.begin_object()
      .key("a")
      .begin_array()
      .integer(1)
      .number(0.5)
      .string("\"")
      .end_array()
      .key("b")
      .boolean(true)
      .end_object();
  EXPECT_EQ(out, R"({"a":[1,0.5,"\""],"b":true})");
  EXPECT_EQ(*canonicalize(out), out);
}

TEST(JsonWriterDeathTest, refuses_keys_out_of_order) {
  std::string out;
  JsonWriter w(out);
  w.begin_object().key("b").null();
  EXPECT_DEATH(w.key("a"), "less_utf16");
}

TEST(Utf8, mends_only_for_display) {
  EXPECT_TRUE(is_utf8("Краматорськ"));
  EXPECT_FALSE(is_utf8("\xc0\x80"));
  EXPECT_EQ(to_valid_utf8("a\xffz"), "a\xef\xbf\xbdz");
}

}  // namespace
}  // namespace truce
