#pragma once
// The agreement's text beside its code: one file per authoritative language, cut into spans that
// provisions name. A span begins with its id in braces, "{2a}", at the start of a line, and goes on
// to the next; what stands before the first is a preamble that binds nobody.

#include <map>
#include <string>
#include <vector>

#include "model/messages.h"
#include "stages/judge/agreement.h"

namespace truce::judge {

struct Span {
  std::string id;    // empty where a line begins with a brace and holds no id, which is a mistake
  std::string text;  // without its id, white space made single
  std::size_t line = 0;
};
std::vector<Span> parse_text(std::string_view markdown);

// By language, "en".
using Texts = std::map<std::string, std::vector<Span>>;

// Says what the text does not bear out: a language that is missing, spans that not every language
// has, provisions that name no span or one that is not there, and spans that are neither encoded
// nor said not to be. `source` is where the agreement stands, text/LANGUAGE.md lies beside it.
// Where a mistake may hide which spans are encoded, nothing is said of spans that seem not to be.
void check_text(const Agreement& agreement, const Texts& texts, std::string_view source,
                Problems& problems, bool may_hide_spans = false);

// The page that a lawyer signs, in Markdown: clause by clause the text, what it was made into, in
// plain words, and what was left out and why. `cases` is put behind each provision that has some,
// by its id, and behind each rule in time: "gate/ID", "obligation/ID". The page's own words are in
// `language`; those of the agreement are as they are.
std::string print_agreement(const Agreement& agreement, const Texts& texts,
                            const std::map<std::string, std::string>& cases,
                            Language language = Language::kEnglish);

}  // namespace truce::judge
