// The evidence of an incident, each source with a switch: what stands without it is worked out anew by the engine, and
// shown beside what stands with it. Nothing here reckons by itself.
import { html, nothing, type TemplateResult } from 'lit';
import { kilometres, interval, probability, weight } from './figures';
import { finding } from './glyph';
import { onDemand } from './on-demand';
import { chance, told, weightBar } from './parts';
import { chains, gravest, type Finding, type Incident, type Recording } from './records';
import { data, type Row } from './room-data';
import { state } from './state';
import { say, words } from './words';
import * as when from './when';

export const switchedOff = (): string[] => state.now.without.split(',').filter(Boolean);

function turn(source: string): void {
  const off = new Set(switchedOff());
  if (off.has(source)) off.delete(source); else off.add(source);
  state.set({ without: [...off].sort().join() });
}

const name = (source: string): string => data.sources.get(source)?.name ?? source;

function report(id: string) {
  const there = data.observations.get(id);
  if (there || data.forbidden.has('observations')) return there;
  const asked = onDemand.observation(id, state.now.known);
  if (asked.value) data.observations.set(id, asked.value);
  return asked.value ?? undefined;
}

/** What draws what was recorded: a chunk of its own, once there is something. */
export type Recorded = typeof import('./recordings');

export function evidence({ incident }: Row, recorded: Recorded | null): TemplateResult {
  const recordings: Recording[] = recorded?.known(incident) ?? [];
  const most = Math.max(...incident.evidence.map((e) => Math.abs(e.weight)), 0.1);
  const all = [...chains(incident)];
  const off = new Set(switchedOff());
  return html`<div class="hrow"><h2>${say('incident.evidence')}</h2><span class="s m">${say('evidence.chains', { n: all.length })} ${say('evidence.reports', { n: incident.evidence.length })}</span>
      <span class="s m r">${say('without.all_on', { p: probability(incident.p_real) })}</span></div>
    ${data.forbidden.has('observations') ? html`<p class="s m">${say('evidence.forbidden')}</p>` : nothing}
    <table class="evt"><caption class="vh">${say('evidence.caption')}</caption><thead><tr><th>${say('evidence.source')}</th><th>${say('evidence.says')}</th><th class="wide">${say('evidence.bar')}</th><th class="n">${say('evidence.weight')}</th><th class="n">${say('without.used')}</th></tr></thead>
    ${all.map(([chain, pieces], i) => html`<tbody><tr class="chain"><th colspan="5" scope="rowgroup">${say('evidence.chain', { n: i + 1 })} · <span class="break">${chain}</span></th></tr>
      ${pieces.map((e) => {
        const o = report(e.observation);
        const on = !off.has(e.source);
        return html`<tr class=${on ? '' : 'offev'}><td class="src">${name(e.source)}</td>
          <td>${told(o)}<span class="s">${o ? when.span(Date.parse(o.when.start), Date.parse(o.when.end)).local : ''}${o?.shape.name ? html` · ${o.shape.name}` : nothing}${o?.text ? html` · “${o.text}”` : nothing}
            <a class="nw" href=${state.link({ page: 'proof', sel: e.observation })} @click=${(ev: MouseEvent) => { if (ev.metaKey || ev.ctrlKey) return; ev.preventDefault(); state.set({ page: 'proof', sel: e.observation }, true); }}>${say('evidence.bytes')}</a></span>${recorded?.behind(recordings, e.observation) ?? nothing}</td>
          <td class="wide">${weightBar(e.weight, most)}</td><td class="n b">${weight(e.weight)}</td>
          <td class="n use"><button type="button" role="switch" class=${on ? 'sw on' : 'sw'} aria-checked=${on} aria-label=${say('without.switch', { name: name(e.source) })} @click=${() => turn(e.source)}></button></td></tr>`;
      })}</tbody>`)}</table>
    ${off.size ? standing(incident, [...off]) : html`<p class="s q gap">${say('without.hint')}</p>`}`;
}

const base = (all: Finding[]): Finding | undefined => gravest(all.some((f) => f.reading === 'base') ? all.filter((f) => f.reading === 'base') : all);

/** Metres between two places, on a sphere: enough to say that a place moved. */
function apart_m(a: [number, number], b: [number, number]): number {
  const r = Math.PI / 180;
  const h = Math.sin(((b[1] - a[1]) * r) / 2) ** 2 + Math.cos(a[1] * r) * Math.cos(b[1] * r) * Math.sin(((b[0] - a[0]) * r) / 2) ** 2;
  return 12_742_000 * Math.asin(Math.sqrt(h));
}

function standing(incident: Incident, off: string[]): TemplateResult {
  const answer = onDemand.without(incident, off);
  const named = off.map(name).join(', ');
  const clear = html`<button class="btn sm" type="button" @click=${() => state.set({ without: '' })}>${say('without.all_back')}</button>`;
  if (answer.waiting || data.loading) return html`<div class="wo" role="status"><p class="s m">${say('without.working', { names: named })}</p></div>`;
  if (answer.failed !== undefined || !answer.value) {
    return html`<div class="wo" role="status"><p>${say('without.not_worked')} <span class="q">${answer.forbidden ? say('without.forbidden') : answer.failed ?? ''}</span></p><p class="gap">${clear}
      ${answer.forbidden ? nothing : html` <button class="btn sm" type="button" @click=${() => onDemand.retry()}>${say('state.try_now')}</button>`}</p></div>`;
  }
  const w = answer.value;
  const then = w.incident;
  const with_all = data.findings.get(incident.id) ?? [];
  const before = base(with_all);
  const after = base(w.findings);
  const line = (what: string, a: unknown, b: unknown, same: boolean) => html`<tr class=${same ? 'same' : 'diff'}><td>${what}</td><td>${a}</td><td>${same ? html`<span class="same">${say('version.same')}</span>` : html`<ins>${b}</ins>`}</td></tr>`;
  const number = (i: Incident) => `${words.number(i.violations.best)} (${interval(i.violations)})`;
  const place = (i: Incident) => (i.place.radius_m ? `± ${kilometres(i.place.radius_m)}` : '–');
  const changed = with_all.map((f) => [f, w.findings.find((g) => g.provision === f.provision && g.reading === f.reading)] as const).filter(([f, g]) => g?.value !== f.value);
  const verdict = !then ? say('without.none_left')
    : !before ? say('without.no_finding')
    : after?.value === before.value ? say('without.stands', { value: words.term('value', before.value) })
    : say('without.falls', { value: words.term('value', before.value), now: after ? words.term('value', after.value) : '–' });
  return html`<div class="wo" role="status"><div class="hrow"><h3>${say('without.title', { names: named })}</h3>${clear}</div>
    <p class="verdict">${verdict}</p>
    ${then ? html`<table class="df"><caption class="vh">${say('without.caption')}</caption><thead><tr><th>${say('version.what')}</th><th>${say('without.with')}</th><th>${say('without.without')}</th></tr></thead><tbody>
      ${line(say('list.count'), number(incident), number(then), number(incident) === number(then))}
      ${line(say('incident.real'), probability(incident.p_real), probability(then.p_real), probability(incident.p_real) === probability(then.p_real))}
      ${line(say('incident.place'), place(incident), html`${place(then)}, ${say('without.moved', { km: kilometres(apart_m(incident.place.best, then.place.best)) })}`, place(incident) === place(then) && apart_m(incident.place.best, then.place.best) < 1)}
      ${line(say('version.chains'), words.number(chains(incident).size), words.number(chains(then).size), chains(incident).size === chains(then).size)}
      ${changed.map(([f, g]) => html`<tr class="diff"><td><b class="b">${f.provision}</b> <span class="s q">${say('filter.reading_named', { id: f.reading })}</span></td><td>${finding(f.value)} <span class="s m">${chance(f)}</span></td><td>${g ? html`${finding(g.value)} <span class="s m">${chance(g)}</span>` : '–'}</td></tr>`)}</tbody></table>
      ${changed.length === 0 ? html`<p class="s m">${say('without.same_findings')}</p>` : nothing}` : nothing}
    ${w.others.length ? html`<p class="s gap">${say('without.others', { n: w.others.length })} ${w.others.map((o) => html`<span class="nw">${number(o)} ${when.span(Date.parse(o.when.start), Date.parse(o.when.start)).local};</span> `)}</p>` : nothing}</div>`;
}
