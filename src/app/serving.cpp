#include "app/serving.h"

#include <cstdio>
#include <filesystem>

#include "app/session.h"
#include "base/files.h"
#include "base/hash.h"
#include "base/printable.h"

namespace truce::app {

namespace {

std::string in_folder(const Mission& mission, const std::string& file) {
  return file.empty() ? file : (mission.folder / file).string();
}

// What a program that gathers figures shows: 64 digits of hex and a line's end, made where there is
// none yet.
Result<std::string> metrics_token_in(const std::string& path) {
  constexpr std::size_t kDigits = 64;
  std::error_code missing;
  if (!std::filesystem::exists(path, missing)) {
    std::string token = to_hex(release::new_seal_key());
    TRUCE_CHECK_OK(write_secret(path, token + "\n"));
    return token;
  }
  TRUCE_TRY(text, read_file(path, 1024));
  if (!text.empty() && text.back() == '\n') text.pop_back();
  const bool is_token =
      text.size() == kDigits && text.find_first_not_of("0123456789abcdef") == std::string::npos;
  if (is_token) return text;
  return make_error(ErrorCode::kCorrupt, "is no token", {.source = path},
                    "64 digits 0-9, a-f; one is made where the file is not there");
}

}  // namespace

Status check_plan(const ServePlan& plan, bool has_accounts) {
  const bool is_open = !plan.is_local() || plan.behind_proxy;
  const auto refused = [&plan](const char* why, const char* expected) {
    return make_error(ErrorCode::kUnusable, plan.address + " is not served: " + why,
                      {.source = "mission.toml, [serve]"}, expected);
  };
  if (is_open && !has_accounts)
    return refused("others can reach it, and there are no accounts",
                   "`truce user add MISSION NAME --role duty` first");
  if (is_open && !plan.has_tls() && !plan.behind_proxy)
    return refused("passwords and records would go over the wire in the open",
                   "certificate and key, or behind_proxy = true where one speaks TLS for it");
  if (is_open && plan.hosts.empty())
    return refused("no name that it answers for is given", "host = \"truce.example\"");
  return done();
}

Result<std::unique_ptr<Serving>> Serving::start(const Mission& mission,
                                                std::optional<std::uint16_t> port) {
  TRUCE_TRY(key, seal_key_in(mission.seal_key_path()));
  auto out = std::unique_ptr<Serving>(new Serving(mission, key));
  TRUCE_TRY(token, metrics_token_in((mission.var() / "metrics.token").string()));
  ServePlan& plan = out->plan_;
  if (port) plan.port = *port;
  TRUCE_TRY(accounts, serve::Accounts::open(mission.accounts_path()));
  out->accounts_ = std::move(accounts);
  TRUCE_TRY(has_accounts, out->accounts_->any());
  TRUCE_CHECK_OK(check_plan(plan, has_accounts));
  serve::SiteOptions site{.title = mission.name,
                          .version = TRUCE_VERSION,
                          .time_zone = mission.reporting_day.zone.name(),
                          .boundary_view = mission.boundary_view};
  if (!mission.maps.tiles.empty()) {
    const auto tiles = serve::TileFile::open(mission.maps.tiles);
    if (!tiles.ok())
      std::fprintf(stderr, "%s; the map goes on without it\n",
                   printable(tiles.error().to_text()).c_str());
  }
  site.basemap = mission.maps.basemap.string();
  site.tiles = mission.maps.tiles.string();
  site.hosts = plan.hosts;
  site.secure = plan.has_tls() || plan.behind_proxy;
  site.local_only = plan.is_local() && !plan.behind_proxy;
  TRUCE_TRY(server, serve::Server::start({.address = plan.address,
                                          .port = plan.port,
                                          .certificate = in_folder(mission, plan.certificate),
                                          .key = in_folder(mission, plan.key)},
                                         std::move(site), out->source_,
                                         {.accounts = out->accounts_.get(),
                                          .desk = &out->desk_,
                                          .metrics_token = std::move(token),
                                          .access_folder = mission.access_folder(),
                                          .log_folder = mission.server_log_folder(),
                                          .now = wall_clock}));
  out->server_ = std::move(server);
  return out;
}

void Serving::follow_mission(const Mission& mission) {
  const auto changed = std::make_shared<const Mission>(mission);
  store_.set_mission(changed);
  desk_.set_mission(changed);
  source_.set_params(mission.release);
}

std::string Serving::address() const {
  const bool is_v6 = plan_.address.find(':') != std::string::npos;
  return (plan_.has_tls() ? "https://" : "http://") + (is_v6 ? "[" : std::string()) +
         plan_.address + (is_v6 ? "]:" : ":") + std::to_string(server_->port());
}

}  // namespace truce::app
