// Verdicts to findings, with the reasons by which a person can check them.

#include "stages/judge/judge.h"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "model/identity.h"
#include "stages/judge/internal/reasons.h"

namespace truce::judge {

namespace {

double rounded(double p) { return std::round(p * 1e4) / 1e4; }

// Facts that hardly any provision asks for say nothing where it does not.
bool is_idle(const FactValue& f) {
  return f.p.low == 1 &&
         (f.fact == Fact::kAct || (f.fact == Fact::kWindow && f.how == How::kEverything));
}

Finding finding(const Matter& x, const Reading& reading) {
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
    Message m = message_of(x, fact);
    f.reasons.push_back({.fact = std::string(to_string(fact.fact)),
                         .probability = rounded(fact.p.best()),
                         .words = say(m, Language::kEnglish),
                         .message = std::move(m.key),
                         .args = std::move(m.args)});
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

namespace {

template <class F>
bool any_provision(const Agreement& a, F f) {
  return std::any_of(a.readings.begin(), a.readings.end(), [&](const Reading& r) {
    return std::any_of(r.provisions.begin(), r.provisions.end(), f);
  });
}

}  // namespace

bool Judge::speaks_of(Act act) const {
  return any_provision(impl_->agreement, [act](const Provision& p) {
    if (p.acts.empty()) return act == Act::kFire;
    return std::find(p.acts.begin(), p.acts.end(), act) != p.acts.end();
  });
}

bool Judge::asks_whence() const {
  return any_provision(impl_->agreement,
                       [](const Provision& p) { return p.where == Where::kOrigin; });
}

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
