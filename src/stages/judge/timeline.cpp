#include "stages/judge/timeline.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

namespace truce::judge {

namespace {

// The last known version of each key. Two versions of one position are ordered by their content,
// so that the order in which they stand in the input says nothing.
template <class T, class Key, class Content>
std::vector<T> latest_known(const std::vector<T>& all, std::uint64_t known_at, Key key,
                            Content content) {
  std::map<decltype(key(all.front())), T> last;
  for (const T& t : all) {
    if (t.known > known_at) continue;
    const auto [at, fresh] = last.emplace(key(t), t);
    if (!fresh && content(at->second) < content(t)) at->second = t;
  }
  std::vector<T> out;
  for (auto& [id, t] : last) out.push_back(std::move(t));
  return out;
}

template <class T>
void keep_begun(std::vector<T>& all, Instant until) {
  std::erase_if(all, [&](const T& t) { return first_of(t.when) > until; });
  std::stable_sort(all.begin(), all.end(),
                   [](const T& a, const T& b) { return a.when.start < b.when.start; });
}

}  // namespace

std::string QuietDay::id() const {
  return "quiet/" + sector + "/" + std::string(to_string(effect_class)) + "/" + to_text(when.start);
}

QuietDay quiet_day(const Quiet& quiet, std::uint64_t known) {
  return {quiet.sector, quiet.when, quiet.effect_class, quiet.coverage, quiet.upper_bound, known};
}

Timeline as_of(const Timeline& all, const AsOf& as) {
  const auto id = [](const auto& t) { return t.id; };
  Timeline out;
  out.events = latest_known(all.events, as.known_at, id, [](const Event& e) {
    return std::tuple(e.known, e.when.start, e.when.end, e.p_real, e.name, e.party, e.sector);
  });
  out.breaches = latest_known(all.breaches, as.known_at, id, [](const Breach& b) {
    return std::tuple(b.known, b.when.start, b.when.end, b.probability, b.value, b.provision,
                      b.party, b.sector, b.severity);
  });
  out.quiet = latest_known(
      all.quiet, as.known_at,
      [](const QuietDay& q) {
        return std::tuple(q.sector, q.effect_class, q.when.start, q.when.end);
      },
      [](const QuietDay& q) { return std::tuple(q.known, q.coverage, q.upper_bound); });
  out.signatures = latest_known(all.signatures, as.known_at, id, [](const Signature& s) {
    return std::tuple(s.known, s.when, s.escalation, s.tier, s.breach);
  });
  keep_begun(out.events, as.until);
  keep_begun(out.breaches, as.until);
  std::erase_if(out.quiet, [&](const QuietDay& q) { return q.when.end > as.until; });
  std::erase_if(out.signatures, [&](const Signature& s) { return s.when > as.until; });
  std::stable_sort(out.signatures.begin(), out.signatures.end(),
                   [](const Signature& a, const Signature& b) { return a.when < b.when; });
  return out;
}

}  // namespace truce::judge
