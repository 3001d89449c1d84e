#include "base/hash.h"
#include "stages/report/internal/fonts.h"
#include "stages/report/report.h"

namespace truce::report {

std::string content_policy(std::string_view page) {
  constexpr std::string_view kOpen = "<style>", kClose = "</style>";
  std::string styles;
  for (std::size_t at = page.find(kOpen); at != page.npos; at = page.find(kOpen, at)) {
    at += kOpen.size();
    const std::size_t end = std::min(page.find(kClose, at), page.size());
    styles += " 'sha256-" + to_base64(sha256(page.substr(at, end - at))) + "'";
  }
  return "default-src 'none'; style-src" + (styles.empty() ? " 'none'" : styles) +
         "; font-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox";
}

}  // namespace truce::report
