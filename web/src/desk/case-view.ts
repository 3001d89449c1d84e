// One case with what it rests on at a glance: the question, what is known, and the reports for and against.
import { html, nothing, type TemplateResult } from 'lit';
import { interval, kilometres, probability, weight } from '../figures';
import { finding, glyph } from '../glyph';
import { chance, count, heldAgainst, notKnown, or, provisionWords, reason, told, weightBar, where } from '../parts';
import { chains, mainClass, type Finding, type Incident } from '../records';
import { data } from '../room-data';
import { state } from '../state';
import { go } from '../who';
import { say, words } from '../words';
import * as when from '../when';
import { weakest } from '../evidence';
import { total, type Case, type Claim, type Question } from './queue';

export const incident_title = (i: Incident): string => `${words.term('effect', mainClass(i))}, ${where(i)}`;
export const claim_title = (c: Claim): string => `${say(`kind.${c.count.kind}`, { value: c.count.value, upper: c.count.upper ?? '' })} ${c.metric.replaceAll('_', ' ')}`;

export function case_title(c: Case): string {
  if (c.incident) return incident_title(c.incident);
  if (c.claim) return `“${claim_title(c.claim.claim)}”`;
  if (c.subject) return c.subject;
  return c.complaint?.text ?? c.complaint?.reason ?? c.complaint?.kind?.replaceAll('_', ' ') ?? '';
}

/** The second line in the queue. */
export function case_line(c: Case): string {
  if (c.claim) {
    const { claim, candidates } = c.claim;
    return [claim.claimant, when.span(Date.parse(claim.as_of), Date.parse(claim.as_of)).local, candidates.length ? say('desk.counts_less', { n: total(candidates).best }) : say('desk.no_incident')].join(' · ');
  }
  const from = c.complaint?.origin;
  if (c.complaint) return [from?.feed, from?.file, from?.line && say('desk.line', { n: from.line })].filter(Boolean).join(' · ');
  const q = c.questions.map(short).filter(Boolean);
  const time = c.incident ? when.span(Date.parse(c.incident.when.start), Date.parse(c.incident.when.start)).local : '';
  return [time, ...new Set(q)].filter(Boolean).join(' · ');
}

function short(q: Question): string {
  if (q.kind === 'undeterminable') return q.finding.missing_fact ? notKnown(q.finding.missing_fact) : words.term('value', 'undeterminable');
  if (q.kind === 'differ') return say('desk.differ_on', { id: q.difference.provision });
  if (q.kind === 'one_chain') return say('desk.one_chain_p', { p: probability(q.p_real) });
  return q.flag.replaceAll('_', ' ');
}

export const symbol = (c: Case): string => (c.claim ? 'claim' : c.complaint ? 'st-rej' : c.subject ? 'gate' : 'incident');

export function case_body(c: Case, note_on: (incident: string, text: string) => void, may_act: boolean): TemplateResult {
  if (c.claim) return claim_body(c.claim.claim, c.claim.candidates, note_on, may_act);
  if (c.complaint) return html`<p>${say('desk.complaint_words')}</p>`;
  if (c.incident) return html`${questions(c.questions)}${glance(c.incident)}${evidence(c.incident)}`;
  return html`${questions(c.questions)}<p class="s m">${say('desk.no_act_on_subject')}</p>`;
}

export function case_crumbs(c: Case): TemplateResult {
  const i = c.incident;
  if (i) return html`${say('incident.version', { n: i.version })} · <span class="mono">${i.id}</span>`;
  if (c.claim) return html`${say('desk.claim_of', { who: c.claim.claim.claimant })} · <span class="mono">${c.claim.claim.id}</span>`;
  return html`<span class="mono break">${c.key.slice(c.key.indexOf(':') + 1)}</span>`;
}

function questions(all: Question[]): TemplateResult | typeof nothing {
  if (all.length === 0) return nothing;
  return html`<h2 class="vh">${say('desk.questions')}</h2><ul class="qs">${all.map((q) => html`<li>${question(q)}</li>`)}</ul>`;
}

function question(q: Question): TemplateResult {
  if (q.kind === 'undeterminable') return open_finding(q.finding);
  if (q.kind === 'differ') {
    const d = q.difference;
    return html`<p><b class="b">${say('desk.differ_on', { id: d.provision })}</b> ${d.facts.map((f) => words.term('fact', f)).join(', ')}</p>
      <p>${d.sides.map((s) => html`<span class="side">${say('filter.reading_named', { id: s.reading })} ${finding(s.value)}${s.value === 'not_applicable' ? nothing : html` <span class="m">${say('finding.p', { p: probability(s.probability) })}</span>`}</span>`)}</p>`;
  }
  if (q.kind === 'one_chain') return html`<p><b class="b">${say('desk.one_chain')}</b> ${say('desk.one_chain_words', { p: probability(q.p_real) })}</p>`;
  return html`<p><b class="b">${say('desk.flagged')}</b> ${q.flag.replaceAll('_', ' ')}</p>`;
}

function open_finding(f: Finding): TemplateResult {
  return html`<p>${finding(f.value)} <span>· ${say('finding.of', { id: f.provision })}</span>${chance(f) ? html`, ${chance(f)}` : nothing} <span class="q">${heldAgainst(f)}</span></p>
    ${or(f.missing_fact, (fact) => html`<p><b class="b">${notKnown(fact)}</b></p>`)}
    <p class="s m">${reason(weakest(f.reasons))}</p>${or(provisionWords(f.provision), (w) => html`<p class="s q">${w}</p>`)}`;
}

function glance(i: Incident): TemplateResult {
  const t = when.span(Date.parse(i.when.start), Date.parse(i.when.end));
  return html`<dl class="facts glance"><dt>${say('list.time')}</dt><dd>${t.local} <span class="q utc">${t.utc}</span></dd>
    <dt>${say('incident.place')}</dt><dd>${where(i)}${i.place.radius_m ? html` <span class="q">± ${kilometres(i.place.radius_m)}</span>` : nothing}</dd>
    <dt>${say('list.count')}</dt><dd>${i.effects.map((e, n) => html`${n ? '; ' : ''}${words.term('effect', e.effect_class)} ${count(e.count)}`)}</dd>
    <dt>${say('version.chains')}</dt><dd>${words.number(chains(i).size)} <span class="q">${say('evidence.reports', { n: i.evidence.length })} · ${say('incident.p_real', { p: probability(i.p_real) })}</span></dd>
    ${or(i.flags?.length && i.flags, (flags) => html`<dt>${say('incident.flags')}</dt><dd>${flags.map((f) => f.replaceAll('_', ' ')).join(', ')}</dd>`)}</dl>`;
}

const kShown = 12;

function evidence(i: Incident): TemplateResult {
  const most = Math.max(...i.evidence.map((e) => Math.abs(e.weight)), 0.1);
  const all = [...chains(i)].flatMap(([, pieces], n) => pieces.map((e) => ({ e, chain: n + 1 })));
  return html`<h2 class="sub">${say('incident.evidence')}</h2><table class="ev"><caption class="vh">${say('evidence.caption')}</caption>
    <thead><tr><th>${say('evidence.source')}</th><th>${say('evidence.says')}</th><th class="wide">${say('evidence.bar')}</th><th class="n">${say('evidence.weight')}</th></tr></thead><tbody>
    ${all.slice(0, kShown).map(({ e, chain }) => {
      const o = data.observations.get(e.observation);
      return html`<tr><td><b>${data.sources.get(e.source)?.name ?? e.source}</b><span class="s q">${say('evidence.chain', { n: chain })}</span></td>
        <td>${told(o)}<span class="s m">${o ? when.span(Date.parse(o.when.start), Date.parse(o.when.end)).local : ''}${o?.text ? html` · “${o.text}”` : nothing}</span></td>
        <td class="wide">${weightBar(e.weight, most)}</td><td class="n b">${weight(e.weight)}</td></tr>`;
    })}</tbody></table>
    ${all.length > kShown ? html`<p class="s q">${say('evidence.more', { n: all.length - kShown })}</p>` : nothing}
    <p class="s"><a href=${state.link({ page: 'incident', sel: i.id })} @click=${go({ page: 'incident', sel: i.id })}>${say('evidence.open')}</a> ·
      <a href=${state.link({ page: 'proof', sel: i.id })} @click=${go({ page: 'proof', sel: i.id })}>${say('desk.to_proof')}</a></p>`;
}

/** The claim beside what was found in its time: at most two, as there is room for. */
function claim_body(c: Claim, candidates: Incident[], note_on: (incident: string, text: string) => void, may_act: boolean): TemplateResult {
  const shown = candidates.slice(0, 2);
  const t = when.span(Date.parse(c.when.start), Date.parse(c.when.end));
  const letter = ['A', 'B'];
  return html`<blockquote>${claim_title(c)}${c.period_text ? html`, ${c.period_text}` : nothing}${c.note ? html`<br><span class="s m">${c.note}</span>` : nothing}
      ${c.url ? html`<br><span class="s q break">${c.url}</span>` : nothing}</blockquote>
    <p>${candidates.length === 0 ? say('desk.claim_none') : say('desk.claim_less', { n: candidates.length, best: total(candidates).best, interval: interval(total(candidates)) })} <span class="m">${say('desk.claim_never')}</span></p>
    <div class="scrollx"><table class="cmp"><caption class="vh">${say('desk.claim_caption')}</caption><thead><tr><td></td><th scope="col">${say('desk.the_claim')}</th>${shown.map((i, n) => html`<th scope="col">${glyph('incident')} ${letter[n]} <a href=${state.link({ case: `incident:${i.id}`, sel: i.id })} @click=${go({ case: `incident:${i.id}`, sel: i.id })}>${data.place(i) ?? i.id}</a></th>`)}</tr></thead><tbody>
      <tr><th scope="row">${say('list.time')}</th><td>${t.local}</td>${shown.map((i) => html`<td>${when.span(Date.parse(i.when.start), Date.parse(i.when.end)).local}</td>`)}</tr>
      <tr><th scope="row">${say('list.count')}</th><td>${say(`kind.${c.count.kind}`, { value: c.count.value, upper: c.count.upper ?? '' })}? <span class="q">${c.unit ?? ''}</span></td>${shown.map((i) => html`<td>${count(i.violations)}</td>`)}</tr>
      <tr><th scope="row">${say('version.chains')}</th><td>${say('desk.a_party')}</td>${shown.map((i) => html`<td>${words.number(chains(i).size)}</td>`)}</tr>
      <tr><th scope="row">${say('desk.finding')}</th><td>–</td>${shown.map((i) => html`<td>${or(data.rows(false).find((r) => r.incident.id === i.id)?.shown, (f) => finding(f.value))}</td>`)}</tr>
      ${may_act && shown.length ? html`<tr><th scope="row">${say('desk.act')}</th><td></td>${shown.map((i, n) => html`<td><button class="btn sm" type="button" @click=${() => note_on(i.id, say('desk.note_claim', { id: c.id, title: claim_title(c) }))}>${say('desk.note_on', { letter: letter[n] })}</button></td>`)}</tr>` : nothing}</tbody></table></div>
    ${candidates.length > shown.length ? html`<p class="s q">${say('desk.more_candidates', { n: candidates.length - shown.length })}</p>` : nothing}`;
}
