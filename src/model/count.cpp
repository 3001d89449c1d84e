#include "model/count.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace truce {

namespace {

constexpr std::int64_t kMax = 1'000'000'000'000;

// People round to the last figure they trust: "about 800" was rounded to hundreds, "about 20" to
// tens. Half that unit is the least spread; a tenth of the number is what guesses of crowds and
// salvos miss by at least, so the larger of both is taken. One rule for all words that say "not
// exactly".
std::int64_t rounding_spread(std::int64_t n) {
  std::int64_t unit = 1;
  while (n != 0 && n % (unit * 10) == 0) unit *= 10;
  return std::max<std::int64_t>({1, unit / 2, n / 10});
}

std::optional<std::int64_t> read_figure(std::string_view text) {
  std::int64_t value = 0;
  int since_separator = 0;
  bool any = false;
  bool separated = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c >= '0' && c <= '9') {
      value = value * 10 + (c - '0');
      if (value > kMax) return std::nullopt;
      any = true;
      ++since_separator;
    } else if ((c == ',' || c == ' ') && any && (!separated || since_separator == 3)) {
      separated = true;
      since_separator = 0;
    } else {
      return std::nullopt;
    }
  }
  if (!any || (separated && since_separator != 3)) return std::nullopt;
  return value;
}

struct Prefix {
  std::string_view words;
  CountKind kind;
};
constexpr std::array<Prefix, 21> kPrefixes{{{"about", CountKind::kAbout},
                                            {"approximately", CountKind::kAbout},
                                            {"around", CountKind::kAbout},
                                            {"circa", CountKind::kAbout},
                                            {"ca.", CountKind::kAbout},
                                            {"some", CountKind::kAbout},
                                            {"~", CountKind::kAbout},
                                            {"almost", CountKind::kAlmost},
                                            {"nearly", CountKind::kAlmost},
                                            {"over", CountKind::kOver},
                                            {"more than", CountKind::kOver},
                                            {">=", CountKind::kAtLeast},
                                            {">", CountKind::kOver},
                                            {"at least", CountKind::kAtLeast},
                                            {"no fewer than", CountKind::kAtLeast},
                                            {"at most", CountKind::kAtMost},
                                            {"up to", CountKind::kAtMost},
                                            {"no more than", CountKind::kAtMost},
                                            {"<=", CountKind::kAtMost},
                                            {"<", CountKind::kAlmost},
                                            {"=", CountKind::kExact}}};

Count make(CountKind kind, std::int64_t n) {
  switch (kind) {
    case CountKind::kExact:
      return Count::exact(n);
    case CountKind::kAbout:
      return Count::about(n);
    case CountKind::kAlmost:
      return Count::almost(n);
    case CountKind::kOver:
      return Count::over(n);
    case CountKind::kAtLeast:
      return Count::at_least(n);
    case CountKind::kAtMost:
      return Count::at_most(n);
    default:
      return Count::unknown();
  }
}

// Lower case, one space between words, no-break spaces as spaces, en dash as hyphen.
std::string normalized(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text.substr(i, 2) == "\xc2\xa0") {
      out += ' ';
      ++i;
    } else if (text.substr(i, 3) == "\xe2\x80\x93") {
      out += '-';
      i += 2;
    } else {
      out += static_cast<char>(std::tolower(static_cast<unsigned char>(text[i])));
    }
  }
  std::string squeezed;
  for (const char c : out) {
    if (c == ' ' && (squeezed.empty() || squeezed.back() == ' ')) continue;
    squeezed += c;
  }
  while (!squeezed.empty() && squeezed.back() == ' ') squeezed.pop_back();
  return squeezed;
}

// The words that an interval still has after arithmetic.
Count from_interval(CountKind kind, std::int64_t best, std::int64_t low,
                    std::optional<std::int64_t> high) {
  if (!high) return Count::at_least(low);
  if (low == *high) return Count::exact(low);
  if (kind == CountKind::kAbout)
    return {CountKind::kAbout, best, 0, std::max(best - low, *high - best)};
  return Count::range(low, *high);
}

}  // namespace

Count Count::exact(std::int64_t n) { return {CountKind::kExact, n, 0, 0}; }
Count Count::about(std::int64_t n) { return {CountKind::kAbout, n, 0, rounding_spread(n)}; }
Count Count::almost(std::int64_t n) { return {CountKind::kAlmost, n, 0, rounding_spread(n)}; }
Count Count::over(std::int64_t n) { return {CountKind::kOver, n, 0, rounding_spread(n)}; }
Count Count::at_least(std::int64_t n) { return {CountKind::kAtLeast, n, 0, 0}; }
Count Count::at_most(std::int64_t n) { return {CountKind::kAtMost, n, 0, 0}; }
Count Count::range(std::int64_t low, std::int64_t high) {
  return {CountKind::kRange, low, high, 0};
}
Count Count::unknown() { return {}; }

std::int64_t Count::low() const {
  switch (kind) {
    case CountKind::kAbout:
      return std::max<std::int64_t>(0, value - spread);
    case CountKind::kAlmost:
      return std::max<std::int64_t>(0, value - spread);
    case CountKind::kOver:
      return value + 1;
    case CountKind::kAtMost:
      return 0;
    case CountKind::kUnknown:
      return 0;
    default:
      return value;
  }
}

std::optional<std::int64_t> Count::high() const {
  switch (kind) {
    case CountKind::kAbout:
      return value + spread;
    case CountKind::kAlmost:
      return std::max<std::int64_t>(0, value - 1);
    case CountKind::kOver:
      return std::nullopt;
    case CountKind::kAtLeast:
      return std::nullopt;
    case CountKind::kRange:
      return upper;
    case CountKind::kUnknown:
      return std::nullopt;
    default:
      return value;
  }
}

std::int64_t Count::best() const {
  switch (kind) {
    case CountKind::kAlmost:
      return std::max<std::int64_t>(0, value - 1);
    case CountKind::kOver:
      return value + 1;
    case CountKind::kRange:
      return value + (upper - value) / 2;
    case CountKind::kUnknown:
      return 1;  // something was reported, how often was not
    default:
      return value;
  }
}

Result<Count> parse_count(std::string_view text) {
  const std::string words = normalized(text);
  const auto fail = [&] {
    return bad_input(
        "\"" + std::string(text.substr(0, 48)) + "\" is not a count", {},
        "a whole number, or one after about, almost, over, at least, up to, or two with a hyphen");
  };
  if (words == "n/k" || words == "not known" || words == "unknown") return Count::unknown();
  if (const auto n = read_figure(words)) return Count::exact(*n);
  for (const auto& [prefix, kind] : kPrefixes) {
    if (words.rfind(prefix, 0) != 0) continue;
    std::string_view rest = std::string_view(words).substr(prefix.size());
    if (!rest.empty() && rest.front() == ' ') rest.remove_prefix(1);
    if (const auto n = read_figure(rest)) return make(kind, *n);
  }
  const std::size_t hyphen = words.find('-');
  if (hyphen != std::string::npos && hyphen > 0) {
    const auto low = read_figure(std::string_view(words).substr(0, hyphen));
    const auto high = read_figure(std::string_view(words).substr(hyphen + 1));
    if (low && high && *low <= *high) return Count::range(*low, *high);
  }
  return fail();
}

std::string to_text(const Count& count) {
  std::string n = std::to_string(count.value);
  switch (count.kind) {
    case CountKind::kExact:
      return n;
    case CountKind::kAbout:
      return "about " + n;
    case CountKind::kAlmost:
      return "almost " + n;
    case CountKind::kOver:
      return "over " + n;
    case CountKind::kAtLeast:
      return "at least " + n;
    case CountKind::kAtMost:
      return "up to " + n;
    case CountKind::kRange:
      return n + "-" + std::to_string(count.upper);
    case CountKind::kUnknown:
      return "n/k";
  }
  return "n/k";
}

Count operator+(const Count& a, const Count& b) {
  std::optional<std::int64_t> high;
  if (a.high() && b.high()) high = *a.high() + *b.high();
  const bool about = a.kind == CountKind::kAbout || b.kind == CountKind::kAbout;
  return from_interval(about ? CountKind::kAbout : CountKind::kRange, a.best() + b.best(),
                       a.low() + b.low(), high);
}

Result<Count> subtract(const Count& whole, const Count& part) {
  if (whole.high() && *whole.high() < part.low()) {
    return bad_input("the part (" + to_text(part) + ") is larger than the whole (" +
                     to_text(whole) + ")");
  }
  std::optional<std::int64_t> high;
  if (whole.high()) high = *whole.high() - part.low();
  const std::int64_t low = part.high() ? std::max<std::int64_t>(0, whole.low() - *part.high()) : 0;
  const std::int64_t best = std::max<std::int64_t>(0, whole.best() - part.best());
  const bool about = whole.kind == CountKind::kAbout || part.kind == CountKind::kAbout;
  return from_interval(about ? CountKind::kAbout : CountKind::kRange, best, low, high);
}

CountInterval interval_of(const Count& count) {
  return {count.low(), count.best(), count.high().value_or(0), !count.high().has_value()};
}

CountInterval operator+(const CountInterval& a, const CountInterval& b) {
  const bool unbounded = a.unbounded || b.unbounded;
  return {a.low + b.low, a.best + b.best, unbounded ? 0 : a.high + b.high, unbounded};
}

std::string to_text(const CountInterval& c) {
  std::string best = std::to_string(c.best);
  if (c.unbounded) return best + " (at least " + std::to_string(c.low) + ")";
  if (c.low == c.best && c.high == c.best) return best;
  return best + " (" + std::to_string(c.low) + "\u2013" + std::to_string(c.high) + ")";
}

}  // namespace truce
