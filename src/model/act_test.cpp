#include "model/act.h"

#include <gtest/gtest.h>

#include "base/ed25519.h"
#include "base/hash.h"
#include "model/json.h"

namespace truce {

namespace {

const std::string kNoteHead =
    R"({"act":"note","at":"2026-11-30T05:32:00Z","by":"verifier","incident":"i1","mission":"m",)";
const std::string kNonce = R"("nonce":"000102030405060708090a0b0c0d0e0f")";

std::string note_saying(const std::string& note) {
  return kNoteHead + kNonce + ",\"note\":\"" + note + "\"}";
}

std::string statement_of(const std::string& act, const std::string& before_mission,
                         const std::string& behind_note) {
  return R"({"act":")" + act + R"(","at":"2026-11-30T05:32:00Z","by":"verifier",)" +
         before_mission + R"("mission":"m",)" + kNonce + R"(,"note":"")" + behind_note + "}";
}

bool is_read(const std::string& text) { return parse_statement(text).ok(); }

TEST(Statement, of_every_act_is_read) {
  const auto note = parse_statement(note_saying("ok — Ї"));
  ASSERT_TRUE(note.ok()) << note.error().to_text();
  EXPECT_EQ(note->note, "ok — Ї");
  EXPECT_EQ(note->incident, "i1");
  EXPECT_TRUE(is_read(statement_of("visit", R"("incident":"i1",)", "")));
  EXPECT_TRUE(is_read(statement_of("join", R"("incidents":["i1","i2"],)", "")));
  EXPECT_TRUE(is_read(statement_of("split", R"("incident":"i1",)", R"(,"observations":["o1"])")));
  EXPECT_TRUE(is_read(statement_of("undo", "", R"(,"undoes":"a1")")));
  EXPECT_TRUE(
      is_read(statement_of("reclassify", R"("from":"explosion_undetermined","incident":"i1",)",
                           R"(,"to":"explosion_impact")")));
}

TEST(Statement, that_is_not_as_it_must_be_is_refused) {
  EXPECT_FALSE(is_read(""));
  EXPECT_FALSE(is_read("{}"));
  EXPECT_FALSE(is_read(" " + note_saying("")));
  EXPECT_FALSE(is_read(note_saying("\\u0041")));  // not as RFC 8785 writes it
  EXPECT_FALSE(is_read(note_saying("\",\"zone\":\"1")));
  EXPECT_FALSE(is_read(kNoteHead + R"("nonce":"00","note":""})"));
  EXPECT_FALSE(is_read(statement_of("rule", R"("incident":"i1",)", "")));
  EXPECT_FALSE(is_read(statement_of("visit", "", "")));
  EXPECT_FALSE(is_read(statement_of("undo", R"("incident":"i1",)", R"(,"undoes":"a1")")));
  EXPECT_FALSE(is_read(statement_of("join", R"("incidents":["i1"],)", "")));
  EXPECT_FALSE(is_read(statement_of("join", R"("incidents":["i1","i1"],)", "")));
  EXPECT_FALSE(is_read(statement_of("split", R"("incident":"i1",)", R"(,"observations":[])")));
  const auto reclassify = [](const std::string& from, const std::string& to) {
    return statement_of("reclassify", R"("from":")" + from + R"(","incident":"i1",)",
                        R"(,"to":")" + to + "\"");
  };
  EXPECT_TRUE(is_read(reclassify("burst", "shot")));
  EXPECT_FALSE(is_read(reclassify("burst", "burst")));
  EXPECT_FALSE(is_read(reclassify("burst", "bang")));
  EXPECT_FALSE(is_read(reclassify("harm", "shot")));
}

TEST(Statement, has_limits) {
  std::string letters;
  for (int i = 0; i < 2000; ++i) letters += "Ї";
  EXPECT_TRUE(is_read(note_saying(letters)));
  EXPECT_FALSE(is_read(note_saying(letters + "Ї")));
  EXPECT_EQ(parse_statement(std::string(kStatementBytesMax + 1, ' ')).error().code,
            ErrorCode::kLimit);
  std::string ids = "\"i0\"";
  for (std::size_t i = 1; i < kJoinedIncidentsMax; ++i) ids += ",\"i" + std::to_string(i) + "\"";
  EXPECT_TRUE(is_read(statement_of("join", "\"incidents\":[" + ids + "],", "")));
  EXPECT_FALSE(is_read(statement_of("join", "\"incidents\":[" + ids + ",\"i\"],", "")));
}

TEST(Act, is_what_its_key_signed_and_nothing_else) {
  const Ed25519Secret secret{1, 2, 3};
  const auto key = ed25519_key_of(secret);
  const std::string key_hex = to_hex(key.data(), key.size());
  const std::string text = note_saying("seen");
  const auto made = ed25519_sign(secret, text);
  const std::string signature = to_hex(made.data(), made.size());
  const auto act = signed_act(text, key_hex, signature);
  ASSERT_TRUE(act.ok()) << act.error().to_text();
  EXPECT_EQ(act->id, act_id(act->said.at, text));
  EXPECT_EQ(act->id.substr(0, 17), "a20261130T053200-");
  EXPECT_EQ(*from_json<Act>(to_json(*act)), *act);
  EXPECT_FALSE(signed_act(note_saying("seem"), key_hex, signature).ok());
  std::string other = signature;
  other[0] = other[0] == '0' ? '1' : '0';
  EXPECT_FALSE(signed_act(text, key_hex, other).ok());
  EXPECT_FALSE(signed_act(text, std::string(64, '0'), signature).ok());
  EXPECT_FALSE(signed_act(text, key_hex.substr(2), signature).ok());
  EXPECT_FALSE(signed_act(text, key_hex, signature + "00").ok());
}

}  // namespace

}  // namespace truce
