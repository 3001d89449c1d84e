// Gates with the reason they stand where they stand, and the clocks: tiers, deadlines, what was awaited, what was signed.
import { html, nothing, type ReactiveControllerHost, type TemplateResult } from 'lit';
import * as api from '../api';
import { asTimes, long } from '../days';
import { Fetched } from '../fetched';
import type { Interval } from '../records';
import { data } from '../room-data';
import { session } from '../session';
import { state } from '../state';
import { say, words } from '../words';
import * as when from '../when';
import { go } from './go';

interface Message { key: string; args: string[] }
export interface GateRecord { id: string; state: string; since: string; why?: string; message?: string; args?: string[] }
export interface EventRecord { id?: string; name: string; party?: string; sector?: string; text?: string; when: Interval; p_real?: number }
export interface SignatureRecord { id?: string; signer: string; escalation: string; tier: string; breach: string; when: string }

interface GateDay { day: string; low: number; high: number; state: string; verdict?: string; why: string; why_message?: Message }
interface Tier { words: string; state: string; why: string; why_message?: Message; opens_earliest?: string; opens_latest?: string }
export interface Report {
  gates?: { id: string; words: string; days_needed: number; state: string; days: GateDay[] }[];
  obligations?: { finding: string; words: string; party: string; state: string; why: string; why_message?: Message; due_latest?: string }[];
  episodes?: { escalation: string; words: string; breach: string; breaches: number; t0_earliest: string; t0_latest: string; tiers: Tier[] }[];
}

/** The days of a gate and the tiers of an escalation stand in the report of the whole period, which is of now alone. */
export const whole_report = (host: ReactiveControllerHost): Fetched<Report> => new Fetched<Report>(host, () => {
  const d = data.mission?.report_days;
  return d && session.may('read_evidence') ? api.asOf(`/api/reports/${d.first === d.last ? d.first : `${d.first}_${d.last}`}.json`, state.now.known) : null;
}, (path) => api.document_at<Report>(path));

const kDaysDrawn = 45;
const verdicts: Record<string, string> = { breach: 'z', maybe_breach: 'zz', verified: 'q', not_verified: 'p' };
const said = (m?: Message): string | null => (m?.key ? words.message(m.key, m.args) : null);
/** A reason in the reader's language; in English where it comes without its message. */
const why = (text: string, message?: Message): TemplateResult => {
  const own = said(message);
  return own === null ? html`<span lang="en">${text}</span>` : html`${own}`;
};
const why_of = (g: GateRecord): TemplateResult => why(g.why ?? '', { key: g.message ?? '', args: g.args ?? [] });

const moment = (t: number): string => `${when.day(t)} ${when.clock(t)} ${when.offset(t)}`;

export function gates(all: GateRecord[], report: Report | null): TemplateResult {
  const base = all.filter((g) => !g.id.includes('/'));
  if (all.length === 0) return html`<p class="m">${say('board.no_gates')}</p>`;
  return html`${base.map((g) => {
    const told = report?.gates?.find((r) => r.id === g.id);
    const others = all.filter((o) => o.id.startsWith(`${g.id}/`) && (o.state !== g.state || o.since !== g.since));
    return html`<div class="gate"><div class="hd2"><h3>${g.id}</h3><span class="st b">${words.term('gate_state', g.state)} · ${say('board.since', { day: when.day(Date.parse(g.since)) })}</span></div>
      ${told ? html`<p class="m">${told.words}</p>${strip(told)}` : nothing}
      ${g.why ? html`<p class="s m">${why_of(g)}</p>` : nothing}
      ${others.map((o) => html`<p class="s m">${say('board.other_reading', { reading: o.id.slice(g.id.length + 1) })} <b class="b">${words.term('gate_state', o.state)}</b>, ${say('board.since', { day: when.day(Date.parse(o.since)) })}${o.why ? html`: ${why_of(o)}` : nothing}</p>`)}</div>`;
  })}${report || !session.may('read_evidence') ? nothing : html`<p class="s q">${say('board.gate_days_absent')}</p>`}`;
}

/** One box per day: the count where it stood verified, a cross for a breach, hatched where it could not be verified. */
function strip(gate: NonNullable<Report['gates']>[number]): TemplateResult {
  const days = gate.days.slice(-kDaysDrawn);
  return html`<ol class="gdays">${days.map((d) => {
    const kind = d.state === 'open' ? 'open' : d.state === 'done' ? 'e' : verdicts[d.verdict ?? ''] ?? 'e';
    const count = d.low === d.high ? `${d.low}` : `${d.low}–${d.high}`;
    const mark = kind === 'z' || kind === 'zz' ? '×' : kind === 'q' ? count : '';
    const label = `${long(d.day)}: ${words.term('gate_state', d.state)}, ${say('board.counted', { count, n: gate.days_needed })}`;
    return html`<li class=${kind} title=${`${label}; ${said(d.why_message) ?? d.why}`}>${kind === 'z' || kind === 'zz'
      ? html`<a href=${state.link({ page: 'room', sel: '', ...asTimes(d.day) })} aria-label=${`${label}, ${say(kind === 'z' ? 'board.breach_day' : 'board.maybe_breach_day')}`} @click=${go({ page: 'room', sel: '', ...asTimes(d.day) })}>${mark}</a>`
      : html`<span class="vh">${label}</span><span aria-hidden="true">${mark}</span>`}</li>`;
  })}</ol><p class="s q gkey"><span><i class="q">1</i>${say('board.key_verified')}</span><span><i class="z">×</i>${say('board.breach_day')}</span><span><i class="p"></i>${say('board.key_unverified')}</span><span><i class="open"></i>${words.term('gate_state', 'open')}</span></p>`;
}

/** What each party owes, and whether it has been done. */
export function duties(report: Report | null): TemplateResult | typeof nothing {
  const all = report?.obligations ?? [];
  if (all.length === 0) return nothing;
  return html`<h2>${say('board.obligations')}</h2>${all.map((o) => html`<div class="clk"><span><b class="b">${o.finding.split('/')[0]}</b> · ${o.party}</span><span class="v">${words.term('duty_state', o.state)}</span>
          <span class="s wide m">${o.words}. ${why(o.why, o.why_message)}${o.due_latest ? html` · ${say('board.due', { time: moment(Date.parse(o.due_latest)) })}` : nothing}</span></div>`)}`;
}

export function clocks(events: EventRecord[], signatures: SignatureRecord[], report: Report | null): TemplateResult {
  const episodes = [...(report?.episodes ?? [])].sort((a, b) => b.t0_latest.localeCompare(a.t0_latest));
  const latest = [...events].sort((a, b) => b.when.start.localeCompare(a.when.start));
  const first = latest.slice(0, 6);
  const nothingThere = episodes.length + events.length + signatures.length === 0;
  return html`${nothingThere ? html`<p class="m">${say('board.no_clocks')}</p>` : nothing}
    ${episodes.slice(0, 4).map((e) => html`<div class="clk"><span><b class="b">${e.escalation}</b> · ${say('board.episode', { n: e.breaches })}</span>
      <span class="v">${when.day(Date.parse(e.t0_latest))}</span><span class="s wide m">${say('board.initial')} <a href=${state.link({ page: 'incident', sel: e.breach.split('/')[0] })} @click=${go({ page: 'incident', sel: e.breach.split('/')[0] })}>${moment(Date.parse(e.t0_earliest))}</a></span>
      ${e.tiers.map((t) => html`<span class="s wide"><b class="b">${words.term('tier_state', t.state)}</b>: ${(said(t.why_message) ?? t.why).startsWith(t.words) ? nothing : html`${t.words}; `}<span class="m">${why(t.why, t.why_message)}</span></span>`)}</div>`)}
    ${episodes.length > 4 ? html`<p class="s q">${say('board.more_episodes', { n: episodes.length - 4 })}</p>` : nothing}
    ${signatures.map((s) => html`<div class="clk"><span><b class="b">${s.escalation}: ${s.tier}</b></span><span class="v">${say('board.signed')}</span><span class="s wide m">${s.signer}, ${moment(Date.parse(s.when))}</span></div>`)}
    ${first.length ? html`<h3 class="evh">${say('board.events')}</h3><ul class="evs">${first.map((e) => html`<li><span class="b">${e.name.replaceAll('_', ' ')}</span>${e.party ? html` · ${e.party}` : nothing}${e.sector ? html` · ${e.sector}` : nothing}<span class="s q at">${when.span(Date.parse(e.when.start), Date.parse(e.when.end)).local}</span>${e.text ? html`<span class="s m">${e.text}</span>` : nothing}</li>`)}</ul>
      ${latest.length > first.length ? html`<p class="s q">${say('board.more_events', { n: latest.length - first.length })}</p>` : nothing}` : nothing}
    ${report || !session.may('read_evidence') ? nothing : html`<p class="s q">${say('board.tiers_absent')}</p>`}`;
}
