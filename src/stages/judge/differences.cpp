#include "stages/judge/differences.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "model/identity.h"

namespace truce::judge {

namespace {

using Sides = std::map<std::string, const Finding*>;  // by reading

bool has(const Reading& reading, const std::string& provision) {
  return std::any_of(reading.provisions.begin(), reading.provisions.end(),
                     [&](const Provision& p) { return p.id == provision; });
}

// Facts that are not as probable under every reading, in alphabetical order. One that a reading did
// not come to, because an earlier one ruled the provision out, is no difference of its own.
std::vector<std::string> parting_facts(const Agreement& agreement, const std::string& provision,
                                       const Sides& sides) {
  std::map<std::string, std::set<double>> values;
  std::set<std::string> out;
  std::set<double> thresholds;
  for (const Reading& r : agreement.readings) {
    const auto side = sides.find(r.id);
    if (!has(r, provision)) {
      out.insert("provision");
    } else if (side == sides.end()) {
      out.insert("place");  // its zones lie elsewhere
    } else {
      thresholds.insert(side->second->threshold);
      for (const Reason& reason : side->second->reasons)
        values[reason.fact].insert(reason.probability);
    }
  }
  for (const auto& [fact, probabilities] : values) {
    if (probabilities.size() > 1) out.insert(fact);
  }
  if (thresholds.size() > 1) out.insert("standard_of_proof");
  return {out.begin(), out.end()};
}

Difference difference(const Agreement& agreement, const std::string& subject,
                      const std::string& provision, const Sides& sides) {
  Difference out;
  out.id = difference_id(subject, provision);
  out.subject = subject;
  out.provision = provision;
  for (const Reading& r : agreement.readings) {
    const auto side = sides.find(r.id);
    if (side == sides.end())
      out.sides.push_back({r.id, FindingValue::kNotApplicable, 0});
    else
      out.sides.push_back({r.id, side->second->value, side->second->probability});
  }
  out.facts = parting_facts(agreement, provision, sides);
  return out;
}

bool differ(const Difference& d) {
  return std::any_of(d.sides.begin(), d.sides.end(),
                     [&](const auto& s) { return s.value != d.sides.front().value; });
}

}  // namespace

std::vector<Difference> differences(const Agreement& agreement,
                                    const std::vector<Finding>& findings) {
  std::map<std::pair<std::string, std::string>, Sides> all;
  for (const Finding& f : findings) all[{f.subject, f.provision}][f.reading] = &f;
  std::vector<Difference> out;
  for (const auto& [of, sides] : all) {
    Difference d = difference(agreement, of.first, of.second, sides);
    if (differ(d)) out.push_back(std::move(d));
  }
  return out;
}

}  // namespace truce::judge
