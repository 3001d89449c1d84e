// When a hazard is over.
//
// The obvious rule, so many hours without a report, takes blindness for peace: the sensor that was
// destroyed reports nothing. So time counts only while everything that the rule names was watched,
// and a break begins the count anew. The watched times come from one sweep over the ends of all
// windows; a window that says "not watched" outweighs any that says otherwise.

#include <algorithm>
#include <map>
#include <tuple>

#include "stages/judge/hazard.h"

namespace truce::judge {

namespace {

struct Watched {
  std::vector<Interval> runs;  // without a break, ascending
  Instant known_until{INT64_MIN};
};

class WatchSweep {
 public:
  WatchSweep(const Post& post, const HazardRule& rule, const std::vector<Quiet>& windows) {
    for (const auto& sector : post.sectors) {
      for (const EffectClass c : rule.watch) parts_.emplace(std::pair(sector, c), Part{});
    }
    for (const Quiet& q : windows) add(q, rule.watched_min);
    std::sort(edges_.begin(), edges_.end(),
              [](const Edge& a, const Edge& b) { return a.at < b.at; });
  }

  Watched run() {
    Watched out;
    if (parts_.empty()) return out;
    for (std::size_t k = 0; k < edges_.size();) {
      const Instant at = edges_[k].at;
      for (; k < edges_.size() && edges_[k].at == at; ++k) pass(edges_[k]);
      if (k == edges_.size())
        out.known_until = at;
      else if (watched_ == parts_.size())
        extend(out.runs, {at, edges_[k].at});
    }
    return out;
  }

 private:
  struct Part {  // a sector and class
    int good = 0;
    int bad = 0;
    bool watched() const { return good > 0 && bad == 0; }
  };
  struct Edge {
    Instant at;
    Part* part;
    int good;
    int bad;
  };

  void add(const Quiet& q, double watched_min) {
    const auto it = parts_.find({q.sector, q.effect_class});
    if (it == parts_.end() || !(q.when.start < q.when.end)) return;
    const bool good = q.coverage && *q.coverage >= watched_min;
    edges_.push_back({q.when.start, &it->second, good ? 1 : 0, good ? 0 : 1});
    edges_.push_back({q.when.end, &it->second, good ? -1 : 0, good ? 0 : -1});
  }
  void pass(const Edge& e) {
    watched_ -= e.part->watched() ? 1 : 0;
    e.part->good += e.good;
    e.part->bad += e.bad;
    watched_ += e.part->watched() ? 1 : 0;
  }
  static void extend(std::vector<Interval>& runs, const Interval& by) {
    if (!runs.empty() && runs.back().end == by.start)
      runs.back().end = by.end;
    else
      runs.push_back(by);
  }

  std::map<std::pair<std::string, EffectClass>, Part> parts_;
  std::vector<Edge> edges_;
  std::size_t watched_ = 0;
};

std::optional<Instant> clear_after(const Watched& w, Instant last, Duration quiet) {
  // Runs that end before it cannot help.
  auto it = std::lower_bound(w.runs.begin(), w.runs.end(), last,
                             [](const Interval& r, Instant t) { return r.end <= t; });
  for (; it != w.runs.end(); ++it) {
    const Instant begin = std::max(it->start, last);
    if (it->end - begin >= quiet) return begin + quiet;
  }
  return std::nullopt;
}

AllClear why_not(const Watched& w, Instant last) {
  const bool counts = !w.runs.empty() && w.runs.back().end == w.known_until && w.known_until > last;
  return counts ? AllClear::kNotYet : AllClear::kNotWatched;
}

using HazardIt = std::vector<Hazard>::iterator;

// Hazards of one post and kind, by time: those that begin before the all-clear of the ones before
// them share theirs.
void settle(HazardIt begin, HazardIt end, const Watched& w, Duration quiet) {
  while (begin != end) {
    Instant last = begin->last;
    auto clear = clear_after(w, last, quiet);
    HazardIt next = begin + 1;
    for (; next != end && (!clear || next->since <= *clear); ++next) {
      last = std::max(last, next->last);
      clear = clear_after(w, last, quiet);
    }
    for (; begin != next; ++begin) {
      begin->all_clear_at = clear;
      begin->all_clear = clear ? AllClear::kClear : why_not(w, last);
    }
  }
}

}  // namespace

std::vector<Hazard> with_all_clear(const Force& force, std::vector<Hazard> raised,
                                   const std::vector<Quiet>& watched) {
  std::sort(raised.begin(), raised.end(), [](const Hazard& a, const Hazard& b) {
    return std::tie(a.post, a.kind, a.since, a.last, a.evidence) <
           std::tie(b.post, b.kind, b.since, b.last, b.evidence);
  });
  for (HazardIt begin = raised.begin(); begin != raised.end();) {
    const HazardIt end = std::find_if(begin, raised.end(), [&](const Hazard& h) {
      return h.post != begin->post || h.kind != begin->kind;
    });
    const Post* post = force.post(begin->post);
    TRUCE_ENSURE(post != nullptr);
    const HazardRule& rule = force.rule(begin->kind);
    settle(begin, end, WatchSweep(*post, rule, watched).run(), rule.all_clear_after);
    begin = end;
  }
  return raised;
}

}  // namespace truce::judge
