// An agreement by itself: checked, its worked cases listed, printed for signature.

#include <cstdio>
#include <map>

#include "app/agreement_folder.h"
#include "app/command_points.h"
#include "app/commands.h"
#include "app/exit_status.h"
#include "app/session.h"
#include "base/files.h"
#include "base/json.h"
#include "base/printable.h"

namespace truce::app {

namespace {

std::string of_finding(const Finding& f, Language l) {
  std::string out = say({"value." + std::string(to_string(f.value)), {}}, l);
  return f.missing_fact.empty() ? out : out + " (" + say({"fact." + f.missing_fact, {}}, l) + ")";
}

std::string of_reason(const Reason& r, Language l) {
  return say({"fact." + r.fact, {}}, l) + ": " + words_of(r, l);
}

std::string reasons_of(const Finding& f, Language l) {
  std::string out;
  for (const Reason& r : f.reasons) out += (out.empty() ? "" : "; ") + of_reason(r, l);
  return out;
}

std::string probability_of(const Finding& f, const char* key, Language l) {
  return say({key, {std::to_string(f.probability)}}, l);
}

// A row of a table of Markdown: what stands in a cell neither ends it nor the row.
std::string table_row(const std::vector<std::string>& cells) {
  std::string out = "|";
  for (const std::string& cell : cells) {
    out += ' ';
    for (const char c : cell) out += c == '|' ? "\\|" : c == '\n' ? " " : std::string(1, c);
    out += " |";
  }
  return out + "\n";
}

// The table of worked cases that stands behind a provision.
std::map<std::string, std::string> case_tables(const std::vector<judge::Outcome>& outcomes,
                                               Language l) {
  std::map<std::string, std::string> out;
  for (const auto& o : outcomes) {
    std::string& table = out[o.of->provision];
    if (table.empty()) table = say({"page.cases", {}}, l) + "\n|---|---|---|---|---|\n";
    table += table_row({o.of->id, o.of->reading, of_finding(o.finding, l),
                        probability_of(o.finding, "number.probability", l),
                        o.of->why.empty() ? reasons_of(o.finding, l) : o.of->why});
  }
  return out;
}

// What must stand, with the words of the reason where the case names it.
std::string worked_words(const judge::ClockOutcome& o, const Zone& zone, Language l) {
  const judge::ClockExpectation& e = *o.expected;
  std::string stands = judge::words_of(e.worked, e.kind, zone, l);
  if (e.worked.why.empty() || !o.as_worked) return stands;
  return stands + (stands.empty() ? "" : "; ") + judge::words_of(o.because, l);
}

// Those of time, that stand behind a gate, an obligation, an escalation or a cumulation.
void add_clock_tables(const AgreementFolder& folder, Language l,
                      std::map<std::string, std::string>& out) {
  const Zone& zone = folder.agreement.civil_zone;
  for (const auto& o : judge::work(folder.agreement, folder.clock_cases)) {
    const judge::ClockExpectation& e = *o.expected;
    std::string& table = out[std::string(judge::to_string(e.kind)) + "/" + e.rule];
    if (table.empty()) table = say({"page.time_cases", {}}, l) + "\n|---|---|---|---|---|\n";
    table += table_row(
        {o.of->id, o.of->reading, to_local_text(e.at, zone), worked_words(o, zone, l), o.of->why});
  }
}

// Values and facts by the names that they have in records; the reasons for people.
void print_json(const std::vector<judge::Outcome>& outcomes, Language l) {
  for (const auto& o : outcomes) {
    std::string line;
    JsonWriter w(line);
    w.begin_object().key("case").string(o.of->id);
    if (!o.finding.missing_fact.empty()) w.key("missing").string(o.finding.missing_fact);
    w.key("probability").number(o.finding.probability);
    w.key("provision").string(o.of->provision).key("reading").string(o.of->reading);
    w.key("reasons").begin_array();
    for (const Reason& r : o.finding.reasons) w.string(of_reason(r, l));
    w.end_array().key("value").string(to_string(o.finding.value)).end_object();
    std::printf("%s\n", line.c_str());
  }
}

void print_cases(const std::vector<judge::Outcome>& outcomes, Language l) {
  for (const auto& o : outcomes) {
    const std::string line =
        padded(printable(o.of->id), 28) + " " + padded(printable(o.of->provision), 20) + " " +
        padded(printable(o.of->reading), 12) + " " + padded(of_finding(o.finding, l), 14) + " " +
        probability_of(o.finding, "number.factor", l) + "  " + printable(reasons_of(o.finding, l));
    std::printf("%s\n", line.c_str());
  }
}

// Of time: one line for each thing that a case expects.
void print_clock_cases(const AgreementFolder& folder, Language l) {
  const Zone& zone = folder.agreement.civil_zone;
  for (const auto& o : judge::work(folder.agreement, folder.clock_cases)) {
    const std::string because = o.because.key.empty() ? "" : "; " + judge::words_of(o.because, l);
    std::printf("%s\n", printable(padded(o.of->id, 28) + " " + padded(o.of->reading, 12) + " " +
                                  judge::asked_words(*o.expected, zone, l) + ": " +
                                  judge::found_words(o, zone, l) + because)
                            .c_str());
  }
}

void print_clock_cases_json(const AgreementFolder& folder, Language l) {
  const Zone& zone = folder.agreement.civil_zone;
  for (const auto& o : judge::work(folder.agreement, folder.clock_cases)) {
    std::string line;
    JsonWriter w(line);
    w.begin_object().key("asked").string(judge::asked_words(*o.expected, zone, l));
    w.key("at").string(to_text(o.expected->at)).key("case").string(o.of->id);
    w.key("found").string(judge::found_words(o, zone, l)).key("reading").string(o.of->reading);
    w.key("rule").string(o.expected->rule);
    if (!o.because.key.empty()) w.key("why").string(judge::words_of(o.because, l));
    w.end_object();
    std::printf("%s\n", line.c_str());
  }
}

std::string nothing_wrong(const AgreementFolder& folder, Language l) {
  const judge::Agreement& a = folder.agreement;
  return say({"page.right",
              {as_text(printable(a.title)), std::to_string(a.readings.front().provisions.size()),
               std::to_string(a.readings.size()),
               std::to_string(folder.cases.size() + folder.clock_cases.size()),
               std::to_string(folder.texts.size())}},
             l);
}

}  // namespace

int command_agreement(const AgreementOptions& options) {
  if (options.points) return command_points(options);
  if (!options.as_of.empty())
    return fail(make_error(ErrorCode::kUnusable, "--as-of is asked of points alone",
                           {.source = "--as-of"}, "--points beside it"));
  judge::Problems problems;
  const AgreementFolder folder = load_agreement_folder(options.folder, problems);
  for (const Error& e : problems.errors)
    std::fprintf(stderr, "%s\n", printable(e.to_text()).c_str());
  print_warnings(problems.warnings);
  if (folder.agreement.readings.empty()) return exit_code(problems.errors.front().code);
  const judge::Judge judge(folder.agreement);
  const auto outcomes = judge::work(judge, folder.cases);
  const Language l = options.language;
  if (options.print) {
    auto tables = case_tables(outcomes, l);
    add_clock_tables(folder, l, tables);
    std::fputs(judge::print_agreement(folder.agreement, folder.texts, tables, l).c_str(), stdout);
  } else if (options.json) {
    print_json(outcomes, l);
    print_clock_cases_json(folder, l);
  } else if (options.cases) {
    print_cases(outcomes, l);
    print_clock_cases(folder, l);
  }
  if (!problems.errors.empty()) return exit_code(problems.errors.front().code);
  if (!options.print && !options.json) std::printf("%s\n", nothing_wrong(folder, l).c_str());
  return 0;
}

}  // namespace truce::app
