#include "base/json.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <map>

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

// The numbers of the ES6 test file that RFC 8785 names (cyberphone/json-canonicalization, numgen):
// chosen ones, two thousand from the smallest normal one upwards, then a chain of SHA-256.
class Es6Numbers {
 public:
  Es6Numbers() : first_{0, kSign, 1, kSign + 1} {
    for (const std::uint64_t sign : {kSign, std::uint64_t{0}}) {
      for (const std::uint64_t u : kMirrored) first_.push_back(u + sign);
    }
    first_.insert(first_.end(), std::begin(kChosen), std::end(kChosen));
    for (std::uint64_t i = 0; i < 2000; ++i) first_.push_back(0x0010000000000000 + i);
  }
  std::uint64_t next() {
    if (at_ < first_.size()) return first_[at_++];
    while (true) {
      if (word_ == 4) {
        block_ = sha256({reinterpret_cast<const char*>(block_.data()), block_.size()});
        word_ = 0;
      }
      std::uint64_t u = 0;
      for (std::size_t i = 8; i-- > 0;) u = u << 8 | block_[8 * word_ + i];
      ++word_;
      const double d = std::bit_cast<double>(u);
      if (d != 0 && std::isfinite(d)) return u;
    }
  }

 private:
  static constexpr std::uint64_t kSign = 0x8000000000000000;
  static constexpr std::uint64_t kMirrored[] = {
      0x446696695dbd1cc3, 0x443211ede4974a35, 0x43fce97ca0f21056, 0x43c7213080c1a6ac,
      0x439280f39a348556, 0x435d9b1f5d20d557, 0x4327af4c4a80aaac, 0x42f2f2a36ecd5556,
      0x42be51057e155558, 0x428840d131aaaaac, 0x4253670dc1555557, 0x421f0b4935555557,
      0x41e8d5d42aaaaaac, 0x41b3de4355555556, 0x417fca0555555556, 0x41496e6aaaaaaaab,
      0x4114585555555555, 0x40e046aaaaaaaaab, 0x40aa0aaaaaaaaaaa, 0x4074d55555555555,
      0x4040aaaaaaaaaaab, 0x400aaaaaaaaaaaab, 0x3fd5555555555555, 0x3fa1111111111111,
      0x3f6b4e81b4e81b4f, 0x3f35d867c3ece2a5, 0x3f0179ec9cbd821e, 0x3ecbf647612f3696,
      0x3e965e9f80f29212, 0x3e61e54c672874db, 0x3e2ca213d840baf8, 0x3df6e80fe033c8c6,
      0x3dc2533fe68fd3d2, 0x3d8d51ffd74c861c, 0x3d5774ccac3d3817, 0x3d22c3d6f030f9ac,
      0x3cee0624b3818f79, 0x3cb804ea293472c7, 0x3c833721ba905bd3, 0x3c4ebe9c5db3c61e,
      0x3c18987d17c304e5, 0x3be3ad30dfcf371d, 0x3baf7b816618582f, 0x3b792f9ab81379bf,
      0x3b442615600f9499, 0x3b101e77800c76e1, 0x3ad9ca58cce0be35, 0x3aa4a1e0a3e6fe90,
      0x3a708180831f320d, 0x3a3a68cd9e985016};
  static constexpr std::uint64_t kChosen[] = {
      0x4024000000000000, 0x4014000000000000, 0x3fe0000000000000, 0x3fa999999999999a,
      0x3f747ae147ae147b, 0x3f40624dd2f1a9fc, 0x3f0a36e2eb1c432d, 0x3ed4f8b588e368f1,
      0x3ea0c6f7a0b5ed8d, 0x3e6ad7f29abcaf48, 0x3e35798ee2308c3a, 0x3ed539223589fa95,
      0x3ed4ff26cd5a7781, 0x3ed4f95a762283ff, 0x3ed4f8c60703520c, 0x3ed4f8b72f19cd0d,
      0x3ed4f8b5b31c0c8d, 0x3ed4f8b58d1c461a, 0x3ed4f8b5894f7f0e, 0x3ed4f8b588ee37f3,
      0x3ed4f8b588e47da4, 0x3ed4f8b588e3849c, 0x3ed4f8b588e36bb5, 0x3ed4f8b588e36937,
      0x3ed4f8b588e368f8, 0x3ed4f8b588e368f1, 0x3ff0000000000000, 0xbff0000000000000,
      0xbfeffffffffffffa, 0xbfeffffffffffffb, 0x3feffffffffffffa, 0x3feffffffffffffb,
      0x3feffffffffffffc, 0x3feffffffffffffe, 0xbfefffffffffffff, 0xbfefffffffffffff,
      0x3fefffffffffffff, 0x3fefffffffffffff, 0x3fd3333333333332, 0x3fd3333333333333,
      0x3fd3333333333334, 0x0010000000000000, 0x000ffffffffffffd, 0x000fffffffffffff,
      0x7fefffffffffffff, 0xffefffffffffffff, 0x4340000000000000, 0xc340000000000000,
      0x4430000000000000, 0x44b52d02c7e14af5, 0x44b52d02c7e14af6, 0x44b52d02c7e14af7,
      0x444b1ae4d6e2ef4e, 0x444b1ae4d6e2ef4f, 0x444b1ae4d6e2ef50, 0x3eb0c6f7a0b5ed8c,
      0x3eb0c6f7a0b5ed8d, 0x41b3de4355555553, 0x41b3de4355555554, 0x41b3de4355555555,
      0x41b3de4355555556, 0x41b3de4355555557, 0xbecbf647612f3696, 0x43143ff3c1cb0959};
  std::vector<std::uint64_t> first_;
  std::size_t at_ = 0;
  Hash block_{};
  std::size_t word_ = 4;
};

TEST(CanonicalJson, writes_the_first_million_numbers_of_the_es6_test_file) {
  // SHA-256 over the file's first lines, as published with it.
  const std::map<int, std::string> published{
      {1'000, "be18b62b6f69cdab33a7e0dae0d9cfa869fda80ddc712221570f9f40a5878687"},
      {10'000, "b9f7a8e75ef22a835685a52ccba7f7d6bdc99e34b010992cbc5864cd12be6892"},
      {100'000, "22776e6d4b49fa294a0d0f349268e5c28808fe7e0cb2bcbe28f63894e494d4c7"},
      {1'000'000, "49415fee2c56c77864931bd3624faad425c3c577d6d74e89a83bc725506dad16"}};
  for (const auto& [count, sum] : published) {
    Es6Numbers numbers;
    Sha256 hash;
    for (int i = 0; i < count; ++i) {
      const std::uint64_t bits = numbers.next();
      char hex[20];
      std::snprintf(hex, sizeof hex, "%llx,", static_cast<unsigned long long>(bits));
      hash.update(hex).update(number(std::bit_cast<double>(bits))).update("\n");
    }
    EXPECT_EQ(to_hex(hash.finish()), sum) << count << " lines";
  }
}

TEST(CanonicalJson, sorts_by_utf16_and_keeps_text) {
  EXPECT_EQ(*canonicalize(R"({"b":1,"a":[true,null,"\u20ac\n"],"\ud83d\ude00":2,"\ufb33":3})"),
            "{\"a\":[true,null,\"€\\n\"],\"b\":1,\"😀\":2,\"\xef\xac\xb3\":3}");
  EXPECT_EQ(*canonicalize("\"x\""), "\"x\"");
  EXPECT_EQ(*canonicalize("123456789012345678901234567890"), "1.2345678901234568e+29");
}

// Eight bytes are looked at at once; each byte must be found wherever it stands among others.
TEST(CanonicalJson, escapes_every_character_at_every_place) {
  for (const std::string_view filling : {"a", " ", "~", "\xc3\xbf", "!", "#", "[", "]"}) {
    for (std::size_t length = 0; length < 20; ++length) {
      std::string before;
      for (std::size_t i = 0; i < length; ++i) before += filling;
      for (char c = 0; c >= 0 && c < 127; ++c) {
        std::string escaped(1, c);
        if (c == '"' || c == '\\') escaped = std::string("\\") + c;
        if (c < 0x20) {
          const std::string_view letters = "btn?fr";
          char code[8];
          std::snprintf(code, sizeof code, "\\u%04x", static_cast<unsigned>(c));
          escaped = c >= 8 && c <= 13 && c != 11
                        ? std::string("\\") + letters[static_cast<std::size_t>(c - 8)]
                        : code;
        }
        std::string out;
        append_json_string(out, before + c + before);
        ASSERT_EQ(out, "\"" + before + escaped + before + "\"");
      }
    }
  }
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
