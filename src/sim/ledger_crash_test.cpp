// The ledger on a disk that crashes: nothing acknowledged is missing, nothing is doubled, nothing
// that was never appended appears.

#include <gtest/gtest.h>

#include "sim/sim_disk.h"
#include "stages/ledger/ledger.h"

namespace truce::sim {
namespace {

Entry numbered(std::uint64_t n) {
  return {EntryKind::kTick,
          {static_cast<std::int64_t>(n)},
          "{\"n\":" + std::to_string(n) + "}",
          std::string(n * 37 % 900, 'x')};
}

struct Outcome {
  bool ok = true;
  std::string what;
};

// One life of a ledger: appends, commits, crashes, all from the seed.
Outcome live(std::uint64_t seed, bool sync_lies) {
  SimDisk disk(seed);
  std::mt19937_64 random(seed * 77 + 1);
  std::uint64_t acknowledged = 0;
  for (int round = 0; round < 6; ++round) {
    disk.let_sync_lie(false);
    disk.fail_write_after(0);
    auto opened = ledger::Ledger::open(
        disk, {.directory = "log", .segment_bytes_max = 4000, .write_bytes = 1500});
    if (!opened.ok()) return {false, "open: " + opened.error().to_text()};
    auto& log = **opened;
    if (log.committed() < acknowledged) return {false, "acknowledged entries are missing"};
    auto reader = ledger::Reader::open(disk, "log", 0);
    if (!reader.ok()) return {false, "reader: " + reader.error().to_text()};
    (*reader)->committed(random() % (log.committed() + 1));
    for (std::uint64_t i = 0; i < log.committed(); ++i) {
      auto next = (*reader)->next();
      if (!next.ok() || !*next) return {false, "entry " + std::to_string(i) + " cannot be read"};
      if ((*next)->position != i || !((*next)->entry == numbered(i)))
        return {false, "entry " + std::to_string(i) + " is not what was written"};
      if (random() % 16 == 0 && !(log.read(i)->entry == numbered(i)))
        return {false, "random access differs"};
    }
    auto end = (*reader)->next();
    if (!end.ok() || *end) return {false, "the reader goes past what is committed"};
    acknowledged = log.committed();
    disk.let_sync_lie(sync_lies);
    if (random() % 4 == 0) disk.fail_write_after(1 + static_cast<int>(random() % 6));
    for (unsigned batch = random() % 12; batch > 0; --batch) {
      bool failed = false;
      for (unsigned n = random() % 6; n > 0 && !failed; --n)
        failed = !log.append(numbered(log.size())).ok();
      if (failed || !log.commit().ok()) break;
      acknowledged = log.committed();
    }
    disk.crash();
  }
  return {};
}

TEST(LedgerOnAFailingDisk, loses_nothing_acknowledged) {
  for (std::uint64_t seed = 1; seed <= 3000; ++seed) {
    const auto outcome = live(seed, false);
    ASSERT_TRUE(outcome.ok) << outcome.what << ", seed " << seed;
  }
}

// Were the ledger not to sync, the test above would have to fail; this shows that it can.
TEST(LedgerOnAFailingDisk, would_lose_entries_without_sync) {
  int lost = 0;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) lost += live(seed, true).ok ? 0 : 1;
  EXPECT_GT(lost, 100);
}

TEST(LedgerOnAFailingDisk, refuses_damage_to_acknowledged_entries) {
  SimDisk disk(5);
  {
    auto log = *ledger::Ledger::open(disk, {.directory = "log"});
    for (std::uint64_t i = 0; i < 10; ++i) {
      ASSERT_TRUE(log->append(numbered(i)).ok());
      ASSERT_TRUE(log->commit().ok());
    }
  }
  auto file = *disk.open("log/00000000000000000000.log", false);
  const std::string bytes = *file->read(0, 1 << 20);
  int refused = 0;
  for (std::size_t at = 20; at < bytes.size() / 2; at += 7) {
    ASSERT_TRUE(file->truncate(0).ok());
    std::string bad = bytes;
    bad[at] = static_cast<char>(bad[at] ^ 0x55);
    ASSERT_TRUE(file->append(bad).ok());
    const auto opened = ledger::Ledger::open(disk, {.directory = "log"});
    ASSERT_FALSE(opened.ok()) << "byte " << at;
    EXPECT_EQ(opened.error().code, ErrorCode::kCorrupt);
    EXPECT_TRUE(opened.error().place.byte_offset.has_value());
    EXPECT_EQ(*file->read(0, 1 << 20), bad) << "nothing may be changed";
    ++refused;
  }
  EXPECT_GT(refused, 50);
}

TEST(LedgerOnAFailingDisk, says_what_it_cut) {
  SimDisk disk(6);
  {
    auto log = *ledger::Ledger::open(disk, {.directory = "log"});
    ASSERT_TRUE(log->append(numbered(0)).ok());
    ASSERT_TRUE(log->commit().ok());
  }
  auto file = *disk.open("log/00000000000000000000.log", false);
  ASSERT_TRUE(file->append("half an entry").ok());
  auto log = *ledger::Ledger::open(disk, {.directory = "log"});
  EXPECT_EQ(log->report().torn_bytes, 13U);
  EXPECT_EQ(log->report().entries, 1U);
}

}  // namespace
}  // namespace truce::sim
