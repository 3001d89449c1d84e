#include "stages/serve/accounts.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace truce::serve {

namespace {

constexpr HashCost kCheap{.passes = 1, .memory_bytes = 8192};
constexpr const char* kWords = "correct horse battery";

class AccountsTest : public testing::Test {
 protected:
  void SetUp() override {
    path_ = testing::TempDir() + "accounts-" +
            testing::UnitTest::GetInstance()->current_test_info()->name();
    std::filesystem::remove(path_);
    accounts_ = *Accounts::open(path_, kCheap);
  }
  void add(const std::string& name, Role role = Role::kDuty, const std::string& party = {}) {
    const Status added = accounts_->add({.name = name, .role = role, .party = party}, kWords);
    ASSERT_TRUE(added.ok()) << added.error().to_text();
  }
  NewSession session_of(const std::string& name, Instant now = {}) {
    return *accounts_->begin_session(name, *accounts_->hash_for(name), now);
  }
  std::string path_;
  std::unique_ptr<Accounts> accounts_;
};

TEST_F(AccountsTest, the_file_is_for_its_owner_alone_and_holds_neither_password_nor_token) {
  add("officer");
  const NewSession session = session_of("officer");
  struct stat found = {};
  ASSERT_EQ(stat(path_.c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777U, 0600U);
  std::ostringstream bytes;
  bytes << std::ifstream(path_, std::ios::binary).rdbuf();
  EXPECT_NE(bytes.str().find("$argon2id$"), std::string::npos);
  EXPECT_EQ(bytes.str().find(kWords), std::string::npos);
  EXPECT_EQ(bytes.str().find(session.token), std::string::npos);
  EXPECT_EQ(bytes.str().find(session.csrf), std::string::npos);
}

TEST_F(AccountsTest, whether_there_are_any_is_known_at_once_whoever_writes) {
  const auto other = *Accounts::open(path_, kCheap);
  for (int turn = 0; turn < 3; ++turn) {
    EXPECT_FALSE(*accounts_->any());
    EXPECT_FALSE(*accounts_->any());
    ASSERT_TRUE(other->add({.name = "officer", .role = Role::kDuty}, kWords).ok());
    EXPECT_TRUE(*accounts_->any()) << turn;
    EXPECT_TRUE(*accounts_->any());
    ASSERT_TRUE(other->remove("officer").ok());
    EXPECT_FALSE(*accounts_->any()) << turn;
    add("officer");
    EXPECT_TRUE(*accounts_->any()) << turn;
    ASSERT_TRUE(accounts_->remove("officer").ok());
  }
}

TEST_F(AccountsTest, a_hash_costs_what_is_stated) {
  const auto hash = hash_of_password(kWords);
  ASSERT_TRUE(hash.ok());
  EXPECT_EQ(hash->substr(0, 30), "$argon2id$v=19$m=65536,t=3,p=1");
  EXPECT_TRUE(is_password(*hash, kWords));
  EXPECT_FALSE(is_password(*hash, "correct horse batterz"));
}

TEST_F(AccountsTest, refuses_names_and_passwords_that_do_not_do) {
  for (const char* bad :
       {"", "A", "1a", "a b", "a\nb", "a/b", "ä", "-a", "a\"", "abcdefghijklmnopqrstuvwxyz0123456"})
    EXPECT_FALSE(check_name(bad).ok()) << bad;
  for (const char* good : {"a", "duty-1", "liaison.ua", "a_b"}) EXPECT_TRUE(check_name(good).ok());
  EXPECT_FALSE(check_password("short words", "n").ok());
  EXPECT_FALSE(check_password("aaaaaaaaaaaaaaaa", "n").ok());
  EXPECT_FALSE(check_password("шістьлі", "n").ok()) << "of more bytes than characters";
  EXPECT_FALSE(check_password("яяяяяяяяяяяяяяяя", "n").ok());
  EXPECT_TRUE(check_password("яблуяблуяблу", "n").ok());
  EXPECT_FALSE(check_password("officer-duty1234", "officer-duty").ok());
  EXPECT_FALSE(check_password("twelve\nletters", "n").ok());
  EXPECT_FALSE(check_password("\xff\xfe twelve letters", "n").ok());
  EXPECT_FALSE(check_password(std::string(1025, 'a') + "b", "n").ok());
  EXPECT_TRUE(check_password("дванадцять літер", "n").ok());
}

TEST_F(AccountsTest, a_name_is_given_once_and_what_is_not_there_cannot_be_changed) {
  add("officer");
  EXPECT_EQ(accounts_->add({.name = "officer"}, kWords).error().code, ErrorCode::kUnusable);
  EXPECT_EQ(accounts_->remove("nobody").error().code, ErrorCode::kNotFound);
  EXPECT_EQ(accounts_->set_password("nobody", kWords).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(accounts_->forget_key("nobody").error().code, ErrorCode::kNotFound);
  EXPECT_EQ(accounts_->list()->size(), 1U);
}

TEST_F(AccountsTest, an_unknown_name_has_a_hash_of_the_same_cost_that_no_password_has) {
  add("officer");
  const std::string known = *accounts_->hash_for("officer"), dummy = *accounts_->hash_for("nobody");
  EXPECT_EQ(dummy.substr(0, 24), known.substr(0, 24)) << "method and cost";
  EXPECT_EQ(dummy.size(), known.size());
  EXPECT_FALSE(is_password(dummy, ""));
  EXPECT_FALSE(accounts_->begin_session("nobody", dummy, {}).ok());
}

TEST_F(AccountsTest, a_session_ends_when_it_is_idle_and_at_the_latest_after_a_shift) {
  add("officer");
  const Instant start{1'745'000'000LL * 1'000'000'000};
  const NewSession idle = session_of("officer", start);
  EXPECT_TRUE(*accounts_->reader_of(idle.token, start + Duration::minutes(119)));
  EXPECT_FALSE(*accounts_->reader_of(idle.token, start + Duration::minutes(119 + 121)));
  const NewSession busy = session_of("officer", start);
  int hours = 1;
  while (hours < 30 && *accounts_->reader_of(busy.token, start + Duration::hours(hours))) ++hours;
  EXPECT_EQ(hours, 12);
}

TEST_F(AccountsTest, changes_by_another_program_hold_at_once) {
  add("officer", Role::kLiaison, "ua");
  const NewSession session = session_of("officer");
  const auto reader = *accounts_->reader_of(session.token, {});
  ASSERT_TRUE(reader);
  EXPECT_EQ(reader->party, "ua");
  const auto before = accounts_->changes();
  const auto other = *Accounts::open(path_, kCheap);
  ASSERT_TRUE(other->set_password("officer", "quite other words").ok());
  EXPECT_NE(accounts_->changes(), before);
  EXPECT_FALSE(*accounts_->reader_of(session.token, {}));
  const NewSession again = session_of("officer");
  ASSERT_TRUE(other->remove("officer").ok());
  EXPECT_FALSE(*accounts_->reader_of(again.token, {}));
  EXPECT_FALSE(*accounts_->any());
}

TEST_F(AccountsTest, a_right_password_is_of_no_use_once_it_was_changed) {
  add("officer");
  const std::string hash = *accounts_->hash_for("officer");
  ASSERT_TRUE(accounts_->set_password("officer", "quite other words").ok());
  EXPECT_EQ(accounts_->begin_session("officer", hash, {}).error().code, ErrorCode::kNotFound);
}

TEST_F(AccountsTest, a_key_is_entered_once_until_it_is_forgotten) {
  add("officer");
  const std::string key(64, 'a'), other(64, 'b');
  for (const char* bad : {"", "zz", "A", "abc"})
    EXPECT_EQ(accounts_->set_key("officer", bad).error().code, ErrorCode::kBadInput) << bad;
  EXPECT_TRUE(accounts_->set_key("officer", key).ok());
  EXPECT_TRUE(accounts_->set_key("officer", key).ok()) << "the same again changes nothing";
  EXPECT_EQ(accounts_->set_key("officer", other).error().code, ErrorCode::kUnusable);
  EXPECT_TRUE(accounts_->forget_key("officer").ok());
  EXPECT_TRUE(accounts_->set_key("officer", other).ok());
  EXPECT_EQ((*accounts_->find("officer"))->key, other);
}

TEST_F(AccountsTest, a_token_is_new_each_time_and_what_is_made_up_is_nobodys) {
  add("officer");
  const NewSession one = session_of("officer"), two = session_of("officer");
  EXPECT_NE(one.token, two.token);
  EXPECT_NE(one.csrf, two.csrf);
  EXPECT_EQ(one.token.size(), 64U);
  std::string other = one.token;
  other[5] = other[5] == 'a' ? 'b' : 'a';
  for (const std::string& bad :
       {other, std::string(), std::string(64, '0'), one.token + "0", "' OR 1=1 --" + one.token})
    EXPECT_FALSE(*accounts_->reader_of(bad, {})) << bad;
  ASSERT_TRUE(accounts_->end_session(one.token).ok());
  EXPECT_FALSE(*accounts_->reader_of(one.token, {}));
  EXPECT_TRUE(*accounts_->reader_of(two.token, {}));
}

}  // namespace

}  // namespace truce::serve
