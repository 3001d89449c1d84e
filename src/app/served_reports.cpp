#include "app/served_reports.h"

#include "app/assemble.h"
#include "app/days_told.h"
#include "base/json.h"

namespace truce::app {

namespace {

struct Days {
  CivilDay first, last;
};

std::string name_of(const Days& days) {
  return to_text(days.first) + (days.first == days.last ? "" : "_" + to_text(days.last));
}

Result<Days> days_in(std::string_view name) {
  const auto wrong = [name] {
    return make_error(ErrorCode::kNotFound, "there is no report of this name",
                      {.source = std::string(name)},
                      "2025-04-18 or 2025-04-18_2025-04-22, and .html or .json");
  };
  const std::size_t cut = name.find('_');
  const auto first = parse_day(name.substr(0, cut));
  const auto last = cut == name.npos ? first : parse_day(name.substr(cut + 1));
  if (!first.ok() || !last.ok()) return wrong();
  const Days out{*first, *last};
  if (*last < *first || name_of(out) != name) return wrong();
  if (days_from_epoch(*last) - days_from_epoch(*first) >= kReportDaysMax)
    return bad_input("that are too many days", {.source = std::string(name)},
                     "at most " + std::to_string(kReportDaysMax));
  return out;
}

}  // namespace

Result<std::string> reports_json(const Mission& mission, ledger::Store& store) {
  std::string out;
  JsonWriter w(out);
  w.begin_object().key("reports").begin_array();
  const auto put = [&w](const Days& days) {
    w.begin_object().key("first").string(to_text(days.first)).key("last");
    w.string(to_text(days.last)).key("name").string(name_of(days)).end_object();
  };
  const Days whole{mission.report_days.front(), mission.report_days.back()};
  put(whole);
  TRUCE_TRY(told, days_told(mission, store));
  if (told) {
    CivilDay day = std::max(told->first, add_days(told->last, 1 - kReportDaysMax));
    for (; day <= told->last; day = add_days(day, 1)) {
      if (!(whole.first == day && whole.last == day)) put({day, day});
    }
  }
  w.end_array().end_object();
  return out;
}

Result<serve::View> report_view(const Mission& mission, ledger::Store& store, LogDigests& digests,
                                std::string_view file) {
  const std::size_t dot = std::min(file.rfind('.'), file.size());
  const std::string_view form = file.substr(dot);
  if (form != ".html" && form != ".json")
    return make_error(ErrorCode::kNotFound, "there is nothing here");
  TRUCE_TRY(days, days_in(file.substr(0, dot)));
  const auto disk = posix_disk();
  TRUCE_TRY(log, digests.at(mission.log_directory(), *disk, store.applied()));
  if (store.applied() == 0) return make_error(ErrorCode::kBusy, "nothing has been recorded yet");
  TRUCE_TRY(input, assemble_report(mission, store, days.first, days.last, log.received, log.hash));
  if (form == ".json") return serve::View{"application/json", report::to_json(input)};
  serve::View out{"text/html; charset=utf-8", report::to_html(input)};
  out.headers.push_back({"Content-Security-Policy", report::content_policy(out.body)});
  return out;
}

}  // namespace truce::app
