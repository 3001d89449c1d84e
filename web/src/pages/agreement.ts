// The text itself: parties, definitions, provisions with their source, readings side by side, exceptions; and what hangs on it in time.
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import * as api from '../api';
import { asTimes, dayOf } from '../days';
import { collection, Fetched, shown } from '../fetched';
import { probability } from '../figures';
import { glyph } from '../glyph';
import type { Area, Feature, Interval } from '../records';
import { data } from '../room-data';
import { session } from '../session';
import { state, Watch } from '../state';
import { not_for_you } from '../who';
import { say, words } from '../words';
import * as when from '../when';
import './agreement.css';
import { placeOf, value, type Agreement, type Definition, type Provision } from './agreement-parts';
import './board.css';
import { duties, gates, whole_report, type EventRecord, type GateRecord } from './board-steps';
import { go } from './go';

interface Notice { id?: string; kind: string; party?: string; text?: string; when: Interval; shape?: { name?: string } }
interface Statement { id?: string; speaker: string; party?: string; quote: string; about?: string; when: string; url?: string }

const kShown = 6;
const moment = (t: number): string => `${when.day(t)} ${when.clock(t)} ${when.offset(t)}`;

@customElement('truce-agreement')
export class AgreementPage extends LitElement {
  private readonly text = new Fetched<Agreement>(this, () => '/api/agreement', (path) => api.document_at<Agreement>(path));
  private readonly gates = collection<GateRecord>(this, 'gates');
  private readonly events = collection<EventRecord>(this, 'events');
  private readonly notices = collection<Notice>(this, 'notices');
  private readonly statements = collection<Statement>(this, 'statements');
  private readonly areas = collection<Area>(this, 'areas');
  private readonly report = whole_report(this);

  constructor() { super(); new Watch(this, [data, session, state, words]); }
  protected createRenderRoot(): HTMLElement { return this; }

  protected render(): TemplateResult {
    const no = not_for_you('agreement');
    if (no) return no;
    const a = this.text.value;
    return html`<main id="main" class="wrap agr" tabindex="-1"><header class="bhead"><div><h1 lang=${language(a) ?? nothing}>${a?.title || say('agreement.title')}</h1>
        ${a ? html`<p class="m">${a.source ? html`<span lang=${language(a) ?? nothing}>${a.source}</span> · ` : nothing}${say('agreement.counts', { n: a.provisions.length })}, ${say('agreement.readings_n', { n: a.readings.length })}${a.languages?.length ? html` · ${say('agreement.languages', { which: a.languages.join(', ') })}` : nothing}</p>
          <p class="s q mono break">sha256 ${a.hash ?? ''}</p>` : nothing}</div></header>
      ${shown('agreement', this.text, (t) => this.body(t))}</main>`;
  }

  private body(a: Agreement): TemplateResult {
    return html`<div class="acols"><div class="prov">${a.provisions.length === 0 ? html`<p class="m">${say('agreement.no_provisions')}</p>` : a.provisions.map((p) => this.provision(p, a))}
        <section><h2>${say('board.gates')}</h2>${shown('gates', this.gates, (g) => gates(g.records.map((f) => f.properties), this.report.value))}${duties(this.report.value)}</section>
        <section><h2>${say('agreement.statements')}</h2>${shown('statements', this.statements, (s) => list(s.records.map((f) => f.properties), 'agreement.no_statements', (x) => html`<q>${x.quote}</q><span class="s m">${x.speaker}${x.about ? html` · ${say('agreement.about', { what: x.about })}` : nothing} · <span class="nw">${moment(Date.parse(x.when))}</span>${safe(x.url)}</span>`, (x) => x.when))}</section></div>
      <aside aria-label=${say('agreement.beside')}><section><h2>${say('agreement.parties')}</h2><ul class="rows">${a.parties.map((p) => html`<li><b>${p.name || p.id}</b> <span class="q">${p.id}</span>${p.answers_for?.length ? html`<span class="s m">${say('agreement.answers_for', { whom: p.answers_for.join(', ') })}</span>` : nothing}</li>`)}</ul></section>
        <section><h2>${say('agreement.readings')}</h2><ul class="rows">${a.readings.map((r) => html`<li><b>${r.id}</b>${r.party ? html` <span class="q">${say('agreement.reading_of', { party: partyName(a, r.party) })}</span>` : nothing}<span class="s m" lang=${language(a) ?? nothing}>${r.id === 'base' ? say('agreement.base') : r.words ?? ''}</span></li>`)}</ul></section>
        ${this.standards(a)}${this.definitions(a)}
        <section><h2>${say('agreement.calendar')}</h2>${shown('notices', this.notices, (n) => this.calendar(n.records))}</section>
        <section><h2>${say('agreement.events')}</h2>${shown('events', this.events, (e) => list(e.records.map((f) => f.properties), 'agreement.no_events', (x) => html`<b>${x.name.replaceAll('_', ' ')}</b>${x.party ? html` · ${partyName(a, x.party)}` : nothing}<span class="s q">${when.span(Date.parse(x.when.start), Date.parse(x.when.end)).local}</span>`, (x) => x.when.start))}</section></aside></div>`;
  }

  private provision(p: Provision, a: Agreement): TemplateResult {
    const to = { page: 'room' as const, sel: '', value: '', class: '', from: '', to: '', sector: '', provision: p.id, reading: '' };
    const rows: [string, unknown][] = [['binds', p.binds?.map((b) => partyName(a, b))], ['in_force', p.in_force], ['norm', p.norm && say(`norm.${p.norm}`)], ['distance_m', p.distance_m], ['number_max', p.number_max],
      ['acts', p.acts?.map((x) => words.term('act', x))], ['effects', p.effects?.map((x) => words.term('effect', x))], ['during', p.during], ['needs', p.needs], ['overrides', p.overrides],
      ['standard_of_proof', p.standard_of_proof && standard(a, p.standard_of_proof)], ['severity', p.severity], ['remedies', p.remedies]];
    const changed = p.readings ?? [];
    return html`<article id=${`p-${p.id}`}><header class="hd2"><h2>${say('filter.provision_named', { id: p.id })}</h2><a class="st" href=${state.link(to)} @click=${go(to)}>${say('agreement.incidents')}</a></header>
      <p class="words" lang=${language(a) ?? nothing}>${p.words}</p>${p.source ? html`<p class="s q" lang=${language(a) ?? nothing}>${p.source}</p>` : nothing}
      <dl class="facts">${rows.filter(([, v]) => v !== undefined && v !== '' && !(Array.isArray(v) && v.length === 0)).map(([k, v]) => html`<dt>${say(`field.${k}`)}</dt><dd>${value(v)}</dd>`)}
        <dt>${say('field.zones')}</dt><dd>${p.zones?.length || p.zone_kinds?.length ? html`${p.zones?.map((z, i) => html`${i ? ', ' : ''}${this.zone(a, z)}`)}${p.zone_kinds?.length ? say('agreement.any_of_kind', { kind: p.zone_kinds.join(', ') }) : nothing}` : say('agreement.everywhere')}</dd></dl>
      ${p.exceptions?.length ? html`<h3>${say('agreement.exceptions')}</h3><ul class="why">${p.exceptions.map((e) => html`<li><span lang=${language(a) ?? nothing}>${e.words ?? e.id}</span>${e.needs?.length ? html` <span class="s q">${say('agreement.if_shown', { what: e.needs.join(', ') })}</span>` : nothing}${e.notice_kinds?.length ? html` <span class="s q">${say('agreement.if_announced', { what: e.notice_kinds.join(', ') })}</span>` : nothing}</li>`)}</ul>` : nothing}
      ${changed.length ? this.sideBySide(p, changed, a) : nothing}</article>`;
  }

  /** Only where the readings differ: field by field, the base text first. */
  private sideBySide(p: Provision, changed: NonNullable<Provision['readings']>, a: Agreement): TemplateResult {
    const fields = [...new Set(changed.flatMap((r) => Object.keys(r.changes ?? {})))];
    const told = (k: string, v: unknown) => (k === 'standard_of_proof' && typeof v === 'string' ? standard(a, v) : value(v ?? null));
    const link = (reading: string) => ({ page: 'room' as const, sel: '', value: '', class: '', from: '', to: '', sector: '', provision: p.id, reading });
    return html`<h3>${say('agreement.differ')}</h3><table class="rdt"><caption class="vh">${say('agreement.differ')}</caption><thead><tr><th>${say('agreement.what')}</th><th>${say('agreement.base')}</th>${changed.map((r) => html`<th><a href=${state.link(link(r.id))} @click=${go(link(r.id))}>${say('filter.reading_named', { id: r.id })}</a></th>`)}</tr></thead>
      <tbody>${fields.map((k) => html`<tr><th scope="row">${known.has(k) ? say(`field.${k}`) : k.replaceAll('_', ' ')}</th><td data-l=${say('agreement.base')}>${told(k, (p as any)[k])}</td>${changed.map((r) => html`<td data-l=${say('filter.reading_named', { id: r.id })}>${r.changes === null ? say('agreement.gone') : k in r.changes ? html`<b>${told(k, r.changes[k])}</b>` : html`<span class="q">${say('version.same')}</span>`}</td>`)}</tr>`)}
        ${changed.some((r) => r.changes === null) && fields.length === 0 ? html`<tr><th scope="row">${say('agreement.whole')}</th><td>${say('agreement.holds')}</td>${changed.map((r) => html`<td>${r.changes === null ? say('agreement.gone') : say('version.same')}</td>`)}</tr>` : nothing}</tbody></table>`;
  }

  private zone(a: Agreement, id: string): TemplateResult {
    const d = a.definitions?.find((x) => x.kind !== 'circumstance' && x.id === id);
    return this.place(d?.name || id, d?.area ?? id);
  }

  /** A name that leads to the map at that place, where the mission draws it. */
  private place(name: string, area: string): TemplateResult {
    const drawn = this.areas.value?.records.find((f) => (f.properties.id ?? f.id) === area);
    const map = drawn && placeOf(drawn as Feature<unknown>);
    return map ? html`<a href=${state.link({ page: 'room', map, sel: '' })} @click=${go({ page: 'room', map, sel: '' })}>${name}</a>` : html`${name}`;
  }

  private standards(a: Agreement): TemplateResult | typeof nothing {
    const all = Object.entries(a.mechanism?.standards_of_proof ?? {});
    return all.length === 0 ? nothing : html`<section><h2>${say('agreement.standards')}</h2><ul class="rows">${all.map(([name, p]) => html`<li class="split"><b>${name}</b><span>${probability(p)}</span></li>`)}</ul></section>`;
  }

  private definitions(a: Agreement): TemplateResult {
    const all = a.definitions ?? [];
    const row = (d: Definition) => html`<li>${glyph(d.kind === 'circumstance' ? 'statement' : 'observation')}<span>${d.kind === 'circumstance' ? html`<span lang=${language(a) ?? nothing}>${d.words ?? d.id}</span>` : this.place(d.name || d.id, d.area ?? d.id)}
      <span class="s m">${say(`defined.${d.kind in kinds ? d.kind : 'zone'}`)}${d.of_kind ? html` · ${d.of_kind}` : nothing}${d.party ? html` · ${partyName(a, d.party)}` : nothing}${d.around_m ? html` · ${say('agreement.around', { m: words.number(d.around_m) })}` : nothing}${d.valid ? html` · ${value(d.valid)}` : nothing}</span></span></li>`;
    return html`<section><h2>${say('agreement.definitions')}</h2>${all.length === 0 ? html`<p class="m">${say('agreement.no_definitions')}</p>` : html`<ul class="rows defs">${all.map(row)}</ul>`}
      ${this.areas.failed ? shown('areas', this.areas, () => nothing) : nothing}</section>`;
  }

  private calendar(all: Feature<Notice>[]): TemplateResult {
    return list(all.map((f) => f.properties), 'agreement.no_notices', (n) => {
      const t = when.span(Date.parse(n.when.start), Date.parse(n.when.end));
      const to = { page: 'room' as const, sel: '', ...asTimes(dayOf(Date.parse(n.when.start))) };
      return html`<a href=${state.link(to)} @click=${go(to)}>${t.local}</a> <span class="s q nw">${t.utc}</span><span class="s m">${n.kind.replaceAll('_', ' ')}${n.shape?.name ? html` · ${n.shape.name}` : nothing}${n.party ? html` · ${n.party}` : nothing}${n.text ? html` · ${n.text}` : nothing}</span>`;
    }, (n) => n.when.start);
  }
}

const kinds = { baseline: 1, circumstance: 1, protected: 1, zone: 1 };
const known = new Set(['binds', 'in_force', 'norm', 'distance_m', 'number_max', 'acts', 'effects', 'during', 'needs', 'overrides', 'standard_of_proof', 'severity', 'remedies', 'zones', 'words', 'exceptions']);
/** Of the text, where it has but one. */
const language = (a: Agreement | null): string | null => (a?.languages?.length === 1 ? a.languages[0] : null);
const partyName = (a: Agreement, id: string): string => a.parties.find((p) => p.id === id)?.name || id;
const standard = (a: Agreement, name: string): string => {
  const p = a.mechanism?.standards_of_proof?.[name];
  return p === undefined ? name : `${name} (${probability(p)})`;
};

/** Only addresses of the web become links: what a record says is not to run. */
const safe = (url?: string): TemplateResult | typeof nothing =>
  url && /^https?:\/\//.test(url) ? html` · <a href=${url} rel="noreferrer noopener" target="_blank">${say('agreement.origin')}</a>` : nothing;

function list<T>(all: T[], none: string, draw: (one: T) => TemplateResult, start: (one: T) => string): TemplateResult {
  if (all.length === 0) return html`<p class="m">${say(none)}</p>`;
  const latest = [...all].sort((a, b) => start(b).localeCompare(start(a)));
  const row = (one: T) => html`<li>${draw(one)}</li>`;
  return html`<ul class="rows">${latest.slice(0, kShown).map(row)}</ul>${latest.length > kShown ? html`<details><summary>${say('agreement.all_n', { n: latest.length })}</summary><ul class="rows">${latest.slice(kShown).map(row)}</ul></details>` : nothing}`;
}
