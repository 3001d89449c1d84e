#pragma once
// The log: append-only, durable before acknowledged, readable while it grows.
//
// Positions count entries from 0 and never have gaps. Each entry carries its SHA-256, so that the
// same interface can later be served by a Merkle tree over those hashes (leaf i = entry i) without
// a change for its callers: `hash` of an entry is what such a tree takes as leaf data.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/disk.h"
#include "base/hash.h"
#include "model/entry.h"

namespace truce::ledger {

struct StoredEntry {
  std::uint64_t position = 0;
  Hash hash{};
  Entry entry;
};

// The bytes that an entry's hash is of (docs/log-format.md: its body).
std::string hashed_bytes(const Entry& entry);

struct OpenReport {
  std::uint64_t entries = 0;
  std::uint64_t torn_bytes = 0;  // at the tail, never acknowledged: cut unless it is read only
  std::string torn_file;         // where; empty when there are none
};

struct Options {
  std::string directory;
  std::uint64_t segment_bytes_max = 256ULL << 20;
  std::uint64_t write_bytes = 256U << 10;  // of a batch, written before it is committed
  std::uint64_t entries_min = 0;  // that were acknowledged: where fewer are left, nothing is cut
  bool read_only = false;  // without a lock, beside a writer too; a torn tail is left where it is
};

class Ledger {
 public:
  // Opens or creates. Truncates a torn tail of the last segment only and says so in `report()`;
  // damage anywhere else is kCorrupt, naming file and offset, and nothing is changed.
  static Result<std::unique_ptr<Ledger>> open(Disk& disk, Options options);
  virtual ~Ledger() = default;
  virtual const OpenReport& report() const = 0;
  virtual std::uint64_t size() const = 0;  // entries readable, acknowledged or not

  // Stages entries in order; returns the position of the first. Not durable until commit().
  virtual Result<std::uint64_t> append(const Entry& entry) = 0;
  // Group commit: one write and one sync for everything appended since. When it returns without
  // error all of it survives a crash: this is the acknowledgement.
  virtual Status commit() = 0;
  virtual std::uint64_t committed() const = 0;  // entries [0, committed) are acknowledged

  virtual Result<StoredEntry> read(std::uint64_t position) = 0;
};

// Reads committed entries from `position` on, sequentially and cheaply; `next` gives nullopt at the
// end and more once more is committed (also by another process).
class Reader {
 public:
  static Result<std::unique_ptr<Reader>> open(Disk& disk, const std::string& directory,
                                              std::uint64_t position);
  virtual ~Reader() = default;
  virtual Result<std::optional<StoredEntry>> next() = 0;
  // Says that so many entries are committed, as the ledger knows them to be: they are given as they
  // are read, where others wait in memory for the mark of their batch.
  virtual void committed(std::uint64_t entries) = 0;
};

}  // namespace truce::ledger
