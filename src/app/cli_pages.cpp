#include "app/cli_pages.h"

#include <CLI/CLI.hpp>
#include <string_view>
#include <vector>

#include "app/exit_status.h"

namespace truce::app {

std::string joined(const std::vector<std::string>& words, std::string_view between) {
  std::string out;
  for (const auto& w : words) out += (out.empty() ? "" : std::string(between)) + w;
  return out;
}

namespace {

// An option or a positional, as the pages need it.
struct Word {
  std::vector<std::string> flags;  // "--data"; empty for a positional
  std::string name;                // "MISSION"; for an option its first long name
  std::string type;                // empty for a flag
  std::string help;
  bool required = false;
};

struct Command {
  std::string name;
  std::string help;
  std::string footer;
  std::vector<Word> positionals;
  std::vector<Word> options;
};

Word word_of(const CLI::Option& o) {
  Word w;
  for (const auto& s : o.get_snames()) w.flags.push_back("-" + s);
  for (const auto& l : o.get_lnames()) w.flags.push_back("--" + l);
  w.name = o.get_positional() ? o.get_name(true) : o.get_lnames().front();
  w.help = o.get_description();
  w.required = o.get_required();
  if (o.get_items_expected_max() > 0) {
    // Behind the name CLI11 puts what validators say of the value: ":INT in [1 - 64]".
    w.type = o.get_type_name();
    w.type = w.type.substr(0, w.type.find(':'));
  }
  return w;
}

std::vector<Command> commands_of(const CLI::App& cli) {
  std::vector<Command> out;
  for (const auto* app : cli.get_subcommands([](const CLI::App*) { return true; })) {
    Command c{app->get_name(), app->get_description(), app->get_footer(), {}, {}};
    if (c.footer == cli.get_footer()) c.footer.clear();  // inherited
    for (const auto* o : app->get_options())
      (o->get_positional() ? c.positionals : c.options).push_back(word_of(*o));
    out.push_back(std::move(c));
  }
  return out;
}

std::vector<std::string> choices(const std::string& type) {
  std::vector<std::string> out;
  if (type.find('|') == std::string::npos) return out;
  for (std::size_t from = 0; from <= type.size();) {
    const auto to = std::min(type.find('|', from), type.size());
    out.push_back(type.substr(from, to - from));
    from = to + 1;
  }
  return out;
}

// Text with every `from` written as `to`.
std::string replaced(std::string text, std::string_view from, std::string_view to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
    text.replace(at, from.size(), to);
  return text;
}

// ------------------------------------------------------------------------------------------- roff
std::string roff(std::string text) {
  text = replaced(std::move(text), "\\", "\\e");
  text = replaced(std::move(text), "-", "\\-");
  if (!text.empty() && (text.front() == '.' || text.front() == '\'')) text.insert(0, "\\&");
  return replaced(replaced(std::move(text), "\n.", "\n\\&."), "\n'", "\n\\&'");
}

std::string roff_word(const Word& w) {
  std::string head = w.flags.empty() ? "\\fI" + roff(w.name) + "\\fR"
                                     : "\\fB" + roff(joined(w.flags, ", ")) + "\\fR";
  if (!w.flags.empty() && !w.type.empty()) head += " \\fI" + roff(w.type) + "\\fR";
  std::string help = w.help;
  if (!choices(w.type).empty()) help += ": one of " + joined(choices(w.type), ", ");
  return ".TP\n" + head + "\n" + roff(help) + ".\n";
}

std::string synopsis(const Command& c) {
  std::string out = "truce " + c.name;
  for (const auto& p : c.positionals) out += p.required ? " " + p.name : " [" + p.name + "]";
  for (const auto& o : c.options) {
    if (o.required) out += " " + o.flags.back() + " " + o.type;
  }
  return out + " [OPTIONS]";
}

std::string roff_command(const Command& c) {
  std::string out = ".SS \"" + roff(synopsis(c)) + "\"\n" + roff(c.help) + ".\n";
  for (const auto& p : c.positionals) out += roff_word(p);
  for (const auto& o : c.options) {
    if (o.name != "help") out += roff_word(o);
  }
  if (!c.footer.empty()) out += ".PP\n.nf\n" + roff(c.footer) + "\n.fi\n";
  return out;
}

// ------------------------------------------------------------------------------------------- bash
std::string bash_offer(const Word& w) {
  if (w.type == kFolderType) return "_truce_paths -d";
  if (w.type == kFileType) return "_truce_paths -f";
  const auto words = choices(w.type);
  if (words.empty()) return "return";
  return "_truce_words \"" + joined(words, " ") + "\"";
}

constexpr std::string_view kBashHead =
    R"bash(# bash completion for truce; made by `truce completion bash`
_truce_words() { mapfile -t COMPREPLY < <(compgen -W "$1" -- "$cur"); }
_truce_paths() {
  compopt -o filenames 2>/dev/null
  mapfile -t COMPREPLY < <(compgen "$1" -- "$cur")
}
_truce() {
  local cur="${COMP_WORDS[COMP_CWORD]}" prev="${COMP_WORDS[COMP_CWORD-1]}"
  local command="${COMP_WORDS[1]}" i n=0
  COMPREPLY=()
)bash";

// How many positionals stand before the cursor: neither options nor the values of options.
constexpr std::string_view kBashCount = R"bash(  for ((i = 2; i < COMP_CWORD; i++)); do
    case "${COMP_WORDS[i]}" in
      %valued%) ((i++)) ;;
      -*) ;;
      *) ((n++)) ;;
    esac
  done
)bash";

std::string valued_options(const std::vector<Command>& commands) {
  std::vector<std::string> out;
  for (const auto& c : commands) {
    for (const auto& o : c.options) {
      if (o.type.empty()) continue;
      if (std::find(out.begin(), out.end(), o.flags.back()) == out.end())
        out.push_back(o.flags.back());
    }
  }
  return joined(out, " | ");
}

std::string bash_values(const Command& c) {
  std::string out;
  for (const auto& o : c.options) {
    if (!o.type.empty())
      out += "    \"" + c.name + " " + o.flags.back() + "\") " + bash_offer(o) + "; return ;;\n";
  }
  return out;
}

std::string bash_options(const Command& c) {
  std::vector<std::string> flags;
  for (const auto& o : c.options) flags.push_back(o.flags.back());
  return "    \"" + c.name + " -\"*) _truce_words \"" + joined(flags, " ") + "\"; return ;;\n";
}

std::string bash_positionals(const Command& c) {
  std::string out;
  for (std::size_t i = 0; i < c.positionals.size(); ++i)
    out += "    \"" + c.name + " " + std::to_string(i) + "\") " + bash_offer(c.positionals[i]) +
           " ;;\n";
  return out;
}

// -------------------------------------------------------------------------------------------- zsh
std::string zsh_text(std::string text) {
  for (const std::string_view c : {"\\", "[", "]", ":"})
    text = replaced(std::move(text), c, "\\" + std::string(c));
  return replaced(std::move(text), "'", "'\\''");
}

std::string zsh_offer(const Word& w) {
  if (w.type == kFolderType) return "_files -/";
  if (w.type == kFileType) return "_files";
  const auto words = choices(w.type);
  return words.empty() ? " " : "(" + joined(words, " ") + ")";
}

std::string zsh_command(const Command& c) {
  std::string out = "    " + c.name + ") _arguments";
  for (const auto& o : c.options)
    out += " '" + o.flags.back() + "[" + zsh_text(o.help) + "]" +
           (o.type.empty() ? "" : ":" + zsh_text(o.name) + ":" + zsh_offer(o)) + "'";
  for (const auto& p : c.positionals)
    out += std::string(" '") + (p.required ? ":" : "::") + p.name + ":" + zsh_offer(p) + "'";
  return out + " ;;\n";
}

// ------------------------------------------------------------------------------------------- fish
std::string fish_text(std::string text) {
  return replaced(replaced(std::move(text), "\\", "\\\\"), "'", "\\'");
}

std::string fish_offer(const Word& w) {
  if (w.type == kFolderType) return " -xa '(__fish_complete_directories)'";
  if (w.type == kFileType) return " -rF";
  const auto words = choices(w.type);
  return words.empty() ? " -x" : " -xa '" + joined(words, " ") + "'";
}

std::string fish_command(const Command& c) {
  const std::string when = "complete -c truce -n '__fish_seen_subcommand_from " + c.name + "'";
  std::string out = "complete -c truce -n __fish_use_subcommand -a " + c.name + " -d '" +
                    fish_text(c.help) + "'\n";
  for (const auto& o : c.options)
    out += when + " -l " + o.name + (o.type.empty() ? "" : fish_offer(o)) + " -d '" +
           fish_text(o.help) + "'\n";
  for (const auto& p : c.positionals) out += when + fish_offer(p) + "\n";
  return out;
}

}  // namespace

std::string man_page_of(const CLI::App& cli) {
  std::string out =
      ".TH TRUCE 1 \"\" \"truce " TRUCE_VERSION
      "\" \"Ceasefire monitoring\"\n.SH NAME\ntruce \\- the engine of a ceasefire monitoring "
      "mechanism\n.SH SYNOPSIS\n.B truce\n.I COMMAND\n[\\fIARGUMENTS\\fR] [\\fIOPTIONS\\fR]\n"
      ".SH DESCRIPTION\nTakes in what sensors, satellites, patrols, the parties and the press "
      "report, works out incidents with honest uncertainty, holds them against the text of the "
      "ceasefire, and keeps a log from which every finding can be worked out again. Results go to "
      "standard output, complaints and progress to standard error.\n.SH COMMANDS\n";
  for (const auto& c : commands_of(cli)) out += roff_command(c);
  out += ".SH EXIT STATUS\n";
  for (const auto& s : exit_statuses())
    out += ".TP\n.B " + std::to_string(s.status) + "\n" + roff(std::string(s.name)) + ": " +
           roff(std::string(s.meaning)) + ".\n";
  return out +
         ".SH FILES\nA mission is a folder:\n.TP\n.I mission.toml\nname, time zone of the "
         "reporting day, feeds, parameters\n.TP\n.I agreement.toml\nprovisions, gates, "
         "obligations, readings\n.TP\n.I cases.csv, clocks.toml\ncases worked by hand\n.TP\n"
         ".I geo/*.geojson\nlines, zones, regions and places\n.TP\n.I var/\nlog, query store and "
         "reports: all that the program writes\n";
}

std::string bash_completion_of(const CLI::App& cli) {
  const auto commands = commands_of(cli);
  std::string names;
  std::string values;
  std::string options;
  std::string positionals;
  for (const auto& c : commands) {
    names += (names.empty() ? "" : " ") + c.name;
    values += bash_values(c);
    options += bash_options(c);
    positionals += bash_positionals(c);
  }
  return std::string(kBashHead) + "  if [ \"$COMP_CWORD\" -eq 1 ]; then _truce_words \"" + names +
         " --help\"; return; fi\n  case \"$command $prev\" in\n" + values +
         "  esac\n  case \"$command $cur\" in\n" + options + "  esac\n" +
         replaced(std::string(kBashCount), "%valued%", valued_options(commands)) +
         "  case \"$command $n\" in\n" + positionals + "  esac\n}\ncomplete -F _truce truce\n";
}

std::string zsh_completion_of(const CLI::App& cli) {
  std::string names;
  std::string cases;
  for (const auto& c : commands_of(cli)) {
    names += " '" + c.name + ":" + zsh_text(c.help) + "'";
    cases += zsh_command(c);
  }
  return "#compdef truce\n# zsh completion for truce; made by `truce completion zsh`\n_truce() {\n"
         "  local -a commands=(" +
         names.substr(1) +
         ")\n  if (( CURRENT == 2 )); then _describe command commands; return; fi\n"
         "  local command=$words[2]\n  shift words; (( CURRENT-- ))\n  case $command in\n" +
         cases + "  esac\n}\n(( $+functions[compdef] )) && compdef _truce truce\n";
}

std::string fish_completion_of(const CLI::App& cli) {
  std::string out =
      "# fish completion for truce; made by `truce completion fish`\ncomplete -c truce -f\n";
  for (const auto& c : commands_of(cli)) out += fish_command(c);
  return out;
}

}  // namespace truce::app
