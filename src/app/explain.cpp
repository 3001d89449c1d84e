#include "app/explain.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "app/progress.h"
#include "base/json.h"
#include "base/printable.h"
#include "model/probability_digits.h"

namespace truce::app {

namespace {

std::string figure(double v, int digits) {
  std::array<char, 32> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "%.*f", digits, v);
  return buffer.data();
}

// A probability to four digits, never so near an end that it reads as certain.
std::string likely(double p) {
  return figure(p <= 0 || p >= 1 ? p : std::clamp(p, 0.0001, 0.9999), 4);
}

std::string number(std::uint64_t n) { return std::to_string(n); }

std::string told(const std::string& text) { return as_text(printable(text)); }

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
              {likely(f.probability), as_text(f.standard_of_proof), exactly(f.threshold),
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
  if (provision == nullptr) return line("explain.no_provision", {});
  std::string out = line("explain.provision", {as_text(provision->id), told(provision->words)});
  if (!provision->source.empty()) out += line("explain.stated_in", {told(provision->source)});
  if (!provision->severity.empty()) out += line("explain.severity", {told(provision->severity)});
  if (!provision->remedies.empty())
    out += line("explain.remedies", {told(one_after_another(provision->remedies))});
  return out + line("explain.reading",
                    {as_text(reading->id),
                     reading->words.empty() ? "@explain.as_it_stands" : told(reading->words)});
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
    return say({"explain.settled", {"@fact." + missing->fact, likely(others(f, *missing))}}, l) +
           "\n";
  }
  const auto least =
      std::min_element(f.reasons.begin(), f.reasons.end(),
                       [](const auto& a, const auto& b) { return a.probability < b.probability; });
  if (least == f.reasons.end() || least->probability == 1) return {};
  const std::string fact = "@fact." + least->fact;
  if (least->probability == 0)
    return say({"explain.decided", {fact, as_text(printable(words_of(*least, l)))}}, l) + "\n";
  return say({"explain.weakest", {fact, likely(least->probability)}}, l) + "\n";
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

// "     what   …": a line below the head of a record.
std::string told_line(const char* key, std::vector<std::string> args, Language l) {
  return "     " + printable(say({key, std::move(args)}, l)) + "\n";
}

std::string basis_argument(const Observation& o) {
  std::string key = "@basis." + std::string(to_string(o.time_basis));
  if (o.time_text.empty() || o.time_basis == TimeBasis::kStated ||
      o.time_basis == TimeBasis::kPublication)
    return key;
  return as_argument({"basis.in_its_words", {std::move(key), told(o.time_text)}});
}

std::string means_argument(const Observation& o) {
  std::string out = "@means.unknown";
  for (const auto& m : o.means) {
    std::string one = "@means." + std::string(to_string(m));
    out = &m == o.means.data() ? std::move(one)
                               : as_argument({"means.both", {std::move(out), std::move(one)}});
  }
  return out;
}

std::string item_argument(const Item& item) {
  std::vector<std::string> args{as_text(to_text(item.count)),
                                "@effect." + std::string(to_string(item.classes.most_likely()))};
  if (item.weapon == WeaponClass::kUnknown)
    return as_argument({"explain.item_unknown", std::move(args)});
  std::string weapon = "@weapon." + std::string(to_string(item.weapon));
  if (!item.weapon_text.empty())
    weapon = as_argument({"explain.because",
                          {std::move(weapon), as_text("\"" + printable(item.weapon_text) + "\"")}});
  args.push_back(std::move(weapon));
  return as_argument({"explain.item", std::move(args)});
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

std::string now_words(const Trace& t, Language l) {
  const char* const key = !t.now            ? "explain.no_file"
                          : *t.now == t.raw ? "explain.same_bytes"
                                            : "explain.other_bytes";
  return told_line(key, {}, l);
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
           say({"number.factor", {likely(r.probability)}}, l) + "  " + printable(words_of(r, l)) +
           "\n";
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
                 likely(s.probability)}},
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
    out +=
        "  " +
        printable(say(
            {"explain.alternative", {probability_digits(alternative.probability), name, why}}, l)) +
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
         "\n  " + say({"explain.real", {likely(i.p_real)}}, l) + "\n  " + say(place, l) + "\n\n" +
         say({"explain.rests_on", {number(i.evidence.size())}}, l) + "\n";
}

std::string observation_words(std::size_t n, const Observation& o, const Zone& zone, Language l) {
  std::string out = "\n  " + say({"explain.observation", {number(n), as_text(o.id)}}, l) + "\n";
  if (!o.position.empty() && o.position != o.source)
    out += told_line("explain.by_at", {told(o.source), told(o.position), means_argument(o)}, l);
  else
    out += told_line("explain.by", {told(o.source), means_argument(o)}, l);
  if (!o.upstream.empty()) out += told_line("explain.upstream", {told(o.upstream)}, l);
  for (const auto& item : o.items) out += told_line("explain.what", {item_argument(item)}, l);
  const std::string when = as_text(span_words(o.when, zone, l));
  out +=
      told_line("explain.when", {as_argument({"explain.because", {when, basis_argument(o)}})}, l);
  out += told_line("explain.where", {told(to_words(o.shape))}, l);
  for (const auto& flag : o.flags) out += told_line("explain.asked_back", {told(flag)}, l);
  return out + told_line("explain.alone", {probability_digits(o.p_real)}, l);
}

std::string behind_words(const Observation& behind, std::uint64_t entry, Language l) {
  const auto* heard = std::get_if<Arrival>(&behind.shape);
  const Origin& o = behind.origin;
  const std::string when = heard == nullptr
                               ? to_text(behind.when.end) + ", " + printable(to_words(behind.shape))
                               : to_text(heard->at_time);
  std::string file = told(o.file);
  if (o.line != 0) file = as_argument({"explain.input_line", {file, number(o.line)}});
  return "  " + told_line("explain.arrival",
                          {as_text(behind.id), told(behind.source), as_text(when), number(entry),
                           std::move(file)},
                          l);
}

std::string derived_words(const Observation& derived, std::size_t told, Language l) {
  const std::size_t all = derived.derived_from.size();
  if (told == all) return told_line("explain.located", {number(all)}, l);
  return told_line("explain.located_first", {number(all), number(told), number(all - told)}, l);
}

std::string named_words(const char* key, std::size_t sensors, Language l) {
  return told_line(key, {number(sensors)}, l);
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

std::string statement_words(const Statement& s, const Zone& zone, Language l) {
  const std::string who =
      s.party.empty() ? s.speaker : say({"explain.of_party", {told(s.speaker), told(s.party)}}, l);
  return "  " + printable(who) + ", " + to_local_text(s.when, zone) + "\n     \"" +
         printable(s.quote) + "\"\n" + (s.url.empty() ? "" : "     " + printable(s.url) + "\n");
}

std::string notice_words(const Notice& n, const Zone& zone, Language l) {
  std::string kind = n.kind;
  std::replace(kind.begin(), kind.end(), '_', ' ');
  const std::string said = say({"explain.announced_by", {told(kind), told(n.party)}}, l);
  return "\n" + say({"explain.announced", {}}, l) + "\n  " +
         say({"explain.notice", {as_text(n.id)}}, l) + "\n     " + printable(said) +
         (n.text.empty() ? "" : ": " + printable(n.text)) + "\n" +
         told_line("explain.when", {as_text(span_words(n.when, zone, l))}, l) +
         told_line("explain.where", {told(to_words(n.shape))}, l);
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
  std::string out = say({"explain.finding", {as_text(f.id), number(f.version)}}, l) + "\n\n" +
                    obligation_value_words(f, l) + "\n" + rule_words(f, l);
  const auto line = [&](const char* key, std::vector<std::string> args) {
    out += "  " + say({key, std::move(args)}, l) + "\n";
  };
  if (o.result.p_low != o.result.p_high)
    out += say({"explain.between", {exactly(o.result.p_low), exactly(o.result.p_high)}}, l) + "\n";
  out += "\n" + say({"explain.text", {}}, l) + "\n";
  line("explain.obligation", {as_text(o.rule.id), told(o.rule.words)});
  if (!o.rule.source.empty()) line("explain.stated_in", {told(o.rule.source)});
  const auto* reading = reading_of(f, a);
  if (reading != nullptr)
    line("explain.reading", {as_text(reading->id), reading->words.empty() ? "@explain.as_it_stands"
                                                                          : told(reading->words)});
  out += "\n" + say({"explain.why", {}}, l) + "\n";
  line("explain.owed_by", {told(name_of_party(a, o.result.party))});
  line("explain.duty_state", {"@duty_state." + std::string(judge::to_string(o.result.state))});
  if (o.result.due)
    line("explain.due", {judge::to_text(*o.result.due, zone, l)});
  else
    line("explain.without_end", {});
  out += "  " + printable(judge::words_of(o.result.why, l)) + "\n";
  return out;
}

std::string event_words(std::size_t n, const Event& e, const Zone& zone, Language l) {
  std::string out = "\n  " + say({"explain.event", {number(n), as_text(e.id)}}, l) + "\n";
  std::string what = printable(e.name);
  if (!e.party.empty()) what = say({"explain.of_party", {as_text(what), told(e.party)}}, l);
  if (!e.sector.empty()) what = say({"explain.in_sector", {as_text(what), told(e.sector)}}, l);
  out += "     " + what + (e.text.empty() ? "" : ": " + printable(e.text)) + "\n";
  out += told_line("explain.when", {as_text(span_words(e.when, zone, l))}, l);
  if (!e.corrects.empty()) out += told_line("explain.puts_right", {as_text(e.corrects)}, l);
  return out + told_line("explain.it_happened", {probability_digits(e.p_real)}, l);
}

std::string quiet_words(std::size_t n, const std::string& id, const Quiet& q, const Zone& zone,
                        Language l) {
  const std::string what = say(
      {"explain.in_sector", {"@effect." + std::string(to_string(q.effect_class)), told(q.sector)}},
      l);
  return "\n  " + say({"explain.quiet", {number(n), told(id)}}, l) + "\n     " + what + "\n" +
         told_line("explain.when", {as_text(span_words(q.when, zone, l))}, l) +
         (q.coverage && q.upper_bound
              ? told_line("explain.watched", {exactly(*q.coverage), exactly(*q.upper_bound)}, l)
              : told_line("explain.watched_unknown", {}, l));
}

std::string signature_words(std::size_t n, const Signature& g, const Zone& zone, Language l) {
  return "\n  " + say({"explain.signature", {number(n), as_text(g.id)}}, l) + "\n" +
         told_line("explain.signed",
                   {told(g.tier), told(g.escalation), told(g.breach), told(g.signer)}, l) +
         told_line("explain.when", {to_local_text(g.when, zone)}, l);
}

std::string behind_words(std::size_t n, const char* key, const std::string& id, Language l) {
  return "\n  " + printable(say({key, {number(n), told(id)}}, l)) + "\n";
}

std::string entry_words(std::uint64_t entry, const std::string& sha256, const std::string& raw,
                        Language l) {
  return told_line("explain.entry", {number(entry), sha256}, l) +
         told_line("explain.bytes", {}, l) + quoted_bytes(raw);
}

std::string trace_words(const Trace& t, Language l) {
  const Origin& o = t.origin;
  std::string file = told(o.file);
  if (o.line != 0) file = as_argument({"explain.input_line", {file, number(o.line)}});
  const std::string last = number(o.offset + (o.length == 0 ? 0 : o.length - 1));
  return told_line("explain.entry", {number(t.entry), t.sha256}, l) +
         told_line("explain.input",
                   {std::move(file), number(o.offset),
                    packed(o.file) ? as_argument({"explain.unpacked", {last}}) : last,
                    as_text(o.feed), as_text(o.format)},
                   l) +
         told_line("explain.bytes", {}, l) + quoted_bytes(t.raw) + now_words(t, l);
}

}  // namespace truce::app
