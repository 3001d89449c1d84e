// Reports as the engine makes them: one for a day or a span of days, shown as the page it is, in a frame that runs no script.
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import * as api from '../api';
import { span } from '../days';
import { data } from '../room-data';
import { session } from '../session';
import { state, Watch } from '../state';
import { go, not_for_you } from '../who';
import { say, words } from '../words';
import * as when from '../when';
import './report.css';

interface Report { first: string; last: string; name: string }
interface Days { first: string; last: string }
const kDay_ms = 86_400_000;
const kListed = 400;

const day = (text: string): number => Date.parse(`${text}T00:00:00Z`);
const text_of = (t: number): string => new Date(t).toISOString().slice(0, 10);
const name_of = (first: string, last: string): string => (first === last ? first : `${first}_${last}`);
const span_of = (name: string): Days => { const [first, last] = name.split('_'); return { first, last: last ?? first }; };
const written = ({ first, last }: Days): string => span(first, last, (d) => d);
const is_day = (text: string): boolean => /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(day(text)) && text_of(day(text)) === text;

@customElement('truce-report')
export class ReportPage extends LitElement {
  private list: Report[] | null = null;
  private bounds: Days | null = null;
  private list_failed = '';
  private begun = false;
  /** The address in the frame, once the server has given it. */
  private shown = '';
  private asked = '';
  private failed = '';
  private wrong = '';

  constructor() { super(); new Watch(this, [data, data.news, state, words, session]); }
  protected createRenderRoot(): HTMLElement { return this; }
  private readonly pressed = (e: KeyboardEvent): void => this.key(e);

  connectedCallback(): void { super.connectedCallback(); addEventListener('keydown', this.pressed); }
  disconnectedCallback(): void { super.disconnectedCallback(); removeEventListener('keydown', this.pressed); }

  protected willUpdate(): void {
    if (!session.known || !session.may('read_evidence')) return;
    if (!this.begun) { this.begun = true; void this.read(); }
    const url = this.url('html');
    if (url !== this.asked) void this.load(url);
  }

  private url(kind: 'html' | 'json'): string {
    return state.now.days ? api.asOf(`/api/reports/${state.now.days}.${kind}`, state.now.known) : '';
  }

  private async read(): Promise<void> {
    this.list_failed = '';
    try {
      const [said, landing] = await Promise.all([api.document_at<{ reports: Report[] }>('/api/reports'), api.landing()]);
      this.list = [...(said.reports ?? [])].sort((a, b) => (a.last === b.last ? (a.first < b.first ? -1 : 1) : a.last < b.last ? 1 : -1));
      const whole: Days | null = landing.report_days ?? null;
      const all: Days[] = whole ? [...this.list, whole] : this.list;
      this.bounds = all.length ? { first: all.map((r) => r.first).sort()[0], last: all.map((r) => r.last).sort().at(-1)! } : null;
      // The mission's own span where it is among them, else the newest.
      const name = whole && name_of(whole.first, whole.last);
      const open = this.list.find((r) => r.name === name)?.name ?? this.list[0]?.name ?? name;
      if (!state.now.days && open) state.set({ days: open });
    } catch (e) { this.list_failed = e instanceof Error ? e.message : String(e); }
    this.requestUpdate();
  }

  /** Asked for before it is framed, so that a refusal can be told with its reason; the frame then takes the copy that the browser has. */
  private async load(url: string): Promise<void> {
    this.asked = url;
    this.failed = '';
    if (!url) return;
    try {
      const answer = await fetch(url, { headers: { accept: 'text/html, application/problem+json' } });
      if (!answer.ok) throw new Error((await answer.json().catch(() => null))?.detail ?? answer.statusText);
      await answer.text();
      if (url === this.asked) this.shown = url;
    } catch (e) { if (url === this.asked) this.failed = e instanceof Error ? e.message : String(e); }
    this.requestUpdate();
  }

  /** The span as long as this one, before or behind it; nothing where no day is left there. */
  private beside(by: 1 | -1): string | null {
    if (!state.now.days || !this.bounds) return null;
    const { first, last } = span_of(state.now.days);
    const step = (day(last) - day(first) + kDay_ms) * by;
    const [from, to] = [day(first) + step, day(last) + step];
    if (to < day(this.bounds.first) || from > day(this.bounds.last)) return null;
    return name_of(text_of(Math.max(from, day(this.bounds.first))), text_of(Math.min(to, day(this.bounds.last))));
  }

  private key(e: KeyboardEvent): void {
    if (e.altKey || e.ctrlKey || e.metaKey || e.shiftKey || !['ArrowLeft', 'ArrowRight'].includes(e.key)) return;
    if ((e.target as HTMLElement).closest?.('input, select, textarea')) return;
    const to = this.beside(e.key === 'ArrowLeft' ? -1 : 1);
    if (to) { e.preventDefault(); state.set({ days: to }); }
  }

  protected render(): TemplateResult {
    const no = not_for_you('report');
    if (no) return no;
    const { days, known } = state.now;
    return html`<main id="main" class="reportp" tabindex="-1"><h1 class="vh">${say('report.title')}</h1>
      <section class="rlist" aria-label=${say('report.list')}>${this.choose()}</section>
      <section class="rview" aria-label=${say('report.one')}>
        <div class="hd rtools"><h2>${days ? this.span(span_of(days)) : say('nav.report')}</h2>${days ? html`
          <span class="r">${this.step(-1)}${this.step(1)}
          <a class="btn sm" href=${this.url('json')} download=${`${days}.json`}>${say('report.json')}</a>
          <a class="btn sm pri" href=${this.url('html')} target="_blank" rel="noopener">${say('report.alone')}</a></span>` : nothing}</div>
        <p class="pad s m known">${known === null ? say('report.as_latest', { n: data.latest ?? 0 }) : html`<b class="b">${say('report.as_then', { n: known })}</b>`} ${say('report.print_words')}</p>
        ${this.frame(days)}</section></main>`;
  }

  private frame(days: string): TemplateResult {
    if (this.failed) {
      return html`<div class="pad state" role="alert"><h3>${say('report.failed')}</h3><p>${this.failed}</p><p class="m">${say('report.failed_more')}</p>
        <div class="acts"><button class="btn" type="button" @click=${() => void this.load(this.url('html'))}>${say('state.try_now')}</button></div></div>`;
    }
    if (!days) return this.list && !this.bounds ? html`<div class="pad state"><h3>${say('report.none')}</h3><p class="m">${say('report.none_more')}</p></div>` : html`<p class="pad m" role="status">${this.list_failed ? '' : say('state.loading')}</p>`;
    if (this.shown !== this.asked) return html`<p class="pad m" role="status">${say('report.making')}</p>`;
    return html`<iframe class="paper" sandbox="" src=${this.shown} title=${say('report.of', { days: this.span(span_of(days)) })}></iframe>`;
  }

  private step(by: 1 | -1): TemplateResult {
    const to = this.beside(by);
    const text = say(by < 0 ? 'report.earlier' : 'report.later');
    return html`<button class="btn sm" type="button" ?disabled=${to === null} title=${text} aria-label=${text} @click=${() => { if (to) state.set({ days: to }); }}>${by < 0 ? '←' : '→'}</button>`;
  }

  private span({ first, last }: Days): string { return span(first, last, when.fullDayOf); }

  private choose(): TemplateResult {
    const list = this.list;
    const now = state.now.days;
    const span = now ? span_of(now) : this.bounds;
    return html`<form class="rspan" @submit=${(e: Event) => this.ask(e)}><h2>${say('report.days')}</h2>
        <label>${say('time.from')} <input name="first" .value=${span?.first ?? ''} placeholder="2025-04-19" inputmode="numeric" autocomplete="off" required aria-describedby="rp-wrong"></label>
        <label>${say('time.to')} <input name="last" .value=${span?.last ?? ''} placeholder="2025-04-19" inputmode="numeric" autocomplete="off" aria-describedby="rp-wrong"></label>
        <button class="btn" type="submit">${say('report.show')}</button>
        <p id="rp-wrong" class="wrong" role="alert">${this.wrong}</p>
        ${this.bounds ? html`<p class="s q">${say('report.bounds', { days: written(this.bounds) })}</p>` : nothing}</form>
      ${this.list_failed ? html`<p class="pad s" role="alert">${say('report.list_failed', { why: this.list_failed })} <button class="btn sm" type="button" @click=${() => void this.read()}>${say('state.try_now')}</button></p>` : nothing}
      ${list === null || list.length === 0 ? nothing : html`<h2 class="rmade">${say('report.made', { n: list.length })}</h2><ol>${list.slice(0, kListed).map((r) => html`<li class=${r.name === now ? 'sel' : ''}><a href=${state.link({ days: r.name })} aria-current=${r.name === now ? 'true' : nothing} @click=${go({ days: r.name })}>${written(r)}</a></li>`)}</ol>`}`;
  }

  private ask(e: Event): void {
    e.preventDefault();
    const form = new FormData(e.target as HTMLFormElement);
    const first = String(form.get('first')).trim();
    const last = String(form.get('last')).trim() || first;
    const b = this.bounds;
    this.wrong = !is_day(first) || !is_day(last) ? say('report.no_day') : last < first ? say('report.turned') : b && (last < b.first || first > b.last) ? say('report.outside', { days: written(b) }) : '';
    if (!this.wrong) state.set({ days: name_of(first, last) });
    this.requestUpdate();
  }
}
