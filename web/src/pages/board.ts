// Sectors by days: what was counted, what was found of it and what was watched; then gates, clocks and the trend.
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import * as api from '../api';
import { inWords, legend, level, thresholdsInWords } from '../coverage';
import { asTimes, long, range, short, span } from '../days';
import { collection, Fetched, shown } from '../fetched';
import { interval } from '../figures';
import type { Count } from '../records';
import { data } from '../room-data';
import { session } from '../session';
import { spans, state, Watch } from '../state';
import { percent } from '../states';
import { say, words } from '../words';
import * as when from '../when';
import { gravestOf, meanCoverage, rowsOf, total, type Board, type Cell, type Change, type Row, type Trend } from './board-data';
import './board.css';
import { clocks, duties, gates, whole_report, type EventRecord, type GateRecord, type SignatureRecord } from './board-steps';
import { chart, line } from './board-trend';
import { go, moved } from './go';

const kClasses = ['explosion_impact', 'explosion_airburst', 'explosion_outgoing', 'explosion_undetermined', 'projectile', 'muzzle_flash', 'illumination_flare', 'burst', 'shot', 'bursts_and_shots', 'heat'];
const kUsual = 28;

@customElement('truce-board')
export class BoardPage extends LitElement {
  private at: [number, number] | null = null;  // of the grid: the cell that Tab reaches
  private scrolled = '';

  private readonly board = new Fetched<Board>(this, () => {
    const r = range(kUsual);
    if (!r || !session.may('read_evidence')) return null;
    return api.asOf(`/api/board?from=${r.first}&to=${r.last}${state.now.class && `&class=${encodeURIComponent(state.now.class)}`}`, state.now.known);
  }, (path) => api.document_at<Board>(path));
  private readonly gates = collection<GateRecord>(this, 'gates');
  private readonly events = collection<EventRecord>(this, 'events');
  private readonly signatures = collection<SignatureRecord>(this, 'signatures');
  private readonly report = whole_report(this);

  constructor() { super(); new Watch(this, [data, session, state, words]); }
  protected createRenderRoot(): HTMLElement { return this; }

  protected render(): TemplateResult {
    const told = !session.known || session.may('read_evidence');
    const zone = data.mission?.time_zone ?? 'UTC';
    return html`<main id="main" class="wrap board" tabindex="-1">
      <header class="bhead"><div><h1>${say(told ? 'board.title' : 'nav.board')}</h1><p class="m">${told ? state.now.known === null ? say('board.subtitle', { zone }) : say('board.subtitle_then', { zone, n: state.now.known }) : say('board.cells_untold')}</p></div>
        ${told ? html`<div class="r">${key()}${this.choices()}</div>` : nothing}</header>
      ${!told ? nothing
        : this.board.failed?.status === 400 && state.now.class ? html`<div class="pad lack"><p class="what">${say('board.no_class')}</p><p class="rej s">${this.board.failed.text}</p>
            <div class="acts"><button class="btn" type="button" @click=${() => state.set({ class: '' })}>${say('filter.any_class')}</button></div></div>`
        : shown('board', this.board, (b) => this.grid(b))}
      <div class="low"><section><h2>${say('board.gates')}</h2>${shown('gates', this.gates, (g) => gates(g.records.map((f) => f.properties), this.report.value))}${duties(this.report.value)}</section>
        ${this.events.failed?.status === 403 ? nothing : html`<section><h2>${say('board.clocks')}</h2>${shown('events', this.events, (e) => clocks(e.records.map((f) => f.properties), this.signatures.value?.records.map((f) => f.properties) ?? [], this.report.value))}
          ${this.signatures.failed && this.signatures.failed.status !== 403 ? shown('signatures', this.signatures, () => nothing) : nothing}</section>`}
        ${told ? html`<section><h2>${say('board.trend')}</h2>${this.board.failed && !this.board.value ? html`<p class="m">–</p>` : this.board.value ? chart(named(this.board.value), this.board.value) : nothing}</section>` : nothing}</div></main>`;
  }

  private choices(): TemplateResult {
    const s = state.now;
    return html`<select class="btn" aria-label=${say('filter.class')} .value=${s.class} @change=${(e: Event) => state.set({ class: (e.target as HTMLSelectElement).value })}>
        <option value="" ?selected=${!s.class}>${say('filter.any_class')}</option>${kClasses.map((c) => html`<option value=${c} ?selected=${s.class === c}>${words.term('effect', c)}</option>`)}</select>
      <select class="btn" aria-label=${say('board.span')} .value=${s.span || String(kUsual)} @change=${(e: Event) => state.set({ span: (e.target as HTMLSelectElement).value as typeof s.span })}>
        ${spans.map((n) => html`<option value=${n} ?selected=${(s.span || String(kUsual)) === n}>${n === 'all' ? say('board.all_days') : say('board.days', { n: Number(n) })}</option>`)}</select>
      ${s.day ? html`<button class="btn" type="button" @click=${() => state.set({ day: '' })}>${say('state.latest')}</button>` : nothing}`;
  }

  private grid(board: Board): TemplateResult {
    const rows = named(board);
    if (board.days.length === 0) return html`<p class="pad">${say('board.no_days')}</p>`;
    const [y, x] = this.at ?? [0, board.days.length - 1];
    const earlier = state.link({ day: board.days[0] });
    return html`<div class="bd"><table role="grid" aria-label=${say('board.title')} aria-rowcount=${rows.length + 3} @keydown=${this.keys}>
      <colgroup><col class="k-row"></colgroup><colgroup>${board.days.map(() => html`<col class="k-day">`)}</colgroup><colgroup><col class="k-cv"><col class="k-tr"><col class="k-ch"></colgroup>
      <thead><tr role="row"><td></td>${months(board.days)}<td class="cv"></td><td class="tr"></td><td class="ch"></td></tr>
        <tr role="row"><th class="row" scope="col">${say('board.sector')}</th>${board.days.map((d) => html`<th class=${`dd${d.endsWith('-01') || d === board.days[0] ? ' wk' : ''}`} scope="col"><span class="vh">${long(d)}</span><span aria-hidden="true">${Number(d.slice(8))}</span></th>`)}
          <th class="cv" scope="col">${say('board.watched')}</th><th class="tr" scope="col">${say('board.line', { n: board.days.length })}</th><th class="ch" scope="col">${say('board.later')}</th></tr></thead>
      <tbody>${rows.map((r, i) => html`<tr role="row"><th class="row" scope="row">${r.name}</th>${r.cells.map((c, j) => this.cell(r, c, board.days[j], i, j, y === i && x === j))}
        <td class="cv">${r.sector === null ? nothing : meanCoverage(r.cells) === null ? '–' : percent(meanCoverage(r.cells)!)}</td><td class="tr">${line(r.cells, r.changes, board.days)}</td><td class="ch">${trend(r.trend, r.changes)}</td></tr>`)}
        ${rows.length > 1 ? this.sums(rows, board) : nothing}</tbody></table></div>
      <p class="pad s q under">${say('board.under', { days: span(board.days[0], board.days[board.days.length - 1]) })} ${thresholdsInWords()} ${say('board.outside_none')}
        ${board.days[0] > (data.mission?.report_days?.first ?? '') ? html`<a href=${earlier} @click=${go({ day: board.days[0] }, false)}>${say('board.earlier')}</a>` : nothing}</p>`;
  }

  private cell(row: Row, c: Cell | undefined, day: string, y: number, x: number, reachable: boolean): TemplateResult {
    if (!c) return html`<td role="gridcell" class="c none" data-at=${`${y} ${x}`} tabindex=${reachable ? 0 : -1} aria-label=${`${row.name}, ${long(day)}: ${say('board.untold')}`}></td>`;
    const value = gravestOf(c);
    const sector = row.sector ?? '-';
    const label = `${row.name}, ${long(day)}: ${cellWords(c)}${row.sector === null ? '' : `; ${inWords(c.coverage)}`}`;
    const to = c.incidents > 0 ? { page: 'room' as const, sector, ...asTimes(day), value: '', sel: '' }
      : { page: 'quiet' as const, sector, day };
    const mark = value === null ? '' : c.violations.best > 0 || value !== 'not_applicable' ? (value === 'not_applicable' ? `(${words.number(c.violations.best)})` : words.number(c.violations.best)) : '·';
    return html`<td role="gridcell" class=${`c ${row.sector === null ? 'o' : level(c.coverage)}${state.now.day === day && state.now.sector === sector ? ' sel' : ''}`}><a href=${state.link(to)} data-at=${`${y} ${x}`} tabindex=${reachable ? 0 : -1} aria-label=${label} title=${label}
      @focus=${() => { this.at = [y, x]; this.requestUpdate(); }} @click=${go(to)}>${mark ? html`<b class=${`mk ${value}`}>${mark}</b>` : nothing}</a></td>`;
  }

  private sums(rows: Row[], board: Board): TemplateResult {
    const days = board.days.map((_, i) => rows.map((r) => r.cells[i]));
    return html`<tr class="tot" role="row"><th class="row" scope="row">${say('board.all')}</th>${days.map((cells) => html`<td role="gridcell">${cells.every((c) => !c) ? nothing : words.number(total(cells).best)}</td>`)}
      <td class="cv">${meanCoverage(days.flat()) === null ? '–' : percent(meanCoverage(days.flat())!)}</td><td class="tr">${line(days.map(sumCell), [], board.days)}</td><td class="ch">${trend(board.trend_of_all ?? undefined, [])}</td></tr>`;
  }

  private readonly keys = (e: KeyboardEvent): void => {
    const board = this.board.value!;
    const to = moved(e, rowsOf(board, '').length, board.days.length);
    if (!to) return;
    this.at = to;
    this.requestUpdate();
    void this.updateComplete.then(() => this.querySelector<HTMLElement>(`[data-at="${this.at![0]} ${this.at![1]}"]`)?.focus());
  };

  /** The latest days are what one looks for: a board wider than the window begins at its end. */
  protected updated(): void {
    const box = this.querySelector('.bd');
    const days = this.board.value?.days.join() ?? '';
    if (!box || days === this.scrolled) return;
    this.scrolled = days;
    this.at = null;
    box.scrollLeft = box.scrollWidth;
  }
}

const named = (b: Board): Row[] => rowsOf(b, say(b.sectors.length ? 'filter.outside' : 'board.everywhere'));

function key(): TemplateResult {
  return html`<div class="key">${legend(say('board.quiet'))}<span><b class="mk breach">${12}</b>${say('board.in_breach')}</span><span><b class="mk undeterminable">3</b>${words.term('value', 'undeterminable')}</span>
    <span><b class="mk compliant">4</b>${words.term('value', 'compliant')}</span><span><b class="mk not_applicable">(5)</b>${words.term('value', 'not_applicable')}</span></div>`;
}

/** A label over the first day of each month. */
function months(days: string[]): TemplateResult[] {
  const out: { name: string; span: number }[] = [];
  let month = '';
  for (const d of days) {
    if (d.slice(0, 7) === month) { out[out.length - 1].span++; continue; }
    month = d.slice(0, 7);
    out.push({ name: when.month(`${month}-15T12:00:00Z`), span: 1 });
  }
  return out.map((m) => html`<th class="wk mon" scope="colgroup" colspan=${m.span}><span>${m.span > 1 ? m.name : ''}</span></th>`);
}

function cellWords(c: Cell): string {
  if (c.incidents === 0) return say('board.zero');
  const found = (['breach', 'undeterminable', 'compliant'] as const).filter((v) => c[v] > 0).map((v) => `${words.term('value', v)} ${words.number(c[v])}`);
  return [say('list.effects', { n: c.violations.best }), `(${interval(c.violations)})`, say('list.incidents', { n: c.incidents }), ...found].join(', ');
}

function trend(t: Trend | undefined, changes: Change[]): TemplateResult {
  if (!t) return html`<span class="q">${say('trend.too_few')}</span>`;
  const { best, low, high } = t.ratio;
  const ratio = t.words === 'too_few' || best === null || low === null ? nothing
    : html` <span class="q">×${words.number(best, 1)} ${high === null ? say('board.from_up', { low: words.number(low, 1) }) : `${words.number(low, 1)}–${words.number(high, 1)}`}</span>`;
  return html`<span class=${t.words === 'too_few' ? 'q' : t.words === 'level' ? '' : 'b'}>${say(`trend.${t.words}`)}</span>${ratio}
    ${changes.map((c) => html`<span class="s nw">${say('board.change_on', { day: short(c.day) })}</span>`)}`;
}

function sumCell(cells: (Cell | undefined)[]): Cell | undefined {
  const there = cells.filter((c): c is Cell => !!c);
  if (there.length === 0) return undefined;
  const v: Count = total(there);
  return { ...there[0], sector: null, incidents: there.reduce((n, c) => n + c.incidents, 0), violations: v, coverage: meanCoverage(there) };
}

