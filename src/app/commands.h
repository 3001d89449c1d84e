#pragma once
// One function per subcommand; each returns the program's exit status. Results go to standard
// output, progress and complaints to standard error.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "app/session.h"
#include "model/messages.h"

namespace truce::app {

// What most commands need: a mission, how to open it, and in which form to answer.
struct MissionOptions {
  std::filesystem::path mission;
  bool json = false;  // answer with one JSON object on standard output
  SessionOptions session;
};

struct RunOptions {
  MissionOptions common;
  bool once = false;
  double every_s = 0.1;               // between two looks at the feeds when the run stays
  std::optional<std::uint16_t> port;  // instead of [serve]'s, likewise; 0: nothing is served
};
int command_run(const RunOptions& options);
int command_check(const MissionOptions& options);

struct AgreementOptions {
  std::filesystem::path folder;
  bool cases = false;   // list every worked case with its finding
  bool print = false;   // the page to be signed, Markdown
  bool points = false;  // the drafts of points.toml: what changed, what is agreed
  std::string as_of;    // of the points: a day, by what was known at its end; empty: all
  bool json = false;    // a line per case
  Language language = Language::kEnglish;
};
int command_agreement(const AgreementOptions& options);

struct ClocksOptions {
  MissionOptions common;
  std::string until;                   // RFC 3339; empty: where what is known ends
  std::optional<std::uint64_t> as_of;  // entries of the log; none: all
  std::optional<std::uint64_t> since;  // of clocks: what entries from here on moved
  Language language = Language::kEnglish;
};
int command_clocks(const ClocksOptions& options);
// Phases, posts and hazards of the force, at the same instant and as known at the same position.
int command_force(const ClocksOptions& options);

struct SignOptions {
  MissionOptions common;
  std::string escalation, tier, breach, by;  // all of them, or none: then what may be signed
  std::string at;                            // RFC 3339; empty: now
  bool yes = false;                          // write it
};
int command_sign(const SignOptions& options);

struct UserOptions {
  std::string action;  // add, list, remove, passwd, forget-key
  std::filesystem::path mission;
  std::filesystem::path data;  // where files that begin with "data:" lie
  std::string name, role, party;
  bool json = false;  // of list: a line per account
};
int command_user(const UserOptions& options);

struct AcquireOptions {
  std::string format;
  std::filesystem::path file;
  std::filesystem::path mapping;
  std::string zone = "UTC";
  bool dry_run = false;
  std::filesystem::path into;  // a mission; its log takes the records
  std::string feed = "hand";
  SessionOptions session;
};
int command_acquire(const AcquireOptions& options);
int command_replay(const MissionOptions& options);
// `id` is a finding's, or of what else `truce explain --help` names.
int command_explain(const MissionOptions& options, const std::string& id,
                    Language language = Language::kEnglish);

struct ReportOptions {
  MissionOptions common;
  std::string day;
  std::string until;
  std::string audience = "staff";
  std::optional<std::uint64_t> as_of;  // a position of the log
};
int command_report(const ReportOptions& options);

struct ParamsOptions {
  MissionOptions common;  // the mission may be empty: then the defaults
  bool markdown = false;  // docs/parameters.md
};
int command_params(const ParamsOptions& options);

struct SimOptions {
  std::vector<std::filesystem::path> worlds;
  std::filesystem::path out;          // of one world its folder, of several the one above
  std::optional<std::uint64_t> seed;  // instead of the world's own
  bool describe = false;              // print every key and make nothing
  bool json = false;
};
int command_sim(const SimOptions& options);

struct LocateOptions {
  std::filesystem::path dir;  // a scene
  std::filesystem::path out;  // empty: standard output
  bool withhold_weather = false;
  bool quiet = false;
};

struct ScoreOptions {
  std::filesystem::path dir;      // a simulated mission that was run, or a scene
  std::filesystem::path effects;  // of a scene: what is reported, one JSON object per line
  bool json = false;
  SessionOptions session;
};
int command_locate(const LocateOptions& options);
int command_score(const ScoreOptions& options);

// Prints an error the one way and gives its exit status.
int fail(const Error& error);
// The error of a value given on the command line: names the option, and is a matter of usage.
Error usage_error(const Error& error, const std::string& option);
// Of a value given on the command line; none where it is empty. Errors: of usage.
Result<std::optional<Instant>> instant_option(const std::string& text, const std::string& option);
// Errors, of usage: more entries than the log holds.
Status check_entries(const std::optional<std::uint64_t>& entries, const std::string& option,
                     const ledger::Store& store);

}  // namespace truce::app
