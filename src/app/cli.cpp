#include "app/cli.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <memory>
#include <utility>

#include "app/bench.h"
#include "app/cli_pages.h"
#include "app/commands.h"
#include "app/exit_status.h"

namespace truce::app {

namespace {

constexpr const char* kDataHelp = "Folder for files that the mission names as data:NAME";

// What the options write into, and the status of the command that ran.
struct Parsed {
  RunOptions run;
  MissionOptions check;
  AgreementOptions agreement;
  ClocksOptions clocks;
  ClocksOptions force;
  SignOptions sign;
  UserOptions user;
  AcquireOptions acquire;
  MissionOptions replay;
  MissionOptions explain;
  std::string finding;
  std::string language = "en";
  ReportOptions report;
  ParamsOptions params;
  std::string bench_name;
  std::filesystem::path bench_dir;
  bool bench_json = false;
  SimOptions sim;
  LocateOptions locate;
  ScoreOptions score;
  std::string shell;
  bool version_json = false;
  int status = 0;
};

void add_mission(CLI::App& c, std::filesystem::path& mission, bool required = true) {
  c.add_option("MISSION", mission, "The mission's folder")
      ->required(required)
      ->type_name(kFolderType);
}

void add_json(CLI::App& c, bool& json) {
  c.add_flag("--json", json, "Answer with one JSON object on standard output");
}

void add_language(CLI::App& c, std::string& language) {
  std::vector<std::string> names;
  for (const Language l : kLanguages) names.emplace_back(to_string(l));
  c.add_option("--language", language, "Language of values, reasons and headings")
      ->check(CLI::IsMember(names))
      ->type_name(joined(names, "|"));
}

void add_session(CLI::App& c, SessionOptions& o) {
  c.add_option("--data", o.data, kDataHelp)->type_name(kFolderType);
  c.add_option("--threads", o.threads, "Threads for working out incidents")
      ->check(CLI::Range(1, 64))
      ->type_name("N");
  c.add_option("--batch", o.batch_entries, "Entries per group commit")
      ->check(CLI::Range(1, 1000000))
      ->type_name("N");
  c.add_flag("--quiet", o.quiet, "Leave out progress and summaries; errors are still said");
}

void add_common(CLI::App& c, MissionOptions& o) {
  add_mission(c, o.mission);
  add_json(c, o.json);
  add_session(c, o.session);
}

void add_run(CLI::App& cli, Parsed& p) {
  auto* c = cli.add_subcommand("run", "Take in every feed, work it through, write the report");
  c->footer(
      "Without --once it stays: a file of a feed that changes is taken in again\n"
      "(of one that grew, what is new) and the report is written anew; a last line\n"
      "without an end waits for a minute. A mission that is edited is taken up as edited.\n"
      "Where there is a force, hazards to its posts are said on standard error as they become\n"
      "known, a line each beginning with ALERT, and kept in var/alerts.jsonl.\n"
      "Ctrl-C ends it with status 0.\n"
      "It serves the records at http://127.0.0.1:8080 (docs/api.md), or where the mission's\n"
      "[serve] says; to others than this machine only with accounts (`truce user`) and TLS.\n"
      "Where that cannot be had it says why and goes on without.\n"
      "A row that cannot be read does not end a run: its bytes are kept, the reason is\n"
      "said, and the report counts it. `truce acquire` answers such a row with status 4.\n\n"
      "  truce run examples/missions/easter-2025 --once\n"
      "  truce run MISSION --once --data FOLDER    where its files are named data:NAME");
  add_common(*c, p.run.common);
  c->add_flag("--once", p.run.once, "Stop when the feeds are exhausted");
  c->add_option("--every", p.run.every_s, "Seconds between two looks at the feeds")
      ->check(CLI::Range(0.05, 86400.0))
      ->type_name("S");
  c->add_option("--port", p.run.port,
                "Port where a run that stays serves, instead of [serve]'s; 0: none")
      ->check(CLI::Range(0, 65535))
      ->type_name("N");
  c->callback([&p] { p.status = command_run(p.run); });
}

void add_check(CLI::App& cli, Parsed& p) {
  auto* c = cli.add_subcommand("check", "Say everything that is wrong with a mission");
  c->footer(
      "Every problem is said at once, each with file, line, what is wrong and what was\n"
      "expected; status 3 when there is any. Nothing is written.\n\n"
      "  truce check examples/missions/easter-2025");
  add_mission(*c, p.check.mission);
  add_json(*c, p.check.json);
  c->add_option("--data", p.check.session.data, kDataHelp)->type_name(kFolderType);
  c->callback([&p] { p.status = command_check(p.check); });
}

// Runs a command on a folder, where it is one.
template <class Command>
int in_folder(const std::filesystem::path& folder, Command&& command) {
  std::error_code unknown;
  if (std::filesystem::is_directory(folder, unknown)) return command();
  const bool there = std::filesystem::exists(folder, unknown);
  return fail(make_error(there ? ErrorCode::kBadInput : ErrorCode::kNotFound,
                         there ? "is not a folder" : "there is no such folder",
                         {.source = folder.string()}));
}

void add_agreement(CLI::App& cli, Parsed& p) {
  auto& o = p.agreement;
  auto* c = cli.add_subcommand("agreement", "Check an agreement, work its cases, print it");
  c->footer(
      "A folder with agreement.toml, geo/*.geojson and perhaps text/LANGUAGE.md, cases.csv\n"
      "and clocks.toml; a mission's folder is one. Says everything that is wrong at once, each\n"
      "with file, line and remedy: provisions that contradict each other, clauses that no\n"
      "provision holds, worked cases that come out otherwise; status 3 when there is any.\n\n"
      "  truce agreement examples/agreements/package-2015\n"
      "  truce agreement examples/agreements/package-2015 --cases    each with its reasons\n"
      "  truce agreement examples/agreements/package-2015 --print >page.md\n"
      "  truce agreement examples/agreements/package-2015 --cases --language uk\n"
      "  truce agreement examples/agreements/plan-2025 --points --as-of 2025-12-23");
  c->add_option("FOLDER", o.folder, "The agreement's folder")->required()->type_name(kFolderType);
  c->add_flag("--cases", o.cases, "List every worked case with its finding and reasons");
  c->add_flag(
      "--points", o.points,
      "Compare the drafts of points.toml; say what is agreed, what is open, who holds what");
  c->add_option("--as-of", o.as_of, "With --points: by what was known at the end of that day")
      ->type_name("YYYY-MM-DD");
  c->add_flag("--print", o.print, "Print the page that is signed: text, meaning, worked cases");
  add_language(*c, p.language);
  add_json(*c, o.json);
  c->callback([&p] {
    p.agreement.language = language_from(p.language).value_or(Language::kEnglish);
    p.status = in_folder(p.agreement.folder, [&] { return command_agreement(p.agreement); });
  });
}

// A number of entries of the log: what begins with a sign would be taken for a huge one.
void add_entries(CLI::App& command, const std::string& name, std::optional<std::uint64_t>& into,
                 const std::string& help, CLI::Option* excluded = nullptr) {
  const auto is_a_number = [](std::string& text) -> std::string {
    const bool is_whole = !text.empty() && text.size() <= 18 &&
                          text.find_first_not_of("0123456789") == std::string::npos;
    return is_whole ? "" : "\"" + text + "\" is not a number of entries";
  };
  auto* option = command.add_option(name, into, help)->type_name("N");
  option->check(CLI::Validator(is_a_number, "", name));
  if (excluded != nullptr) option->excludes(excluded);
}

void add_clocks(CLI::App& cli, Parsed& p) {
  auto& o = p.clocks;
  auto* c = cli.add_subcommand("clocks",
                               "Say where gates, obligations, escalations and cumulations stand");
  c->footer(
      "Each with why, and with the records that it rests on. A gate's line has one letter\n"
      "per day. With --as-of it is said as it was known when the log had so many entries:\n"
      "late data can move a state back. First as the text stands, then under each reading\n"
      "what stands otherwise.\n"
      "With --since it is said what the entries behind the first N moved, at the instant\n"
      "where those first N end, under each reading, with why and by which records.\n"
      "--json prints one JSON object per line: one for each gate, obligation and party,\n"
      "episode, and group of breaches that count as one; with --since a single one.\n\n"
      "  truce clocks examples/missions/sixty-days\n"
      "  truce clocks MISSION --language uk\n"
      "  truce clocks MISSION --until 2026-03-20T12:00:00Z --as-of 5000");
  add_common(*c, o.common);
  auto* until = c->add_option("--until", o.until, "The instant that is asked about, RFC 3339")
                    ->type_name("TIME");
  add_entries(*c, "--as-of", o.as_of, "Only what the first N entries of the log say");
  add_entries(*c, "--since", o.since, "Say what came to be otherwise since the first N entries",
              until);
  add_language(*c, p.language);
  c->callback([&p] {
    p.clocks.language = language_from(p.language).value_or(Language::kEnglish);
    p.status = command_clocks(p.clocks);
  });
}

void add_force(CLI::App& cli, Parsed& p) {
  auto& o = p.force;
  auto* c = cli.add_subcommand("force", "Say which phase may begin and what posts are warned of");
  c->footer(
      "Of a mission with force.toml: each phase with what it lacks, what each post would add\n"
      "to the coverage of its sectors, and hazards to posts that are not over, with their\n"
      "level and whether an all-clear may be given. Coverage that nobody knows, or of a\n"
      "window that ended more than a day before, is never enough. Where posts stand is\n"
      "said nowhere.\n\n"
      "  truce force examples/missions/sixty-days\n"
      "  truce force examples/missions/sixty-days --until 2030-03-10T00:00:00Z");
  add_common(*c, o.common);
  c->add_option("--until", o.until, "The instant that is asked about, RFC 3339")->type_name("TIME");
  add_entries(*c, "--as-of", o.as_of, "Only what the first N entries of the log say");
  c->callback([&p] { p.status = command_force(p.force); });
}

void add_sign(CLI::App& cli, Parsed& p) {
  auto& o = p.sign;
  auto* c = cli.add_subcommand("sign", "Sign that a tier of an escalation is taken");
  c->footer(
      "No tier is ever taken by the program: a person signs for it. Without any of the four\n"
      "names it lists the tiers that may be signed. With them it shows what is open, from\n"
      "when to when, what would follow, and the record; only with --yes the record goes into\n"
      "the log, and its position there is said; beside a run that stays, the run takes it in.\n"
      "What is not due, signed or lapsed is refused, and so is a time before what the log\n"
      "holds already.\n\n"
      "  truce sign MISSION\n"
      "  truce sign MISSION --escalation response --tier warning --breach FINDING \\\n"
      "    --by \"head of mission\" --yes");
  add_common(*c, o.common);
  c->add_option("--escalation", o.escalation, "The escalation's id")->type_name("ID");
  c->add_option("--tier", o.tier, "The tier's id")->type_name("ID");
  c->add_option("--breach", o.breach, "A finding of the episode that is signed for")
      ->type_name("FINDING");
  c->add_option("--by", o.by, "The office that signs")->type_name("OFFICE");
  c->add_option("--at", o.at, "When it is signed, RFC 3339, instead of now")->type_name("TIME");
  c->add_flag("--yes", o.yes, "Write the signature into the log");
  c->callback([&p] { p.status = command_sign(p.sign); });
}

std::string format_list() {
  std::string out =
      "Status 4 when rows were rejected. With --into a line \"acknowledged N\" says that the\n"
      "first N entries of the file are in the log, durable.\n\n"
      "  truce acquire sirens examples/missions/easter-2025/feeds/sirens.csv --dry-run\n\n"
      "Formats:\n";
  for (const auto& f : acquire::formats())
    out += "  " + std::string(f.name) + std::string(14 - f.name.size(), ' ') +
           std::string(f.summary) + "\n" + std::string(16, ' ') + std::string(f.columns) + "\n";
  return out;
}

std::string format_words() {
  std::string out;
  for (const auto& f : acquire::formats()) out += (out.empty() ? "" : "|") + std::string(f.name);
  return out;
}

void add_user(CLI::App& cli, Parsed& p) {
  auto& o = p.user;
  auto* c = cli.add_subcommand("user", "Say who may sign in to the web app, and as what");
  c->footer(
      "ACTION is add, list, remove, passwd or forget-key. A password is asked for at the\n"
      "terminal, or read as the first line of standard input: at least 12 signs. It is kept\n"
      "as an argon2id hash in var/accounts.sqlite, never in the log. A run that is on follows\n"
      "at once: who is removed, or has another password, is signed out.\n"
      "As soon as there is one account, whoever is not signed in reads what is public.\n"
      "Duty and verification officers read everything and act with a key that their browser\n"
      "makes; forget-key lets them enter another. Who read what is in var/access, a line of\n"
      "JSON each: jq -c 'select(.account == \"NAME\")' MISSION/var/access/*.jsonl\n\n"
      "  truce user add MISSION NAME --role duty\n"
      "  truce user add MISSION NAME --role liaison --party PARTY\n"
      "  truce user list MISSION");
  c->add_option("ACTION", o.action, "What to do")
      ->required()
      ->type_name("add|list|remove|passwd|forget-key");
  add_mission(*c, o.mission);
  c->add_option("NAME", o.name, "Of the account: a-z, 0-9, \".\", \"-\", \"_\"")->type_name("NAME");
  c->add_option("--role", o.role, "Of an account that is added")
      ->type_name("duty|verification|commission|liaison|force");
  c->add_option("--party", o.party, "Whose liaison officer it is")->type_name("ID");
  c->add_option("--data", o.data, kDataHelp)->type_name(kFolderType);
  add_json(*c, o.json);
  c->callback([&p] { p.status = command_user(p.user); });
}

void add_acquire(CLI::App& cli, Parsed& p) {
  auto& o = p.acquire;
  auto* c = cli.add_subcommand("acquire", "Read one file of a format into a mission's log");
  c->footer(format_list());
  c->add_option("FORMAT", o.format, "What the file is written in")
      ->required()
      ->type_name(format_words());
  c->add_option("FILE", o.file, "The file, packed with gzip or not")
      ->required()
      ->type_name(kFileType);
  c->add_flag("--dry-run", o.dry_run,
              "Print what would be recorded and every complaint; write nothing");
  c->add_option("--into", o.into, "The mission whose log takes the records")
      ->type_name(kFolderType);
  c->add_option("--feed", o.feed, "The name of the feed in the records")->type_name("NAME");
  c->add_option("--zone", o.zone, "Zone of local times in the file")->type_name("ZONE");
  c->add_option("--mapping", o.mapping, "Mapping file: columns of a csv, words of targets")
      ->type_name(kFileType);
  add_session(*c, o.session);
  c->callback([&p] { p.status = command_acquire(p.acquire); });
}

void add_replay(CLI::App& cli, Parsed& p) {
  auto* c = cli.add_subcommand("replay", "Work everything out again from the log and compare");
  c->footer(
      "Incidents and findings are a pure function of the log, the mission and the version.\n"
      "Prints the number of entries and the SHA-256 of the stored and of the recomputed\n"
      "incidents and findings, and of all that pages are made of; status 7 when they differ. "
      "Nothing is written, and a run may be on: a torn end\n"
      "of the log is left as it is, entries that no result rests on yet are counted.\n\n"
      "  truce replay examples/missions/easter-2025");
  add_common(*c, p.replay);
  c->callback([&p] { p.status = command_replay(p.replay); });
}

void add_explain(CLI::App& cli, Parsed& p) {
  auto* c = cli.add_subcommand(
      "explain", "Print the chain from a finding down to the bytes, or a source's health");
  c->footer(
      "From the value over the rule, the words of the agreement, the factors of the\n"
      "probability and the incident to each observation: its log entry, its file, line and\n"
      "bytes, and what those bytes are. Ids stand in the report; an incident's id alone is\n"
      "answered with the ids of its findings. Of a source it says what the source stated of\n"
      "its health, and what its arrivals say of it, held against those of others: a clock\n"
      "that is off, silence, a move, a flood. Of a feed it says what it tells of and which\n"
      "files were taken, with their hashes. A finding on an obligation (a deadline that was\n"
      "missed, something owed that is absent) comes with its rule, its deadline and all the\n"
      "records that it rests on. A gate comes with its state, why, and those records; an\n"
      "event, a window of quiet, a signature and breaches that count as one by the ids that\n"
      "`truce clocks` prints; the breach that an escalation begins with, with its tiers.\n"
      "--language is that of what truce says; what sources said, and --json, are as stored.\n\n"
      "  truce explain MISSION i20250420T071300-e1c4ad18ab996ed8df465b0c/1/base\n"
      "  truce explain MISSION maps/e20300228T220000-3e8c8fb3dc7023d3ce9bc659/cobalt/base\n"
      "  truce explain MISSION n017");
  add_mission(*c, p.explain.mission);
  c->add_option("FINDING", p.finding,
                "INCIDENT/PROVISION/READING or OBLIGATION/TRIGGER/PARTY/READING, as the report has "
                "it; or the id of a source, feed, gate, event, window of quiet or signature")
      ->required()
      ->type_name("ID");
  add_json(*c, p.explain.json);
  add_session(*c, p.explain.session);
  add_language(*c, p.language);
  c->callback([&p] {
    const auto language = language_from(p.language).value_or(Language::kEnglish);
    p.status = command_explain(p.explain, p.finding, language);
  });
}

void add_report(CLI::App& cli, Parsed& p) {
  auto* c = cli.add_subcommand("report", "Write the report of a day or of some days");
  c->footer(
      "Writes var/reports/DAY.html, one page that needs no network, and the same figures as\n"
      "DAY.json, and prints the path of the page. A reporting day begins and ends where\n"
      "the mission says (day_starts).\n\n"
      "  truce report examples/missions/easter-2025 --day 2025-04-20\n\n"
      "Every report says how many entries the log had when it was made. With --as-of it is\n"
      "written again from what was known then, as DAY_as-of-N.html.");
  add_common(*c, p.report.common);
  c->add_option("--day", p.report.day, "The reporting day, YYYY-MM-DD")
      ->required()
      ->type_name("DAY");
  c->add_option("--until", p.report.until, "The last day, when there are several")
      ->type_name("DAY");
  c->add_option("--as-of", p.report.as_of, "As it was when the log had that many entries")
      ->type_name("N");
  c->add_option("--audience", p.report.audience, "Who it is for; only staff so far")
      ->type_name("staff");
  c->callback([&p] { p.status = command_report(p.report); });
}

void add_bench(CLI::App& cli, Parsed& p) {
  auto* c = cli.add_subcommand("bench",
                               "Run an evaluation over a folder of data; one JSON object per case");
  c->footer(
      "attribution  what is said of who fired, against whose fire it was, in two simulated\n"
      "        worlds; DIR is examples/worlds\n"
      "mixed   what each kind of observer adds, in a simulated world; DIR likewise\n"
      "smm     rows, totals and slips of published monitoring, counted and checked\n"
      "truces  what the feeds say per day in and around each truce of a list\n"
      "scenes  effects found, placed and bounded in scenes with known truth; where\n"
      "        sensors_truth.csv is there, `clocks`: how many are off by more than 0.3 s,\n"
      "        named and rightly named, and the mean square of error over sigma (chi2)\n"
      "DIR holds the folders smm/ and conflict/. A month without data is \"no data\", never 0.");
  c->add_option("NAME", p.bench_name, "The evaluation")
      ->required()
      ->check(CLI::IsMember(bench_names()))
      ->type_name(joined(bench_names(), "|"));
  c->add_option("DIR", p.bench_dir, "A folder of data")->required()->type_name(kFolderType);
  c->add_flag("--json", p.bench_json, "One JSON object per line; there is no other form");
  c->callback([&p] {
    p.status = in_folder(p.bench_dir, [&] { return command_bench(p.bench_name, p.bench_dir); });
  });
}

void add_sim(CLI::App& cli, Parsed& p) {
  auto& o = p.sim;
  auto* c = cli.add_subcommand("sim", "Make simulated worlds with known truth");
  c->footer(
      "A world is a small TOML file: terrain and front, sensors and what is wrong with\n"
      "them, weapons, wind, false and forged reports. The same file and seed give the\n"
      "same bytes on every machine.\n"
      "  truce sim --describe > my.toml         every key, its default and meaning\n"
      "  truce sim my.toml --out DIR            one world, into DIR\n"
      "  truce sim examples/worlds/*.toml --out DIR --seed 7\n"
      "                                         several, each into DIR/NAME, other draws\n"
      "DIR holds sensors, arrivals, wind and health as the sensors give them; truth.csv,\n"
      "labels.csv and sensors_truth.csv say what really happened and are for scoring only.\n"
      "A world with arrays, cameras, patrols or a satellite becomes a mission that `truce\n"
      "check` accepts, each observer in a feed of its own, with the scene in DIR/scene.");
  c->add_option("WORLD", o.worlds, "Files that describe worlds")->type_name(kFileType);
  c->add_option("--out", o.out, "The folder to write into")->type_name(kFolderType);
  c->add_option("--seed", o.seed, "Instead of the seed that the world names")
      ->check(CLI::Range(std::uint64_t{0}, std::uint64_t{1} << 53))
      ->type_name("N");
  c->add_flag("--describe", o.describe, "Print a world with every key, its default and meaning");
  add_json(*c, o.json);
  c->callback([&p] { p.status = command_sim(p.sim); });
}

void add_locate(CLI::App& cli, Parsed& p) {
  auto& o = p.locate;
  auto* c = cli.add_subcommand("locate", "Find effects in arrivals of sound or of P and S");
  c->footer(
      "  truce sim examples/worlds/dead-third.toml --out DIR\n"
      "  truce locate DIR --out effects.ndjson && truce score DIR --effects effects.ndjson\n"
      "Writes one JSON object per effect: the arrivals it explains (rows of arrivals.csv),\n"
      "place and time, source level at 1 m, the odds for it against false reports\n"
      "(natural logarithm), and rings that hold the place with 50 and 90 %; where levels\n"
      "are those of a blast, its size as [low, best, high] kg of TNT. rival_log_odds are\n"
      "those of another explanation of the same arrivals against this one, where one came\n"
      "near (0: as likely; -3: 1 in 20); echoes and shocks are further rows that are\n"
      "very likely of it. Wind, clocks,\n"
      "attenuation and false rates are fitted from the same arrivals; sensors whose clock\n"
      "is off or jumped, that match nothing or that fell silent are named on standard\n"
      "error. The truth is not read.\n"
      "A scene with layers.csv is one of a seismic network: P and S of blasts at the\n"
      "surface; its levels are those of P at 10 km, and no size is said.");
  c->add_option("SCENE", o.dir, "A folder with sensors.csv, arrivals.csv and scene.json")
      ->required()
      ->type_name(kFolderType);
  c->add_option("--out", o.out, "Instead of standard output")->type_name(kFileType);
  c->add_flag("--withhold-weather", o.withhold_weather,
              "Estimate the wind though wind.csv is there");
  c->add_flag("--quiet", o.quiet, "Only the effects");
  c->callback(
      [&p] { p.status = in_folder(p.locate.dir, [&] { return command_locate(p.locate); }); });
}

void add_score(CLI::App& cli, Parsed& p) {
  auto& o = p.score;
  auto* c = cli.add_subcommand("score", "Compare what was worked out with what really happened");
  c->footer(
      "  truce sim mixed.toml --out DIR && truce run DIR --once && truce score DIR\n"
      "  truce score SCENE --effects effects.ndjson\n"
      "A mission's incidents are held against the salvos of truth.csv and labels.csv. A\n"
      "scene is scored against effects of any program, one JSON object per line with\n"
      "arrivals, x_m, y_m, time_s and, as rings in metres, region50 and region90.\n"
      "Something is found when |A and B| / max(|A|,|B|) >= 0.6 between its reports and\n"
      "those put together; recall and precision count from five reports on (in a\n"
      "mission from two).");
  c->add_option("DIR", o.dir, "A simulated mission that was run, or a scene")
      ->required()
      ->type_name(kFolderType);
  c->add_option("--effects", o.effects, "Effects reported of a scene")->type_name(kFileType);
  add_json(*c, o.json);
  add_session(*c, o.session);
  c->callback([&p] { p.status = in_folder(p.score.dir, [&] { return command_score(p.score); }); });
}

void add_params(CLI::App& cli, Parsed& p) {
  auto* c = cli.add_subcommand("params", "Print every parameter, or what a mission sets them to");
  add_mission(*c, p.params.common.mission, false);
  c->add_option("--data", p.params.common.session.data, kDataHelp)->type_name(kFolderType);
  c->add_flag("--markdown", p.params.markdown, "Print docs/parameters.md");
  add_json(*c, p.params.common.json);
  c->callback([&p] { p.status = command_params(p.params); });
}

int print_completion(const std::string& shell) {
  const std::string script = completion(shell);
  if (script.empty())
    return fail(make_error(ErrorCode::kUnusable, "there is no completion for \"" + shell + "\"", {},
                           "bash, zsh or fish"));
  std::fputs(script.c_str(), stdout);
  return 0;
}

void print_version(bool json) {
  std::printf(json ? "{\"version\":\"%s\"}\n" : "truce %s\n", TRUCE_VERSION);
}

void add_words(CLI::App& cli, Parsed& p) {
  auto* c = cli.add_subcommand("completion", "Print a script that completes commands in a shell");
  c->footer("In bash: source <(truce completion bash)");
  c->add_option("SHELL", p.shell, "The shell")->required()->type_name("bash|zsh|fish");
  c->callback([&p] { p.status = print_completion(p.shell); });
  c = cli.add_subcommand("man", "Print the man page");
  c->footer("To read it: truce man | man -l -");
  c->callback([] { std::fputs(man_page().c_str(), stdout); });
  c = cli.add_subcommand("version", "Print the version");
  c->footer("A report names the version it was made with; findings depend on it.");
  add_json(*c, p.version_json);
  c->callback([&p] { print_version(p.version_json); });
}

std::unique_ptr<CLI::App> make_cli(Parsed& p) {
  auto cli =
      std::make_unique<CLI::App>("truce: the engine of a ceasefire monitoring mechanism", "truce");
  cli->footer(
      "First steps:\n"
      "  truce check examples/missions/easter-2025          what is wrong with a mission\n"
      "  truce run examples/missions/easter-2025 --once     from feeds to a report\n"
      "  truce explain examples/missions/easter-2025 ID     why it says what it says\n\n" +
      exit_status_line() +
      "\nA mission is a folder with mission.toml, agreement.toml and geo/; only its var/ "
      "is written.\n`truce COMMAND --help` says more of a command, `truce man` all of it.");
  cli->require_subcommand(1);
  cli->set_version_flag("--version", "truce " TRUCE_VERSION, "Print the version");
  add_run(*cli, p);
  add_check(*cli, p);
  add_agreement(*cli, p);
  add_clocks(*cli, p);
  add_force(*cli, p);
  add_sign(*cli, p);
  add_user(*cli, p);
  add_acquire(*cli, p);
  add_report(*cli, p);
  add_explain(*cli, p);
  add_replay(*cli, p);
  add_params(*cli, p);
  add_bench(*cli, p);
  add_sim(*cli, p);
  add_locate(*cli, p);
  add_score(*cli, p);
  add_words(*cli, p);
  return cli;
}

// Changes of one letter that lead from one word to the other (Levenshtein 1966).
std::size_t distance(const std::string& a, const std::string& b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = std::exchange(row[j], std::min({row[j] + 1, row[j - 1] + 1, change}));
    }
  }
  return row.back();
}

// " (did you mean X?)" when a word that exists is near enough to be meant.
std::string meant(const std::string& word, const std::vector<std::string>& known) {
  for (const auto& k : known) {
    if (distance(word, k) <= 2) return " (did you mean " + k + "?)";
  }
  return {};
}

std::vector<std::string> command_names(const CLI::App& cli) {
  std::vector<std::string> out;
  for (const auto* c : cli.get_subcommands([](const CLI::App*) { return true; }))
    out.push_back(c->get_name());
  return out;
}

std::vector<std::string> option_names(const CLI::App& command) {
  std::vector<std::string> out;
  for (const auto* o : command.get_options()) {
    for (const auto& l : o->get_lnames()) out.push_back("--" + l);
  }
  return out;
}

int say_no_command(const CLI::App& cli) {
  const auto names = command_names(cli);
  std::string expected;
  for (const auto& n : names) expected += (expected.empty() ? "a command, one of " : ", ") + n;
  const auto given = cli.remaining();
  const std::string what =
      given.empty() ? "no command is given"
                    : "there is no command \"" + given.front() + "\"" + meant(given.front(), names);
  return fail(make_error(ErrorCode::kUnusable, what, {}, expected));
}

// What CLI11 says, and what a person needs beside it: the command it happened in, and the word that
// may have been meant.
int say_usage(const CLI::App& cli, const CLI::ParseError& e) {
  const auto chosen = cli.get_subcommands();
  if (chosen.empty()) return say_no_command(cli);
  const CLI::App& command = *chosen.front();
  std::string what = e.what();
  if (dynamic_cast<const CLI::ExtrasError*>(&e) != nullptr) {
    // The first word that stands for nothing; what follows it may be its value.
    const auto extras = command.remaining();
    const auto option = std::find_if(extras.begin(), extras.end(),
                                     [](const auto& w) { return w.rfind('-', 0) == 0; });
    const std::string& word = option == extras.end() ? extras.front() : *option;
    what = "\"" + word + "\" means nothing here" + meant(word, option_names(command));
  }
  return fail(make_error(ErrorCode::kUnusable, what, {.source = command.get_name()},
                         "what `truce " + command.get_name() + " --help` lists"));
}

// What was printed may still wait in a buffer: a full disk or a closed pipe is an error, not
// silence.
int end_of_output(int status) {
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return status;
  const int failed = fail(make_error(ErrorCode::kIo, "not all of the output could be written",
                                     {.source = "standard output"}, "a disk with room"));
  return status == 0 ? failed : status;
}

}  // namespace

int run_cli(int argc, const char* const* argv) {
  Parsed parsed;
  const auto cli = make_cli(parsed);
  try {
    cli->parse(argc, argv);
  } catch (const CLI::Success& e) {  // --help
    return end_of_output(cli->exit(e));
  } catch (const CLI::ParseError& e) {
    return say_usage(*cli, e);
  }
  return end_of_output(parsed.status);
}

std::string man_page() {
  Parsed unused;
  return man_page_of(*make_cli(unused));
}

std::string completion(std::string_view shell) {
  Parsed unused;
  const auto cli = make_cli(unused);
  if (shell == "bash") return bash_completion_of(*cli);
  if (shell == "zsh") return zsh_completion_of(*cli);
  if (shell == "fish") return fish_completion_of(*cli);
  return {};
}

}  // namespace truce::app
