#include "stages/release/seal.h"

#include <gtest/gtest.h>

#include <set>

namespace truce::release {

namespace {

const std::string kId = "i20250420T071300-e1c4ad18ab996ed8df465b0c";

TEST(Seal, opens_for_its_own_key_and_purpose_alone) {
  const SealKey key = new_seal_key();
  const std::string name = sealed(key, "public id", kId);
  EXPECT_EQ(sealed(key, "public id", kId), name);
  EXPECT_EQ(opened(key, "public id", name), kId);
  EXPECT_FALSE(opened(key, "liaison id", name));
  EXPECT_FALSE(opened(new_seal_key(), "public id", name));
  EXPECT_FALSE(opened(key, "public id", kId));
  EXPECT_FALSE(opened(key, "public id", ""));
  EXPECT_FALSE(opened(key, "public id", std::string(9000, 'A')));
  EXPECT_EQ(opened(key, "public id", sealed(key, "public id", "")), "");
}

TEST(Seal, whatever_is_altered_does_not_open) {
  const SealKey key = new_seal_key();
  const std::string name = sealed(key, "p", kId);
  for (std::size_t i = 0; i < name.size(); ++i) {
    std::string other = name;
    other[i] = other[i] == 'A' ? 'B' : 'A';
    const auto text = opened(key, "p", other);
    EXPECT_TRUE(!text || other == name) << i;
    EXPECT_FALSE(opened(key, "p", name.substr(0, i))) << i;
  }
  EXPECT_FALSE(opened(key, "p", name + "="));
  EXPECT_FALSE(opened(key, "p", name + "A"));
}

TEST(Seal, says_nothing_of_what_is_in_it_and_needs_no_escape_in_an_address) {
  const SealKey key = new_seal_key();
  std::set<std::string> beginnings;
  for (int n = 10; n < 60; ++n) {
    const std::string name = sealed(key, "p", "i20250420T0713" + std::to_string(n) + "-e1c4");
    beginnings.insert(name.substr(0, 12));
    EXPECT_EQ(name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                     "0123456789-_"),
              std::string::npos);
    EXPECT_EQ(name.find("2025"), std::string::npos);
  }
  EXPECT_EQ(beginnings.size(), 50U) << "neighbours in time have nothing in common";
}

}  // namespace

}  // namespace truce::release
