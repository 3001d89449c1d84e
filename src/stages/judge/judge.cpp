// Verdicts to findings: the words in which a person can check them.

#include "stages/judge/judge.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <tuple>

#include "model/identity.h"
#include "stages/judge/internal/evaluate.h"

namespace truce::judge {

namespace {

double rounded(double p) { return std::round(p * 1e4) / 1e4; }

std::string decimals(double v, int n) {
  std::array<char, 48> text{};
  char* const end =
      std::to_chars(text.data(), text.data() + text.size(), v, std::chars_format::fixed, n).ptr;
  return {text.data(), end};
}
std::string shortest(double v) {
  std::array<char, 32> text{};
  return {text.data(), std::to_chars(text.data(), text.data() + text.size(), v).ptr};
}
// A probability, or the bounds between which it lies.
std::string percent(Range p) {
  const std::string low = decimals(p.low, 2);
  const std::string high = decimals(p.high, 2);
  return low == high ? low : low + " to " + high;
}
std::string listed(const std::vector<std::string>& words) {
  std::string out;
  for (const auto& w : words) out += (out.empty() ? "" : ", ") + w;
  return out;
}
std::string name_of(const auto& thing) { return thing.name.empty() ? thing.id : thing.name; }

// All that the words of one finding draw on.
struct Context {
  const Agreement& agreement;
  const Provision& provision;
  const Conduct& conduct;
  const Verdict& verdict;
};

std::string party_words(const Context& x, const FactValue& f) {
  if (f.how == How::kNotSaid) return "who it was is not known, and the value depends on it";
  if (f.how == How::kNamed) return percent(f.p) + " over the parties that it may have been";
  const std::string who =
      x.verdict.party < 0
          ? "the party"
          : name_of(x.agreement.parties.at(static_cast<std::size_t>(x.verdict.party)));
  return f.p.high > 0 ? "the provision binds " + who : "the provision does not bind " + who;
}

std::string act_words(const Context& x, const FactValue& f) {
  std::string what(to_string(x.conduct.act));
  std::replace(what.begin(), what.end(), '_', ' ');
  return f.p.high > 0 ? "it was an act of " + what
                      : "it was an act of " + what + ", of which the provision does not speak";
}

std::string time_words(const FactValue& f) {
  return f.p.low == 1    ? "all of its time lies inside the time in force"
         : f.p.high == 0 ? "its time lies outside the time in force"
                         : percent(f.p) + " of its possible time lies inside the time in force";
}

std::string class_words(const FactValue& f) {
  return f.p.high == 0
             ? "none of its effects is of a class that the provision names"
             : percent(f.p) + " that one of its effects is of a class that the provision names";
}

std::string weapon_text(const Weapon& w) {
  std::string out(to_words(w.weapon));
  if (w.min_mm == w.max_mm && w.min_mm > 0) out += " of " + shortest(w.min_mm) + " mm";
  if (!w.system.empty()) out += " (" + w.system + ")";
  return out;
}

std::string weapon_words(const Context& x, const FactValue& f) {
  if (f.how == How::kEverything) return "any weapon";
  std::string seen;
  for (const Weapon& w : x.conduct.weapons) {
    const std::string text = weapon_text(w);
    if (seen.find(text) == std::string::npos) seen += (seen.empty() ? "" : ", ") + text;
  }
  if (f.p.high == 0) return "no weapon that the provision names: " + seen;
  if (f.p.low == 1) return seen + ", which the provision names";
  const bool unknown = std::any_of(x.conduct.weapons.begin(), x.conduct.weapons.end(),
                                   [](auto& w) { return w.weapon == WeaponClass::kUnknown; });
  return unknown || x.conduct.weapons.empty() ? "no source says what weapon it was"
                                              : "no source says enough of the weapon: " + seen;
}

std::string place_words(const Context& x, const FactValue& f) {
  const bool origin = x.provision.where == Where::kOrigin;
  if (f.how == How::kEverything) return "in force everywhere";
  if (f.how == How::kNotSaid)
    return origin ? "no source says where it was fired from" : "no source says where it was";
  std::vector<std::string> names;
  for (const Zone& z : x.agreement.zones) {
    const bool named = std::find(x.provision.zones.begin(), x.provision.zones.end(), z.id) !=
                       x.provision.zones.end();
    if (named && std::find(names.begin(), names.end(), name_of(z)) == names.end())
      names.push_back(name_of(z));
  }
  for (const auto& kind : x.provision.zone_kinds) names.push_back("any " + kind);
  const std::string of = origin ? "the place of firing" : "the place";
  if (f.p.low == 1) return "all of the probability of " + of + " lies inside " + listed(names);
  return percent(f.p) + " of the probability of " + of + " lies inside " + listed(names);
}

std::string target_words(const FactValue& f) {
  if (f.how == How::kEverything) return "whatever was hit";
  if (f.how == How::kNamed) return "the source says that it concerned what the provision protects";
  if (f.object == nullptr)
    return "no source says that a protected object was hit, and none is near";
  return name_of(*f.object) + " lies within reach with " + decimals(f.p.high, 2) +
         "; no source says it was hit";
}

std::string window_words(const FactValue& f) {
  if (f.notice == nullptr) return "no announced window covers it";
  return percent(f.p) + " that it lies inside the announced window (notice " + f.notice->id + ")";
}

std::string circumstance_words(const Context& x, const FactValue& f) {
  const std::string needs = listed(x.provision.needs);
  if (f.p.low == 1) return "shown: " + needs;
  if (f.p.high == 0) return "not shown: " + needs;
  return "claimed and not settled: " + needs;
}

std::string distance_words(const Context& x, const FactValue& f) {
  const std::string bound =
      decimals(*x.provision.distance_m, 0) + " m from " +
      (f.baseline == nullptr ? "a line that did not hold then" : name_of(*f.baseline));
  if (f.how == How::kNotSaid) return "no source says where it was; the bound is " + bound;
  if (f.p.high == 0) return "all of the place's probability lies no nearer than " + bound;
  return percent(f.p) + " of the place's probability lies nearer than " + bound;
}

std::string number_words(const Context& x, const FactValue& f) {
  const std::string counted = "counted " + to_text(x.conduct.count) + ", allowed " +
                              std::to_string(*x.provision.number_max);
  return f.how == How::kNotSaid ? counted + ": the count does not say" : counted;
}

std::string exception_words(const FactValue& f) {
  if (f.overriding == nullptr && f.exception == nullptr) return "no exception holds";
  std::string out = f.overriding != nullptr
                        ? "gives way to " + f.overriding->id + ": " + f.overriding->words
                        : f.exception->words;
  if (f.notice != nullptr) out += " (notice " + f.notice->id + ")";
  if (f.p.high == 0) return out;
  return percent(f.p) + " that no exception holds: " + out;
}

std::string real_words(const Context& x, const FactValue& f) {
  const std::size_t n = x.conduct.evidence.size();
  if (n == 0) return percent(f.p) + " that it happened";
  return percent(f.p) + " that it happened, from " + std::to_string(n) +
         (n == 1 ? " report" : " reports");
}

std::string words_of(const Context& x, const FactValue& f) {
  switch (f.fact) {
    case Fact::kParty:
      return party_words(x, f);
    case Fact::kAct:
      return act_words(x, f);
    case Fact::kTime:
      return time_words(f);
    case Fact::kClass:
      return class_words(f);
    case Fact::kWeapon:
      return weapon_words(x, f);
    case Fact::kPlace:
      return place_words(x, f);
    case Fact::kTarget:
      return target_words(f);
    case Fact::kWindow:
      return window_words(f);
    case Fact::kCircumstances:
      return circumstance_words(x, f);
    case Fact::kDistance:
      return distance_words(x, f);
    case Fact::kNumber:
      return number_words(x, f);
    case Fact::kException:
      return exception_words(f);
    case Fact::kReal:
      return real_words(x, f);
  }
  return {};
}

// Facts that hardly any provision asks for say nothing where it does not.
bool is_idle(const FactValue& f) {
  return f.p.low == 1 &&
         (f.fact == Fact::kAct || (f.fact == Fact::kWindow && f.how == How::kEverything));
}

Finding finding(const Context& x, const Reading& reading) {
  Finding f;
  f.subject = x.conduct.subject;
  f.provision = x.provision.id;
  f.reading = reading.id;
  f.id = finding_id(f.subject, f.provision, f.reading);
  f.standard_of_proof = x.provision.standard_of_proof;
  f.threshold = x.agreement.standards_of_proof.at(f.standard_of_proof);
  f.evidence = x.conduct.evidence;
  f.value = x.verdict.value;
  f.probability = rounded(x.verdict.best);
  if (f.value == FindingValue::kUndeterminable) f.missing_fact = to_string(x.verdict.missing);
  for (std::size_t k = 0; k < x.verdict.count; ++k) {
    const FactValue& fact = x.verdict.facts.at(k);
    if (is_idle(fact)) continue;
    f.reasons.push_back(
        {std::string(to_string(fact.fact)), rounded(fact.p.best()), words_of(x, fact)});
  }
  return f;
}

}  // namespace

struct Judge::Impl {
  Agreement agreement;
  std::vector<Rules> rules;
};

Judge::Judge(Agreement agreement) {
  auto impl = std::make_unique<Impl>();
  impl->agreement = std::move(agreement);
  for (const Reading& r : impl->agreement.readings) impl->rules.emplace_back(impl->agreement, r);
  impl_ = std::move(impl);
}
Judge::~Judge() = default;
Judge::Judge(Judge&&) noexcept = default;
Judge& Judge::operator=(Judge&&) noexcept = default;

const Agreement& Judge::agreement() const { return impl_->agreement; }

std::vector<Finding> Judge::findings(const Conduct& conduct,
                                     const std::vector<Notice>& notices) const {
  std::vector<Finding> out;
  Subject subject(conduct, notices);
  std::vector<std::uint32_t> near;
  for (const Rules& rules : impl_->rules) {
    near.clear();
    rules.near(subject, near);
    for (const std::uint32_t i : near) {
      const Verdict verdict = rules.evaluate(i, subject);
      const Provision& p = rules.reading().provisions[i];
      out.push_back(finding({impl_->agreement, p, conduct, verdict}, rules.reading()));
    }
  }
  std::sort(out.begin(), out.end(), [](const Finding& x, const Finding& y) {
    return std::tie(x.provision, x.reading) < std::tie(y.provision, y.reading);
  });
  return out;
}

void Judge::values(const Conduct& conduct, const std::vector<Notice>& notices,
                   std::vector<Value>& out) const {
  Subject subject(conduct, notices);
  std::vector<std::uint32_t> near;
  for (std::uint32_t r = 0; r < impl_->rules.size(); ++r) {
    near.clear();
    impl_->rules[r].near(subject, near);
    for (const std::uint32_t i : near) {
      const Verdict v = impl_->rules[r].evaluate(i, subject);
      out.push_back({r, i, v.value, rounded(v.best)});
    }
  }
}

}  // namespace truce::judge
