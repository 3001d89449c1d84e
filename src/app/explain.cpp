#include "app/explain.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "app/progress.h"
#include "base/json.h"
#include "base/printable.h"

namespace truce::app {

namespace {

std::string figure(double v, int digits) {
  std::array<char, 32> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "%.*f", digits, v);
  return buffer.data();
}

std::string number(std::uint64_t n) { return std::to_string(n); }

const Reason* reason_named(const Finding& f, const std::string& fact) {
  const auto it = std::find_if(f.reasons.begin(), f.reasons.end(),
                               [&](const auto& r) { return r.fact == fact; });
  return it == f.reasons.end() ? nullptr : &*it;
}

// Numbers as messages take them.
std::string exactly(double v) { return figure(v, 6); }

std::string value_words(const Finding& f, Language l) {
  switch (f.value) {
    case FindingValue::kBreach:
      return say({"explain.breach", {}}, l);
    case FindingValue::kCompliant:
      return say({"explain.compliant", {}}, l);
    case FindingValue::kNotApplicable:
      return say(
          {reason_named(f, "exception") == nullptr ? "explain.not_applicable" : "explain.excepted",
           {}},
          l);
    case FindingValue::kUndeterminable:
      return say({"explain.undeterminable", {"@fact." + f.missing_fact}}, l);
  }
  return {};
}

std::string rule_words(const Finding& f, Language l) {
  return say({"explain.rule",
              {figure(f.probability, 4), as_text(f.standard_of_proof), exactly(f.threshold),
               exactly(1 - f.threshold)}},
             l) +
         "\n";
}

const judge::Reading* reading_of(const Finding& f, const judge::Agreement& a) {
  const auto it = std::find_if(a.readings.begin(), a.readings.end(),
                               [&](const auto& r) { return r.id == f.reading; });
  return it == a.readings.end() ? nullptr : &*it;
}

const judge::Provision* provision_of(const Finding& f, const judge::Reading& reading) {
  const auto it = std::find_if(reading.provisions.begin(), reading.provisions.end(),
                               [&](const auto& p) { return p.id == f.provision; });
  return it == reading.provisions.end() ? nullptr : &*it;
}

std::string one_after_another(const std::vector<std::string>& texts) {
  std::string out;
  for (const auto& t : texts) out += (out.empty() ? "" : "; ") + t;
  return out;
}

std::string text_words(const Finding& f, const judge::Agreement& a, Language l) {
  const auto* reading = reading_of(f, a);
  const auto* provision = reading == nullptr ? nullptr : provision_of(f, *reading);
  const auto line = [&](const char* key, std::vector<std::string> args) {
    return "  " + say({key, std::move(args)}, l) + "\n";
  };
  const auto quoted = [](const std::string& text) { return as_text(printable(text)); };
  if (provision == nullptr) return line("explain.no_provision", {});
  std::string out = line("explain.provision", {as_text(provision->id), quoted(provision->words)});
  if (!provision->source.empty()) out += line("explain.stated_in", {quoted(provision->source)});
  if (!provision->severity.empty()) out += line("explain.severity", {quoted(provision->severity)});
  if (!provision->remedies.empty())
    out += line("explain.remedies", {quoted(one_after_another(provision->remedies))});
  return out + line("explain.reading",
                    {as_text(reading->id),
                     reading->words.empty() ? "@explain.as_it_stands" : quoted(reading->words)});
}

// The product of all factors but one.
double others(const Finding& f, const Reason& but) {
  double p = 1;
  for (const auto& r : f.reasons) p *= &r == &but ? 1 : r.probability;
  return p;
}

// The last words of the reasons: what a reader should look at first.
std::string deciding_words(const Finding& f, Language l) {
  if (f.value == FindingValue::kUndeterminable) {
    const Reason* missing = reason_named(f, f.missing_fact);
    if (missing == nullptr) return {};
    return say({"explain.settled", {"@fact." + missing->fact, figure(others(f, *missing), 4)}}, l) +
           "\n";
  }
  const auto least =
      std::min_element(f.reasons.begin(), f.reasons.end(),
                       [](const auto& a, const auto& b) { return a.probability < b.probability; });
  if (least == f.reasons.end() || least->probability == 1) return {};
  const std::string fact = "@fact." + least->fact;
  if (least->probability == 0)
    return say({"explain.decided", {fact, as_text(printable(words_of(*least, l)))}}, l) + "\n";
  return say({"explain.weakest", {fact, figure(least->probability, 4)}}, l) + "\n";
}

// "2026-03-02 06:15 to 06:16 +02:00 EET": what both ends share is said once.
std::string span_words(const Interval& i, const Zone& zone, Language l = Language::kEnglish) {
  std::string from = to_local_text(i.start, zone);
  const std::string to = to_local_text(i.end, zone);
  if (from == to) return from;
  const std::size_t day = from.find(' ');
  const std::size_t clock = from.find(' ', day + 1);
  const std::size_t clock_to = to.find(' ', day + 1);
  if (from.substr(0, day) != to.substr(0, day) || from.substr(clock) != to.substr(clock_to))
    return say({"explain.span", {from, to}}, l);
  return say({"explain.span", {from.substr(0, clock), to.substr(day + 1)}}, l);
}

std::string basis_words(const Observation& o) {
  const std::string quoted =
      o.time_text.empty() ? "" : ", in its words \"" + printable(o.time_text) + "\"";
  switch (o.time_basis) {
    case TimeBasis::kStated:
      return "as the source states it";
    case TimeBasis::kNight:
      return "the source says only which night" + quoted;
    case TimeBasis::kPartOfDay:
      return "the source says only which part of the day" + quoted;
    case TimeBasis::kDay:
      return "the source says only which day" + quoted;
    case TimeBasis::kPublication:
      return "before it was published, by an unknown lag";
    case TimeBasis::kReportingPeriod:
      return "the source says only which reporting period" + quoted;
  }
  return {};
}

std::string means_words(const Observation& o) {
  std::string out;
  for (const auto m : o.means) out += (out.empty() ? "" : " and ") + std::string(to_string(m));
  return out.empty() ? "noticed" : out;
}

std::string item_words(const Item& item) {
  std::string out = to_text(item.count) + " × " + std::string(to_words(item.classes.most_likely()));
  if (item.weapon == WeaponClass::kUnknown) return out + ", weapon not known";
  out += ", weapon " + std::string(to_words(item.weapon));
  return item.weapon_text.empty() ? out : out + " (\"" + printable(item.weapon_text) + "\")";
}

// Every line of what arrived behind a bar, so that it stands out from our own words.
std::string quoted_bytes(const std::string& raw) {
  constexpr const char* kBar = "     | ";
  std::string out;
  std::size_t from = 0;
  for (std::size_t at = 0; at <= raw.size(); ++at) {
    if (at < raw.size() && raw[at] != '\n') continue;
    out += kBar + printable(raw.substr(from, at - from)) + "\n";
    from = at + 1;
  }
  return out;
}

bool packed(const std::string& file) {
  return file.size() > 3 && file.compare(file.size() - 3, 3, ".gz") == 0;
}

std::string now_words(const Trace& t) {
  if (!t.now) return "     The file cannot be read here; the log keeps what arrived.\n";
  return *t.now == t.raw ? "     The file holds these bytes today.\n"
                         : "     The file holds other bytes today; the log keeps what arrived.\n";
}

}  // namespace

std::string finding_words(const Finding& f, const judge::Agreement& a, Language l) {
  return say({"explain.finding", {as_text(f.id), number(f.version)}}, l) + "\n\n" +
         value_words(f, l) + "\n" + rule_words(f, l) + "\n" + say({"explain.text", {}}, l) + "\n" +
         text_words(f, a, l);
}

std::string reason_words(const Finding& f, Language l) {
  std::string out =
      "\n" + say({"explain.why", {}}, l) + "\n" + say({"explain.product", {}}, l) + "\n";
  std::size_t width = 9;
  for (const auto& r : f.reasons)
    width = std::max(width, characters(say({"fact." + r.fact, {}}, l)));
  for (const auto& r : f.reasons)
    out += "  " + padded(say({"fact." + r.fact, {}}, l), width) + " " +
           say({"number.factor", {figure(r.probability, 4)}}, l) + "  " +
           printable(words_of(r, l)) + "\n";
  return out + deciding_words(f, l);
}

std::string difference_words(const Difference& d, Language l) {
  std::vector<std::string> facts;
  for (const auto& f : d.facts) facts.push_back("@fact." + f);
  std::string out =
      "\n" + say({"explain.differ", {as_argument({"list", std::move(facts)})}}, l) + "\n";
  for (const auto& s : d.sides)
    out += "  " +
           say({"explain.side",
                {as_text(s.reading), "@value." + std::string(to_string(s.value)),
                 figure(s.probability, 4)}},
               l) +
           "\n";
  return out;
}

std::string attribution_words(const Attribution& attribution, const judge::Agreement& a,
                              Language l) {
  std::string out = "\n" + say({"explain.who", {}}, l) + "\n";
  for (const auto& alternative : attribution.alternatives) {
    const auto party = std::find_if(a.parties.begin(), a.parties.end(),
                                    [&](const auto& p) { return p.id == alternative.party; });
    const std::string name = party == a.parties.end() ? "@explain.nobody"
                             : party->name.empty()    ? as_text(party->id)
                                                      : as_text(party->name);
    const std::string why = as_argument({alternative.message, alternative.args});
    out += "  " +
           printable(
               say({"explain.alternative", {figure(alternative.probability, 4), name, why}}, l)) +
           "\n";
  }
  return out;
}

std::string incident_words(const Incident& i, const Zone& zone, Language l) {
  const auto degrees = [](double v) { return figure(v, 4); };
  const Message place =
      i.place.known() ? Message{"explain.place",
                                {degrees(i.place.best.lat_deg()), degrees(i.place.best.lon_deg()),
                                 figure(i.place.radius_m / 1000, 1)}}
                      : Message{"explain.no_place", {}};
  return "\n" + say({"explain.happened", {}}, l) + "\n" +
         say({"explain.incident", {as_text(i.id), number(i.version)}}, l) + "\n  " +
         say({"explain.violations",
              {as_argument(message_of(i.violations)), std::to_string(i.violations.best),
               span_words(i.when, zone, l)}},
             l) +
         "\n  " + say({"explain.real", {figure(i.p_real, 4)}}, l) + "\n  " + say(place, l) +
         "\n\n" + say({"explain.rests_on", {number(i.evidence.size())}}, l) + "\n";
}

std::string observation_words(std::size_t n, const Observation& o, const Zone& zone) {
  std::string out =
      "\n  " + number(n) + ". observation " + o.id + "\n     by " + printable(o.source);
  if (!o.position.empty() && o.position != o.source) out += ", at " + printable(o.position);
  out += "; " + means_words(o) + "\n";
  if (!o.upstream.empty())
    out += "     its origin is " + printable(o.upstream) + "; what has one origin counts once\n";
  for (const auto& item : o.items) out += "     what   " + item_words(item) + "\n";
  out += "     when   " + span_words(o.when, zone) + " (" + basis_words(o) + ")\n";
  out += "     where  " + printable(to_words(o.shape)) + "\n";
  for (const auto& flag : o.flags) out += "     asked back: " + printable(flag) + "\n";
  return out + "     alone it makes the event likely with " + figure(o.p_real, 2) + "\n";
}

std::string behind_words(const Observation& behind, std::uint64_t entry) {
  const auto* heard = std::get_if<Arrival>(&behind.shape);
  const Origin& o = behind.origin;
  return "       " + behind.id + ": " + printable(behind.source) + " at " +
         (heard == nullptr ? to_text(behind.when.end) + ", " + printable(to_words(behind.shape))
                           : to_text(heard->at_time)) +
         ", log entry " + number(entry) + ", " + printable(o.file) +
         (o.line == 0 ? "" : " line " + number(o.line)) + "\n";
}

std::string derived_words(const Observation& derived, std::size_t told) {
  const std::size_t all = derived.derived_from.size();
  return "     located from " + number(all) + (all == 1 ? " observation" : " observations") +
         (told < all
              ? ", the first " + number(told) + " of them and " + number(all - told) + " more"
              : "") +
         ":\n";
}

std::string named_words(const std::string& what, std::size_t sensors) {
  return "     " + what + ", heard by " + number(sensors) +
         (sensors == 1 ? " sensor" : " sensors") + ":\n";
}

std::string source_words(const Source& s) {
  std::string kind(to_string(s.kind));
  std::replace(kind.begin(), kind.end(), '_', ' ');
  std::string out = "Source " + printable(s.id) +
                    (s.name.empty() || s.name == s.id ? "" : ", \"" + printable(s.name) + "\"") +
                    "\n  " + kind;
  if (!s.owner.empty()) out += " of " + printable(s.owner);
  if (s.at) out += ", at " + figure(s.at->lat_deg(), 4) + ", " + figure(s.at->lon_deg(), 4);
  return out + "\n";
}

std::string feed_words(const Feed& feed, const std::optional<Interval>& span, const Zone& zone) {
  return "Feed " + feed.id +
         (feed.label.empty() || feed.label == feed.id ? ""
                                                      : ", \"" + printable(feed.label) + "\"") +
         "\n  format " + feed.format + ", local times in it are of " + feed.zone.name() + "\n  " +
         (span ? "it tells of " + span_words(*span, zone) : "it has told of nothing yet") + "\n";
}

std::string progress_words(const ledger::FeedProgress& p, const std::string& now_sha256) {
  return "  " + printable(p.file) + "\n     " + with_commas(p.bytes) + " bytes, " +
         with_commas(p.entries) + (p.entries == 1 ? " entry" : " entries") + " of the log" +
         (p.complete ? "" : "; not taken to its end") + "\n     sha256 " + p.sha256 +
         (now_sha256.empty()       ? "; the file cannot be read here"
          : now_sha256 == p.sha256 ? "; the file still holds them"
                                   : "; the file has changed since") +
         "\n";
}

std::string health_words(const Health& h, const Zone& zone) {
  std::string why = h.why;
  std::replace(why.begin(), why.end(), '_', ' ');
  return "  " + span_words(h.when, zone) + "  " + printable(why) +
         (h.note.empty() ? "" : ": " + printable(h.note)) + "\n";
}

std::string statement_words(const Statement& s, const Zone& zone) {
  return "  " + printable(s.speaker) + (s.party.empty() ? "" : ", of " + printable(s.party)) +
         ", " + to_local_text(s.when, zone) + "\n     \"" + printable(s.quote) + "\"\n" +
         (s.url.empty() ? "" : "     " + printable(s.url) + "\n");
}

std::string notice_words(const Notice& n, const Zone& zone) {
  std::string kind = n.kind;
  std::replace(kind.begin(), kind.end(), '_', ' ');
  return "\nWhat was announced\n  notice " + n.id + "\n     " + printable(kind) +
         ", announced by " + printable(n.party) + (n.text.empty() ? "" : ": " + printable(n.text)) +
         "\n     when   " + span_words(n.when, zone) + "\n     where  " +
         printable(to_words(n.shape)) + "\n";
}

namespace {

std::string name_of_party(const judge::Agreement& a, const std::string& id) {
  const auto it = std::find_if(a.parties.begin(), a.parties.end(),
                               [&](const judge::Party& p) { return p.id == id; });
  return it == a.parties.end() ? id : it->name;
}

std::string obligation_value_words(const Finding& f, Language l) {
  if (f.value == FindingValue::kNotApplicable) return say({"explain.not_owed", {}}, l);
  return value_words(f, l);
}

}  // namespace

std::string obligation_words(const ObligationFinding& o, const judge::Agreement& a,
                             const Zone& zone, Language l) {
  const Finding& f = o.finding;
  const auto quoted = [](const std::string& text) { return as_text(printable(text)); };
  std::string out = say({"explain.finding", {as_text(f.id), number(f.version)}}, l) + "\n\n" +
                    obligation_value_words(f, l) + "\n" + rule_words(f, l);
  const auto line = [&](const char* key, std::vector<std::string> args) {
    out += "  " + say({key, std::move(args)}, l) + "\n";
  };
  if (o.result.p_low != o.result.p_high)
    out += say({"explain.between", {exactly(o.result.p_low), exactly(o.result.p_high)}}, l) + "\n";
  out += "\n" + say({"explain.text", {}}, l) + "\n";
  line("explain.obligation", {as_text(o.rule.id), quoted(o.rule.words)});
  if (!o.rule.source.empty()) line("explain.stated_in", {quoted(o.rule.source)});
  const auto* reading = reading_of(f, a);
  if (reading != nullptr)
    line("explain.reading",
         {as_text(reading->id),
          reading->words.empty() ? "@explain.as_it_stands" : quoted(reading->words)});
  out += "\n" + say({"explain.why", {}}, l) + "\n";
  line("explain.owed_by", {quoted(name_of_party(a, o.result.party))});
  line("explain.duty_state", {"@duty_state." + std::string(judge::to_string(o.result.state))});
  if (o.result.due)
    line("explain.due", {judge::to_text(*o.result.due, zone, l)});
  else
    line("explain.without_end", {});
  out += "  " + printable(judge::words_of(o.result.why, l)) + "\n";
  return out + "\n" + say({"explain.records", {number(o.records.size())}}, l) + "\n";
}

std::string event_words(std::size_t n, const Event& e, const Zone& zone) {
  std::string out = "\n  " + number(n) + ". event " + e.id + "\n     " + printable(e.name);
  if (!e.party.empty()) out += ", of " + printable(e.party);
  if (!e.sector.empty()) out += ", in " + printable(e.sector);
  if (!e.text.empty()) out += ": " + printable(e.text);
  out += "\n     when   " + span_words(e.when, zone) + "\n";
  if (!e.corrects.empty()) out += "     it puts right " + e.corrects + "\n";
  return out + "     that it happened: " + figure(e.p_real, 2) + "\n";
}

std::string trace_words(const Trace& t) {
  const Origin& o = t.origin;
  return "     log entry " + number(t.entry) + ", sha256 " + t.sha256 + "\n     input  " +
         printable(o.file) + (o.line == 0 ? "" : " line " + number(o.line)) + ", bytes " +
         number(o.offset) + " to " + number(o.offset + (o.length == 0 ? 0 : o.length - 1)) +
         (packed(o.file) ? " of it unpacked" : "") + " (feed " + o.feed + ", format " + o.format +
         ")\n     the bytes:\n" + quoted_bytes(t.raw) + now_words(t);
}

}  // namespace truce::app
