// Who watches: each source's health over time, when it was last heard, its clock, on whom it depends; and input refused.
import { html, LitElement, nothing, svg, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import { ends } from '../days';
import { collection, shown, type Whole } from '../fetched';
import { coordinates } from '../figures';
import { glyph } from '../glyph';
import type { Interval, Observation } from '../records';
import { data } from '../room-data';
import { session } from '../session';
import { health as states, state, Watch } from '../state';
import { not_for_you } from '../who';
import { say, words } from '../words';
import * as when from '../when';
import './board.css';
import { refusals, type Complaint, type FeedFile, type Rejected } from './refusals';
import './sources.css';

interface SourceRecord { id: string; name?: string; kind: string; owner?: string; party?: string; upstream?: string[]; at?: [number, number] | null; clock_sigma_s?: number; public_key?: string }
interface HealthRecord { source: string; when: Interval; why: string; note?: string; offset_s?: number | null; sigma_s?: number | null }
type State = (typeof states)[number];
interface Spell { start: number; end: number; why: string; note?: string }
interface Line { source: SourceRecord; spells: Spell[]; heard: number | null; state: State; now: Spell | null; clock: HealthRecord | null }

const icons: Record<string, string> = {
  acoustic_array: 'array', camera: 'camera', drone: 'drone', satellite: 'satellite', patrol: 'patrol', hotline: 'hotline', press: 'press', party: 'claim',
};
const whys = ['off', 'jammed', 'blinded', 'denied_access', 'weather', 'no_clock'];
const whyWords = (why: string): string => (whys.includes(why) ? say(`why.${why}`) : why.replaceAll('_', ' '));

@customElement('truce-sources')
export class SourcesPage extends LitElement {
  private readonly sources = collection<SourceRecord>(this, 'sources');
  private readonly health = collection<HealthRecord>(this, 'health');
  private readonly observations = collection<Observation>(this, 'observations');
  private readonly feeds = collection<FeedFile>(this, 'feeds');
  private readonly rejected = collection<Rejected>(this, 'rejected');
  private readonly complaints = collection<Complaint>(this, 'complaints');

  constructor() { super(); new Watch(this, [data, session, state, words]); }
  protected createRenderRoot(): HTMLElement { return this; }

  protected render(): TemplateResult {
    const no = not_for_you('sources');
    if (no) return no;
    return html`<main id="main" class="wrap sources" tabindex="-1"><header class="bhead"><div><h1>${say('sources.title')}</h1><p class="m">${say('sources.subtitle')}</p></div>
        <div class="r"><div class="key"><span>${glyph('acoustic-ok')}${say('health.watching')}</span><span>${glyph('acoustic-down')}${say('health.not_watching')}</span><span>${glyph('acoustic-unknown')}${say('health.unknown')}</span></div></div></header>
      ${shown('sources', this.sources, (s) => this.table(s))}
      ${this.health.failed ? shown('health', this.health, () => nothing) : nothing}${this.observations.failed ? shown('observations', this.observations, () => nothing) : nothing}
      ${refusals(this.feeds, this.rejected, this.complaints)}</main>`;
  }

  /** The days of the report as far as they have come; else what the records span. */
  private span(): [number, number] {
    const d = data.mission?.report_days;
    const all = [...(this.health.value?.records ?? []), ...(this.observations.value?.records ?? [])].flatMap((f) => [Date.parse(f.properties.when.start), Date.parse(f.properties.when.end)]);
    const first = d ? ends(d.first).start : Math.min(...all, Date.now());
    const last = d ? ends(d.last).end : Math.max(...all, first + 3_600_000);
    return [first, Math.max(first + 3_600_000, Math.min(last, Date.now() < first ? last : Math.max(Date.now(), first)))];
  }

  private lines(sources: SourceRecord[], last: number): Line[] {
    const heard = new Map<string, number>();
    for (const { properties: o } of this.observations.value?.records ?? []) heard.set(o.source, Math.max(heard.get(o.source) ?? -Infinity, Date.parse(o.when.start)));
    const health = new Map<string, HealthRecord[]>();
    for (const { properties: h } of this.health.value?.records ?? []) health.set(h.source, [...(health.get(h.source) ?? []), h]);
    const known = new Set(sources.map((s) => s.id));
    const unlisted = [...new Set([...heard.keys(), ...health.keys()])].filter((id) => !known.has(id)).sort().map((id) => ({ id, kind: '' }));
    return [...sources, ...unlisted].map((source) => {
      const records = health.get(source.id) ?? [];
      const spells = records.map((h) => ({ start: Date.parse(h.when.start), end: Date.parse(h.when.end), why: h.why, note: h.note })).sort((a, b) => a.start - b.start);
      const now = spells.find((s) => s.start < last && s.end >= last) ?? null;
      const clock = records.filter((h) => typeof h.offset_s === 'number').sort((a, b) => b.when.end.localeCompare(a.when.end))[0] ?? null;
      const at = heard.get(source.id) ?? null;
      return { source, spells, heard: at, now, clock, state: now ? 'not_watching' : !this.health.value || (at === null && spells.length === 0) ? 'unknown' : 'watching' };
    });
  }

  private table({ records, complete }: Whole<SourceRecord>): TemplateResult {
    const [first, last] = this.span();
    const all = this.lines(records.map((f) => f.properties), last);
    const asked = state.now.health;
    const lines = all.filter((l) => !asked || l.state === asked);
    if (all.length === 0) return html`<div class="pad state"><h2>${say('sources.none')}</h2><p class="m">${say('sources.none_more')}</p></div>`;
    return html`<div class="filters" role="group" aria-label=${say('filter.group')}>
        <button class="btn sm" type="button" aria-pressed=${!asked} @click=${() => state.set({ health: '' })}>${say('sources.all', { n: all.length })}</button>
        ${states.map((h) => html`<button class="btn sm" type="button" aria-pressed=${asked === h} @click=${() => state.set({ health: h })}>${say(`health.${h}`)} ${words.number(all.filter((l) => l.state === h).length)}</button>`)}</div>
      ${lines.length === 0 ? html`<p class="pad m">${say('sources.none_of', { n: all.length })}</p>` : html`<table class="srct"><caption class="vh">${say('sources.title')}</caption>
        <thead><tr><th scope="col">${say('evidence.source')}</th><th scope="col" class="hs">${say('sources.health')}<span class="ends"><span>${when.day(first)}</span><span>${when.day(last - 1)}</span></span></th><th scope="col">${say('sources.heard')}</th><th scope="col">${say('sources.clock')}</th><th scope="col">${say('sources.chain')}</th><th scope="col">${say('evidence.place')}</th></tr></thead>
        <tbody>${lines.map((l) => this.line(l, first, last))}</tbody></table>`}
      <p class="pad s q under">${say('sources.state_at', { time: `${when.day(last)} ${when.clock(last)} ${when.offset(last)}` })} ${say('sources.coverage_not_told')}
        ${complete && this.observations.value?.complete !== false ? nothing : say('sources.partial')}</p>`;
  }

  private line({ source, spells, heard, state: health, now, clock }: Line, first: number, last: number): TemplateResult {
    const icon = health === 'not_watching' ? 'acoustic-down' : health === 'unknown' ? 'acoustic-unknown' : icons[source.kind] ?? 'acoustic-ok';
    const upstream = source.upstream ?? [];
    return html`<tr><th scope="row"><span class="nm">${glyph(icon)}<span><b>${source.name || source.id}</b><span class="s m">${source.kind ? say(`sort.${source.kind}`) : say('sources.unlisted')}${source.name ? html` · <span class="break">${source.id}</span>` : nothing}</span></span></span></th>
      <td class="hs" data-l=${say('sources.health')}>${this.health.value ? strip(spells, first, last) : nothing}<span class="s">${now ? html`<b>${whyWords(now.why)}</b> ${say('sources.since', { time: `${when.day(now.start)} ${when.clock(now.start)}` })}${now.note ? html` · ${now.note}` : nothing}`
        : spells.length ? html`${say(`health.${health}`)} · <span class="q">${say('sources.spells', { n: spells.length })}: ${[...new Set(spells.map((s) => whyWords(s.why)))].join(', ')}</span>`
        : say(!this.health.value ? (this.health.failed ? 'sources.health_unread' : 'state.loading') : health === 'unknown' ? 'sources.nothing_known' : 'sources.no_trouble')}</span></td>
      <td data-l=${say('sources.heard')}>${heard === null ? html`<span class="q">${this.observations.failed ? '–' : say(this.observations.value ? 'sources.never' : 'state.loading')}</span>` : html`<span class="nw">${when.day(heard)} ${when.year(heard) === when.year(last - 1) ? nothing : when.year(heard)} ${when.clock(heard)}</span> <span class="s q nw">${when.clockUtc(heard)} UTC</span>`}</td>
      <td data-l=${say('sources.clock')}>${clock ? say('sources.offset', { s: signed(clock.offset_s!), sigma: typeof clock.sigma_s === 'number' ? words.number(clock.sigma_s, 3) : '?' })
        : source.clock_sigma_s ? say('sources.sigma', { s: words.number(source.clock_sigma_s, source.clock_sigma_s < 0.1 ? 3 : 1) }) : html`<span class="q">${say('sources.not_stated')}</span>`}</td>
      <td data-l=${say('sources.chain')}>${source.owner || source.party || html`<span class="q">${say('sources.no_owner')}</span>`}<span class="s m">${upstream.length ? say('sources.depends', { on: upstream.join(', ') }) : say('sources.own_chain')}</span></td>
      <td data-l=${say('evidence.place')}>${source.at ? coordinates(source.at) : html`<span class="q">${say('sources.nowhere')}</span>`}</td></tr>`;
  }
}

const signed = (s: number): string => `${s < 0 ? '−' : '+'}${words.number(Math.abs(s), 3)}`;

/** Plain where no trouble is recorded, hatched while it could not observe. */
function strip(spells: Spell[], first: number, last: number): TemplateResult {
  const x = (t: number) => (1000 * (Math.min(last, Math.max(first, t)) - first)) / (last - first);
  const seen = spells.filter((s) => s.end > first && s.start < last);
  const label = seen.length === 0 ? say('sources.no_trouble') : seen.map((s) => `${whyWords(s.why)}: ${when.span(s.start, s.end).local}`).join('; ');
  return html`<svg class="hstrip" viewBox="0 0 1000 14" preserveAspectRatio="none" role="img" aria-label=${label}>
    <rect class="ok" x="0" y="0" width="1000" height="14"></rect>${seen.map((s) => svg`<rect class="bad" x=${x(s.start).toFixed(2)} y="0" width=${Math.max(3, x(s.end) - x(s.start)).toFixed(2)} height="14"><title>${whyWords(s.why)}: ${when.span(s.start, s.end).local}</title></rect>`)}</svg>`;
}
