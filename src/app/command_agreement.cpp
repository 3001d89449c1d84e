// An agreement by itself: checked, its worked cases listed, printed for signature.

#include <cstdio>
#include <map>

#include "app/agreement_folder.h"
#include "app/commands.h"
#include "app/exit_status.h"
#include "base/json.h"
#include "base/printable.h"

namespace truce::app {

namespace {

std::string of_finding(const Finding& f) {
  std::string out(to_string(f.value));
  return f.missing_fact.empty() ? out : out + " (" + f.missing_fact + ")";
}

std::string reasons_of(const Finding& f) {
  std::string out;
  for (const Reason& r : f.reasons) out += (out.empty() ? "" : "; ") + r.fact + ": " + r.words;
  return out;
}

// The table of worked cases that stands behind a provision.
std::map<std::string, std::string> case_tables(const std::vector<judge::Outcome>& outcomes) {
  std::map<std::string, std::string> out;
  for (const auto& o : outcomes) {
    std::string& table = out[o.of->provision];
    if (table.empty()) table = "| case | reading | value | P | why |\n|---|---|---|---|---|\n";
    char p[16];
    std::snprintf(p, sizeof p, "%.2f", o.finding.probability);
    table += "| " + o.of->id + " | " + o.of->reading + " | " + of_finding(o.finding) + " | " + p +
             " | " + (o.of->why.empty() ? reasons_of(o.finding) : o.of->why) + " |\n";
  }
  return out;
}

void print_json(const std::vector<judge::Outcome>& outcomes) {
  for (const auto& o : outcomes) {
    std::string line;
    JsonWriter w(line);
    w.begin_object().key("case").string(o.of->id);
    if (!o.finding.missing_fact.empty()) w.key("missing").string(o.finding.missing_fact);
    w.key("probability").number(o.finding.probability);
    w.key("provision").string(o.of->provision).key("reading").string(o.of->reading);
    w.key("reasons").begin_array();
    for (const Reason& r : o.finding.reasons) w.string(r.fact + ": " + r.words);
    w.end_array().key("value").string(to_string(o.finding.value)).end_object();
    std::printf("%s\n", line.c_str());
  }
}

void print_cases(const std::vector<judge::Outcome>& outcomes) {
  for (const auto& o : outcomes) {
    std::printf("%-28s %-20s %-12s %-14s %.4f  %s\n", printable(o.of->id).c_str(),
                printable(o.of->provision).c_str(), printable(o.of->reading).c_str(),
                of_finding(o.finding).c_str(), o.finding.probability,
                printable(reasons_of(o.finding)).c_str());
  }
}

std::string counted(std::size_t n, const char* what) {
  return std::to_string(n) + " " + what + (n == 1 ? "" : "s");
}

}  // namespace

int command_agreement(const AgreementOptions& options) {
  judge::Problems problems;
  const AgreementFolder folder = load_agreement_folder(options.folder, problems);
  for (const Error& e : problems.errors)
    std::fprintf(stderr, "%s\n", printable(e.to_text()).c_str());
  if (folder.agreement.readings.empty()) return exit_code(problems.errors.front().code);
  const judge::Judge judge(folder.agreement);
  const auto outcomes = judge::work(judge, folder.cases);
  if (options.print) {
    std::fputs(
        judge::print_agreement(folder.agreement, folder.texts, case_tables(outcomes)).c_str(),
        stdout);
  } else if (options.json) {
    print_json(outcomes);
  } else if (options.cases) {
    print_cases(outcomes);
  }
  if (!problems.errors.empty()) return exit_code(problems.errors.front().code);
  if (!options.print && !options.json)
    std::printf("%s: nothing wrong. %s, %s, %s as worked, the text in %s\n",
                printable(folder.agreement.title).c_str(),
                counted(folder.agreement.readings.front().provisions.size(), "provision").c_str(),
                counted(folder.agreement.readings.size(), "reading").c_str(),
                counted(folder.cases.size(), "case").c_str(),
                counted(folder.texts.size(), "language").c_str());
  return 0;
}

}  // namespace truce::app
