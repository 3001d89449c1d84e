// Catalogues and what is said from them. Findings are put into words by the hundred thousand, on
// several threads: ICU reads each pattern once, into steps that never change, and is asked again
// only for the form of a plural and the writing of a number.

#include "model/messages.h"

#include <toml++/toml.h>
#include <unicode/messagepattern.h>
#include <unicode/numberformatter.h>
#include <unicode/plurrule.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <memory>
#include <set>

#include "base/result.h"
#include "model/internal/message_texts.h"
#include "model/records.h"

namespace truce {

namespace {

constexpr int kInsideMax = 8;  // messages inside messages
constexpr std::array<std::string_view, 3> kLanguageNames{"en", "uk", "ru"};

struct Variant;
struct Step {
  enum class Kind : std::uint8_t {
    kText,
    kArgument,  // as it is
    kNumber,    // written as the pattern says
    kPlural,    // one of the variants
    kCounted,   // inside a variant: the number that chose it
  };
  Kind kind = Kind::kText;
  std::string text;
  std::size_t argument = 0;
  icu::number::LocalizedNumberFormatter number;
  std::vector<Variant> variants;
};
using Steps = std::vector<Step>;
struct Variant {
  std::string keyword;          // "few"
  std::optional<double> exact;  // "=0"
  Steps steps;
};

struct Pattern {
  Steps steps;
  std::set<std::size_t> arguments;
};

std::string utf8(const icu::UnicodeString& text) {
  std::string out;
  return text.toUTF8String(out);
}

// One pattern, read by ICU, made into steps. Of what a pattern may hold it takes plain arguments,
// numbers with a format, and plurals.
class PatternReader {
 public:
  PatternReader(const std::string& text, const icu::Locale& locale)
      : locale_(locale), parsed_(icu::UnicodeString::fromUTF8(text), nullptr, status_) {}

  std::optional<Pattern> read() {
    if (U_FAILURE(status_)) return std::nullopt;
    Pattern out;
    std::int32_t at = 0;
    out.steps = message(at, 0);
    if (!is_understood_ || U_FAILURE(status_)) return std::nullopt;
    out.arguments = arguments_;
    return out;
  }

 private:
  using Part = icu::MessagePattern::Part;

  static void add_text(Steps& steps, const icu::UnicodeString& text) {
    if (text.isEmpty()) return;
    if (steps.empty() || steps.back().kind != Step::Kind::kText) steps.emplace_back();
    steps.back().text += utf8(text);
  }

  // From the part that begins a message; leaves `at` on the one that ends it.
  Steps message(std::int32_t& at, std::size_t counted) {
    Steps out;
    std::int32_t from = parsed_.getPart(at).getLimit();
    while (is_understood_) {
      const Part& part = parsed_.getPart(++at);
      add_text(out, parsed_.getPatternString().tempSubStringBetween(from, part.getIndex()));
      from = part.getLimit();
      switch (part.getType()) {
        case UMSGPAT_PART_TYPE_MSG_LIMIT:
          return out;
        case UMSGPAT_PART_TYPE_SKIP_SYNTAX:
        case UMSGPAT_PART_TYPE_INSERT_CHAR:  // for who writes the pattern anew
          break;
        case UMSGPAT_PART_TYPE_REPLACE_NUMBER:
          out.emplace_back().kind = Step::Kind::kCounted;
          out.back().argument = counted;
          out.back().number = whole();
          break;
        case UMSGPAT_PART_TYPE_ARG_START:
          out.push_back(argument(at));
          from = parsed_.getPart(at).getLimit();
          break;
        default:
          is_understood_ = false;
      }
    }
    return out;
  }

  // From the part that begins an argument; leaves `at` on the one that ends it.
  Step argument(std::int32_t& at) {
    const std::int32_t limit = parsed_.getLimitPartIndex(at);
    const UMessagePatternArgType type = parsed_.getPart(at).getArgType();
    const Part& name = parsed_.getPart(at + 1);
    Step out;
    if (name.getType() == UMSGPAT_PART_TYPE_ARG_NUMBER)
      out.argument = static_cast<std::size_t>(name.getValue());
    else
      is_understood_ = false;
    arguments_.insert(out.argument);
    if (type == UMSGPAT_ARG_TYPE_NONE)
      out.kind = Step::Kind::kArgument;
    else if (type == UMSGPAT_ARG_TYPE_SIMPLE)
      read_number(at + 2, out);
    else if (type == UMSGPAT_ARG_TYPE_PLURAL)
      read_plural(at + 2, limit, out);
    else
      is_understood_ = false;
    at = limit;
    return out;
  }

  void read_number(std::int32_t at, Step& out) {
    out.kind = Step::Kind::kNumber;
    out.number = whole();
    if (parsed_.getSubstring(parsed_.getPart(at)) != icu::UnicodeString("number"))
      is_understood_ = false;
    const Part& style = parsed_.getPart(at + 1);
    if (style.getType() != UMSGPAT_PART_TYPE_ARG_STYLE) return;
    // The part of the style behind "::", see "number skeletons" in ICU's guide.
    icu::UnicodeString skeleton = parsed_.getSubstring(style);
    skeleton.trim();
    is_understood_ = is_understood_ && skeleton.startsWith(u"::");
    out.number =
        icu::number::NumberFormatter::forSkeleton(skeleton.remove(0, 2), status_).locale(locale_);
  }

  void read_plural(std::int32_t at, std::int32_t limit, Step& out) {
    out.kind = Step::Kind::kPlural;
    out.number = whole();
    while (at < limit && is_understood_) {
      if (parsed_.getPart(at).getType() != UMSGPAT_PART_TYPE_ARG_SELECTOR) {
        is_understood_ = false;
        return;
      }
      Variant v;
      v.keyword = utf8(parsed_.getSubstring(parsed_.getPart(at++)));
      const Part& value = parsed_.getPart(at);
      if (value.getType() != UMSGPAT_PART_TYPE_MSG_START) {
        v.exact = parsed_.getNumericValue(value);
        ++at;
      }
      v.steps = message(at, out.argument);
      out.variants.push_back(std::move(v));
      ++at;
    }
  }

  icu::number::LocalizedNumberFormatter whole() const {
    return icu::number::NumberFormatter::withLocale(locale_);
  }

  icu::Locale locale_;
  UErrorCode status_ = U_ZERO_ERROR;
  icu::MessagePattern parsed_;
  std::set<std::size_t> arguments_;
  bool is_understood_ = true;
};

struct Catalogue {
  std::map<std::string, Pattern, std::less<>> patterns;
  std::unique_ptr<const icu::PluralRules> plurals;
  std::string between;  // two of a list
  std::vector<std::string> problems;
};

// ICU makes a formatter ready at its third use or so, and hands that from thread to thread by
// atomics of its own, which a sanitizer of threads cannot see. Used here first, it is ready before
// any other thread has it.
void make_ready(const Steps& steps) {
  constexpr int kUses = 4;
  for (const Step& s : steps) {
    if (s.kind != Step::Kind::kNumber && s.kind != Step::Kind::kCounted) {
      for (const Variant& v : s.variants) make_ready(v.steps);
      continue;
    }
    UErrorCode status = U_ZERO_ERROR;
    for (int i = 0; i < kUses; ++i) s.number.formatDouble(0.5, status);
    TRUCE_ENSURE(U_SUCCESS(status));
  }
}

// Tables inside tables are parts of the key.
void read_table(const toml::table& table, const std::string& before, const icu::Locale& locale,
                Catalogue& out) {
  for (const auto& [name, node] : table) {
    const std::string key = before + std::string(name.str());
    if (const auto* inner = node.as_table()) {
      read_table(*inner, key + ".", locale, out);
      continue;
    }
    auto pattern = PatternReader(node.value_or<std::string>(""), locale).read();
    if (pattern)
      out.patterns.emplace(key, *std::move(pattern));
    else
      out.problems.push_back(key + " is no pattern that is understood");
  }
}

Catalogue read_catalogue(Language language) {
  const std::string name(to_string(language));
  const icu::Locale locale(name.c_str());
  UErrorCode status = U_ZERO_ERROR;
  Catalogue out;
  out.plurals.reset(icu::PluralRules::forLocale(locale, status));
  TRUCE_ENSURE(U_SUCCESS(status) && out.plurals != nullptr);
  read_table(toml::parse(message_text(name), name + ".toml"), "", locale, out);
  if (const auto list = out.patterns.find("list"); list != out.patterns.end()) {
    for (const Step& s : list->second.steps) out.between += s.text;
  }
  // Where they stay: a formatter that is moved or copied begins anew, an entry of a map stays.
  for (const auto& [key, pattern] : out.patterns) make_ready(pattern.steps);
  for (std::string& p : out.problems) p.insert(0, name + ": ");
  return out;
}

// Read when first asked for, and never changed.
template <Language language>
const Catalogue& kept() {
  static const Catalogue catalogue = read_catalogue(language);
  return catalogue;
}
const Catalogue& catalogue_of(Language language) {
  switch (language) {
    case Language::kUkrainian:
      return kept<Language::kUkrainian>();
    case Language::kRussian:
      return kept<Language::kRussian>();
    case Language::kEnglish:
      break;
  }
  return kept<Language::kEnglish>();
}

std::optional<double> number_in(std::string_view text) {
  double v = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), v);
  if (code != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return v;
}

// "@key(one|two)" taken apart; nothing of what is not well formed.
std::optional<Message> message_in(std::string_view argument) {
  Message out;
  const auto open = std::min(argument.find('('), argument.size());
  out.key = argument.substr(1, open - 1);
  if (open == argument.size()) return out;
  out.args.emplace_back();
  int depth = 0;
  for (std::size_t i = open + 1; i < argument.size(); ++i) {
    const char c = argument[i];
    if (c == '\\' && i + 1 < argument.size()) {
      // Of an inner message it is still needed there.
      if (depth > 0) out.args.back() += c;
      out.args.back() += argument[++i];
    } else if (c == '|' && depth == 0) {
      out.args.emplace_back();
    } else if (c == ')' && depth == 0) {
      if (i + 1 != argument.size()) return std::nullopt;
      return out;
    } else {
      depth += c == '(' ? 1 : c == ')' ? -1 : 0;
      out.args.back() += c;
    }
  }
  return std::nullopt;
}

class Speaker {
 public:
  Speaker(const Catalogue& catalogue, std::string& out) : catalogue_(catalogue), out_(out) {}

  void message(const Message& m, int inside) {
    if (m.key == "list") return list(m.args, catalogue_.between, inside);
    const auto it = catalogue_.patterns.find(m.key);
    if (it != catalogue_.patterns.end()) return steps(it->second.steps, m.args, inside);
    out_ += m.key;
    if (m.args.empty()) return;
    out_ += ": ";
    list(m.args, ", ", inside);
  }

 private:
  void list(const std::vector<std::string>& args, std::string_view between, int inside) {
    for (std::size_t i = 0; i < args.size(); ++i) {
      if (i > 0) out_ += between;
      argument(args[i], inside);
    }
  }

  void argument(std::string_view text, int inside) {
    if (!text.empty() && text.front() == '@' && inside < kInsideMax) {
      if (const auto m = message_in(text)) return message(*m, inside + 1);
    }
    out_ += text.substr(!text.empty() && text.front() == '\\' ? 1 : 0);
  }

  void number(const Step& s, std::string_view text, int inside) {
    UErrorCode status = U_ZERO_ERROR;
    const auto v = number_in(text);
    if (!v) return argument(text, inside);
    const auto written = s.number.formatDouble(*v, status);
    const icu::UnicodeString wide = written.toTempString(status);
    if (U_FAILURE(status)) return argument(text, inside);
    wide.toUTF8String(out_);
  }

  const Variant& chosen(const Step& s, std::string_view text) const {
    const auto v = number_in(text);
    const auto exact = std::find_if(s.variants.begin(), s.variants.end(),
                                    [&](const Variant& x) { return v && x.exact == v; });
    if (exact != s.variants.end()) return *exact;
    const auto by = [&](const std::string& word) {
      return std::find_if(s.variants.begin(), s.variants.end(),
                          [&](const Variant& x) { return x.keyword == word; });
    };
    const auto it = by(v ? utf8(catalogue_.plurals->select(*v)) : "other");
    // ICU reads no plural without "other".
    return it != s.variants.end() ? *it : *by("other");
  }

  void steps(const Steps& all, const std::vector<std::string>& args, int inside) {
    for (const Step& s : all) {
      if (s.kind == Step::Kind::kText) {
        out_ += s.text;
        continue;
      }
      const std::string_view text =
          s.argument < args.size() ? std::string_view(args[s.argument]) : "?";
      if (s.kind == Step::Kind::kArgument)
        argument(text, inside);
      else if (s.kind == Step::Kind::kPlural)
        steps(chosen(s, text).steps, args, inside);
      else
        number(s, text, inside);
    }
  }

  const Catalogue& catalogue_;
  std::string& out_;
};

}  // namespace

std::string_view to_string(Language language) {
  return kLanguageNames.at(static_cast<std::size_t>(language));
}
std::optional<Language> language_from(std::string_view name) {
  for (const Language l : kLanguages) {
    if (to_string(l) == name) return l;
  }
  return std::nullopt;
}

std::string as_text(std::string text) {
  if (!text.empty() && (text.front() == '@' || text.front() == '\\')) text.insert(0, 1, '\\');
  return text;
}

std::string as_argument(const Message& message) {
  std::string out = "@" + message.key;
  for (std::size_t i = 0; i < message.args.size(); ++i) {
    const std::string& arg = message.args[i];
    out += i == 0 ? '(' : '|';
    const bool is_message = !arg.empty() && arg.front() == '@';
    for (const char c : arg) {
      if (!is_message && (c == '\\' || c == '(' || c == ')' || c == '|')) out += '\\';
      out += c;
    }
  }
  if (!message.args.empty()) out += ')';
  return out;
}

Message message_of(const CountInterval& c) {
  const std::string best = std::to_string(c.best), low = std::to_string(c.low);
  if (c.unbounded) return {"count.at_least", {best, low}};
  if (c.low == c.best && c.high == c.best) return {"count.exact", {best}};
  return {"count.range", {best, low, std::to_string(c.high)}};
}

std::string say(const Message& message, Language language) {
  std::string out;
  Speaker(catalogue_of(language), out).message(message, 0);
  return out;
}

std::string words_of(const Reason& reason, Language language) {
  if (language == Language::kEnglish || !has_message(reason.message, language)) return reason.words;
  return say({reason.message, reason.args}, language);
}

bool has_message(std::string_view key, Language language) {
  return catalogue_of(language).patterns.contains(key);
}

std::vector<std::string> message_keys(Language language) {
  std::vector<std::string> out;
  for (const auto& [key, pattern] : catalogue_of(language).patterns) out.push_back(key);
  return out;
}

std::vector<std::string> problems_of_messages() {
  std::vector<std::string> out;
  const auto& english = catalogue_of(Language::kEnglish).patterns;
  for (const Language l : kLanguages) {
    const Catalogue& own = catalogue_of(l);
    const std::string name(to_string(l));
    out.insert(out.end(), own.problems.begin(), own.problems.end());
    for (const auto& [key, pattern] : own.patterns) {
      if (!english.contains(key)) out.push_back(name + ": " + key + " is not in en");
    }
    for (const auto& [key, pattern] : english) {
      const auto it = own.patterns.find(key);
      if (it == own.patterns.end())
        out.push_back(name + ": " + key + " is missing");
      else if (it->second.arguments != pattern.arguments)
        out.push_back(name + ": " + key + " takes other arguments than in en");
    }
  }
  return out;
}

}  // namespace truce
