#pragma once
// The look of a report: ink on paper, colour only for findings; one file, no outside reference.

#include <string_view>

namespace truce::report {

inline constexpr std::string_view kStyle = R"css(
:root{color-scheme:light dark;--paper:#fff;--back:#e2e4df;--ink:#191c1d;--ink-2:#454a4b;--ink-3:#5d6263;--rule:#d0d2cc;--breach:#a24a00;--compliant:#005f63;--undet:#7d3c93;--na:#7b807d;--land:#f6f6f3;--out:#e9e9e4;--water:#dce4e5;--river:#b3c3c7;--admin:#bfc2bb;--spread:#8b918e}
@media screen and (prefers-color-scheme:dark){:root{--paper:#141617;--back:#0c0d0e;--ink:#e6e8e6;--ink-2:#b9bdbb;--ink-3:#9aa09d;--rule:#33383a;--breach:#f0a05a;--compliant:#5cc0b8;--undet:#cf9be0;--na:#8b908d;--land:#1f2324;--out:#17191a;--water:#1b2427;--river:#3a4a4f;--admin:#4a4f50;--spread:#626967}}
@page{size:A4;margin:17mm 15mm 19mm}
*{box-sizing:border-box}html{font:8.6pt/12pt Plex,"IBM Plex Sans","Noto Sans",system-ui,sans-serif;font-variant-numeric:tabular-nums;background:var(--paper);color:var(--ink);-webkit-text-size-adjust:100%}
body{margin:0}p,ul{margin:0;padding:0}li{list-style:none}
@media screen{html{background:var(--back)}body{width:210mm;max-width:100%;margin:24px auto;padding:17mm 15mm;background:var(--paper)}}
h1{font-size:19pt;line-height:23pt;letter-spacing:-.015em;font-weight:600;margin:0}
h2{font-size:10.5pt;line-height:14pt;font-weight:600;margin:13pt 0 4pt;break-after:avoid}
.q{color:var(--ink-3)}.m{color:var(--ink-2)}.b,b{font-weight:600}
table{border-collapse:collapse;width:100%;font-size:7.9pt;line-height:10.6pt}th{font-weight:400;text-align:left;font-size:7.2pt;line-height:9pt;padding:3pt 4pt;color:var(--ink-3);border-bottom:.6pt solid var(--ink);vertical-align:bottom}td{padding:3.2pt 4pt;border-bottom:.4pt solid var(--rule);vertical-align:top}
.n{text-align:right;white-space:nowrap}th:first-child,td:first-child{padding-left:0}th:last-child,td:last-child{padding-right:0}
tr{break-inside:avoid}tr.tot td{border-top:.6pt solid var(--ink);border-bottom:0;font-weight:600}
.mast{border-bottom:1.2pt solid var(--ink);margin-bottom:9pt}.mast td{border:0;padding:0 0 6pt;vertical-align:bottom}
.facts td:first-child,.facts td:nth-child(3){white-space:nowrap}.facts td{border:0;padding:0 14pt 0 0;font-size:7.6pt;line-height:10.5pt;color:var(--ink-2)}.facts b{white-space:nowrap}.facts b{display:block;font-weight:400;color:var(--ink-3)}
.sum{margin:10pt 0 0;font-size:9.6pt;line-height:13.6pt}.sum li{padding-left:11pt;position:relative;margin-bottom:3.4pt}.sum li::before{content:"–";position:absolute;left:0}
.half th,.half td{padding-left:2pt;padding-right:2pt}.cols::after{content:"";display:block;clear:both}.half{float:left;width:86mm}.half.r{float:right}.map svg{width:100%;height:auto;display:block}@media print{.map svg{max-height:84mm}}
.cap{font-size:7.2pt;line-height:9.4pt;color:var(--ink-3);margin-top:3pt}.note{font-size:7.4pt;line-height:10pt;color:var(--ink-2);margin-bottom:3pt}
del{color:var(--ink-3)}.hash{font-size:6.1pt!important;overflow-wrap:anywhere}.keep{break-inside:avoid}.cols+.keep{clear:both}
.vv{overflow-wrap:anywhere;font:6.6pt/9pt "Plex Mono","IBM Plex Mono",ui-monospace,monospace;color:var(--ink-2)}
.wide{overflow-x:auto;clear:both}.page{clear:both}
.viol{table-layout:fixed}.viol th:nth-child(1){width:11%}.viol th:nth-child(2){width:12%}.viol th:nth-child(3){width:8%}.viol th:nth-child(4){width:4%}.viol th:nth-child(5){width:6%}.viol th:nth-child(6){width:10%}.viol th:nth-child(7){width:11.5%}.viol th:nth-child(8){width:8.5%}.viol th:nth-child(9){width:10.5%}.also div{display:inline-block;margin-right:12pt;vertical-align:top}.also br{display:none}.also .q{white-space:normal}.viol th,.viol td{overflow-wrap:break-word;hyphens:auto;padding-left:2.2pt;padding-right:2.2pt}.viol th:first-child,.viol td:first-child{padding-left:0}.viol .v-range{white-space:normal}
.viol tbody{break-inside:avoid}.viol tbody tr:not(.id,.tot) td{border-bottom:0;padding-bottom:0}.viol tr.id td{padding-top:0}.viol tr:target td,.viol tr:target+tr td{box-shadow:inset 0 0 0 99px color-mix(in srgb,var(--ink) 7%,transparent)}
.gx{stroke:var(--paper)}.f{font-weight:600;white-space:nowrap}.f .g{width:8pt;height:8pt;vertical-align:-1pt;margin-right:2pt}
.f.breach{color:var(--breach)}.f.compliant{color:var(--compliant)}.f.undeterminable{color:var(--undet)}.f.not_applicable{color:var(--ink-3);font-weight:400}
.m-out{fill:var(--out)}.m-land{fill:var(--land)}.m-water{fill:var(--water)}.m-river{fill:none;stroke:var(--river);stroke-width:1.2}.m-region{fill:none;stroke:var(--admin);stroke-dasharray:5 3 1 3}.m-zone{fill:none;stroke:var(--ink);stroke-width:1.3}.m-withdrawal{fill:none;stroke:var(--ink);stroke-width:1.1;stroke-dasharray:8 4}.m-reading{fill:none;stroke:var(--ink);stroke-width:1.5;stroke-dasharray:.1 3.5;stroke-linecap:round}.m-loc{fill:none;stroke:var(--ink);stroke-width:4.5}.m-core{fill:none;stroke:var(--land);stroke-width:2.1}
.hours{width:100%;height:auto;display:block}.h-sharp{fill:var(--ink)}.h-spread{fill:var(--spread)}.h-grid{stroke:var(--rule);stroke-width:.7;fill:none}.h-axis{stroke:var(--ink);stroke-width:.8;fill:none}.h-day{stroke:var(--ink-3);stroke-width:.8;stroke-dasharray:1.5 2.5;fill:none}.h-force{fill:none;stroke:var(--ink);stroke-width:.8}.h-t{font-size:9px;fill:var(--ink-3)}
.gt-t td{overflow-wrap:break-word}.gt-t td:first-child,.gt-t td:last-child{overflow-wrap:anywhere}.gt-t td:last-child{min-width:7em}.gt-quiet{fill:var(--spread);fill-opacity:.32}.gt-unseen{stroke:var(--ink-3);stroke-width:.5}.gt-none{fill:none;stroke:var(--rule);stroke-width:.6}.gt-breach{fill:var(--breach)}.gt-maybe{stroke:var(--breach);stroke-width:1.2}.gt-h{fill:var(--ink-3)}.gt-x{stroke:var(--paper);stroke-width:1.6;fill:none}.gt-open{fill:var(--ink)}.gt-moved{fill:var(--ink)}.gt-m{font-size:12px;margin:4px 0 10px;padding-left:18px}.gt-n{font-size:8.5px;fill:var(--ink)}
.i{stroke:var(--na);fill:var(--na);fill-opacity:.13;stroke-width:1.5}.i.breach{stroke:var(--breach);fill:var(--breach)}.i.undeterminable{stroke:var(--undet);fill:var(--undet)}.i.compliant{stroke:var(--compliant);fill:var(--compliant)}
.m-count{font-size:9px;font-weight:600}.m-count,.m-place,.m-small{fill:var(--ink);stroke:var(--land);stroke-width:3px;paint-order:stroke}.m-place{font-size:10.5px;fill:var(--ink-3)}.m-small{font-size:9px}.m-dot{fill:var(--land);stroke:var(--ink-3)}.m-bar{fill:none;stroke:var(--ink)}
@media screen and (max-width:800px){body{margin:0;padding:20px 16px}.half,.half.r{float:none;width:auto}.mast td,.facts td{display:block;text-align:left;padding-bottom:4pt}.viol{min-width:640px}}
@media screen and (max-width:560px){.hours{min-width:560px}.hoursw{overflow-x:auto}.viol{min-width:0;font-size:9pt;line-height:12.5pt}.viol thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}.viol,.viol tbody,.viol tr,.viol td{display:block}.viol td{border:0;padding:0}.viol tbody{border-bottom:.6pt solid var(--rule);padding:6pt 0}.viol tbody tr:not(.id,.tot){display:grid;grid-template:"loc loc no" "what how range" "weapon weapon means" "pos pos when" "find find find"/auto 1fr auto;gap:1pt 8pt}.v-loc{grid-area:loc;font-weight:600}.v-no{grid-area:no}.v-range{grid-area:range}.v-what{grid-area:what}.v-how{grid-area:how}.v-weapon{grid-area:weapon}.v-weapon::before{content:"weapon "}.viol tr:not(.tot) .v-no::before{content:"no. "}.v-means{text-align:right}.v-pos{grid-area:pos;color:var(--ink-3)}.v-means{grid-area:means;color:var(--ink-3)}.v-when{grid-area:when;text-align:right;white-space:nowrap}.v-when br{display:none}.v-find{grid-area:find}.viol .tot{display:flex;gap:8pt}}
)css";

}  // namespace truce::report
