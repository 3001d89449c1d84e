#pragma once
// What the engine says to people, by key: the sentence comes from the catalogue of a language,
// src/model/messages/LANGUAGE.toml, an ICU message pattern per key.
//
// An argument is text of others, a number, or another message:
//
//   "Kurakhove (zone 3)"                              text; as_text makes it of anything
//   "0.97"                                            a number, where the pattern takes one
//   "@weapon.artillery"                               a message, said in the same language
//   "@list(@weapon_told.calibre(@weapon.mortar|120)|@weapon.tank)"   messages inside messages
//
// Text is never read as a pattern: what came from outside comes out as it went in.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace truce {

struct CountInterval;
struct Reason;

enum class Language : std::uint8_t { kEnglish, kUkrainian, kRussian };
inline constexpr std::array kLanguages{Language::kEnglish, Language::kUkrainian,
                                       Language::kRussian};
std::string_view to_string(Language language);  // "en", "uk", "ru"
std::optional<Language> language_from(std::string_view name);

struct Message {
  std::string key;
  std::vector<std::string> args;
  friend bool operator==(const Message&, const Message&) = default;
};

// Any text as an argument: "@home" is then no message. Whatever came from outside goes through it.
std::string as_text(std::string text);
// A message as an argument of another. The key "list" takes any number of arguments.
std::string as_argument(const Message& message);

// "11 (9–14)", "3 (at least 3)", "7".
Message message_of(const CountInterval& count);

// The sentence. Of a key that the language does not have, the key and its arguments.
std::string say(const Message& message, Language language);
// The reason's sentence; of one that has no message, or an unknown one, its English words.
std::string words_of(const Reason& reason, Language language);

bool has_message(std::string_view key, Language language);
std::vector<std::string> message_keys(Language language);  // ascending
// What is wrong with the catalogues: a pattern that cannot be read, a key that one of them lacks or
// that takes other arguments there.
std::vector<std::string> problems_of_messages();

}  // namespace truce
