#include "model/messages.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <regex>
#include <set>
#include <thread>

#include "base/files.h"
#include "model/probability_digits.h"
#include "model/records.h"

namespace truce {
namespace {

namespace fs = std::filesystem;

TEST(Messages, are_the_same_in_every_language_and_can_be_read) {
  for (const auto& problem : problems_of_messages()) ADD_FAILURE() << problem;
  EXPECT_GT(message_keys(Language::kEnglish).size(), 100U);
  for (const Language l : kLanguages) {
    EXPECT_EQ(message_keys(l), message_keys(Language::kEnglish)) << to_string(l);
    EXPECT_EQ(language_from(to_string(l)), l);
  }
  EXPECT_FALSE(language_from("de"));
}

TEST(Messages, translate_every_sentence_that_has_words) {
  const std::set<std::string> same{"list",
                                   "count.exact",
                                   "count.range",
                                   "number.certain",
                                   "number.probability",
                                   "number.factor",
                                   "weapon_told.system",
                                   "reason.exception.holds",
                                   "plan.became",
                                   "explain.because",
                                   "explain.alternative"};
  for (const auto& key : message_keys(Language::kEnglish)) {
    for (const Language l : {Language::kUkrainian, Language::kRussian}) {
      const bool is_same = say({key, {}}, l) == say({key, {}}, Language::kEnglish);
      EXPECT_EQ(is_same, same.contains(key)) << key << " in " << to_string(l);
    }
  }
}

// Letters that only the other language has.
TEST(Messages, do_not_mix_ukrainian_and_russian) {
  const auto holds_one_of = [](const std::string& text, const std::vector<std::string>& letters) {
    return std::any_of(letters.begin(), letters.end(),
                       [&](const auto& c) { return text.find(c) != std::string::npos; });
  };
  for (const auto& key : message_keys(Language::kEnglish)) {
    EXPECT_FALSE(holds_one_of(say({key, {}}, Language::kUkrainian),
                              {"ё", "ы", "э", "ъ", "Ё", "Ы", "Э", "Ъ"}))
        << key;
    EXPECT_FALSE(holds_one_of(say({key, {}}, Language::kRussian),
                              {"і", "ї", "є", "ґ", "І", "Ї", "Є", "Ґ", "’"}))
        << key;
  }
}

TEST(Messages, count_reports_as_the_language_does) {
  struct Case {
    const char* n;
    const char* en;
    const char* uk;
    const char* ru;
  };
  const std::vector<Case> cases{{"1", "from 1 report", "1 повідомлення", "1 сообщение"},
                                {"2", "from 2 reports", "2 повідомлення", "2 сообщения"},
                                {"5", "from 5 reports", "5 повідомлень", "5 сообщений"},
                                {"11", "from 11 reports", "11 повідомлень", "11 сообщений"},
                                {"21", "from 21 reports", "21 повідомлення", "21 сообщение"},
                                {"22", "from 22 reports", "22 повідомлення", "22 сообщения"},
                                {"25", "from 25 reports", "25 повідомлень", "25 сообщений"},
                                {"112", "from 112 reports", "112 повідомлень", "112 сообщений"}};
  const std::string p = as_argument({"number.probability", {"0.97"}});
  for (const Case& c : cases) {
    const Message m{"reason.real.reported", {p, c.n}};
    EXPECT_EQ(say(m, Language::kEnglish), std::string("0.97 that it happened, ") + c.en);
    EXPECT_EQ(say(m, Language::kUkrainian),
              std::string("імовірність того, що подія відбулася: 0,97; підстава: ") + c.uk);
    EXPECT_EQ(say(m, Language::kRussian),
              std::string("вероятность того, что событие произошло: 0,97; основание: ") + c.ru);
  }
}

TEST(Messages, decline_what_is_counted) {
  const auto violations = [](const char* n, Language l) {
    return say({"explain.violations", {as_argument({"count.exact", {n}}), n, "-"}}, l);
  };
  const auto cases = [](const char* n, Language l) {
    const std::string all = say({"page.right", {"-", "1", "1", n, "2"}}, l);
    return all.substr(3);
  };
  const std::vector<std::pair<const char*, const char*>> uk{
      {"1", "порушення"},  {"2", "порушення"},  {"5", "порушень"},  {"11", "порушень"},
      {"21", "порушення"}, {"22", "порушення"}, {"25", "порушень"}, {"112", "порушень"}};
  for (const auto& [n, word] : uk)
    EXPECT_EQ(violations(n, Language::kUkrainian), std::string(n) + " " + word + ", -");
  const std::vector<std::pair<const char*, const char*>> ru{
      {"1", "случай"},  {"2", "случая"},  {"5", "случаев"},  {"11", "случаев"},
      {"21", "случай"}, {"22", "случая"}, {"25", "случаев"}, {"112", "случаев"}};
  for (const auto& [n, word] : ru)
    EXPECT_EQ(cases(n, Language::kRussian),
              "ошибок нет. 1 положение, 1 толкование, проверено без расхождений: " +
                  std::string(n) + " " + word + ", текст на 2 языках");
  const std::vector<std::pair<const char*, const char*>> uk_cases{
      {"1", "випадок"},  {"2", "випадки"},  {"5", "випадків"},  {"11", "випадків"},
      {"21", "випадок"}, {"22", "випадки"}, {"25", "випадків"}, {"112", "випадків"}};
  for (const auto& [n, word] : uk_cases)
    EXPECT_EQ(cases(n, Language::kUkrainian), "помилок немає. 1 положення, 1 тлумачення, " +
                                                  std::string(n) + " " + word +
                                                  " перевірено без розбіжностей, текст 2 мовами");
}

TEST(Messages, write_numbers_as_the_language_does) {
  const Message m{"bound.from_line", {"25000", "line of contact"}};
  EXPECT_EQ(say(m, Language::kEnglish), "25,000 m from line of contact");
  EXPECT_EQ(say(m, Language::kUkrainian), "25\u00a0000 м (лінія: line of contact)");
  EXPECT_EQ(say(m, Language::kRussian), "25\u00a0000 м (линия: line of contact)");
  EXPECT_EQ(say({"weapon_told.calibre", {"@weapon.artillery", "99.9"}}, Language::kUkrainian),
            "артилерія (калібр 99,9 мм)");
  EXPECT_EQ(say({"number.between", {"0.20", "0.90"}}, Language::kUkrainian), "від 0,20 до 0,90");
}

TEST(Messages, call_no_probability_certain_that_is_not) {
  EXPECT_EQ(probability_digits(0.974), "0.97");
  EXPECT_EQ(probability_digits(0.997), "0.9970");
  EXPECT_EQ(probability_digits(0.99999), "0.9999");
  EXPECT_EQ(probability_digits(0.001), "0.0010");
  EXPECT_EQ(probability_digits(1e-9), "0.0001");
  EXPECT_EQ(probability_digits(0), "0.00");
  EXPECT_EQ(probability_digits(1), "1.00");
  EXPECT_EQ(say({"explain.alone", {probability_digits(0.99999)}}, Language::kEnglish),
            "alone it makes the event likely with 0.9999");
}

TEST(Messages, say_in_english_what_they_always_said) {
  const std::string p = as_argument({"number.probability", {"0.97"}});
  const std::string line = as_argument({"bound.from_line", {"25000", "the line"}});
  EXPECT_EQ(say({"reason.distance.nearer", {p, line}}, Language::kEnglish),
            "0.97 of the place's probability lies nearer than 25,000 m from the line");
  const std::string weapons = as_argument(
      {"list",
       {as_argument({"weapon_told.both", {"@weapon.rocket_artillery", "300", "tornado-s"}}),
        "@weapon.unknown"}});
  EXPECT_EQ(
      say({"reason.weapon.other", {weapons}}, Language::kEnglish),
      "no weapon that the provision names: multiple-launch rockets of 300 mm (tornado-s), n/k");
  EXPECT_EQ(say({"reason.place.partly",
                 {as_argument({"number.between", {"0.20", "0.90"}}),
                  as_argument({"list", {"A", as_argument({"zone.any_of_kind", {"buffer"}})}})}},
                Language::kEnglish),
            "0.20 to 0.90 of the probability of the place lies inside A, any buffer");
}

TEST(Messages, leave_text_of_others_as_it_is) {
  for (const std::string text : {"zone {0}",
                                 "{",
                                 "}",
                                 "'{0}'",
                                 "it's",
                                 "''",
                                 "«q»",
                                 "\"q\"",
                                 "@weapon.tank",
                                 "\\",
                                 "\\@x",
                                 "a|b",
                                 "(a)",
                                 "a)",
                                 "#",
                                 "{0, plural, other {#}}",
                                 "",
                                 "обстріл",
                                 "\\(",
                                 "@"}) {
    const std::string arg = as_text(text);
    const std::string deep = as_argument({"list", {as_argument({"list", {arg}})}});
    for (const Language l : kLanguages) {
      EXPECT_EQ(say({"reason.exception.holds", {arg}}, l), text);
      EXPECT_EQ(say({"reason.exception.holds", {deep}}, l), text);
      const std::string said =
          say({"excuse.announced", {as_argument({"excuse.gives_way", {arg, arg}}), arg}}, l);
      std::size_t n = 0;
      for (auto at = said.find(text); at != std::string::npos && !text.empty() && n < 9;
           at = said.find(text, at + text.size()))
        ++n;
      EXPECT_TRUE(text.empty() || n >= 3) << said;
    }
  }
}

TEST(Messages, say_the_key_where_there_is_no_sentence) {
  EXPECT_EQ(say({"no.such", {}}, Language::kUkrainian), "no.such");
  EXPECT_EQ(say({"no.such", {"a", "@weapon.tank"}}, Language::kRussian), "no.such: a, танк");
  EXPECT_EQ(say({"reason.circumstances.shown", {"@no.such"}}, Language::kEnglish),
            "shown: no.such");
  EXPECT_EQ(say({"", {}}, Language::kEnglish), "");
  EXPECT_FALSE(has_message("no.such", Language::kEnglish));
  // Too few arguments, not a number, not well formed, too deep.
  EXPECT_EQ(say({"number.between", {"x"}}, Language::kEnglish), "x to ?");
  EXPECT_NE(say({"reason.real.reported", {"", "many"}}, Language::kUkrainian).find("підстава"),
            std::string::npos);
  for (const char* arg : {"@list(", "@list(a))", "@list)(", "@(", "@list(a|b"})
    EXPECT_EQ(say({"reason.exception.holds", {arg}}, Language::kEnglish).empty(), false) << arg;
  std::string deep = "x";
  for (int i = 0; i < 100; ++i) deep = as_argument({"list", {deep}});
  EXPECT_FALSE(say({"list", {deep}}, Language::kEnglish).empty());
}

TEST(Messages, have_every_word_of_the_vocabularies) {
  for (std::size_t i = 0; i < kWeaponClasses; ++i) {
    const auto w = static_cast<WeaponClass>(i);
    EXPECT_EQ(say({"weapon." + std::string(to_string(w)), {}}, Language::kEnglish), to_words(w));
  }
  for (std::size_t i = 0; i < kEffectClasses; ++i) {
    const auto e = static_cast<EffectClass>(i);
    EXPECT_EQ(say({"effect." + std::string(to_string(e)), {}}, Language::kEnglish), to_words(e));
  }
  for (const auto v : {FindingValue::kCompliant, FindingValue::kBreach,
                       FindingValue::kNotApplicable, FindingValue::kUndeterminable})
    EXPECT_TRUE(has_message("value." + std::string(to_string(v)), Language::kEnglish));
}

TEST(Messages, say_counts_as_their_text_does) {
  for (const CountInterval& c : {CountInterval{7, 7, 7, false}, CountInterval{9, 11, 14, false},
                                 CountInterval{3, 3, 0, true}, CountInterval{0, 0, 5, false}})
    EXPECT_EQ(say(message_of(c), Language::kEnglish), to_text(c));
  EXPECT_EQ(say(message_of({3, 3, 0, true}), Language::kUkrainian), "3 (щонайменше 3)");
}

TEST(Messages, a_reason_without_a_message_keeps_its_words) {
  Reason r{.fact = "weapon", .probability = 1, .words = "any weapon"};
  EXPECT_EQ(words_of(r, Language::kUkrainian), "any weapon");
  r.message = "no.such";
  EXPECT_EQ(words_of(r, Language::kUkrainian), "any weapon");
  r.message = "reason.weapon.any";
  EXPECT_EQ(words_of(r, Language::kUkrainian), "будь-яка зброя");
  EXPECT_EQ(words_of(r, Language::kEnglish), "any weapon");
}

TEST(Messages, are_said_on_several_threads_at_once) {
  std::vector<std::thread> threads;
  std::array<std::string, 4> said;
  for (auto& mine : said) {
    threads.emplace_back([&mine] {
      for (int i = 0; i < 1000; ++i)
        mine = say({"reason.real.reported",
                    {as_argument({"number.between", {"0.2", "0.9"}}), std::to_string(i)}},
                   Language::kRussian);
    });
  }
  for (auto& t : threads) t.join();
  for (const auto& s : said)
    EXPECT_EQ(s,
              "вероятность того, что событие произошло: от 0,20 до 0,90; основание: 999 "
              "сообщений");
}

// ------------------------------------------------------------------- what the sources ask for
struct Asked {
  std::set<std::string> keys;      // written out
  std::set<std::string> families;  // "weapon", of a key whose last word is a name
};

// Keys stand in the sources as literals, whole or up to a vocabulary's name: "reason.time.inside",
// "@weapon." + …
Asked asked_for(const std::string& source, const std::set<std::string>& tables) {
  Asked out;
  const std::regex literal("\"@?([a-z_]+)\\.([a-z_.]*)\"");
  for (std::sregex_iterator it(source.begin(), source.end(), literal), end; it != end; ++it) {
    if (!tables.contains((*it)[1])) continue;
    if ((*it)[2].length() == 0)
      out.families.insert((*it)[1]);
    else
      out.keys.insert((*it)[1].str() + "." + (*it)[2].str());
  }
  return out;
}

TEST(Messages, are_there_for_every_key_in_the_sources_and_for_no_other) {
  std::set<std::string> tables;
  for (const auto& key : message_keys(Language::kEnglish))
    tables.insert(key.substr(0, key.find('.')));
  EXPECT_EQ(asked_for("say({\"reason.x\", {\"@weapon.\" + w}})", tables).keys.size(), 1U);
  EXPECT_EQ(asked_for("say({\"reason.x\", {\"@weapon.\" + w}})", tables).families.size(), 1U);
  Asked all;
  for (const auto& f : fs::recursive_directory_iterator(fs::path(TRUCE_SOURCE_DIR) / "src")) {
    const std::string name = f.path().filename().string();
    if (!f.is_regular_file() || !name.ends_with(".cpp") || name.ends_with("_test.cpp") ||
        name.ends_with("_fuzz.cpp"))
      continue;
    const Asked own = asked_for(*read_file(f.path().string()), tables);
    for (const auto& key : own.keys)
      EXPECT_TRUE(has_message(key, Language::kEnglish)) << f.path() << " asks for " << key;
    all.keys.insert(own.keys.begin(), own.keys.end());
    all.families.insert(own.families.begin(), own.families.end());
  }
  EXPECT_GT(all.keys.size(), 60U);
  for (const auto& key : message_keys(Language::kEnglish))
    EXPECT_TRUE(key == "list" || all.keys.contains(key) ||
                all.families.contains(key.substr(0, key.find('.'))))
        << key << " is asked for by nobody";
}

}  // namespace
}  // namespace truce
