// Is it really quiet? Of each sector and window: what was heard, what could have been, and so how much may have gone unheard.
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import { features } from '../api';
import { inWords, legend, level, thresholdsInWords, type Level } from '../coverage';
import { around, asTimes, dayOf, each, ends, iso, long, span } from '../days';
import { Fetched, shown } from '../fetched';
import type { Feature, Quiet } from '../records';
import { data } from '../room-data';
import { session } from '../session';
import { spans, state, Watch } from '../state';
import { percent } from '../states';
import { not_for_you } from '../who';
import { say, words } from '../words';
import * as when from '../when';
import './board.css';
import { go, moved } from './go';
import './quiet.css';

const kUsual = 14;
interface Window extends Quiet { start: number; end: number; day: string }
interface Read { windows: Window[]; complete: boolean }
type Verdict = 'heard' | Level;

@customElement('truce-quiet')
export class QuietPage extends LitElement {
  private at: [number, number] | null = null;

  private readonly quiet = new Fetched<Read>(this, () => {
    const r = around(kUsual);
    return r && `${iso(ends(r.first).start)}/${iso(ends(r.last).end - 1000)} ${state.now.known ?? ''}`;
  }, async (key) => {
    const found: Feature<Quiet>[] = [];
    const complete = await features<Quiet>('quiet', state.now.known, (page) => found.push(...page), key.split(' ')[0]);
    const windows = found.map(({ properties: q }) => ({ ...q, start: Date.parse(q.when.start), end: Date.parse(q.when.end), day: dayOf(Date.parse(q.when.start)) }));
    return { windows: windows.sort((a, b) => a.start - b.start), complete };
  });

  constructor() { super(); new Watch(this, [data, session, state, words]); }
  protected createRenderRoot(): HTMLElement { return this; }

  protected render(): TemplateResult {
    const no = not_for_you('quiet');
    if (no) return no;
    return html`<main id="main" class="wrap quiet" tabindex="-1"><header class="bhead"><div><h1>${say('quiet.title')}</h1><p class="m">${say('quiet.subtitle')}</p></div>
      <div class="r"><div class="key">${legend(say('quiet.watched'))}</div>${this.choices()}</div></header>
      ${shown('quiet', this.quiet, (q) => this.whole(q))}</main>`;
  }

  private get classes(): string[] {
    const n = new Map<string, number>();
    for (const w of this.quiet.value?.windows ?? []) n.set(w.effect_class, (n.get(w.effect_class) ?? 0) + 1);
    return [...n].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([c]) => c);
  }

  private get chosen(): string { return state.now.class || this.classes[0] || ''; }

  private choices(): TemplateResult {
    const s = state.now;
    const classes = [...new Set([...(s.class ? [s.class] : []), ...this.classes])];
    return html`${classes.length ? html`<select class="btn" aria-label=${say('filter.class')} .value=${this.chosen} @change=${(e: Event) => state.set({ class: (e.target as HTMLSelectElement).value })}>
        ${classes.map((c) => html`<option value=${c} ?selected=${c === this.chosen}>${words.term('effect', c)}</option>`)}</select>` : nothing}
      <select class="btn" aria-label=${say('board.span')} .value=${s.span || String(kUsual)} @change=${(e: Event) => state.set({ span: (e.target as HTMLSelectElement).value as typeof s.span })}>
        ${spans.map((n) => html`<option value=${n} ?selected=${(s.span || String(kUsual)) === n}>${n === 'all' ? say('board.all_days') : say('board.days', { n: Number(n) })}</option>`)}</select>`;
  }

  private whole({ windows: read, complete }: Read): TemplateResult {
    const r = around(kUsual)!;
    const windows = read.filter((w) => w.day >= r.first && w.day <= r.last);  // those that only reach into it belong to another day
    const of = windows.filter((w) => w.effect_class === this.chosen);
    if (windows.length === 0) {
      return html`<div class="pad state"><h2>${say('quiet.none')}</h2><p class="m">${say('quiet.none_since', { days: span(r.first, r.last) })}</p>
        <p><b>${say('state.no_bound')}</b></p><div class="acts">${to_sources()}</div></div>`;
    }
    const sectors = this.sectors(windows);
    return html`${this.sums(of, complete)}<div class="qcols"><div>${this.grid(of, sectors, each(r.first, r.last))}<p class="pad s q under">${say('quiet.weakest')} ${thresholdsInWords()}</p></div>
      <aside class="qone" aria-label=${say('quiet.one')}>${this.one(windows, sectors, r)}</aside></div>`;
  }

  private sectors(windows: Window[]): string[] {
    const drawn = data.areas.filter((a) => a.properties.kind === 'sector' || a.properties.kind === 'region').map((a) => a.properties.id ?? String(a.id));
    return [...new Set([...drawn, ...windows.map((w) => w.sector)])];
  }

  /** How many windows of each state: never one number for all. */
  private sums(of: Window[], complete: boolean): TemplateResult {
    const n = (v: Verdict) => of.filter((w) => verdict([w]) === v).length;
    return html`<ul class="qsum"><li><b>${words.number(n('w'))}</b><span><i class="cov w"></i> ${say('quiet.sum_w')}</span></li><li><b>${words.number(n('h'))}</b><span><i class="cov h"></i> ${say('quiet.sum_h')}</span></li>
      <li><b>${words.number(n('x'))}</b><span><i class="cov x"></i> ${say('quiet.sum_x')}</span></li><li><b>${words.number(n('heard'))}</b><span>${say('quiet.sum_heard')}</span></li>
      ${complete ? nothing : html`<li class="s m">${say('quiet.partial', { n: of.length })}</li>`}</ul>`;
  }

  private grid(of: Window[], sectors: string[], days: string[]): TemplateResult {
    const by = new Map<string, Window[]>();
    for (const w of of) by.set(`${w.sector} ${w.day}`, [...(by.get(`${w.sector} ${w.day}`) ?? []), w]);
    const s = state.now;
    const [y, x] = this.at ?? [Math.max(0, sectors.indexOf(s.sector)), days.includes(s.day) ? days.indexOf(s.day) : days.length - 1];
    return html`<div class="bd"><table role="grid" aria-label=${say('quiet.title')} @keydown=${(e: KeyboardEvent) => this.keys(e, sectors.length, days.length)}>
      <colgroup><col class="k-row"></colgroup><colgroup>${days.map(() => html`<col class="k-day">`)}</colgroup>
      <thead><tr role="row"><th class="row" scope="col">${say('board.sector')}</th>${days.map((d, i) => html`<th class="dd" scope="col"><span class="vh">${long(d)}</span><span aria-hidden="true">${i === 0 || d.endsWith('-01') ? html`<span class="mo">${when.monthShort(`${d}T12:00:00Z`)}</span>` : nothing}${Number(d.slice(8))}</span></th>`)}</tr></thead>
      <tbody>${sectors.map((sector, i) => html`<tr role="row"><th class="row" scope="row">${data.sectorName(sector)}</th>${days.map((day, j) => this.cell(by.get(`${sector} ${day}`) ?? [], sector, day, i, j, y === i && x === j))}</tr>`)}</tbody></table></div>`;
  }

  private cell(windows: Window[], sector: string, day: string, y: number, x: number, reachable: boolean): TemplateResult {
    const v = verdict(windows);
    const heard = windows.reduce((n, w) => n + w.detections, 0);
    const weakest = weakestOf(windows);
    const label = `${data.sectorName(sector)}, ${long(day)}: ${windows.length === 0 ? say('quiet.no_window') : `${say('quiet.heard', { n: heard })}; ${inWords(weakest)}`}`;
    const chosen = state.now.day === day && state.now.sector === sector;
    const to = { sector, day };
    return html`<td role="gridcell" class=${`c ${windows.length ? level(weakest) : 'x'}${chosen ? ' sel' : ''}`}><a href=${state.link(to)} data-at=${`${y} ${x}`} tabindex=${reachable ? 0 : -1} aria-label=${label} title=${label} aria-current=${chosen ? 'true' : nothing}
      @focus=${() => { this.at = [y, x]; this.requestUpdate(); }} @click=${go(to, false)}>${v === 'x' ? nothing : html`<b class="mk n0">${words.number(heard)}</b>`}</a></td>`;
  }

  private keys(e: KeyboardEvent, rows: number, columns: number): void {
    const to = moved(e, rows, columns);
    if (!to) return;
    this.at = to;
    this.requestUpdate();
    void this.updateComplete.then(() => this.querySelector<HTMLElement>(`[data-at="${to[0]} ${to[1]}"]`)?.focus());
  }

  /** One sector and day: how many were heard, what that is worth, and every window behind it. */
  private one(windows: Window[], sectors: string[], r: { first: string; last: string }): TemplateResult {
    const s = state.now;
    if (s.sector === '-') return html`<div class="pad"><h2>${say('filter.outside')}</h2><p class="m">${say('board.outside_none')} <b>${say('state.no_bound')}</b></p></div>`;
    if (!s.sector && !s.day) return html`<div class="pad"><h2>${say('quiet.one')}</h2><p class="m">${say('quiet.choose')}</p></div>`;
    const sector = s.sector || sectors[0];
    const day = s.day || r.last;
    const here = windows.filter((w) => w.sector === sector && w.day === day);
    const of = here.filter((w) => w.effect_class === this.chosen);
    const heard = of.reduce((n, w) => n + w.detections, 0);
    const to = { page: 'room' as const, sel: '', value: '', class: '', sector, ...asTimes(day) };
    return html`<div class="pad"><h2>${data.sectorName(sector)}</h2><p class="m">${long(day)}</p>
      ${of.length === 0 ? html`<p class="gap">${say('quiet.no_window')} <b>${say('state.no_bound')}</b></p>` : html`<div class="zero"><b>${words.number(heard)}</b><span>${say('quiet.heard_of', { what: words.term('effect', this.chosen) })}</span></div>${worth(of)}`}
      ${here.length ? html`<table class="qw"><caption class="vh">${say('quiet.windows')}</caption><thead><tr><th>${say('quiet.window')}</th><th>${say('board.watched')}</th><th class="n">${say('quiet.heard_short')}</th><th class="n">${say('quiet.bound_short')}</th></tr></thead>
        <tbody>${here.map((w) => html`<tr class=${w.effect_class === this.chosen ? '' : 'q'}><td>${when.clock(w.start)} – ${w.end - w.start > 86_000_000 ? `${when.day(w.end)} ` : ''}${when.clock(w.end)}<span class="s q">${words.term('effect', w.effect_class)}</span></td>
          <td><i class="cov ${level(w.coverage)}"></i> ${typeof w.coverage === 'number' ? percent(w.coverage) : '–'}<span class="s q">${typeof w.coverage === 'number' ? say(`cover.${level(w.coverage)}`) : say('watch.unknown')}</span></td>
          <td class="n">${w.detections ? html`<a href=${state.link(to)} @click=${go(to)}>${words.number(w.detections)}</a>` : words.number(0)}</td>
          <td class="n">${level(w.coverage) === 'x' || typeof w.upper_bound !== 'number' ? say('quiet.no_bound_short') : words.number(w.upper_bound, 1)}</td></tr>`)}</tbody></table>` : nothing}
      <div class="acts"><a class="btn" href=${state.link(to)} @click=${go(to)}>${say('quiet.to_room')}</a>${to_sources()}</div>
      <p class="s q">${say('quiet.who_not_told')}</p></div>`;
  }
}

/** Why nothing was heard, for whoever may see it. */
const to_sources = (): TemplateResult | typeof nothing => session.offers('sources')
  ? html`<a class="btn" href=${state.link({ page: 'sources' })} @click=${go({ page: 'sources' })}>${say('quiet.to_sources')}</a>` : nothing;

const weakestOf = (windows: Window[]): number | null =>
  windows.some((w) => typeof w.coverage !== 'number') || windows.length === 0 ? null : Math.min(...windows.map((w) => w.coverage!));

/** Heard, or quiet as far as the weakest window lets one say so. */
function verdict(windows: Window[]): Verdict {
  return windows.some((w) => w.detections > 0) ? 'heard' : level(weakestOf(windows));
}

/** What a count is worth, in words: a bound where something listened, none where nothing did. */
function worth(of: Window[]): TemplateResult {
  const weakest = weakestOf(of);
  const l = level(weakest);
  const bounds = of.map((w) => w.upper_bound).filter((b): b is number => typeof b === 'number');
  const heard = of.some((w) => w.detections > 0);
  return html`<p>${heard ? nothing : html`<b>${say(`verdict.${l}`)}</b> `}${inWords(weakest)}.
    ${l === 'x' || bounds.length < of.length ? html`<b>${say('state.no_bound')}</b>` : say('state.bound', { bound: words.number(Math.max(...bounds), 1) })}</p>`;
}
