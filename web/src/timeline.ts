// Effects over time with what was watched beneath, and two clocks: when it happened, and what was known then.
import { html, LitElement, nothing, svg, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import { group, type Quiet } from './records';
import { data, type Row } from './room-data';
import { state, Watch } from './state';
import { say, words } from './words';
import * as when from './when';

const kHour = 3_600_000;
const widths = [kHour, 2 * kHour, 3 * kHour, 6 * kHour, 12 * kHour, 24 * kHour, 7 * 24 * kHour, 28 * 24 * kHour];
const groups = ['explosions', 'projectiles', 'bursts'] as const;
// The mission's thresholds of coverage, as the pictures of the report draw them.
const kWatched = 0.75;
const kHalf = 0.3;

@customElement('truce-timeline')
export class Timeline extends LitElement {
  constructor() { super(); new Watch(this, [data, state, words]); }
  protected createRenderRoot(): HTMLElement { return this; }

  protected render(): TemplateResult {
    const rows = data.rows(false);
    const range = extent(rows);
    return html`${range ? this.drawn(rows, range) : html`<p class="whole s m">${data.loading ? say('state.loading') : say('time.empty')}</p>`}`;
  }

  private drawn(rows: Row[], [first, last]: [number, number]): TemplateResult {
    const width = widths.find((w) => (last - first) / w <= 130) ?? widths[widths.length - 1];
    const bins = count(rows, first, last, width);
    const most = Math.max(1, ...bins.map((b) => b.explosions + b.projectiles + b.bursts));
    const x = (t: number) => Number((((t - first) / (last - first)) * 1000).toFixed(2));
    const y = (n: number) => (n / most) * 58;
    const s = state.now;
    const from = s.from ? Math.max(first, Date.parse(s.from)) : first;
    const to = s.to ? Math.min(last, Date.parse(s.to)) : last;
    return html`
      <div class="tl-key"><b>${say('time.effects_per', { unit: say(`time.unit.${width / kHour}`) })} <span class="q nw">${when.offset(to)}</span></b>
        ${groups.map((g, i) => html`<span><i class="k k${i + 1}"></i>${say(`time.${g}`)}</span>`)}</div>
      <div class="tl-plot"><span class="tl-max t3">${words.number(most)}</span>
        <svg viewBox="0 0 1000 60" preserveAspectRatio="none" role="img" aria-label=${this.inWords(bins, width)}>
          ${nights(first, last, x)}
          <path class="hair" d="M0 .5H1000M0 30H1000" vector-effect="non-scaling-stroke"></path>
          ${from > first || to < last ? svg`<rect class="selbox" x=${x(from)} width=${Math.max(0, x(to) - x(from))} y="0" height="60"></rect>` : nothing}
          ${bins.map((b) => {
            let top = 60;
            return groups.map((g, i) => {
              const h = y(b[g]);
              top -= h;
              return h > 0 ? svg`<rect class=${`k${i + 1}`} x=${x(b.start) + 0.6} y=${top} width=${Math.max(1.2, x(b.start + width) - x(b.start) - 1.2)} height=${h}></rect>` : nothing;
            });
          })}
          <path class="axis" d="M0 59.5H1000" vector-effect="non-scaling-stroke"></path>
        </svg>
        ${coverage(first, last)}
        <div class="tl-ticks" aria-hidden="true">${ticks(first, last).map(([t, text]) => tick(x(t) / 10, text))}</div>
      </div>
      ${this.happened(first, last, from, to, width)}
      ${this.known()}`;
  }

  private inWords(bins: Bin[], width: number): string {
    const total = bins.reduce((n, b) => n + b.explosions + b.projectiles + b.bursts, 0);
    const busiest = [...bins].sort((a, b) => b.explosions + b.projectiles + b.bursts - a.explosions - a.projectiles - a.bursts)[0];
    return say('time.summary', { n: total, unit: say(`time.unit.${width / kHour}`), busiest: when.span(busiest.start, busiest.start).local });
  }

  private happened(first: number, last: number, from: number, to: number, width: number): TemplateResult {
    const set = (which: 'from' | 'to', t: number) => {
      const at_end = which === 'from' ? t <= first : t >= last;
      state.set({ [which]: at_end ? '' : new Date(t).toISOString().replace('.000Z', 'Z') });
    };
    const slider = (which: 'from' | 'to', t: number) => html`<input type="range" class=${which} min=${first} max=${last} step=${Math.min(width, kHour)} .value=${String(t)}
      aria-label=${say(`time.${which}`)} aria-valuetext=${when.span(t, t).local}
      @input=${(e: Event) => { const v = Number((e.target as HTMLInputElement).value); set(which, which === 'from' ? Math.min(v, to) : Math.max(v, from)); }}>`;
    const field = (which: 'from' | 'to', t: number) => html`<input type="text" class="when" aria-label=${say(`time.${which}_field`)} .value=${when.toField(t)} placeholder="2025-04-19 18:00"
      @change=${(e: Event) => {
        const input = e.target as HTMLInputElement;
        const v = when.fromField(input.value);
        input.setAttribute('aria-invalid', String(v === null));
        if (v !== null) set(which, v);
      }}>`;
    return html`<div class="rail-row"><span class="fields"><b class="rb">${say('time.happened')}</b>${field('from', from)}<span aria-hidden="true">–</span>${field('to', to)}</span>
      <span class="rails">${slider('from', from)}${slider('to', to)}</span></div>`;
  }

  private known(): TemplateResult | typeof nothing {
    const latest = data.latest;
    if (typeof latest !== 'number') return nothing;
    const now = state.now.known ?? latest;
    const set = (v: number) => state.set({ known: v >= latest ? null : Math.max(0, Math.round(v)) });
    return html`<div class="rail-row"><span class="fields"><b class="rb">${say('time.known')}</b><input type="number" min="0" max=${latest} .value=${String(now)} aria-label=${say('time.known_field')} @change=${(e: Event) => set(Number((e.target as HTMLInputElement).value))}>
        <span class="s q">${state.now.known === null ? say('time.latest') : say('time.of_entries', { n: latest })}</span></span>
      <span class="rails"><input type="range" class="to" min="0" max=${latest} .value=${String(now)}
        aria-label=${say('time.known_slider')} aria-valuetext=${state.now.known === null ? say('time.latest') : say('time.entry', { n: now })} @input=${(e: Event) => set(Number((e.target as HTMLInputElement).value))}></span></div>`;
  }
}

interface Bin { start: number; explosions: number; projectiles: number; bursts: number }

function extent(rows: Row[]): [number, number] | null {
  const times = [...rows.map((r) => r.start), ...data.quiet.map((q) => Date.parse(q.when.start)), ...data.quiet.map((q) => Date.parse(q.when.end)), ...rows.map((r) => Math.min(r.end, r.start + 24 * kHour))];
  if (times.length === 0) return null;
  let [low, high] = [Infinity, -Infinity];
  for (const t of times) { low = Math.min(low, t); high = Math.max(high, t); }
  return [Math.floor(low / kHour) * kHour, Math.max(Math.ceil(high / kHour) * kHour, low + kHour)];
}

/** By the best count of each class, where the incident began. */
function count(rows: Row[], first: number, last: number, width: number): Bin[] {
  const bins: Bin[] = [];
  for (let t = first; t < last; t += width) bins.push({ start: t, explosions: 0, projectiles: 0, bursts: 0 });
  for (const r of rows) {
    const bin = bins[Math.min(bins.length - 1, Math.max(0, Math.floor((r.start - first) / width)))];
    for (const e of r.incident.effects) bin[group(e.effect_class)] += e.count.best;
  }
  return bins;
}

function nights(first: number, last: number, x: (t: number) => number): unknown {
  if (last - first > 21 * 24 * kHour) return nothing;
  const found = [];
  for (let d = when.midnight(first) - 24 * kHour; d < last; d = when.midnight(d + 26 * kHour)) {
    const [a, b] = [Math.max(first, d + 22 * kHour), Math.min(last, d + 30 * kHour)];
    if (b > a) found.push(svg`<rect class="night" x=${x(a)} width=${x(b) - x(a)} y="0" height="60"></rect>`);
  }
  return found;
}

/** The band of the class that has most windows, at its weakest sector: a zero there is no better than that. */
function coverage(first: number, last: number): TemplateResult {
  const by_class = new Map<string, Quiet[]>();
  for (const q of data.quiet) by_class.set(q.effect_class, [...(by_class.get(q.effect_class) ?? []), q]);
  const chosen = [...by_class.values()].sort((a, b) => b.length - a.length)[0];
  if (!chosen) return html`<div class="tl-cover unknown"><span class="plate">${say('cover.unknown')}</span></div>`;
  const weakest = new Map<number, { end: number; p: number | null }>();
  for (const q of chosen) {
    const [start, end] = [Date.parse(q.when.start), Date.parse(q.when.end)];
    const p = typeof q.coverage === 'number' ? q.coverage : null;
    const there = weakest.get(start);
    if (!there) weakest.set(start, { end, p });
    else if (p === null || (there.p !== null && p < there.p)) there.p = p;
  }
  const state_of = (p: number | null) => (p === null || p < kHalf ? 'x' : p < kWatched ? 'h' : 'w');
  const parts: { start: number; end: number; state: string }[] = [];
  for (const [start, { end, p }] of [...weakest].sort((a, b) => a[0] - b[0])) {
    const before = parts[parts.length - 1];
    if (before && before.end >= start && before.state === state_of(p)) before.end = end;
    else parts.push({ start, end, state: state_of(p) });
  }
  const hours = new Map<string, number>();
  for (const p of parts) hours.set(p.state, (hours.get(p.state) ?? 0) + p.end - p.start);
  const text = ['w', 'h', 'x'].filter((k) => hours.has(k)).map((k) => `${say(`cover.${k}`)} ${words.number(Math.round((100 * hours.get(k)!) / (last - first)))} %`).join(', ');
  return html`<svg class="tl-cover" viewBox=${`0 0 1000 10`} preserveAspectRatio="none" role="img" aria-label=${say('cover.summary', { what: words.term('effect', chosen[0].effect_class), parts: text })}>
      <defs><pattern id="p-h" width="5" height="10" patternUnits="userSpaceOnUse"><path d="M0 10L5 0" class="h1"></path></pattern>
      <pattern id="p-x" width="2.5" height="10" patternUnits="userSpaceOnUse"><rect width="2.5" height="10" class="h2bg"></rect><path d="M0 10L2.5 0" class="h2"></path></pattern></defs>
      ${parts.map((p) => svg`<rect class=${`c${p.state}`} x=${((p.start - first) / (last - first)) * 1000} width=${((p.end - p.start) / (last - first)) * 1000} y="0" height="10"></rect>`)}
    </svg>`;
}

function ticks(first: number, last: number): [number, string][] {
  const day = 24 * kHour;
  const every = Math.max(1, Math.ceil((last - first) / day / 9));
  const found: [number, string][] = [];
  let n = 0;
  for (let d = when.midnight(first + day); d <= last; d = when.midnight(d + 26 * kHour), n++) {
    if (n % every === 0 && (d - first) / (last - first) < 0.93) found.push([d, when.day(d + kHour)]);
  }
  return found;
}

// Positions are set by attribute of a drawing, not by style: the page forbids inline style.
function tick(percent: number, text: string): TemplateResult {
  return html`<svg class="tick" x="0">${svg`<line x1=${`${percent}%`} x2=${`${percent}%`} y1="0" y2="4" class="axis"></line><text class="t3" x=${`${percent}%`} dx="2" y="13">${text}</text>`}</svg>`;
}
