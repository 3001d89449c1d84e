// One incident whole: how many, where, on what evidence, and what each provision says of it under each reading.
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import { acts } from './acts';
import * as api from './api';
import { block, coordinates, interval, kilometres, odds, probability, weight } from './figures';
import { finding, glyph } from './glyph';
import { evidence, type Recorded } from './incident-evidence';
import { choice, signed, table as versionTable, versionsOf } from './incident-versions';
import './map-panel';
import { onDemand } from './on-demand';
import { bar, chance, count, heldAgainst, likely, noFinding, notKnown, or, provisionWords, reason, scale, untold, where } from './parts';
import { chains, mainClass, type Arrivals, type Finding, type Incident } from './records';
import { data, type Row } from './room-data';
import { state, Watch } from './state';
import { releasedWords } from './states';
import { say, words } from './words';
import * as when from './when';

@customElement('truce-incident')
export class IncidentPage extends LitElement {
  private asked = -1;
  private pair: [number, number] | null = null;
  private earlier: { position: number; incident: Incident | null; failed: string } | null = null;

  constructor() { super(); new Watch(this, [acts, data, data.news, state, words, onDemand]); }
  protected createRenderRoot(): HTMLElement { return this; }

  protected willUpdate(): void {
    if (this.asked === data.asked) return;
    this.asked = data.asked;
    void acts.load();
  }

  protected render(): TemplateResult {
    const row = data.selected();
    if (!row) {
      const unread = data.unread('incidents');
      return html`<main id="main" class="wrap" tabindex="-1"><div class="head"><div>${this.crumbs()}<h1>${say(data.loading ? 'state.loading' : unread ? 'state.unread' : 'evidence.gone')}</h1>
        ${data.loading ? nothing : html`<p class="m">${say(unread ? 'state.unread_more' : 'evidence.gone_more')}</p>`}</div></div></main>`;
    }
    const heard = this.heard(row);
    return html`<main id="main" class="wrap" tabindex="-1">
      ${this.head(row)}
      ${data.released ? html`<p class="pad s released">${releasedWords()} ${say('evidence.forbidden')}</p>` : nothing}
      <section class="cols c3"><div>${this.howMany(row)}</div><div class="mapbox"><truce-map close></truce-map></div><div>${this.where(row)}</div></section>
      ${row.incident.released ? html`<section class="cols c2"><div>${this.findings(row)}</div><div><h2>${say('incident.evidence')}</h2><p>${untold()}</p></div></section>`
        : html`<section class="cols c2"><div>${evidence(row, this.recorded(row.incident))}</div><div>${heard ?? this.arithmetic(row)}</div></section>
      <section class="cols ${heard ? 'c2b' : 'c1'}">${heard ? html`<div>${this.arithmetic(row)}</div>` : nothing}<div>${this.findings(row)}</div></section>`}
      <section class="cols c2c"><div>${this.versions(row)}${signed(row.incident)}</div><div>${this.proof(row)}</div></section></main>`;
  }

  private crumbs(): TemplateResult {
    return html`<p class="s q"><a href=${state.link({ page: 'room' })} @click=${(e: MouseEvent) => { e.preventDefault(); state.set({ page: 'room' }, true); }}>${say('nav.room')}</a></p>`;
  }

  private head(row: Row): TemplateResult {
    const { incident } = row;
    const t = when.span(row.start, row.end);
    return html`<header class="head"><div>${this.crumbs()}<h1>${words.term('effect', mainClass(incident))}, ${where(incident)}</h1>
      <p class="meta"><span><b class="b">${t.local}</b> <span class="q nw">${t.utc}</span></span>
        ${incident.version ? html`<span>${glyph('st-auto')}${say('incident.version', { n: incident.version })}</span>` : nothing}<span>${say('incident.p_real', { p: likely(incident.p_real) })}</span>
        ${incident.time_basis ? html`<span>${say('incident.basis', { basis: say(`basis.${incident.time_basis}`) })}</span>` : nothing}</p>
      <p class="s q mono id">${incident.id}</p></div></header>`;
  }

  private howMany({ incident }: Row): TemplateResult {
    const most = scale([incident.violations, ...incident.effects.map((e) => e.count)]);
    const v = incident.violations;
    return html`<h2>${say('incident.how_many')}</h2>
      <div class="cnt"><b>${words.number(v.best)}</b><span>${say('incident.effects', { n: v.best })} <span class="q nw">${interval(v)}</span><br><span class="s m">${say('incident.one_incident')}</span></span></div>
      <table class="cl"><caption class="vh">${say('incident.counts_caption')}</caption><thead class="vh"><tr><th>${say('incident.class')}</th><th>${say('evidence.bar')}</th><th>${say('list.count')}</th></tr></thead><tbody>
        ${incident.effects.map((e) => html`<tr><td>${words.term('effect', e.effect_class)}${e.weapon && e.weapon !== 'unknown' ? html`<br><span class="s q">${words.term('weapon', e.weapon)}</span>` : nothing}</td><td>${bar(e.count, most)}</td><td class="n">${count(e.count)}</td></tr>`)}
        <tr class="sum"><td>${say('incident.counted')}</td><td>${bar(v, most)}</td><td class="n">${count(v)}</td></tr></tbody></table>
      ${v.unbounded ? html`<p class="s m gap">${say('incident.open_width')}</p>` : v.low === v.high ? nothing : html`<p class="s m gap">${say('incident.width')}</p>`}`;
  }

  private where({ incident }: Row): TemplateResult {
    const { place, released } = incident;
    const alternatives = data.attributions.get(incident.id)?.alternatives ?? [];
    return html`<h2>${say('incident.where')}</h2><dl class="facts">
      <dt>${say('incident.place')}</dt><dd>${place.block_m ? say('incident.block', { block: block(place.block_m) }) : html`${place.radius_m ? say('incident.region_radius', { km: kilometres(place.radius_m) }) : say('incident.region_drawn')}<br><span class="s m">${say('incident.likeliest')} ${coordinates(place.best)}</span>`}</dd>
      <dt>${say('incident.named')}</dt><dd>${released ? untold() : data.place(incident) ?? say('incident.unnamed')}</dd>
      <dt>${say('incident.notices')}</dt><dd>${released ? untold() : incident.notices?.length ? incident.notices.join(', ') : say('incident.no_notices')}</dd>
      ${or(incident.flags?.length && incident.flags, (flags) => html`<dt>${say('incident.flags')}</dt><dd>${flags.join(', ')}</dd>`)}
      <dt>${say('incident.origin')}</dt><dd>${data.forbidden.has('attributions') ? untold() : alternatives.length === 0 ? say('incident.no_attribution')
        : html`<ul>${alternatives.map((a) => html`<li>${a.party || say('incident.cannot')} <span class="b">${likely(a.probability)}</span>${a.message || a.words ? html` <span class="s m">${reason(a)}</span>` : nothing}</li>`)}</ul>`}</dd></dl>`;
  }

  /** Sound by distance, where the place comes from sound: its drawing is a chunk of its own. */
  private heard({ incident }: Row): TemplateResult | null {
    if (data.forbidden.has('observations')) return null;
    const answer = onDemand.arrivals(incident);
    if (!answer.value?.arrivals.length) return null;
    if (!this.chart) void import('./arrivals-chart').then((m) => { this.chart = m.chart; this.requestUpdate(); });
    return html`<div class="hrow"><h2>${say('arrivals.title')}</h2><span class="s m">${say('arrivals.n', { n: answer.value.arrivals.length })}</span></div>
      ${this.chart ? this.chart(answer.value, incident, this.recorded(incident)) : html`<p class="s m" role="status">${say('state.loading')}</p>`}`;
  }
  private chart: ((a: Arrivals, incident: Incident, recorded: Recorded | null) => TemplateResult) | null = null;

  private recorded(incident: Incident): Recorded | null {
    if (data.forbidden.has('observations') || !onDemand.recordings(incident).value?.length) return null;
    if (!this.drawing) void import('./recordings').then((m) => { this.drawing = m; this.requestUpdate(); });
    return this.drawing;
  }
  private drawing: Recorded | null = null;

  private arithmetic({ incident }: Row): TemplateResult {
    const all = [...chains(incident)];
    return html`<h2>${say('incident.arithmetic')}</h2><div class="words"><p>${say('incident.arithmetic_words', { n: all.length, odds: odds(incident), p: probability(incident.p_real) })}</p></div>
      <div class="gap">${all.map(([, pieces], i) => html`<p class="sumline"><span>${say('evidence.chain', { n: i + 1 })}</span><span>${weight(Math.max(...pieces.map((e) => e.weight)))}</span></p>`)}
      <p class="sumline tot"><span>${say('incident.real')}</span><span>${probability(incident.p_real)}</span></p></div>
      <p class="s m gap">${say('incident.arithmetic_note')}</p>`;
  }

  private findings({ incident }: Row): TemplateResult {
    const all = data.findings.get(incident.id) ?? [];
    const readings = [...new Set(all.map((f) => f.reading))].sort((a, b) => Number(b === 'base') - Number(a === 'base') || (a < b ? -1 : 1));
    const provisions = [...new Set(all.map((f) => f.provision))].sort();
    const differ = new Map((data.differences.get(incident.id) ?? []).map((d) => [d.provision, d]));
    return html`<div class="hrow"><h2>${say('incident.findings')}</h2></div>
      ${all.length === 0 ? html`<p class="m">${noFinding()}</p>` : html`<table class="rd"><caption class="vh">${say('incident.findings_caption')}</caption>
      <thead><tr><th scope="col">${say('incident.provision')}</th>${readings.map((r) => html`<th scope="col">${say('filter.reading_named', { id: r })}</th>`)}</tr></thead>
      <tbody>${provisions.map((p) => {
        const d = differ.get(p);
        return html`<tr class=${d ? 'diff' : ''}><td><b class="b">${p}</b> ${provisionWords(p)}${d ? html`<span class="s">${say('incident.readings_differ')} ${d.facts.map((f) => words.term('fact', f)).join(', ')}</span>` : nothing}</td>
          ${readings.map((r) => this.cell(all.find((f) => f.provision === p && f.reading === r), r))}</tr>`;
      })}</tbody></table>`}`;
  }

  private cell(f: Finding | undefined, reading: string): TemplateResult {
    const label = say('filter.reading_named', { id: reading });
    if (!f) return html`<td data-l=${label} class="q">–</td>`;
    return html`<td data-l=${label}>${finding(f.value)} <span class="p">${chance(f)}</span>
      ${f.missing_fact ? html`<span class="s">${notKnown(f.missing_fact)}</span>` : nothing}
      <ul class="why s">${f.reasons.map((r) => html`<li>${reason(r)}</li>`)}</ul>
      <span class="s q">${heldAgainst(f)}</span></td>`;
  }

  /** The record as it was known at another position of the log, beside the one in sight. */
  private versions({ incident }: Row): TemplateResult {
    if (incident.released) return html`<h2>${say('incident.versions')}</h2><p>${untold()}</p>`;
    const kept = versionsOf(incident);
    if (kept.value?.length) {
      const all = kept.value;
      const pair: [number, number] = this.pair && this.pair[1] < all.length ? this.pair : [Math.max(0, all.length - 2), all.length - 1];
      return html`<div class="hrow"><h2>${say('incident.versions')}</h2><span class="s m">${say('version.count', { n: all.length })}</span>
          ${all.length > 1 ? choice(all, pair, (p) => { this.pair = p; this.requestUpdate(); }) : nothing}</div>
        ${all.length > 1 ? versionTable(all[pair[0]], all[pair[1]]) : html`<p class="s m">${say('version.only', { n: all[0].position })}</p>`}`;
    }
    if (kept.waiting) return html`<h2>${say('incident.versions')}</h2><p class="s m" role="status">${say('state.loading')}</p>`;
    const then = this.earlier;
    const latest = data.latest;
    const line = (what: string, before: string, now: string) => html`<tr><td>${what}</td><td>${before === now ? html`<span class="same">${before}</span>` : html`<del>${before}</del>`}</td><td>${before === now ? html`<span class="same">${say('version.same')}</span>` : html`<ins>${now}</ins>`}</td></tr>`;
    const told = (i: Incident) => `${words.number(i.violations.best)} (${interval(i.violations)})`;
    return html`<div class="hrow"><h2>${say('incident.versions')}</h2><span class="s m">${say('incident.version', { n: incident.version })}</span></div>
      <form class="ask" @submit=${(e: Event) => { e.preventDefault(); void this.look((e.target as HTMLFormElement).querySelector('input')!.value); }}>
        <label>${say('version.ask')} <input type="number" name="position" min="0" max=${latest ?? nothing} required></label> <button class="btn" type="submit">${say('version.compare')}</button></form>
      ${then === null ? nothing : then.incident === null ? html`<p class="m gap" role="status">${then.failed || say('version.unknown', { n: then.position })}</p>` : html`
        <table class="df" role="status"><thead><tr><th>${say('version.what')}</th><th>${say('version.then', { n: then.position })}</th><th>${say('version.now')}</th></tr></thead><tbody>
        ${line(say('version.number'), words.number(then.incident.version), words.number(incident.version))}
        ${line(say('list.count'), told(then.incident), told(incident))}
        ${line(say('incident.real'), probability(then.incident.p_real), probability(incident.p_real))}
        ${line(say('incident.place'), then.incident.place.radius_m ? kilometres(then.incident.place.radius_m) : '–', incident.place.radius_m ? kilometres(incident.place.radius_m) : '–')}
        ${line(say('version.chains'), words.number(chains(then.incident).size), words.number(chains(incident).size))}</tbody></table>`}`;
  }

  private async look(text: string): Promise<void> {
    const position = Number(text);
    const id = state.now.sel;
    try {
      const found = await api.item<Incident>('incidents', id, position);
      this.earlier = { position, incident: found.properties, failed: '' };
    } catch (e) {
      this.earlier = { position, incident: null, failed: e instanceof api.ApiError && e.status === 404 ? '' : String(e instanceof Error ? e.message : e) };
    }
    this.requestUpdate();
  }

  /** The line that checks the record against the log is another page's part; without it the position alone is said. */
  private proof({ incident }: Row): TemplateResult {
    const position = state.now.known ?? data.latest;
    const there = customElements.get('truce-proof-line') !== undefined;
    if (!there && !this.asked_line) { this.asked_line = true; void import('./proof-line').then(() => this.requestUpdate(), () => { /* the plain words stand */ }); }
    return html`<h2>${say('incident.proof')}</h2>
      ${there ? html`<truce-proof-line .record=${incident} incident=${incident.id}></truce-proof-line>` : html`<ul class="prf">
      ${typeof position === 'number' ? html`<li>${glyph('proof')}<span>${say('proof.position', { n: position })}</span></li>` : nothing}
      <li>${glyph('na')}<span class="m">${say('proof.not_checked')}</span></li></ul>`}`;
  }
  private asked_line = false;
}
