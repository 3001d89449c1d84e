#include "app/json_lines.h"

#include <algorithm>
#include <charconv>
#include <string>

namespace truce::app {

namespace {

// One pass over the text with the brackets that are open and what may come next; values are only
// stepped over.
class JsonWalk {
 public:
  JsonWalk(std::string_view text, std::string_view list) : text_(text), list_(list) {
    if (text_.starts_with("\xef\xbb\xbf")) text_.remove_prefix(3);
  }
  JsonLines run() {
    while (skip_space()) {
      if (!step()) {
        out_.stops = line_;
        return std::move(out_);
      }
    }
    if (next_ != Next::kNothing) out_.stops = last_line_;
    return std::move(out_);
  }

 private:
  enum class Next { kValue, kValueOrEnd, kKey, kKeyOrEnd, kColon, kCommaOrEnd, kNothing };

  bool skip_space() {
    last_line_ = line_;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c != ' ' && c != '\t' && c != '\r' && c != '\n') return true;
      if (c == '\n') ++line_;
      ++at_;
    }
    return false;
  }
  bool step() {
    const char c = text_[at_];
    switch (next_) {
      case Next::kValueOrEnd:
        if (c == ']') return close();
        return value(c);
      case Next::kValue:
        return value(c);
      case Next::kKeyOrEnd:
        if (c == '}') return close();
        return key(c);
      case Next::kKey:
        return key(c);
      case Next::kColon:
        next_ = Next::kValue;
        return c == ':' && ++at_ > 0;
      case Next::kCommaOrEnd:
        if (c == (open_.back() == '{' ? '}' : ']')) return close();
        next_ = open_.back() == '{' ? Next::kKey : Next::kValue;
        return c == ',' && ++at_ > 0;
      case Next::kNothing:
        break;
    }
    return false;
  }
  bool key(char c) {
    const std::size_t start = at_ + 1;
    if (c != '"' || !string()) return false;
    if (open_.size() == 1) is_list_ = text_.substr(start, at_ - 1 - start) == list_;
    next_ = Next::kColon;
    return true;
  }
  bool value(char c) {
    if (is_list_ && open_ == "{[") out_.elements.push_back(line_);
    if (c == '{' || c == '[') {
      open_ += c;
      next_ = c == '{' ? Next::kKeyOrEnd : Next::kValueOrEnd;
      ++at_;
      return true;
    }
    if (!(c == '"' ? string() : word())) return false;
    ended();
    return true;
  }
  bool close() {
    open_.pop_back();
    ++at_;
    ended();
    return true;
  }
  void ended() { next_ = open_.empty() ? Next::kNothing : Next::kCommaOrEnd; }
  // A text in quotes, which holds no line break.
  bool string() {
    for (++at_; at_ < text_.size(); ++at_) {
      if (text_[at_] == '"') return ++at_ > 0;
      if (text_[at_] == '\n') return false;
      if (text_[at_] == '\\') ++at_;
    }
    return false;
  }
  // true, false, null or a number.
  bool word() {
    const auto end = std::min(
        text_.find_first_not_of("+-.0123456789abcdefghijklmnopqrstuvwxyzE", at_), text_.size());
    const std::string_view w = text_.substr(at_, end - at_);
    at_ = end;
    if (w == "true" || w == "false" || w == "null") return true;
    double v = 0;
    const auto [rest, code] = std::from_chars(w.data(), w.data() + w.size(), v);
    return code == std::errc() && rest == w.data() + w.size();
  }

  std::string_view text_, list_;
  std::size_t at_ = 0;
  std::uint64_t line_ = 1, last_line_ = 1;
  std::string open_;  // brackets
  Next next_ = Next::kValue;
  bool is_list_ = false;  // whether the key of the outer object names the list
  JsonLines out_;
};

}  // namespace

JsonLines json_lines(std::string_view text, std::string_view list) {
  return JsonWalk(text, list).run();
}

}  // namespace truce::app
