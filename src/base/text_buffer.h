#pragma once
// Text that grows at its end, written through a pointer: one look at the room per piece, not per
// character.

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>
#include <utility>

namespace truce {

class TextBuffer {
 public:
  void clear() { size_ = 0; }
  std::string_view view() const { return {bytes_.get(), size_}; }
  std::size_t size() const { return size_; }
  char* data() { return bytes_.get(); }

  // Where the next bytes go; at least n of them fit. Ends at the latest with the next call.
  char* room(std::size_t n) {
    if (capacity_ - size_ < n) grow(n);
    return bytes_.get() + size_;
  }
  // Everything before `end`, which lies in the room that was asked for, is now text.
  void to(const char* end) { size_ = static_cast<std::size_t>(end - bytes_.get()); }

  void push_back(char c) {
    *room(1) = c;
    ++size_;
  }
  TextBuffer& operator+=(std::string_view text) {
    to(std::copy(text.begin(), text.end(), room(text.size())));
    return *this;
  }

 private:
  [[gnu::noinline]] void grow(std::size_t n) {
    const std::size_t larger = 2 * capacity_ + n + 1024;
    std::unique_ptr<char[]> bytes(new char[larger]);
    if (size_ > 0) std::memcpy(bytes.get(), bytes_.get(), size_);
    bytes_ = std::move(bytes);
    capacity_ = larger;
  }

  std::unique_ptr<char[]> bytes_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace truce
