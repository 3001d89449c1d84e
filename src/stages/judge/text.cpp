#include "stages/judge/text.h"

#include <algorithm>
#include <optional>
#include <set>
#include <type_traits>

namespace truce::judge {

namespace {

// "{2a}" at the start of a line: the id; empty where a brace is there and no id, as in "{2a" and
// " {2a}"; none where there is no brace.
std::optional<std::string> span_id(std::string_view line) {
  const auto start = line.find_first_not_of(" \t");
  if (start == std::string_view::npos || line[start] != '{') return std::nullopt;
  const auto end = line.find('}');
  return start > 0 || end == std::string_view::npos ? std::string()
                                                    : std::string(line.substr(1, end - 1));
}

void append_words(std::string& to, std::string_view text) {
  for (const char c : text) {
    const bool is_space = c == ' ' || c == '\t' || c == '\r' || c == '\n';
    if (!is_space)
      to += c;
    else if (!to.empty() && to.back() != ' ')
      to += ' ';
  }
  if (!to.empty() && to.back() != ' ') to += ' ';
}

class Checker {
 public:
  Checker(const Agreement& a, const Texts& texts, std::string_view source, Problems& problems,
          bool may_hide_spans)
      : a_(a),
        texts_(texts),
        source_(source),
        problems_(problems),
        may_hide_spans_(may_hide_spans) {}

  void run() {
    for (const auto& language : a_.languages) {
      if (!texts_.contains(language))
        say(source_, a_.text_line,
            "the text in the authoritative language \"" + language + "\" is missing",
            "text/" + language + ".md beside it");
    }
    for (const auto& [language, spans] : texts_) check_language(language, spans);
    if (texts_.empty()) return;
    for (const Provision& p : a_.readings.front().provisions) check_provision(p);
    check_clocks();
    for (const NotEncoded& n : a_.not_encoded) {
      if (!exists(n.span))
        say(source_, n.line, "there is no span \"" + n.span + "\" in the text",
            "a {span} of text/");
      for (const Provision& p : a_.readings.front().provisions) {
        if (std::find(p.encodes.begin(), p.encodes.end(), n.span) != p.encodes.end())
          say(source_, n.line,
              "span {" + n.span + "} is said not to be encoded, and provision " + p.id +
                  " encodes it",
              "one of the two");
      }
    }
  }

 private:
  void say(std::string_view source, std::size_t line, std::string what, std::string expected) {
    problems_.errors.push_back(make_error(ErrorCode::kBadMission, std::move(what),
                                          {.source = std::string(source), .line = line},
                                          std::move(expected)));
  }
  bool exists(const std::string& id) const {
    return std::any_of(texts_.begin(), texts_.end(), [&](const auto& t) {
      return std::any_of(t.second.begin(), t.second.end(),
                         [&](const Span& s) { return s.id == id; });
    });
  }
  void check_language(const std::string& language, const std::vector<Span>& spans) {
    const std::string file = "text/" + language + ".md";
    std::set<std::string> seen;
    for (const Span& s : spans) {
      if (s.id.empty()) {
        say(file, s.line, "a brace at the start of a line, and no span",
            "{ID} where a span begins");
        continue;
      }
      if (!seen.insert(s.id).second)
        say(file, s.line, "span {" + s.id + "} is there twice", "an id of its own");
      if (s.text.empty())
        say(file, s.line, "span {" + s.id + "} has no words", "the clause's text");
      if (!may_hide_spans_ && !is_accounted_for(s.id))
        say(file, s.line, "span {" + s.id + "} is neither encoded nor said not to be",
            "a provision with encodes = [\"" + s.id + "\"], or a [[not_encoded]] with the reason");
    }
    for (const auto& [other, theirs] : texts_) {
      for (const Span& s : theirs) {
        if (!s.id.empty() && !seen.contains(s.id))
          say("text/" + other + ".md", s.line, "span {" + s.id + "} is missing in " + file,
              "the same spans in every language");
      }
    }
  }
  bool is_accounted_for(const std::string& id) const {
    return std::any_of(a_.not_encoded.begin(), a_.not_encoded.end(),
                       [&](const NotEncoded& n) { return n.span == id; }) ||
           is_encoded_in_time(id) ||
           std::any_of(a_.readings.front().provisions.begin(), a_.readings.front().provisions.end(),
                       [&](const Provision& p) {
                         return std::find(p.encodes.begin(), p.encodes.end(), id) !=
                                p.encodes.end();
                       });
  }
  bool is_encoded_in_time(const std::string& id) const {
    bool out = false;
    const ClockRules& clocks = a_.readings.front().clocks;
    each_kind(clocks, clocks, [&](const char*, const auto& rules, const auto&) {
      for (const auto& r : rules)
        out = out || std::find(r.encodes.begin(), r.encodes.end(), id) != r.encodes.end();
    });
    return out;
  }
  void check_clocks() {
    const ClockRules& clocks = a_.readings.front().clocks;
    each_kind(clocks, clocks, [&](const char* kind, const auto& rules, const auto&) {
      for (const auto& r : rules) {
        for (const auto& span : r.encodes) {
          if (!exists(span))
            say(source_, r.line,
                std::string(kind) + " " + r.id + " encodes a span {" + span +
                    "} that is not in the text",
                "a {span} of text/");
        }
      }
    });
  }
  void check_provision(const Provision& p) {
    if (p.encodes.empty() && !may_hide_spans_)
      say(source_, p.encodes_line == 0 ? p.line : p.encodes_line,
          "provision " + p.id + " names no span of the text", "encodes = [\"…\"]");
    for (const auto& span : p.encodes) {
      if (!exists(span))
        say(source_, p.encodes_line,
            "provision " + p.id + " encodes a span {" + span + "} that is not in the text",
            "a {span} of text/");
    }
  }

  const Agreement& a_;
  const Texts& texts_;
  std::string source_;
  Problems& problems_;
  bool may_hide_spans_ = false;
};

// What the page says besides the agreement's own words.
class Page {
 public:
  explicit Page(Language language) : language_(language) {}
  std::string operator()(const std::string& key, std::vector<std::string> texts = {}) const {
    for (auto& t : texts) t = as_text(std::move(t));
    return say({key, std::move(texts)}, language_);
  }

 private:
  Language language_;
};

std::string provision_words(const Agreement& a, const Provision& p, const Page& page,
                            const std::map<std::string, std::string>& cases) {
  std::string out = "**" + p.id + "** — " + p.words + "\n";
  const double tau = a.standards_of_proof.at(p.standard_of_proof);
  out += "\n" + page("page.standard", {p.standard_of_proof, std::to_string(tau)}) + " " +
         (p.source.empty() ? "" : page("page.source", {p.source})) + "\n";
  if (!p.severity.empty()) out += "\n- " + page("page.severity", {p.severity}) + "\n";
  std::string remedies;
  for (const auto& r : p.remedies) remedies += (remedies.empty() ? "" : "; ") + r;
  if (!remedies.empty()) out += "\n- " + page("page.remedies", {remedies}) + "\n";
  for (const Exception& x : p.exceptions) out += "\n- " + page("page.except", {x.words}) + "\n";
  for (const auto& o : p.overrides) out += "\n- " + page("page.sets_aside", {o}) + "\n";
  for (const Reading& r : a.readings) {
    const std::string whose = r.id + (r.party.empty() ? "" : ", " + r.party);
    const bool reads_otherwise =
        std::find(r.provisions.begin(), r.provisions.end(), p) == r.provisions.end();
    if (reads_otherwise && !r.words.empty())
      out += "\n- " + page("page.read_otherwise", {whose, r.words}) + "\n";
  }
  const auto worked = cases.find(p.id);
  return worked == cases.end() ? out + "\n" : out + "\n" + worked->second + "\n";
}

// What holds in time: those that encode a span, each once with its cases, or those that encode
// none.
class ClocksOnPage {
 public:
  ClocksOnPage(const Agreement& a, const Page& page,
               const std::map<std::string, std::string>& cases)
      : a_(a), page_(page), cases_(cases) {}

  std::string of_span(const std::string& span) {
    return all([&](const auto& r) {
      return std::find(r.encodes.begin(), r.encodes.end(), span) != r.encodes.end();
    });
  }
  std::string of_no_span() {
    return all([](const auto& r) { return r.encodes.empty(); });
  }

 private:
  template <class Wanted>
  std::string all(Wanted wanted) {
    std::string out;
    const ClockRules& base = a_.readings.front().clocks;
    each_kind(base, base, [&](const char* kind, const auto& rules, const auto&) {
      for (const auto& r : rules) {
        if (wanted(r)) out += one(kind, r);
      }
    });
    return out;
  }
  template <class Rule>
  std::string one(const char* kind, const Rule& r) {
    std::string out = "**" + r.id + "** (" + page_("rule_kind." + std::string(kind)) + ") — " +
                      r.words + "\n\n" +
                      page_("page.standard", {r.standard, std::to_string(r.tau)}) + " " +
                      (r.source.empty() ? "" : page_("page.source", {r.source})) + "\n";
    for (const Reading& reading : a_.readings) {
      const std::string whose = reading.id + (reading.party.empty() ? "" : ", " + reading.party);
      if (reads_otherwise(reading.clocks, r))
        out += "\n- " + page_("page.read_otherwise", {whose, reading.words}) + "\n";
    }
    const std::string key = std::string(kind) + "/" + r.id;
    const auto worked = cases_.find(key);
    const bool first = printed_.insert(key).second;
    return worked == cases_.end() || !first ? out + "\n" : out + "\n" + worked->second + "\n";
  }
  template <class Rule>
  static bool reads_otherwise(const ClockRules& clocks, const Rule& r) {
    bool same = false;
    each_kind(clocks, clocks, [&](const char*, const auto& rules, const auto&) {
      if constexpr (std::is_same_v<std::decay_t<decltype(rules)>, std::vector<Rule>>)
        same = std::find(rules.begin(), rules.end(), r) != rules.end();
    });
    return !same;
  }

  const Agreement& a_;
  const Page& page_;
  const std::map<std::string, std::string>& cases_;
  std::set<std::string> printed_;
};

}  // namespace

std::vector<Span> parse_text(std::string_view markdown) {
  std::vector<Span> out;
  std::size_t line = 0;
  while (!markdown.empty()) {
    const auto end = std::min(markdown.find('\n'), markdown.size());
    std::string_view words = markdown.substr(0, end);
    markdown.remove_prefix(std::min(end + 1, markdown.size()));
    ++line;
    if (const auto id = span_id(words)) {
      out.push_back({*id, {}, line});
      if (!id->empty()) words.remove_prefix(id->size() + 2);
    }
    if (!out.empty()) append_words(out.back().text, words);
  }
  for (Span& s : out) {
    if (!s.text.empty()) s.text.pop_back();
  }
  return out;
}

void check_text(const Agreement& agreement, const Texts& texts, std::string_view source,
                Problems& problems, bool may_hide_spans) {
  Checker(agreement, texts, source, problems, may_hide_spans).run();
}

std::string print_agreement(const Agreement& a, const Texts& texts,
                            const std::map<std::string, std::string>& cases, Language own) {
  const Page page(own);
  std::string out = "# " + a.title + "\n\n" + a.source + "\n";
  std::set<std::string> printed;
  ClocksOnPage clocks(a, page, cases);
  const auto provisions_of = [&](const std::string& span) {
    std::string found;
    for (const Provision& p : a.readings.front().provisions) {
      if (std::find(p.encodes.begin(), p.encodes.end(), span) == p.encodes.end()) continue;
      found += provision_words(
          a, p, page, printed.insert(p.id).second ? cases : std::map<std::string, std::string>());
    }
    return found;
  };
  if (!texts.empty()) {
    for (const Span& s : texts.begin()->second) {
      out += "\n## " + s.id + "\n";
      for (const auto& [language, spans] : texts) {
        const auto it =
            std::find_if(spans.begin(), spans.end(), [&](const Span& o) { return o.id == s.id; });
        if (it != spans.end()) out += "\n> (" + language + ") " + it->text + "\n";
      }
      out += "\n" + provisions_of(s.id) + clocks.of_span(s.id);
      for (const NotEncoded& n : a.not_encoded) {
        if (n.span == s.id) out += page("page.not_encoded", {n.why}) + "\n";
      }
    }
  }
  for (const Provision& p : a.readings.front().provisions) {
    if (!printed.contains(p.id)) out += "\n" + provision_words(a, p, page, cases);
  }
  out += "\n" + clocks.of_no_span();
  return out + "\n" + page("page.found_right") + "\n\n" + page("page.signatures") +
         "\n|---|---|---|---|\n";
}

}  // namespace truce::judge
