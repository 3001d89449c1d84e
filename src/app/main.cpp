#include <CLI/CLI.hpp>
#include <cstdio>

#include "app/bench.h"
#include "app/commands.h"

using namespace truce;
using namespace truce::app;

namespace {

constexpr const char* kFooter =
    "Exit status: 0 done, 2 usage, 3 mission wrong, 4 input wrong, 5 not found, 6 disk, 7 damage, "
    "8 limit.\n"
    "A mission is a folder with mission.toml, agreement.toml and geo/; only its var/ is written.";

void add_session(CLI::App& command, SessionOptions& o) {
  command.add_option("--data", o.data, "Folder for files that the mission names as data:…");
  command.add_option("--threads", o.threads, "Threads for working out incidents")
      ->check(CLI::Range(1, 64));
  command.add_option("--batch", o.batch_entries, "Entries per group commit")
      ->check(CLI::Range(1, 1000000));
  command.add_flag("--quiet", o.quiet, "Say nothing but errors");
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App cli{"truce: the engine of a ceasefire monitoring mechanism", "truce"};
  cli.footer(kFooter);
  cli.require_subcommand(1);
  int status = 0;

  RunOptions run;
  auto* c = cli.add_subcommand("run", "Take in every feed, work it through, write the report");
  c->add_option("MISSION", run.mission, "The mission's folder")->required();
  c->add_flag("--once", run.once, "Stop when the feeds are exhausted");
  c->add_flag("--json", run.json, "Print the closing figures as one JSON object");
  add_session(*c, run.session);
  c->callback([&] { status = command_run(run); });

  std::filesystem::path mission;
  SessionOptions session;
  c = cli.add_subcommand("check", "Say everything that is wrong with a mission");
  c->add_option("MISSION", mission, "The mission's folder")->required();
  c->add_option("--data", session.data, "Folder for files that the mission names as data:…");
  c->callback([&] { status = command_check(mission, session.data); });

  AcquireOptions acquire;
  c = cli.add_subcommand("acquire", "Read one file of a format into a mission's log");
  std::string formats = "Formats:\n";
  for (const auto& f : acquire::formats())
    formats += "  " + std::string(f.name) + std::string(14 - f.name.size(), ' ') +
               std::string(f.summary) + "\n" + std::string(16, ' ') + std::string(f.columns) + "\n";
  c->footer(formats);
  c->add_option("FORMAT", acquire.format, "What the file is written in")->required();
  c->add_option("FILE", acquire.file, "The file, packed with gzip or not")->required();
  c->add_flag("--dry-run", acquire.dry_run,
              "Print what would be recorded and every complaint; write nothing");
  c->add_option("--into", acquire.into, "The mission whose log takes the records");
  c->add_option("--feed", acquire.feed, "The name of the feed in the records");
  c->add_option("--zone", acquire.zone, "Zone of local times in the file");
  c->add_option("--mapping", acquire.mapping, "Mapping file (words of targets)");
  add_session(*c, acquire.session);
  c->callback([&] { status = command_acquire(acquire); });

  c = cli.add_subcommand("replay", "Work everything out again from the log and compare");
  c->add_option("MISSION", mission, "The mission's folder")->required();
  add_session(*c, session);
  c->callback([&] { status = command_replay(mission, session); });

  std::string finding;
  c = cli.add_subcommand("explain", "Print the chain from a finding down to the bytes");
  c->add_option("MISSION", mission, "The mission's folder")->required();
  c->add_option("FINDING", finding, "INCIDENT/PROVISION/READING, as the report has it")->required();
  add_session(*c, session);
  c->callback([&] { status = command_explain(mission, finding, session); });

  ReportOptions report;
  c = cli.add_subcommand("report", "Write the report of a day or of some days");
  c->add_option("MISSION", report.mission, "The mission's folder")->required();
  c->add_option("--day", report.day, "The reporting day, YYYY-MM-DD")->required();
  c->add_option("--until", report.until, "The last day, when there are several");
  c->add_option("--audience", report.audience, "Who it is for; only staff so far");
  add_session(*c, report.session);
  c->callback([&] { status = command_report(report); });

  std::string bench_name;
  std::filesystem::path bench_dir;
  bool bench_json = false;
  c = cli.add_subcommand("bench",
                         "Run an evaluation over a folder of data; one JSON object per case");
  c->add_option("NAME", bench_name, "The evaluation")
      ->required()
      ->check(CLI::IsMember(bench_names()));
  c->add_option("DIR", bench_dir, "A folder laid out as the data beside the project")
      ->required()
      ->check(CLI::ExistingDirectory);
  c->add_flag("--json", bench_json, "One JSON object per line, the only form there is");
  c->callback([&] { status = command_bench(bench_name, bench_dir); });

  c = cli.add_subcommand("version", "Print the version");
  c->callback([] { std::printf("truce %s\n", TRUCE_VERSION); });

  try {
    cli.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    const int code = cli.exit(e);
    return code == 0 ? 0 : 2;
  }
  return status;
}
