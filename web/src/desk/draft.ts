// An act before it is signed: the fields that an officer fills, the statement made of them, and what it says and changes in words.
import { acts, canonical, nonce, now, plain, type Act, type Kind, type Statement } from '../acts';
import { interval } from '../figures';
import type { Finding, Incident } from '../records';
import { data } from '../room-data';
import { session } from '../session';
import { say, words } from '../words';
import * as when from '../when';
import { total } from './queue';

/** Classes that an effect may be counted as. */
export const classes = ['explosion_impact', 'explosion_airburst', 'explosion_outgoing', 'explosion_undetermined', 'projectile', 'muzzle_flash',
  'illumination_flare', 'burst', 'shot', 'bursts_and_shots'];

export interface Draft {
  kind: Kind;
  incident: string;
  note: string;
  /** join: the others; split: the reports that leave. */
  chosen: string[];
  from: string;
  to: string;
  undoes: string;
  /** The statement that was read over and is to be signed; null while the fields are filled. */
  statement: string | null;
  wrong: string;
}

export const begin = (kind: Kind, incident: string, more: Partial<Draft> = {}): Draft =>
  ({ kind, incident, note: '', chosen: [], from: '', to: '', undoes: '', statement: null, wrong: '', ...more });

/** Why it cannot be read over yet, in words; empty where it can. */
export function lacking(d: Draft): string {
  const i = data.incidents.get(d.incident)?.properties;
  if (d.kind === 'join' && d.chosen.length === 0) return say('act.lack.join');
  if (d.kind === 'split' && (d.chosen.length === 0 || d.chosen.length >= (i?.evidence.length ?? 0))) return say('act.lack.split');
  if (d.kind === 'reclassify' && (!d.from || !d.to || d.from === d.to)) return say('act.lack.reclassify');
  if ((d.kind === 'note' || d.kind === 'visit') && !plain(d.note)) return say(d.kind === 'note' ? 'act.lack.note' : 'act.lack.visit');
  return '';
}

export function statement(d: Draft): string {
  const s: Statement = { act: d.kind, at: now(), by: session.now.account?.name ?? '', mission: acts.mission, nonce: nonce(), note: plain(d.note) };
  if (d.kind === 'join') s.incidents = [d.incident, ...d.chosen].sort();
  else if (d.kind === 'undo') s.undoes = d.undoes;
  else s.incident = d.incident;
  if (d.kind === 'split') s.observations = [...d.chosen].sort();
  if (d.kind === 'reclassify') { s.from = d.from; s.to = d.to; }
  return canonical(s);
}

/** An incident as a person names it. */
export function named(id: string): string {
  const i = data.incidents.get(id)?.properties;
  if (!i) return id;
  return `${data.place(i) ?? id}, ${when.span(Date.parse(i.when.start), Date.parse(i.when.start)).local}`;
}

/** What is said, in one sentence. */
export function says(s: Statement): string {
  switch (s.act) {
    case 'join': return say('act.says.join', { list: (s.incidents ?? []).map(named).join('; ') });
    case 'split': return say('act.says.split', { n: s.observations?.length ?? 0, incident: named(s.incident ?? '') });
    case 'reclassify': return say('act.says.reclassify', { incident: named(s.incident ?? ''), from: words.term('effect', s.from ?? ''), to: words.term('effect', s.to ?? '') });
    case 'visit': return say('act.says.visit', { incident: named(s.incident ?? '') });
    case 'note': return say('act.says.note', { incident: named(s.incident ?? '') });
    case 'undo': {
      const a = acts.all.get(s.undoes ?? '');
      return say('act.says.undo', { what: a ? says(a) : s.undoes ?? '', by: a?.by ?? '?', time: a ? moment(a.at) : '?' });
    }
  }
}

export const moment = (at: string): string => when.span(Date.parse(at), Date.parse(at)).local;

/** What follows from it once it is in the log, each a sentence. */
export function changes(s: Statement): string[] {
  const of = (id: string | undefined) => data.incidents.get(id ?? '')?.properties;
  const there = (i: Incident | undefined): i is Incident => i !== undefined;
  switch (s.act) {
    case 'join': {
      const all = (s.incidents ?? []).map(of).filter(there);
      const sum = total(all);
      return [say('act.change.join', { n: s.incidents?.length ?? 0, reports: all.reduce((n, i) => n + i.evidence.length, 0), best: sum.best, interval: interval(sum) }),
        ...findingsOf(s.incidents ?? [])];
    }
    case 'split': {
      const i = of(s.incident);
      const n = s.observations?.length ?? 0;
      return [say('act.change.split', { leave: n, stay: (i?.evidence.length ?? n) - n }), ...findingsOf([s.incident!])];
    }
    case 'reclassify': {
      const i = of(s.incident);
      const counted = i?.effects.filter((e) => e.effect_class === s.from).reduce((n, e) => n + e.count.best, 0) ?? 0;
      return [say('act.change.reclassify', { n: counted, from: words.term('effect', s.from ?? ''), to: words.term('effect', s.to ?? '') }), ...findingsOf([s.incident!])];
    }
    case 'undo': return [say('act.change.undo')];
    case 'visit': return [say('act.change.visit')];
    case 'note': return [say('act.change.note')];
  }
}

/** Findings that rest on these incidents and are judged anew. */
function findingsOf(ids: string[]): string[] {
  const all: Finding[] = ids.flatMap((id) => data.findings.get(id) ?? []);
  const provisions = [...new Set(all.map((f) => f.provision))].sort();
  return provisions.length ? [say('act.change.findings', { list: provisions.join(', ') })] : [];
}

/** Who may undo: another officer, or the same one. */
export const undoable = (a: Act): boolean => a.act !== 'undo' && !a.undone_by;
