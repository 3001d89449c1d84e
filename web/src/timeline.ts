// Effects over time with what was watched beneath, and two clocks: when it happened, and what was known then.
import { html, LitElement, nothing, svg, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import { onDemand } from './on-demand';
import { lasting } from './figures';
import { data, type Row } from './room-data';
import { session } from './session';
import { speeds, state, Watch } from './state';
import { binsOf, busiest, coverage, extent, groups, kHour, nights, served, ticks, tick, unit, widthFor, type Bin } from './time-parts';
import { playing } from './time-play';
import { say, words } from './words';
import * as when from './when';

const iso = (t: number) => new Date(t).toISOString().replace('.000Z', 'Z');
const kLeast = 10_000;  // ms: the shortest stretch that the timeline shows

@customElement('truce-timeline')
export class Timeline extends LitElement {
  private brush: { from: number; to: number } | null = null;

  constructor() { super(); new Watch(this, [data, data.news, session, state, words, onDemand, playing]); }
  protected createRenderRoot(): HTMLElement { return this; }
  disconnectedCallback(): void { super.disconnectedCallback(); playing.stop(); }

  protected render(): TemplateResult {
    const whole = extent();
    if (!whole) return html`<p class="whole s m">${data.loading ? say('state.loading') : say('time.empty')}</p>`;
    const s = state.now;
    playing.within = whole;
    const first = s.tfrom ? Math.max(whole[0], Date.parse(s.tfrom)) : whole[0];
    const last = s.tto ? Math.min(whole[1], Date.parse(s.tto)) : whole[1];
    return this.drawn(data.timeless(), last - first >= kLeast ? [first, last] : whole, whole);
  }

  private drawn(rows: Row[], shown: [number, number], whole: [number, number]): TemplateResult {
    const [first, last] = shown;
    const width = widthFor(last - first);
    const counted = served(first, last);
    const bins = data.paged ? counted?.bins ?? [] : binsOf(rows, first, last, width);
    const most = Math.max(1, ...bins.map((b) => b.explosions + b.projectiles + b.bursts));
    const x = (t: number) => Number((((Math.max(first, Math.min(last, t)) - first) / (last - first)) * 1000).toFixed(2));
    const s = state.now;
    const from = s.from ? Math.max(whole[0], Date.parse(s.from)) : whole[0];
    const to = s.to ? Math.min(whole[1], Date.parse(s.to)) : whole[1];
    const box = this.brush ?? { from, to };
    const step = data.paged && bins.length ? bins[0].end - bins[0].start : width;
    const chosen = data.selected();
    const per = data.paged ? say('time.unit.step') : say(`time.unit.${unit(width)}`);
    return html`
      <div class="tl-key"><b>${say('time.effects_per', { unit: per })} <span class="q nw">${when.offset(to)}</span></b>
        ${groups.map((g, i) => html`<span><i class="k k${i + 1}"></i>${say(`time.${g}`)}</span>`)}
        ${counted?.changes.length ? html`<span><i class="k chg"></i>${say('time.changes', { n: counted.changes.length })}</span>` : nothing}</div>
      <div class="tl-right">${this.tools(shown, whole)}
      <div class="tl-plot" role="group" tabindex="0" aria-label=${say('time.plot')} @wheel=${(e: WheelEvent) => this.wheel(e, shown, whole)}
        @keydown=${(e: KeyboardEvent) => this.key(e, shown, whole)} @pointerdown=${(e: PointerEvent) => this.drag(e, shown, whole)}><span class="tl-max t3">${words.number(most)}</span>
        <svg class="tl-bars" viewBox="0 0 1000 60" preserveAspectRatio="none" role="img" aria-label=${this.inWords(bins, per)}>
          ${nights(first, last, x)}
          <path class="hair" d="M0 .5H1000M0 30H1000" vector-effect="non-scaling-stroke"></path>
          ${box.from > first || box.to < last ? svg`<rect class="selbox" x=${x(box.from)} width=${Math.max(0, x(box.to) - x(box.from))} y="0" height="60"></rect>` : nothing}
          ${bins.map((b) => {
            let top = 60;
            return groups.map((g, i) => {
              const h = (b[g] / most) * 58;
              top -= h;
              return h > 0 ? svg`<rect class=${`k${i + 1}`} x=${x(b.start) + 0.6} y=${top} width=${Math.max(1.2, x(b.start + step) - x(b.start) - 1.2)} height=${h}></rect>` : nothing;
            });
          })}
          ${chosen && chosen.start >= first && chosen.start <= last ? svg`<path class="inks sel" d=${`M${x(chosen.start)} 0V60`} vector-effect="non-scaling-stroke"></path>` : nothing}
          ${(counted?.changes ?? []).map((t) => svg`<path class="change" d=${`M${x(t)} 0V60`} vector-effect="non-scaling-stroke"></path>`)}
          <path class="axis" d="M0 59.5H1000" vector-effect="non-scaling-stroke"></path>
        </svg>
        ${coverage(first, last)}
        <div class="tl-ticks" aria-hidden="true">${ticks(first, last).map(([t, text]) => tick(x(t) / 10, text))}</div>
      </div></div>
      ${this.happened(shown, whole, from, to)}
      ${this.known()}`;
  }

  private inWords(bins: Bin[], per: string): string {
    const total = bins.reduce((n, b) => n + b.explosions + b.projectiles + b.bursts, 0);
    const top = busiest(bins);
    return say('time.summary', { n: total, unit: per, busiest: top ? when.span(top.start, top.start).local : '–' });
  }

  private tools(shown: [number, number], whole: [number, number]): TemplateResult {
    const all = shown[0] === whole[0] && shown[1] === whole[1];
    return html`<div class="tl-tools" role="group" aria-label=${say('time.tools')}>
      <button class="btn sm" type="button" aria-label=${say('time.earlier')} ?disabled=${shown[0] <= whole[0]} @click=${() => this.look(shown, whole, 1, -0.5)}>‹</button>
      <button class="btn sm" type="button" aria-label=${say('time.narrower')} @click=${() => this.look(shown, whole, 0.5)}>+</button>
      <button class="btn sm" type="button" aria-label=${say('time.wider')} ?disabled=${all} @click=${() => this.look(shown, whole, 2)}>−</button>
      <button class="btn sm" type="button" aria-label=${say('time.later')} ?disabled=${shown[1] >= whole[1]} @click=${() => this.look(shown, whole, 1, 0.5)}>›</button>
      <button class="btn sm" type="button" ?disabled=${all} @click=${() => state.set({ tfrom: '', tto: '' })}>${say('time.all')}</button>
      <span class="gap-r"></span>
      <span class="s m latency" role="status">${this.latency()}</span>
      <button class="btn sm" type="button" @click=${() => playing.next()}>${say('time.next')}</button>
      <button class="btn sm play" type="button" aria-pressed=${playing.on} @click=${() => playing.turn()}>${say(playing.on ? 'time.pause' : 'time.play')}</button>
      <select class="btn sm" aria-label=${say('time.speed')} @change=${(e: Event) => state.set({ speed: Number((e.target as HTMLSelectElement).value) })}>
        ${speeds.map((n) => html`<option value=${n} ?selected=${state.now.speed === n}>${say(`time.speed.${n}`)}</option>`)}</select>
      ${session.may('live') ? html`<button class="btn sm" type="button" aria-pressed=${state.now.live} @click=${() => playing.follow(!state.now.live)}>${say('time.follow')}</button>` : nothing}</div>`;
  }

  /** How far behind its event the last record came, as measured; never a mere word. */
  private latency(): TemplateResult | string {
    if (!state.now.live) return '';
    if (data.lost_since !== null) return say('time.follow_lost', { time: when.clock(data.lost_since) });
    const came = data.last_came;
    if (!came) return data.connected_at === null ? say('time.follow_wait') : say('time.follow_none', { time: when.clock(data.connected_at) });
    return say('time.follow_behind', { behind: lasting(came.behind_ms), time: when.clock(came.at) });
  }

  /** Another stretch: `by` times as long around the time chosen, or moved by a share of its length. */
  private look([first, last]: [number, number], whole: [number, number], by: number, move = 0, around?: number): void {
    const width = Math.min(whole[1] - whole[0], Math.max(kLeast, (last - first) * by));
    const centre = around ?? (first + last) / 2;
    let a = move ? first + move * (last - first) : centre - ((centre - first) / (last - first)) * width;
    a = Math.max(whole[0], Math.min(whole[1] - width, a));
    const b = a + width;
    state.glide({ tfrom: a <= whole[0] ? '' : iso(Math.round(a)), tto: b >= whole[1] ? '' : iso(Math.round(b)) });
  }

  private at(e: MouseEvent, [first, last]: [number, number]): number {
    const r = this.querySelector('.tl-bars')!.getBoundingClientRect();
    return first + Math.max(0, Math.min(1, (e.clientX - r.left) / r.width)) * (last - first);
  }

  private wheel(e: WheelEvent, shown: [number, number], whole: [number, number]): void {
    e.preventDefault();
    if (Math.abs(e.deltaX) > Math.abs(e.deltaY)) this.look(shown, whole, 1, Math.sign(e.deltaX) * 0.1);
    else this.look(shown, whole, e.deltaY > 0 ? 1.25 : 0.8, 0, this.at(e, shown));
  }

  private key(e: KeyboardEvent, shown: [number, number], whole: [number, number]): void {
    if (e.target !== e.currentTarget || e.altKey || e.ctrlKey || e.metaKey) return;
    const act: Record<string, () => void> = {
      '+': () => this.look(shown, whole, 0.5), '=': () => this.look(shown, whole, 0.5), '-': () => this.look(shown, whole, 2),
      ArrowLeft: () => this.look(shown, whole, 1, -0.1), ArrowRight: () => this.look(shown, whole, 1, 0.1),
      Home: () => state.set({ tfrom: '', tto: '' }), Enter: () => playing.turn(),
    };
    if (!act[e.key]) return;
    e.preventDefault();
    act[e.key]();
  }

  /** A stretch drawn over the bars becomes the time shown; the fields and handles below do the same without a drag. */
  private drag(e: PointerEvent, shown: [number, number], whole: [number, number]): void {
    if (e.button !== 0 || !(e.target as Element).closest('.tl-bars')) return;
    const begin = this.at(e, shown);
    const move = (m: PointerEvent) => {
      const t = this.at(m, shown);
      this.brush = { from: Math.min(begin, t), to: Math.max(begin, t) };
      this.requestUpdate();
    };
    const end = () => {
      removeEventListener('pointermove', move);
      const b = this.brush;
      this.brush = null;
      if (b && b.to - b.from > (shown[1] - shown[0]) / 200) this.choose(b.from, b.to, whole);
      else this.requestUpdate();
    };
    addEventListener('pointermove', move);
    addEventListener('pointerup', end, { once: true });
  }

  private choose(from: number, to: number, whole: [number, number], glide = false): void {
    const change = { from: from <= whole[0] ? '' : iso(Math.round(from / 1000) * 1000), to: to >= whole[1] ? '' : iso(Math.round(to / 1000) * 1000), live: false };
    if (glide) state.glide(change); else state.set(change);
  }

  private happened([first, last]: [number, number], whole: [number, number], from: number, to: number): TemplateResult {
    const step = Math.max(1000, Math.min(kHour, widthFor(last - first)));
    const slider = (which: 'from' | 'to', t: number) => html`<input type="range" class=${which} min=${first} max=${last} step=${step} .value=${String(t)}
      aria-label=${say(`time.${which}`)} aria-valuetext=${when.span(t, t).local}
      @input=${(e: Event) => {
        const v = Number((e.target as HTMLInputElement).value);
        // At the end of a stretch that goes on beyond it a handle stays where it was put: only the ends of all there is are open.
        if (which === 'from') this.choose(v <= first && first === whole[0] ? whole[0] : Math.min(v, to), to, whole, true);
        else this.choose(from, v >= last && last === whole[1] ? whole[1] : Math.max(v, from), whole, true);
      }}>`;
    const field = (which: 'from' | 'to', t: number) => html`<input type="text" class="when" aria-label=${say(`time.${which}_field`)} .value=${when.toField(t)} placeholder="2025-04-19 18:00"
      @change=${(e: Event) => {
        const input = e.target as HTMLInputElement;
        const v = when.fromField(input.value);
        input.setAttribute('aria-invalid', String(v === null));
        if (v !== null) this.choose(which === 'from' ? v : from, which === 'to' ? v : to, whole);
      }}>`;
    const part = (t: number) => Math.max(0, Math.min(100, ((t - first) / (last - first)) * 100));
    return html`<div class="rail-row"><span class="fields"><b class="rb">${say('time.happened')}</b>${field('from', from)}<span aria-hidden="true">–</span>${field('to', to)}</span>
      <span class="rails"><svg class="railon" aria-hidden="true">${svg`<line x1=${`${part(from)}%`} x2=${`${part(to)}%`} y1="12" y2="12"></line>`}</svg>${slider('from', from)}${slider('to', to)}</span></div>`;
  }

  private known(): TemplateResult | typeof nothing {
    const latest = data.latest;
    if (typeof latest !== 'number' || latest <= 0) return nothing;
    const now = state.now.known ?? latest;
    const set = (v: number) => state.set({ known: v >= latest ? null : Math.max(0, Math.round(v)), live: false });
    const chosen = data.selected();
    const versions = chosen ? onDemand.versions(chosen.incident).value ?? [] : [];
    return html`<div class="rail-row"><span class="fields"><b class="rb">${say('time.known')}</b><input type="number" min="0" max=${latest} .value=${String(now)} aria-label=${say('time.known_field')} @change=${(e: Event) => set(Number((e.target as HTMLInputElement).value))}>
        <span class="s q">${state.now.known === null ? say('time.latest') : say('time.of_entries', { n: latest })}</span>
        ${versions.length ? html`<span class="s vbtns" role="group" aria-label=${say('time.versions')}>${versions.map((v) => html`<button class="btn quiet sm" type="button" aria-pressed=${now === v.position} title=${say('time.entry', { n: v.position })} @click=${() => set(v.position)}>v${v.incident.version}</button>`)}</span>` : nothing}</span>
      <span class="rails">${versions.length ? html`<svg class="vticks" aria-hidden="true">${versions.map((v) => svg`<line class="axis" x1=${`${(v.position / latest) * 100}%`} x2=${`${(v.position / latest) * 100}%`} y1="4" y2="20"></line>`)}</svg>` : nothing}
        <input type="range" class="to" min="0" max=${latest} .value=${String(now)}
        aria-label=${say('time.known_slider')} aria-valuetext=${state.now.known === null ? say('time.latest') : say('time.entry', { n: now })} @input=${(e: Event) => set(Number((e.target as HTMLInputElement).value))}></span></div>`;
  }
}
