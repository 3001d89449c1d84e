// How an incident came to be what it is: two versions side by side, what is different between them and, where the record
// tells, why. Where the server keeps no list of versions, it is asked as it was known at a position of the log.
import { html, nothing, type TemplateResult } from 'lit';
import { acts } from './acts';
import { coordinates, interval, kilometres, probability } from './figures';
import { finding } from './glyph';
import { onDemand } from './on-demand';
import { chains, type Finding, type Incident, type Version } from './records';
import { data } from './room-data';
import { state } from './state';
import { say, words } from './words';
import * as when from './when';

export interface Change { what: string | TemplateResult; then: string | TemplateResult; now: string | TemplateResult; same: boolean; why: string }

const number = (c: Incident['violations']) => `${words.number(c.best)} (${interval(c)})`;
const name = (source: string): string => data.sources.get(source)?.name ?? source;

/** What of two versions differs, line by line; what is alike only where a reader would look for it. */
export function differences(a: Version, b: Version): Change[] {
  const [x, y] = [a.incident, b.incident];
  const had = new Set(x.evidence.map((e) => e.observation));
  const has = new Set(y.evidence.map((e) => e.observation));
  const came = y.evidence.filter((e) => !had.has(e.observation)).map((e) => name(e.source));
  const left = x.evidence.filter((e) => !has.has(e.observation)).map((e) => name(e.source));
  const flags = (y.flags ?? []).filter((f) => !(x.flags ?? []).includes(f));
  const why = [
    came.length ? say('version.came', { n: came.length, names: [...new Set(came)].join(', ') }) : '',
    left.length ? say('version.left', { n: left.length, names: [...new Set(left)].join(', ') }) : '',
    ...acts.of(y.id).filter((act) => act.position !== null && act.position > a.position && act.position <= b.position)
      .map((act) => say('version.act', { act: say(`acted.${act.act}`), by: act.by })),
    flags.length ? flags.join(', ') : '',
  ].filter(Boolean).join('; ');
  const line = (what: Change['what'], then: string, now: string): Change => ({ what, then, now, same: then === now, why: then === now ? '' : why });
  const classes = [...new Set([...x.effects, ...y.effects].map((e) => e.effect_class))];
  const of = (i: Incident, c: string) => { const e = i.effects.filter((f) => f.effect_class === c); return e.length ? e.map((f) => number(f.count)).join(' + ') : '–'; };
  const time = (i: Incident) => when.span(Date.parse(i.when.start), Date.parse(i.when.end)).local;
  const radius = (i: Incident) => (i.place.radius_m ? `± ${kilometres(i.place.radius_m)}` : '–');
  const key = (f: Finding) => `${f.provision}\n${f.reading}`;
  const then = new Map(a.findings.map((f) => [key(f), f]));
  const now = new Map(b.findings.map((f) => [key(f), f]));
  const changed = [...new Set([...then.keys(), ...now.keys()])].sort().filter((k) => then.get(k)?.value !== now.get(k)?.value);
  const told = (f: Finding | undefined) => (f ? html`${finding(f.value)}` : html`–`);
  return [
    line(say('list.count'), number(x.violations), number(y.violations)),
    ...classes.map((c) => line(words.term('effect', c), of(x, c), of(y, c))).filter((l) => !l.same && classes.length > 1),
    line(say('incident.real'), probability(x.p_real), probability(y.p_real)),
    line(say('incident.place'), radius(x), radius(y)),
    ...[line(say('incident.likeliest'), coordinates(x.place.best), coordinates(y.place.best)), line(say('list.time'), time(x), time(y))].filter((l) => !l.same),
    line(say('version.chains'), words.number(chains(x).size), words.number(chains(y).size)),
    ...changed.map((k) => ({ what: html`<b class="b">${k.split('\n')[0]}</b> <span class="s q">${say('filter.reading_named', { id: k.split('\n')[1] })}</span>`, then: told(then.get(k)), now: told(now.get(k)), same: false, why })),
  ];
}

export function table(a: Version, b: Version): TemplateResult {
  const head = (v: Version) => html`${say('version.known', { v: v.incident.version, n: v.position })}`;
  return html`<table class="df" role="status"><caption class="vh">${say('incident.versions')}</caption><thead><tr><th>${say('version.what')}</th><th>${head(a)}</th><th>${head(b)}</th><th>${say('version.why')}</th></tr></thead><tbody>
    ${differences(a, b).map((l) => html`<tr><td>${l.what}</td><td>${l.same ? html`<span class="same">${l.then}</span>` : html`<del>${l.then}</del>`}</td>
      <td>${l.same ? html`<span class="same">${say('version.same')}</span>` : html`<ins>${l.now}</ins>`}</td><td class="m">${l.why || (l.same ? '' : say('version.no_why'))}</td></tr>`)}</tbody></table>`;
}

/** Buttons for two neighbours each, and the first with the last. */
export function choice(all: Version[], chosen: [number, number], take: (pair: [number, number]) => void): TemplateResult {
  const pairs: [number, number][] = all.slice(1).map((_, i) => [i, i + 1] as [number, number]).slice(-6);
  if (all.length > 2) pairs.push([0, all.length - 1]);
  return html`<span class="seg r" role="group" aria-label=${say('version.pairs')}>${pairs.map(([a, b]) => html`<button type="button" aria-pressed=${a === chosen[0] && b === chosen[1]} @click=${() => take([a, b])}>${say('version.pair', { a: all[a].incident.version, b: all[b].incident.version })}</button>`)}</span>`;
}

/** What officers have signed on this incident, newest first. */
export function signed(incident: Incident): TemplateResult | typeof nothing {
  if (acts.failed && !acts.forbidden) return html`<p class="gap m" role="status">${say('incident.acts_unread', { why: acts.failed })}</p>`;
  const all = acts.of(incident.id, state.now.known);
  if (acts.forbidden || all.length === 0) return nothing;
  return html`<h3 class="gap">${say('incident.acts')}</h3><ul class="actl">${all.map((a) => html`<li class=${a.undone_by ? 'undone' : ''}><b class="b">${say(`acted.${a.act}`)}</b>
    <span class="m">${a.by}, ${when.span(Date.parse(a.at), Date.parse(a.at)).local}</span>
    ${a.act === 'reclassify' ? html`<span>${words.term('effect', a.from ?? '')} → ${words.term('effect', a.to ?? '')}</span>` : nothing}
    ${a.note ? html`<span class="s">“${a.note}”</span>` : nothing}${a.undone_by ? html` <span class="chip out">${say('incident.undone')}</span>` : nothing}</li>`)}</ul>`;
}

export const versionsOf = (incident: Incident) => (state.now.known === null ? onDemand.versions(incident) : { waiting: false, value: null });
