// Sound over distance: when each arrival was heard and when the solution says it must have been. A chunk of its own, and
// plain drawing: a chart of some dozens of ticks needs no library.
import { html, nothing, svg, type TemplateResult } from 'lit';
import { kilometres } from './figures';
import type { Recorded } from './incident-evidence';
import type { Arrival, Arrivals, Incident } from './records';
import { data } from './room-data';
import { say, words } from './words';
import * as when from './when';

const kWidth = 440;
const kLeft = 92;
const kRow = 34;

/** More sensors than this make no picture; the nearest are drawn. */
const kMostRows = 40;

interface Line { source: string; distance_m: number; all: Arrival[] }

/** A row for each sensor, by its mean distance: the effects of one incident lie a little apart. */
export function lines(a: Arrivals): Line[] {
  const by = new Map<string, Arrival[]>();
  for (const x of a.arrivals) by.set(x.source, [...(by.get(x.source) ?? []), x]);
  return [...by].map(([source, all]) => ({ source, all, distance_m: all.reduce((sum, x) => sum + x.distance_m, 0) / all.length }))
    .sort((p, q) => p.distance_m - q.distance_m || (p.source < q.source ? -1 : 1));
}

/** Of each effect the predicted times from row to row: the line that its sound must follow. */
function fronts(all: Line[], point: (x: Arrival, row: number) => string): string[] {
  const by = new Map<string, string[]>();
  all.forEach((l, row) => { for (const x of l.all) by.set(x.effect, [...(by.get(x.effect) ?? []), point(x, row)]); });
  return [...by.values()].map((points) => `M${points.join('L')}`);
}

const ms = (s: number): string => `${s < 0 ? '−' : '+'}${words.number(Math.abs(s) * 1000)}`;

export function chart(a: Arrivals, incident: Incident, recorded: Recorded | null): TemplateResult {
  const recordings = recorded?.known(incident) ?? [];
  const rows = lines(a);
  const all = rows.slice(0, kMostRows);
  const times = a.arrivals.flatMap((x) => [Date.parse(x.time), Date.parse(x.predicted)]);
  const zero = a.origin?.time ? Date.parse(a.origin.time) : Math.min(...times);
  const from = Math.min(zero, ...times);
  const last = Math.max(...times);
  const pad = Math.max(500, (last - from) * 0.04);
  const x = (t: number) => kLeft + ((t - from + pad) / (last - from + 2 * pad)) * (kWidth - kLeft - 8);
  const height = all.length * kRow + 44;
  const step = [0.5, 1, 2, 5, 10, 20, 30, 60, 120].find((s) => (last - from) / 1000 / s <= 7) ?? 300;
  const marks: number[] = [];
  for (let s = 0; zero + s * 1000 <= last + pad; s += step) marks.push(s);
  return html`<figure class="arrivals"><p class="s q">${say('arrivals.after', { time: `${when.span(zero, zero).local}` })}${rows.length > all.length ? ` · ${say('arrivals.nearest', { n: all.length, of: rows.length })}` : ''}</p>
    <svg viewBox=${`0 0 ${kWidth} ${height}`} role="img" aria-label=${say('arrivals.summary', { n: a.arrivals.length, rows: all.length })}>
      ${marks.map((s) => svg`<path class="hair" d=${`M${x(zero + s * 1000).toFixed(1)} 14V${height - 22}`}></path><text class="t3" text-anchor="middle" x=${x(zero + s * 1000)} y=${height - 8}>${words.number(s, step < 1 ? 1 : 0)}</text>`)}
      ${fronts(all, (p, row) => `${x(Date.parse(p.predicted)).toFixed(1)} ${row * kRow + 34}`).map((d) => svg`<path class="front" d=${d}></path>`)}
      ${all.map((l, row) => {
        const y = row * kRow + 34;
        return svg`<text class="tb" x="0" y=${y - 2}>${short(data.sources.get(l.source)?.name ?? l.source)}</text><text class="t3" x="0" y=${y + 11}>${kilometres(l.distance_m)}</text>
          <path class="hair" d=${`M${kLeft} ${y}H${kWidth}`}></path>${recorded?.waveform(recordings, l.source, Math.round(from - pad), Math.round(last + pad), kLeft, kWidth - kLeft - 8, y, 15) ?? nothing}
          ${l.all.map((p) => {
            const at = Date.parse(p.time);
            const half = Math.max(1.5, x(at + 2000 * p.sigma_s) - x(at));
            return svg`<g class=${p.used ? 'pick' : 'pick unused'}><rect x=${x(at) - half} width=${2 * half} y=${y - 10} height="20"></rect><path d=${`M${x(at).toFixed(1)} ${y - 12}v24`}></path></g><path class="pred" d=${`M${x(Date.parse(p.predicted)).toFixed(1)} ${y - 7}v14`}></path>`;
          })}`;
      })}
    </svg>
    <figcaption class="s m"><svg class="ky" width="22" height="10" aria-hidden="true">${svg`<path class="front" d="M0 5H22"></path>`}</svg> ${say('arrivals.predicted')} · <svg class="ky" width="10" height="14" aria-hidden="true">${svg`<g class="pick"><path d="M5 0v14"></path></g>`}</svg> ${say('arrivals.heard')}${recordings.some((r) => all.some((l) => l.source === r.recording.source)) ? html` · ${say('arrivals.waves')}` : nothing}${a.arrivals.some((p) => !p.used) ? html` · ${say('arrivals.unused')}` : nothing}</figcaption>
    <details><summary class="s">${say('arrivals.table')}</summary><table class="s"><caption class="vh">${say('arrivals.table')}</caption><thead><tr><th>${say('evidence.source')}</th><th class="n">${say('arrivals.distance')}</th><th class="n">${say('arrivals.residual')}</th><th class="n">σ, ms</th><th class="n">${say('without.used')}</th></tr></thead>
      <tbody>${all.flatMap((l) => l.all.map((p) => html`<tr><td>${data.sources.get(l.source)?.name ?? l.source}</td><td class="n">${kilometres(p.distance_m)}</td><td class="n b">${ms(p.residual_s)}</td><td class="n">${words.number(p.sigma_s * 1000)}</td><td class="n">${say(p.used ? 'arrivals.yes' : 'arrivals.no')}</td></tr>`))}</tbody></table></details></figure>`;
}

const short = (text: string): string => (text.length > 14 ? `${text.slice(0, 13)}…` : text);
