#include "sim/nodes.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <numeric>

#include "sim/front_line.h"
#include "sim/random.h"
#include "sim/steady_math.h"

namespace truce::sim {

namespace {

constexpr std::uint32_t kClusters = 6;

class Placer {
 public:
  Placer(const World& world, std::uint64_t seed)
      : world_(world),
        seed_(seed),
        width_m_(world.terrain.width_km * 1000),
        height_m_(world.terrain.height_km * 1000),
        spread_m_(world.nodes.spread_km * 1000) {}

  Xy place(std::uint32_t index, Random& random) const {
    const std::string& layout = world_.nodes.layout;
    if (layout == "grid") return on_grid(index, random);
    if (layout == "clusters") return near(middle(index % kClusters), random);
    if (layout == "front") return along_front(random);
    return anywhere(random);
  }

 private:
  Xy inside(Xy p) const {
    return {std::clamp(p.x_m, 0.0, width_m_), std::clamp(p.y_m, 0.0, height_m_)};
  }
  Xy anywhere(Random& random) const {
    const double x = random.between(0, width_m_);
    return {x, random.between(0, height_m_)};
  }
  Xy near(Xy p, Random& random) const {
    const double east = spread_m_ * random.normal();
    return inside({p.x_m + east, p.y_m + spread_m_ * random.normal()});
  }
  Xy middle(std::uint32_t cluster) const {
    Random random(seed_, Draw::kNode, UINT32_MAX, cluster);
    return anywhere(random);
  }
  Xy along_front(Random& random) const {
    const FrontLine front(world_.terrain.front_km);
    const double along = random.between(0, front.length_m());
    return inside(front.at(along, spread_m_ * random.normal()));
  }
  // Rows and columns as square as the plane allows, each node off its point by up to a quarter.
  Xy on_grid(std::uint32_t index, Random& random) const {
    const double count = world_.nodes.count;
    const double columns = std::max(1.0, std::ceil(std::sqrt(count * width_m_ / height_m_)));
    const double rows = std::ceil(count / columns);
    const double column = std::fmod(index, columns), row = std::floor(index / columns);
    const double x = (column + 0.5 + random.between(-0.25, 0.25)) * width_m_ / columns;
    return {x, (row + 0.5 + random.between(-0.25, 0.25)) * height_m_ / rows};
  }

  const World& world_;
  std::uint64_t seed_;
  double width_m_, height_m_, spread_m_;
};

void give_faults(const Nodes& n, double duration_s, Node& node, Random& random) {
  // Every draw is made whatever the shares are, so that a changed share changes nothing else.
  const bool misplaced = random.chance(n.misplaced_share);
  const double east = n.misplaced_m * random.normal(), north = n.misplaced_m * random.normal();
  const bool clock_off = random.chance(n.clock_share);
  const double offset = n.clock_s * random.normal();
  const bool dead = random.chance(n.dead_share);
  const bool dying = random.chance(n.dying_share);
  const double dies_at = random.between(0, duration_s);
  if (misplaced) node.told = {node.at.x_m + east, node.at.y_m + north};
  if (clock_off) node.clock_offset_s = offset;
  if (dying) node.silent_from_s = dies_at;
  if (dead) node.silent_from_s = 0;
}

std::string node_id(std::uint32_t i) {
  char text[16];
  std::snprintf(text, sizeof text, "s%04u", i);
  return text;
}

Node make_node(const World& world, std::uint64_t seed, const Placer& placer, std::uint32_t i) {
  Random random(seed, Draw::kNode, i);
  Node node;
  node.id = node_id(i);
  node.at = node.told = placer.place(i, random);
  node.noise_db = world.nodes.noise_db + world.nodes.noise_sd_db * random.normal();
  give_faults(world.nodes, world.terrain.hours * 3600, node, random);
  Random hills(seed, Draw::kHidden, i);
  for (int w = 0; w < 16; ++w) {
    if (hills.chance(world.sound.hidden_share)) node.hidden_winds |= 1U << w;
  }
  return node;
}

// All nodes in an order drawn at random (Fisher & Yates), from which the hostile take their own.
std::vector<std::uint32_t> shuffled(std::uint32_t count, Random random) {
  std::vector<std::uint32_t> out(count);
  std::iota(out.begin(), out.end(), 0U);
  for (std::uint32_t i = count; i > 1; --i) std::swap(out[i - 1], out[random.below(i)]);
  return out;
}

class Corrupter {
 public:
  Corrupter(const World& world, std::uint64_t seed, std::vector<Node>& nodes)
      : world_(world),
        random_(seed, Draw::kHostile),
        nodes_(nodes),
        order_(shuffled(static_cast<std::uint32_t>(nodes.size()), Random(seed, Draw::kForged))) {}

  void run() {
    const double duration_s = world_.terrain.hours * 3600;
    take(world_.hostile.flooding,
         [&](Node& n) { n.floods_from_s = random_.between(0, duration_s * 0.8); });
    take(world_.hostile.jumping, [&](Node& n) {
      n.jumps_from_s = random_.between(duration_s * 0.3, duration_s * 0.7);
      n.jump_s = random_.chance(0.5) ? world_.hostile.jump_s : -world_.hostile.jump_s;
    });
    take(world_.hostile.moved, [&](Node& n) {
      n.moves_at_s = duration_s / 2;
      n.moved_to = {n.at.x_m + world_.hostile.moved_km * 1000, n.at.y_m};
    });
    for (std::uint32_t i = 0; i < world_.hostile.twins && used_ + 1 < order_.size(); ++i) {
      nodes_[order_[used_]].twin_of = static_cast<std::int32_t>(order_[used_ + 1]);
      used_ += 2;
    }
    invent();
    for (std::uint32_t i = 0; i < world_.forged.copies && used_ + 1 < order_.size(); ++i) {
      nodes_[order_[used_]].copies_of = static_cast<std::int32_t>(order_[used_ + 1]);
      used_ += 2;
    }
  }

 private:
  template <class F>
  void take(std::uint32_t count, F f) {
    for (std::uint32_t i = 0; i < count && used_ < order_.size(); ++i) f(nodes_[order_[used_++]]);
  }
  // Those that agree on an invention are neighbours: the ones nearest to some node.
  void invent() {
    if (world_.forged.inventors == 0 || used_ >= order_.size()) return;
    const Xy middle = nodes_[order_[used_]].at;
    std::stable_sort(order_.begin() + static_cast<std::ptrdiff_t>(used_), order_.end(),
                     [&](auto a, auto b) { return away(a, middle) < away(b, middle); });
    take(world_.forged.inventors, [](Node& n) { n.invents = true; });
  }
  double away(std::uint32_t node, Xy from) const {
    return steady_length(nodes_[node].at.x_m - from.x_m, nodes_[node].at.y_m - from.y_m);
  }

  const World& world_;
  Random random_;
  std::vector<Node>& nodes_;
  std::vector<std::uint32_t> order_;
  std::size_t used_ = 0;
};

bool is_jammed(const Jamming& j, Xy at, double time_s) {
  return time_s >= j.from_s && time_s < j.until_s &&
         steady_length(at.x_m - j.x_km * 1000, at.y_m - j.y_km * 1000) <= j.radius_km * 1000;
}

}  // namespace

std::vector<Node> make_nodes(const World& world, std::uint64_t seed) {
  const Placer placer(world, seed);
  std::vector<Node> out;
  for (std::uint32_t i = 0; i < world.nodes.count; ++i)
    out.push_back(make_node(world, seed, placer, i));
  Corrupter(world, seed, out).run();
  return out;
}

bool is_mute(const World& world, const Node& node, double time_s) {
  if (time_s >= node.silent_from_s) return true;
  return std::any_of(world.jamming.begin(), world.jamming.end(),
                     [&](const Jamming& j) { return is_jammed(j, node.place(time_s), time_s); });
}

}  // namespace truce::sim
