// What the timeline is drawn from: bars, nights, the band of what was watched, ticks.
import { html, nothing, svg, type TemplateResult } from 'lit';
import * as api from './api';
import * as history from './history';
import { bounds } from './coverage';
import { group, type Histogram, type Quiet } from './records';
import { data, type Row } from './room-data';
import { state } from './state';
import { say, words } from './words';
import * as when from './when';

export const kHour = 3_600_000;
const kDay = 24 * kHour;
const kMinute = 60_000;
const widths = [1000, 5000, 10_000, 30_000, kMinute, 5 * kMinute, 15 * kMinute, 30 * kMinute, kHour, 2 * kHour, 3 * kHour, 6 * kHour, 12 * kHour, kDay, 7 * kDay, 28 * kDay];
export const groups = ['explosions', 'projectiles', 'bursts'] as const;
export interface Bin { start: number; end: number; explosions: number; projectiles: number; bursts: number }

export const widthFor = (ms: number): number => widths.find((w) => ms / w <= 130) ?? widths[widths.length - 1];
/** Its name in the catalogue: seconds and minutes by a letter, hours by their number. */
export const unit = (width: number): string => (width < kMinute ? `s${width / 1000}` : width < kHour ? `m${width / kMinute}` : String(width / kHour));

/** From when to when there is anything. */
export function extent(): [number, number] | null {
  if (data.over_all && data.paged) {
    const [a, b] = history.span(data.over_all);
    if (b > a) return [a, b];
  }
  let [low, high] = [Infinity, -Infinity];
  const see = (t: number) => { if (t < low) low = t; if (t > high) high = t; };
  for (const r of data.rows(false)) { see(r.start); see(Math.min(r.end, r.start + kDay)); }
  for (const q of data.quiet) { see(Date.parse(q.when.start)); see(Date.parse(q.when.end)); }
  if (!Number.isFinite(low)) return null;
  return [Math.floor(low / kHour) * kHour, Math.max(Math.ceil(high / kHour) * kHour, low + kHour)];
}

/** By the best count of each class, where the incident began. */
export function binsOf(rows: Row[], first: number, last: number, width: number): Bin[] {
  const bins: Bin[] = [];
  for (let t = Math.floor(first / width) * width; t < last; t += width) bins.push({ start: t, end: t + width, explosions: 0, projectiles: 0, bursts: 0 });
  for (const r of rows) {
    if (r.start < first || r.start > last) continue;
    const bin = bins[Math.min(bins.length - 1, Math.floor((r.start - bins[0].start) / width))];
    for (const e of r.incident.effects) bin[group(e.effect_class)] += e.count.best;
  }
  return bins;
}

export const busiest = (bins: Bin[]): Bin | undefined => bins.reduce<Bin | undefined>((m, b) => (m === undefined || sum(b) > sum(m) ? b : m), undefined);
const sum = (b: Bin): number => b.explosions + b.projectiles + b.bursts;

let had: { bins: Bin[]; changes: number[] } | null = null;
let asked = '';
let stretch = '';
let wait = 0;
/** Of one stretch the server is asked again when there is more, but no more often than this. */
const kAgain_ms = 2000;

/** As the server counts them over this stretch, with where the rate changed; what was had before stands until it answers. */
export function served(first: number, last: number): { bins: Bin[]; changes: number[] } | null {
  if (data.over_all === null) return null;
  const shown = `${Math.round(first)} ${Math.round(last)}`;
  const key = asking(shown);
  if (stretch !== shown || (asked !== key && !wait)) {
    const again = stretch === shown;
    stretch = shown;
    clearTimeout(wait);
    wait = window.setTimeout(() => { wait = 0; ask(first, last); }, again ? kAgain_ms : 200);
  }
  return had;
}

const asking = (shown: string): string => `${shown} ${state.now.known ?? data.latest}`;

function ask(first: number, last: number): void {
  const shown = stretch;
  asked = asking(shown);
  void api.histogram(130, state.now.known, first, last).then((h) => {
    if (stretch !== shown || !h) return;
    had = { bins: h.bins.map(inGroups), changes: (h.change_points ?? []).map((t) => Date.parse(t)).filter((t) => t >= first && t <= last) };
    data.news.tell();
  }, () => { /* the bars of before stand; a later stretch asks anew */ });
}

function inGroups(b: Histogram['bins'][number]): Bin {
  const bin: Bin = { start: Date.parse(b.start), end: Date.parse(b.end), explosions: 0, projectiles: 0, bursts: 0 };
  for (const [name, [, best]] of Object.entries(b.counts)) bin[group(name)] += best;
  return bin;
}

export function nights(first: number, last: number, x: (t: number) => number): unknown {
  if (last - first > 21 * kDay) return nothing;
  const found = [];
  for (let d = when.midnight(first) - kDay; d < last; d = when.midnight(d + 26 * kHour)) {
    const [a, b] = [Math.max(first, d + 22 * kHour), Math.min(last, d + 30 * kHour)];
    if (b > a) found.push(svg`<rect class="night" x=${x(a)} width=${x(b) - x(a)} y="0" height="60"></rect>`);
  }
  return found;
}

/** The band of the class that has most windows, at its weakest sector: a zero there is no better than that. */
export function coverage(first: number, last: number): TemplateResult {
  const by_class = new Map<string, Quiet[]>();
  for (const q of data.quiet) {
    const there = by_class.get(q.effect_class);
    if (there) there.push(q); else by_class.set(q.effect_class, [q]);
  }
  const chosen = [...by_class.values()].sort((a, b) => b.length - a.length)[0];
  if (!chosen) return html`<div class="tl-cover unknown"><span class="plate">${say(data.forbidden.has('quiet') ? 'cover.forbidden' : data.unread('quiet') ? 'cover.unread' : data.settled ? 'cover.unknown' : 'state.loading')}</span></div>`;
  const weakest = new Map<number, { end: number; p: number | null }>();
  for (const q of chosen) {
    const [start, end] = [Date.parse(q.when.start), Date.parse(q.when.end)];
    if (end <= first || start >= last) continue;
    const p = typeof q.coverage === 'number' ? q.coverage : null;
    const there = weakest.get(start);
    if (!there) weakest.set(start, { end, p });
    else if (p === null || (there.p !== null && p < there.p)) there.p = p;
  }
  const state_of = (p: number | null) => (p === null || p < bounds().half ? 'x' : p < bounds().watched ? 'h' : 'w');
  const parts: { start: number; end: number; state: string }[] = [];
  for (const [start, { end, p }] of [...weakest].sort((a, b) => a[0] - b[0])) {
    const before = parts[parts.length - 1];
    if (before && before.end >= start && before.state === state_of(p)) before.end = Math.max(end, before.end);
    else parts.push({ start, end, state: state_of(p) });
  }
  const hours = new Map<string, number>();
  const inside = (p: { start: number; end: number }): [number, number] => [Math.max(first, p.start), Math.min(last, p.end)];
  for (const p of parts) { const [a, b] = inside(p); hours.set(p.state, (hours.get(p.state) ?? 0) + b - a); }
  const text = ['w', 'h', 'x'].filter((k) => hours.has(k)).map((k) => `${say(`cover.${k}`)} ${words.number(Math.round((100 * hours.get(k)!) / (last - first)))} %`).join(', ');
  return html`<svg class="tl-cover" viewBox=${`0 0 1000 10`} preserveAspectRatio="none" role="img" aria-label=${say('cover.summary', { what: words.term('effect', chosen[0].effect_class), parts: text })}>
      <defs><pattern id="p-h" width="5" height="10" patternUnits="userSpaceOnUse"><path d="M0 10L5 0" class="h1"></path></pattern>
      <pattern id="p-x" width="2.5" height="10" patternUnits="userSpaceOnUse"><rect width="2.5" height="10" class="h2bg"></rect><path d="M0 10L2.5 0" class="h2"></path></pattern></defs>
      ${parts.map((p) => { const [a, b] = inside(p); return svg`<rect class=${`c${p.state}`} x=${((a - first) / (last - first)) * 1000} width=${((b - a) / (last - first)) * 1000} y="0" height="10"></rect>`; })}
    </svg>`;
}

/** Days where there are days in it, else hours, minutes, seconds: about nine. */
export function ticks(first: number, last: number): [number, string][] {
  const found: [number, string][] = [];
  if (last - first >= 2 * kDay) {
    const every = Math.max(1, Math.ceil((last - first) / kDay / 9));
    let n = 0;
    for (let d = when.midnight(first + kDay); d <= last; d = when.midnight(d + 26 * kHour), n++) {
      if (n % every === 0 && (d - first) / (last - first) < 0.93) found.push([d, when.day(d + kHour)]);
    }
    return found;
  }
  const step = [1000, 5000, 10_000, 30_000, kMinute, 5 * kMinute, 15 * kMinute, 30 * kMinute, kHour, 3 * kHour, 6 * kHour].find((w) => (last - first) / w <= 9) ?? 6 * kHour;
  for (let t = Math.ceil(first / step) * step; t <= last; t += step) {
    if ((t - first) / (last - first) < 0.95) found.push([t, step < kMinute ? `${when.clock(t)}:${String(new Date(t).getUTCSeconds()).padStart(2, '0')}` : when.clock(t)]);
  }
  return found;
}

// Positions are set by attribute of a drawing, not by style: the page forbids inline style.
export function tick(percent: number, text: string): TemplateResult {
  return html`<svg class="tick" x="0">${svg`<line x1=${`${percent}%`} x2=${`${percent}%`} y1="0" y2="4" class="axis"></line><text class="t3" x=${`${percent}%`} dx="2" y="13">${text}</text>`}</svg>`;
}
