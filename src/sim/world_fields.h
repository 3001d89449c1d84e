#pragma once
// The keys of a world, once: for each its name, value, range, unit and meaning. A visitor takes
// them with `v(key, value, range, meaning)`; words are taken with their choices instead of a range.

#include "sim/columns.h"
#include "sim/world.h"

namespace truce::sim {

using Choices = std::vector<std::string_view>;
inline const NumberRange kShare{0, 1, "share"};
inline const NumberRange kDb{-300, 300, "dB"};
inline const NumberRange kSpreadDb{0, 60, "dB"};
inline const NumberRange kSeconds{0, 1e7, "s"};
inline const NumberRange kKm{0, 20000, "km"};
inline const NumberRange kMetres{0, 1e6, "m"};
inline const NumberRange kPerHour{0, 1e5, "per hour"};
inline const NumberRange kSpeed{-100, 100, "m/s"};
inline const NumberRange kNumber{0, 1e6, ""};

template <class V>
void visit(V& v, Terrain& t) {
  v("width_km", t.width_km, NumberRange{0.1, 20000, "km"}, "west to east");
  v("height_km", t.height_km, NumberRange{0.1, 20000, "km"}, "south to north");
  v("hours", t.hours, NumberRange{0.01, 1000, "h"}, "how long the scene is");
  v("front_km", t.front_km, kKm, "the line of contact as [x, y] points; none: fire anywhere");
}

template <class V>
void visit(V& v, Nodes& n) {
  v("count", n.count, kNumber, "how many there are");
  v("layout", n.layout, Choices{"uniform", "front", "grid", "clusters"}, "how they are placed");
  v("spread_km", n.spread_km, kKm, "standard deviation from the front or a cluster's middle");
  v("noise_db", n.noise_db, kDb, "background, mean over nodes");
  v("noise_sd_db", n.noise_sd_db, kSpreadDb, "its standard deviation over nodes");
  v("misplaced_share", n.misplaced_share, kShare, "whose place is not where they say");
  v("misplaced_m", n.misplaced_m, kMetres, "standard deviation of that, east and north");
  v("clock_share", n.clock_share, kShare, "whose clock is off");
  v("clock_s", n.clock_s, kSeconds, "standard deviation of that");
  v("dead_share", n.dead_share, kShare, "silent throughout");
  v("dying_share", n.dying_share, kShare, "of the rest, silent from some time on");
  v("deaf_after_s", n.deaf_after_s, kSeconds, "after an arrival nothing is noticed for so long");
  v("onset_s", n.onset_s, kSeconds, "standard deviation of an onset far above the noise");
  v("weak_onset_s", n.weak_onset_s, kSeconds, "what is added to it for one as loud as the noise");
  v("stray_share", n.stray_share, kShare, "onsets with a larger error than they say");
  v("stray_factor", n.stray_factor, NumberRange{1, 100, ""}, "how many times larger");
}

template <class V>
void visit(V& v, Detection& d) {
  v("snr_db", d.snr_db, kDb, "above the background at which every second sound is noticed");
  v("width_db", d.width_db, NumberRange{0.01, 60, "dB"}, "logistic scale of that curve");
}

template <class V>
void visit(V& v, Sound& s) {
  v("speed_m_s", s.speed_m_s, NumberRange{200, 500, "m/s"}, "of sound in still air");
  v("spreading_db", s.spreading_db, kSpreadDb, "lost per tenfold distance");
  v("absorption_db_km", s.absorption_db_km, kSpreadDb, "lost per kilometre besides");
  v("level_sd_db", s.level_sd_db, kSpreadDb, "scatter of a level from path to path");
  v("path_error", s.path_error, kShare, "standard deviation of a travel time, as its share");
  v("shared_error", s.shared_error, kShare, "how much of that variance neighbouring paths share");
  v("shared_km", s.shared_km, NumberRange{0.01, 1000, "km"}, "how far paths are neighbours");
  v("echo_share", s.echo_share, kShare, "arrivals that are followed by an echo");
  v("echo_delay_s", s.echo_delay_s, kSeconds, "mean delay of an echo");
  v("echo_loss_db", s.echo_loss_db, kSpreadDb, "what an echo has lost");
  v("shadow_db", s.shadow_db, NumberRange{0, 10, "dB"}, "lost per km and m/s of head wind");
  v("hidden_share", s.hidden_share, kShare, "of a node's sixteen winds that hills hide");
  v("hidden_db", s.hidden_db, kSpreadDb, "lost behind a hill");
}

template <class V>
void visit(V& v, Wind& w) {
  v("east_m_s", w.east_m_s, kSpeed, "to the east at the start, in the middle");
  v("north_m_s", w.north_m_s, kSpeed, "to the north");
  v("turn_deg", w.turn_deg, NumberRange{-360, 360, "deg"}, "by how much it turns clockwise");
  v("turn_from_s", w.turn_from_s, kSeconds, "when it begins to turn");
  v("turn_over_s", w.turn_over_s, NumberRange{1, 1e7, "s"}, "how long the turn takes");
  v("shear_m_s", w.shear_m_s, kSpeed, "more to the east at the northern edge than at the southern");
  v("eddy_m_s", w.eddy_m_s, NumberRange{0, 50, "m/s"}, "standard deviation of what varies");
  v("eddy_km", w.eddy_km, NumberRange{0.1, 1000, "km"}, "over this distance");
  v("eddy_s", w.eddy_s, NumberRange{1, 1e7, "s"}, "and this time");
  v("stations", w.stations, kNumber, "weather stations; 0: no feed of weather");
  v("every_s", w.every_s, NumberRange{1, 1e6, "s"}, "between two readings");
  v("noise_m_s", w.noise_m_s, NumberRange{0, 50, "m/s"}, "of a reading, each component");
  v("noise_sound_m_s", w.noise_sound_m_s, NumberRange{0, 50, "m/s"}, "of its speed of sound");
}

template <class V>
void visit(V& v, Weapon& w) {
  v("name", w.name, Choices{}, "what it is called");
  v("kind", w.kind, Choices{"mortar", "artillery", "rocket_artillery", "tank", "mine", "uav"},
    "class of the vocabulary");
  v("side", w.side, Choices{"both", "left", "right"},
    "of the front, walked along its points; both: in turn");
  v("batteries", w.batteries, NumberRange{0, 10000, ""}, "how many there are");
  v("missions_per_hour", w.missions_per_hour, kPerHour, "fire missions of each battery");
  v("rounds", w.rounds, NumberRange{1, 1000, ""}, "rounds of a mission, from and to");
  v("gap_s", w.gap_s, kSeconds, "between rounds, from and to");
  v("behind_km", w.behind_km, kKm, "from the front to the battery, from and to");
  v("target_km", w.target_km, kKm,
    "from the front to the target on the other side; without a front from battery to target");
  v("scatter_m", w.scatter_m, kMetres, "of impacts, east and north");
  v("muzzle_db", w.muzzle_db, kDb, "at 1 m when fired; 0: not to be heard");
  v("impact_db", w.impact_db, kDb, "at 1 m on impact; 0: not to be heard");
  v("level_sd_db", w.level_sd_db, kSpreadDb, "from round to round");
  v("shell_m_s", w.shell_m_s, NumberRange{10, 5000, "m/s"}, "over the ground, mean");
  v("supersonic_km", w.supersonic_km, kKm, "of its way faster than sound; 0: no shock wave");
  v("shock_db", w.shock_db, kDb, "of the shock wave, 1 m off its path");
}

template <class V>
void visit(V& v, FalseArrivals& f) {
  v("per_sensor_hour", f.per_sensor_hour, kPerHour, "of each node, evenly in time");
  v("excess_db", f.excess_db, kSpreadDb, "mean above the level that half are noticed at");
  v("bursts_per_sensor_hour", f.bursts_per_sensor_hour, kPerHour, "of vehicles, hail, dogs");
  v("burst", f.burst, NumberRange{1, 10000, ""}, "arrivals in a burst, from and to");
  v("burst_gap_s", f.burst_gap_s, kSeconds, "mean gap within a burst");
  v("share", f.share, NumberRange{0, 100, ""}, "false per true arrival, spread over all nodes");
}

template <class V>
void visit(V& v, Jamming& j) {
  v("from_s", j.from_s, kSeconds, "when it begins");
  v("until_s", j.until_s, kSeconds, "when it ends");
  v("x_km", j.x_km, kKm, "middle, east");
  v("y_km", j.y_km, kKm, "middle, north");
  v("radius_km", j.radius_km, kKm, "nodes within report nothing");
}

template <class V>
void visit(V& v, Forged& f) {
  v("copies", f.copies, kNumber, "nodes that repeat what another reports as their own");
  v("copy_delay_s", f.copy_delay_s, kSeconds, "by how much later");
  v("inventors", f.inventors, kNumber, "nodes that agree on effects that never were");
  v("invented_per_hour", f.invented_per_hour, kPerHour, "of those effects");
}

template <class V>
void visit(V& v, Hostile& h) {
  v("flooding", h.flooding, kNumber, "nodes that flood");
  v("flood_per_s", h.flood_per_s, NumberRange{0, 1e6, "per s"}, "arrivals of a flood");
  v("flood_s", h.flood_s, NumberRange{0, 3600, "s"}, "how long it lasts");
  v("jumping", h.jumping, kNumber, "nodes whose clock jumps once");
  v("jump_s", h.jump_s, kSeconds, "by how much");
  v("moved", h.moved, kNumber, "nodes carried away without a word half-way through");
  v("moved_km", h.moved_km, kKm, "how far");
  v("twins", h.twins, kNumber, "nodes that go by the name of another, elsewhere");
}

template <class V>
void visit(V& v, LayerSpec& l) {
  v("depth_km", l.depth_km, kKm, "of its top; the first 0");
  v("p_km_s", l.p_km_s, NumberRange{0.1, 20, "km/s"}, "speed of P");
  v("s_km_s", l.s_km_s, NumberRange{0.05, 20, "km/s"}, "speed of S");
}

template <class V>
void visit(V& v, Seismic& s) {
  v("on", s.on, Choices{}, "the nodes are seismic stations; sound, wind and weapons do not matter");
  v("events_per_hour", s.events_per_hour, kPerHour, "at the surface, anywhere");
  v("source_db", s.source_db, kDb, "mean, reduced to 1 m");
  v("source_sd_db", s.source_sd_db, kSpreadDb, "from event to event");
  v("spreading_db", s.spreading_db, kSpreadDb, "lost per tenfold distance");
  v("absorption_db_km", s.absorption_db_km, kSpreadDb, "lost per kilometre besides");
  v("s_gain_db", s.s_gain_db, kDb, "by which S is louder than P");
}

template <class V>
void visit(V& v, Arrays& a) {
  v("count", a.count, kNumber, "arrays that give a bearing and nothing more");
  v("sigma_deg", a.sigma_deg, NumberRange{0.01, 90, "deg"}, "of a bearing");
  v("misaligned_deg", a.misaligned_deg, NumberRange{0, 90, "deg"}, "of an array's north");
  v("reach_km", a.reach_km, kKm, "how far they hear");
  v("notices", a.notices, kShare, "of what is within reach");
  v("false_per_hour", a.false_per_hour, kPerHour, "bearings to nothing");
}
template <class V>
void visit(V& v, Cameras& c) {
  v("count", c.count, kNumber, "cameras that report a range ring and a wedge of sixteen");
  v("reach_km", c.reach_km, kKm, "how far they see");
  v("ring_km", c.ring_km, NumberRange{0.1, 100, "km"}, "width of a ring");
  v("notices", c.notices, kShare, "of the rounds of a salvo within reach");
  v("blind_from_s", c.blind_from_s, kSeconds, "the first camera is blinded from");
  v("blind_until_s", c.blind_until_s, kSeconds, "and until");
}
template <class V>
void visit(V& v, Patrols& p) {
  v("count", p.count, kNumber, "patrols that hear, name a sector and round what they count");
  v("reach_km", p.reach_km, kKm, "how far they hear");
  v("ring_km", p.ring_km, NumberRange{0.1, 100, "km"}, "width of a ring");
  v("notices", p.notices, kShare, "of the rounds of a salvo within reach");
  v("rounds_above", p.rounds_above, NumberRange{0, 1e6, ""}, "above it counts become \"about\"");
}
template <class V>
void visit(V& v, Satellite& s) {
  v("passes", s.passes, NumberRange{0, 10000, ""}, "evenly spread over the scene");
  v("pixel_m", s.pixel_m, NumberRange{1, 100000, "m"}, "edge of a pixel");
  v("sigma_m", s.sigma_m, kMetres, "error of a pixel's place");
  v("seen", s.seen, kShare, "of impacts that burn when it passes");
  v("within_s", s.within_s, kSeconds, "an impact burns for so long");
  v("false_per_pass", s.false_per_pass, NumberRange{0, 1e5, ""}, "hot pixels of no impact");
}
template <class V>
void visit(V& v, Parties& p) {
  v("claims_per_hour", p.claims_per_hour, kPerHour, "of each party, on what fell on its side");
  v("inflation", p.inflation, NumberRange{0, 100, ""}, "claimed for each that was");
  v("denial_share", p.denial_share, kShare, "of the other's claims that a party denies");
  v("invented", p.invented, kNumber, "reports of a forged feed on what never was");
  v("copied", p.copied, kNumber, "reports of a forged feed that repeat a patrol's");
}

// The parts in the order in which they are described.
template <class V>
void visit_parts(V& v, World& w) {
  v.part("terrain", w.terrain);
  v.part("nodes", w.nodes);
  v.part("detection", w.detection);
  v.part("sound", w.sound);
  v.part("wind", w.wind);
  v.list("weapon", w.weapons);
  v.part("false", w.false_arrivals);
  v.list("jamming", w.jamming);
  v.part("forged", w.forged);
  v.part("hostile", w.hostile);
  v.part("arrays", w.arrays);
  v.part("cameras", w.cameras);
  v.part("patrols", w.patrols);
  v.part("satellite", w.satellite);
  v.part("parties", w.parties);
}

// A number, its range and its choices as complaints and the description write them.
std::string shown(double v);
std::string range_words(const NumberRange& r);
std::string choice_words(const Choices& choices);

}  // namespace truce::sim
