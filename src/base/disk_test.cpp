#include "base/disk.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "base/files.h"
#include "base/gzip.h"
#include "base/parallel.h"

namespace truce {
namespace {

TEST(PosixDisk, appends_reads_cuts_and_locks) {
  const std::string dir = ::testing::TempDir() + "truce_disk_test";
  std::filesystem::remove_all(dir);
  auto disk = posix_disk();
  ASSERT_TRUE(disk->make_directories(dir).ok());
  auto file = disk->open(dir + "/a", true);
  ASSERT_TRUE(file.ok());
  ASSERT_TRUE((*file)->append("hello").ok());
  ASSERT_TRUE((*file)->sync().ok());
  EXPECT_EQ(*(*file)->read(1, 100), "ello");
  ASSERT_TRUE((*file)->truncate(2).ok());
  EXPECT_EQ(*(*file)->size(), 2U);
  ASSERT_TRUE((*file)->lock().ok());
  auto second = disk->open(dir + "/a", false);
  EXPECT_EQ((*second)->lock().error().code, ErrorCode::kBusy);
  EXPECT_EQ(disk->open(dir + "/none", false).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(*disk->list(dir), std::vector<std::string>{"a"});
}

TEST(PosixDisk, makes_what_its_owner_alone_can_read) {
  const std::string dir = ::testing::TempDir() + "truce_disk_private";
  std::filesystem::remove_all(dir);
  auto disk = posix_disk();
  ASSERT_TRUE(disk->make_directories(dir + "/var/log").ok());
  ASSERT_TRUE(disk->open(dir + "/var/log/a", true).ok());
  const auto mode_of = [](const std::string& path) {
    struct stat found{};
    EXPECT_EQ(stat(path.c_str(), &found), 0) << path;
    return found.st_mode & 0777U;
  };
  EXPECT_EQ(mode_of(dir + "/var"), 0700U);
  EXPECT_EQ(mode_of(dir + "/var/log"), 0700U);
  EXPECT_EQ(mode_of(dir + "/var/log/a"), 0600U);
  EXPECT_TRUE(disk->make_directories(dir + "/var/log/").ok()) << "what is there is no error";
  EXPECT_FALSE(disk->make_directories(dir + "/var/log/a/b").ok()) << "a file is no folder";
}

TEST(Gzip, is_unpacked_to_what_it_was) {
  std::string records;
  for (int i = 0; i < 20'000; ++i) records += "{\"n\":" + std::to_string(i * i) + "}\n";
  const std::string path = ::testing::TempDir() + "truce_gzip_test";
  for (const std::string& bytes : {std::string(), std::string("a"), records}) {
    ASSERT_TRUE(write_file_atomically(path, gzipped(bytes)).ok());
    EXPECT_EQ(*read_file(path), bytes);
  }
  EXPECT_LT(gzipped(records).size(), records.size() / 2);
}

TEST(Files, are_replaced_whole_and_mapped) {
  const std::string path = ::testing::TempDir() + "truce_files_test";
  ASSERT_TRUE(write_file_atomically(path, "one").ok());
  ASSERT_TRUE(write_file_atomically(path, "two").ok());
  EXPECT_EQ(*read_file(path), "two");
  const auto mapped = MappedFile::open(path);
  std::filesystem::resize_file(path, 0);  // by another, while it is read
  EXPECT_EQ(mapped->bytes(), "two");
  ASSERT_TRUE(write_file_atomically(path, "two").ok());
  EXPECT_EQ(read_file(path, 2).error().code, ErrorCode::kLimit);
  EXPECT_EQ(read_file(path + ".none").error().code, ErrorCode::kNotFound);
  std::filesystem::remove(path);
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  EXPECT_EQ(read_file(path).error().code, ErrorCode::kBadInput) << "nobody writes into it";
  std::filesystem::remove(path);
}

TEST(ParallelFor, does_each_index_once) {
  for (const unsigned threads : {1U, 2U, 8U}) {
    std::vector<int> hits(1000, 0);
    parallel_for(hits.size(), threads, [&](std::size_t i) { ++hits[i]; });
    EXPECT_EQ(hits, std::vector<int>(1000, 1));
  }
}

}  // namespace
}  // namespace truce
