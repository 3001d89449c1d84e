// The list is the accessible map: the same incidents, filter and selection, as a real table.
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import { guard } from 'lit/directives/guard.js';
import { interval, kilometres } from './figures';
import { finding, glyph } from './glyph';
import { noFinding, where } from './parts';
import { chains, mainClass, sum, symbolOf, valueOrder } from './records';
import { data, type Row } from './room-data';
import { state, Watch } from './state';
import { kMost } from './api';
import { claimedOnly } from './status';
import { emptyState, forbidden, loadingRows, releasedWords } from './states';
import { say, words } from './words';
import * as when from './when';

/** Rows in the page at first, and by which the list grows. */
const kStretch = 120;
/** Keys that follow each other sooner run: what they run over is shown in the list alone. */
const kRest_ms = 250;
/** So long the first key waits, once its row is painted, for a second that would make a run of it. */
const kFirst_ms = 60;

@customElement('truce-list')
export class List extends LitElement {
  /** Of a long list a stretch is in the page at a time; it grows as it is read. */
  private first = 0;
  private length = kStretch;
  private filter = '';
  /** The row that keys have come to and the rest of the app not yet: map and panel take several frames, the list takes one. */
  private ahead = '';
  private rest = 0;
  private ran_at = -Infinity;

  constructor() { super(); new Watch(this, [data, state, words]); }
  protected createRenderRoot(): HTMLElement { return this; }

  protected render(): TemplateResult {
    const rows = data.rows();
    const all = data.incidents.size;
    const effects = sum(rows.map((r) => r.incident.violations));
    const counted = data.paged && !data.paged.whole ? data.paged.counted : null;
    this.settle(rows);
    return html`
      <div class="hd"><h2>${all === 0 && (data.loading || data.errors.some((e) => e.part === 'incidents')) ? say('list.title') : say('list.incidents', { n: rows.length })}</h2>
        ${counted !== null ? html`<span class="s q">${say('list.counted', { n: counted })}</span>`
          : rows.length ? html`<span class="s q">${say('list.effects', { n: effects.best })} <span class="nw">(${interval(effects)})</span></span>` : nothing}</div>
      ${filters()}
      ${data.released ? html`<p class="pad s released">${releasedWords()}</p>` : nothing}
      <div class="scroll" @keydown=${this.keys} @scroll=${this.scrolled}>
        ${data.loading && all === 0 ? loadingRows() : data.forbidden.has('incidents') ? forbidden() : rows.length === 0 ? emptyState(all) : this.table(rows)}
        ${counted !== null ? this.older(counted) : nothing}
        ${data.newest && !data.newest.startsWith('..') ? html`<p class="pad s m">${say('list.newest', { from: when.day(Date.parse(data.newest.split('/')[0])) })}</p>` : nothing}
        ${data.complete ? nothing : html`<p class="pad s m">${say('list.partial', { n: all })}</p>`}
      </div>`;
  }

  private chosen(): string { return this.ahead || state.now.sel; }

  private run(id: string): void {
    this.leave();
    this.ahead = id;
    this.requestUpdate();
    const wait_ms = performance.now() - this.ran_at < kRest_ms ? kRest_ms : kFirst_ms;
    this.ran_at = performance.now();
    requestAnimationFrame(() => { if (this.ahead === id) this.rest = window.setTimeout(() => this.press(id), wait_ms); });
  }

  private leave(): void {
    clearTimeout(this.rest);
    this.ahead = '';
  }

  disconnectedCallback(): void { super.disconnectedCallback(); this.leave(); }

  /** Another filter begins at the top; what is selected is in the page. */
  private settle(rows: Row[]): void {
    const s = state.now;
    const filter = [s.value, s.provision, s.reading, s.class, s.inview].join();
    if (filter !== this.filter) { this.filter = filter; this.first = 0; this.length = kStretch; }
    if (this.first >= rows.length) this.first = 0;
    const sel = this.chosen();
    const at = sel ? rows.findIndex((r) => r.incident.id === sel) : -1;
    if (at < 0 || (at >= this.first && at < this.first + this.length)) return;
    if (at >= this.first + this.length && at < this.first + this.length + kStretch) this.length += kStretch;
    else if (at < this.first && at >= this.first - kStretch) { this.length += this.first - Math.max(0, at - 20); this.first = Math.max(0, at - 20); }
    else { this.first = Math.max(0, at - 40); this.length = kStretch; }
  }

  private readonly scrolled = (e: Event): void => {
    const s = e.target as HTMLElement;
    if (s.scrollTop + s.clientHeight < s.scrollHeight - 800 || this.first + this.length >= data.rows().length) return;
    this.length += kStretch;
    this.requestUpdate();
  };

  /** What the record holds beyond what is read, and how to come to it. */
  private older(counted: number): TemplateResult {
    const p = data.paged!;
    return html`<div class="pad"><p class="s m">${say('list.read_since', { time: when.span(p.since, p.since).local, n: data.incidents.size, of: counted })}</p>
      ${data.incidents.size < kMost ? html`<p class="gap"><button class="btn" type="button" ?disabled=${data.loading} @click=${() => void data.more()}>${say(data.loading ? 'state.loading' : 'list.read_older')}</button></p>`
        : html`<p class="s m">${say('list.narrow')}</p>`}</div>`;
  }

  private table(rows: Row[]): TemplateResult {
    const days = new Map<string, Row[]>();
    const shown = rows.slice(this.first, this.first + this.length);
    for (const r of shown) {
      const d = when.fullDay(r.start);
      const there = days.get(d);
      if (there) there.push(r);
      else days.set(d, [r]);
    }
    const before = this.first;
    const after = rows.length - this.first - shown.length;
    const sel = this.chosen();
    const now = shown.some((r) => r.incident.id === sel) ? sel : shown[0].incident.id;
    const address = state.link({ page: 'incident', sel: '' });
    const row = (r: Row) => guard([r, r.incident.id === sel, r.incident.id === now, address, words.language], () => this.row(r, r.incident.id === sel, r.incident.id === now));
    return html`${before > 0 ? html`<p class="pad"><button class="btn sm" type="button" @click=${() => { const n = Math.min(kStretch, this.first); this.first -= n; this.length += n; this.requestUpdate(); }}>${say('list.newer', { n: before })}</button></p>` : nothing}
      <table aria-rowcount=${rows.length}><caption class="vh">${say('list.caption')}</caption>
      <thead class="vh"><tr><th scope="col">${say('list.time')}</th><th scope="col">${say('list.where')}</th><th scope="col">${say('list.count')}</th></tr></thead>
      ${[...days].map(([d, those]) => html`<tbody><tr class="day"><th colspan="3" scope="rowgroup">${d}</th></tr>
        ${those.map(row)}</tbody>`)}</table>
      ${after > 0 ? html`<p class="pad"><button class="btn sm" type="button" @click=${() => { this.length += kStretch; this.requestUpdate(); }}>${say('list.later', { n: after })}</button></p>` : nothing}`;
  }

  private row(r: Row, chosen: boolean, reachable: boolean): TemplateResult {
    const { incident } = r;
    const c = mainClass(incident);
    const independent = chains(incident).size;
    const radius = incident.place.radius_m;
    return html`<tr class=${chosen ? 'sel' : ''} @click=${() => this.press(incident.id)}>
      <td class="tm"><b>${when.clock(r.start)}</b><span class="q s">${when.clockUtc(r.start)}</span></td>
      <td class="wh"><a href=${state.link({ page: 'incident', sel: incident.id })} data-id=${incident.id} tabindex=${reachable ? 0 : -1}
          aria-current=${chosen ? 'true' : nothing} @click=${(e: MouseEvent) => this.follow(e, incident.id)}>${where(incident)}</a>
        <span class="s m">${glyph(symbolOf(c))} ${words.term('effect', c)}${radius ? html` · <span class="nw">± ${kilometres(radius)}</span>` : nothing}</span>
        <span class="s m">${r.shown ? html`${finding(r.shown.value)}` : html`<span class="q">${noFinding()}</span>`}${incident.time_basis === 'publication' || incident.time_basis === 'day' ? html` · ${say(`basis.${incident.time_basis}`)}` : nothing}</span></td>
      <td class="ct n"><b>${words.number(incident.violations.best)}${claimedOnly(incident) ? '?' : ''}</b><span class="s m">${claimedOnly(incident) ? say('list.claimed') : interval(incident.violations)}</span>${incident.released ? nothing : html`<span class="s m">${say('list.chains', { n: independent })}</span>`}</td></tr>`;
  }

  private keys(e: KeyboardEvent): void {
    if (e.key === 'Escape') { this.leave(); this.requestUpdate(); }
    if (!['ArrowDown', 'ArrowUp', 'Home', 'End'].includes(e.key) || e.altKey || e.ctrlKey || e.metaKey) return;
    const rows = data.rows();
    if (rows.length === 0) return;
    e.preventDefault();
    const from = this.chosen();
    const at = rows.findIndex((r) => r.incident.id === from);
    const to = e.key === 'Home' ? 0 : e.key === 'End' ? rows.length - 1
      : Math.min(rows.length - 1, Math.max(0, e.key === 'ArrowDown' ? at + 1 : at - 1));
    this.run(rows[to].incident.id);
    void this.updateComplete.then(() => this.querySelector<HTMLElement>(`a[data-id="${CSS.escape(rows[to].incident.id)}"]`)?.focus());
  }

  private press(id: string): void {
    this.leave();
    select(id);
  }

  /** The first press selects; pressed again, or with Enter from the selected row, the incident opens. */
  private follow(e: MouseEvent, id: string): void {
    if (e.metaKey || e.ctrlKey || e.shiftKey || e.button !== 0) return;
    e.preventDefault();
    e.stopPropagation();
    const again = id === this.chosen();
    this.press(id);
    if (again) state.set({ page: 'incident' }, true);
  }
}

export function select(id: string): void { if (state.now.sel !== id) state.set({ sel: id, without: '' }); }

function filters(): TemplateResult {
  const s = state.now;
  const choose = (name: 'value' | 'provision' | 'reading' | 'class', any: string, options: [string, string][]) => html`
    <select class="btn sm" aria-label=${say(`filter.${name}`)} .value=${s[name]} @change=${(e: Event) => state.set({ [name]: (e.target as HTMLSelectElement).value })}>
      <option value="" ?selected=${s[name] === ''}>${any}</option>
      ${options.map(([value, text]) => html`<option value=${value} ?selected=${s[name] === value}>${text}</option>`)}
    </select>`;
  return html`<div class="filters" role="group" aria-label=${say('filter.group')}>
    <button class="btn sm" type="button" aria-pressed=${s.inview} @click=${() => state.set({ inview: !s.inview })}>${say('filter.inview')}</button>
    ${s.sector ? html`<button class="btn sm" type="button" aria-pressed="true" @click=${() => state.set({ sector: '' })}>${s.sector === '-' ? say('filter.outside') : data.sectorName(s.sector)} ×</button>` : nothing}
    ${choose('class', say('filter.any_class'), data.classes().map((c) => [c, words.term('effect', c)]))}
    ${data.forbidden.has('findings') && !s.value ? nothing : choose('value', say('filter.any_value'), valueOrder.map((v) => [v, words.term('value', v)]))}
    ${data.provisions().length < 2 && !s.provision ? nothing : choose('provision', say('filter.any_provision'), data.provisions().map((p) => [p, say('filter.provision_named', { id: p })]))}
    ${data.readings().length < 2 && !s.reading ? nothing : choose('reading', say('filter.any_reading'), data.readings().map((r) => [r, say('filter.reading_named', { id: r })]))}
  </div>`;
}
