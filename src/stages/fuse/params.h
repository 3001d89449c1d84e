#pragma once
// The parameters of params.toml by name. A parameter is added in three places that a test of app
// holds against each other: params.toml, Params, and here.

#include "stages/fuse/fuse.h"

namespace truce::fuse {

// Calls visit(name, value) for every parameter that a mission may set.
template <class Visit>
void for_each_param(Params& params, Visit visit) {
  visit("gap_s", params.gap_s);
  visit("events_per_km2_hour", params.events_per_km2_hour);
  visit("samples", params.samples);
  visit("members_max", params.members_max);
  visit("source_db_mean", params.sound.source_db_mean);
  visit("source_db_sd", params.sound.source_db_sd);
  visit("attenuation_db_km", params.sound.attenuation_db_km);
  visit("level_sd_db", params.sound.level_sd_db);
  visit("detection_snr_db", params.sound.detection_snr_db);
  visit("detection_width_db", params.sound.detection_width_db);
  visit("path_error", params.sound.path_error);
  visit("wind_sd_m_s", params.sound.wind_sd_m_s);
  visit("clock_sigma_s", params.sound.clock_sigma_s);
  visit("stray_share", params.sound.stray_share);
  visit("effects_per_km2_hour", params.sound.effects_per_km2_hour);
  visit("salvo_share", params.sound.salvo_share);
  visit("salvo_spacing_s", params.sound.salvo_spacing_s);
  visit("salvo_spread_m", params.sound.salvo_spread_m);
  visit("shock_share", params.sound.shock_share);
  visit("shock_db_mean", params.sound.shock_db_mean);
  visit("shock_db_sd", params.sound.shock_db_sd);
  visit("echo_share", params.sound.echo_share);
  visit("echo_delay_s", params.sound.echo_delay_s);
  visit("echo_loss_db", params.sound.echo_loss_db);
  visit("named_min", params.sound.named_min);
  visit("stray_per_hour", params.join.stray_per_hour);
  visit("episode_gap_s", params.join.episode_gap_s);
  visit("episode_reach_m", params.join.episode_reach_m);
  visit("shell_slow_m_s", params.join.shell_slow_m_s);
  visit("shell_fast_m_s", params.join.shell_fast_m_s);
  visit("fire_range_m", params.join.fire_range_m);
  visit("misplaced_share", params.join.misplaced_share);
  visit("misplaced_m", params.join.misplaced_m);
  visit("located_share", params.join.located_share);
  visit("noticed_share", params.join.noticed_share);
  visit("size_path_sd_db", params.size.path_sd_db);
  visit("size_weather_sd_db", params.size.weather_sd_db);
  visit("size_near_sd_db", params.size.near_sd_db);
  visit("size_charge_sd", params.size.charge_sd);
  visit("size_stray_share", params.size.stray_share);
  visit("seismic_spreading_db", params.seismic.spreading_db);
  visit("seismic_attenuation_db_km", params.seismic.attenuation_db_km);
  visit("seismic_s_gain_db", params.seismic.s_gain_db);
  visit("seismic_level_sd_db", params.seismic.level_sd_db);
  visit("seismic_source_db_mean", params.seismic.source_db_mean);
  visit("seismic_source_db_sd", params.seismic.source_db_sd);
  visit("seismic_detection_snr_db", params.seismic.detection_snr_db);
  visit("seismic_detection_width_db", params.seismic.detection_width_db);
  visit("seismic_path_error", params.seismic.path_error);
  visit("seismic_station_sd_s", params.seismic.station_sd_s);
  visit("seismic_stray_share", params.seismic.stray_share);
  visit("seismic_events_per_km2_hour", params.seismic.events_per_km2_hour);
}

}  // namespace truce::fuse
