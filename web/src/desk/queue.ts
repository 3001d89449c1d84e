// What waits for a person: which records ask something, in which group they stand and in which order. A record asks once, in the
// first group that it falls under, and its other questions stand with it.
import type { Act } from '../acts';
import { about } from '../acts';
import { chains, type Count, type Difference, type Finding, type Incident, type Interval } from '../records';

export interface Claim {
  id: string; claimant: string; claimant_party?: string; accused_party?: string; metric: string; unit?: string; denial?: boolean;
  count: { kind: string; value: number; upper?: number }; when: Interval; as_of: string; period_text?: string; note?: string; url?: string;
}
/** A validator's question about input that was kept. */
export interface Complaint { id: string; kind?: string; text?: string; reason?: string; origin?: { feed?: string; file?: string; line?: number } }

/** In the order of the queue. `visit` and `acted`: somebody has ruled on it. */
export const groups = ['allegation', 'undeterminable', 'differ', 'one_chain', 'flag', 'complaint', 'visit', 'acted'] as const;
export type Group = (typeof groups)[number];
export type Question =
  | { kind: 'undeterminable'; finding: Finding }
  | { kind: 'differ'; difference: Difference }
  | { kind: 'one_chain'; p_real: number }
  | { kind: 'flag'; flag: string };

export interface Case {
  key: string;
  group: Group;
  /** Milliseconds; what is newer stands first where no other rule holds. */
  at: number;
  /** Before `at`: the smaller first. */
  rank: number;
  questions: Question[];
  incident?: Incident;
  /** What a finding is on that is no incident. */
  subject?: string;
  claim?: { claim: Claim; candidates: Incident[] };
  complaint?: Complaint;
}

export interface Records {
  incidents: Incident[];
  findings: Map<string, Finding[]>;
  differences: Map<string, Difference[]>;
  claims: Claim[];
  complaints: Complaint[];
  acts: Map<string, Act>;
}

const start = (i: Incident): number => Date.parse(i.when.start);
const end = (i: Incident): number => Date.parse(i.when.end);

/** All cases, sorted by group and within each by its rule. */
export function cases(r: Records): Case[] {
  const ruled = rulings(r.acts);
  const found: Case[] = [];
  const seen = new Set<string>();
  for (const i of r.incidents) {
    seen.add(i.id);
    const c = ofIncident(i, r.findings.get(i.id) ?? [], r.differences.get(i.id) ?? [], ruled.get(i.id));
    if (c) found.push(c);
  }
  for (const [subject, all] of r.findings) {
    if (seen.has(subject)) continue;
    const asked = undeterminable(all);
    if (asked.length) found.push({ key: `subject:${subject}`, group: 'undeterminable', at: 0, rank: nearness(asked), subject, questions: asked });
  }
  for (const c of r.claims) {
    const it = ofClaim(c, r.incidents);
    if (it) found.push(it);
  }
  r.complaints.forEach((c, n) => found.push({ key: `complaint:${c.id}`, group: 'complaint', at: -n, rank: 0, questions: [], complaint: c }));
  return found.sort((a, b) => groups.indexOf(a.group) - groups.indexOf(b.group) || a.rank - b.rank || b.at - a.at || (a.key < b.key ? -1 : 1));
}

/** By incident: whether an act that was not undone asks for a visit, or rules otherwise. */
function rulings(all: Map<string, Act>): Map<string, 'visit' | 'acted'> {
  const found = new Map<string, 'visit' | 'acted'>();
  const sorted = [...all.values()].sort((a, b) => (a.at < b.at ? -1 : 1));
  for (const a of sorted) {
    if (a.undone_by || a.act === 'undo') continue;
    for (const id of about(a, all)) found.set(id, a.act === 'visit' ? 'visit' : 'acted');
  }
  return found;
}

function undeterminable(all: Finding[]): Extract<Question, { kind: 'undeterminable' }>[] {
  const base = all.some((f) => f.reading === 'base');
  return all.filter((f) => f.value === 'undeterminable' && (!base || f.reading === 'base'))
    .sort((a, b) => off(a) - off(b) || (a.id < b.id ? -1 : 1))
    .map((finding) => ({ kind: 'undeterminable', finding }));
}

const off = (f: Finding): number => Math.abs((f.probability ?? 0) - (f.threshold ?? 0));
const nearness = (asked: { finding: Finding }[]): number => off(asked[0].finding);

function ofIncident(i: Incident, findings: Finding[], differences: Difference[], ruled: 'visit' | 'acted' | undefined): Case | null {
  const open = undeterminable(findings);
  const questions: Question[] = [
    ...open,
    ...differences.map((difference) => ({ kind: 'differ' as const, difference })),
    ...(chains(i).size === 1 ? [{ kind: 'one_chain' as const, p_real: i.p_real }] : []),
    ...(i.flags ?? []).filter((f) => !f.endsWith('_by_act')).map((flag) => ({ kind: 'flag' as const, flag })),
  ];
  if (questions.length === 0 && !ruled) return null;
  const group = ruled ?? questions[0].kind;
  const rank = group === 'undeterminable' ? nearness(open) : group === 'one_chain' ? i.p_real : 0;
  return { key: `incident:${i.id}`, group, at: start(i), rank, questions, incident: i };
}

/** A claim asks as long as what was found in its time is less than it says; a denial has no number to answer. */
function ofClaim(claim: Claim, incidents: Incident[]): Case | null {
  if (claim.denial) return null;
  const [from, to] = [Date.parse(claim.when.start), Date.parse(claim.when.end)];
  const candidates = incidents.filter((i) => end(i) >= from && start(i) <= to).sort((a, b) => b.violations.best - a.violations.best || start(b) - start(a));
  const counted = total(candidates);
  // Where no upper end is claimed, what was counted decides, not what may have been.
  if (candidates.length && Math.max(counted.best, counted.high ?? 0) >= claim.count.value) return null;
  return { key: `claim:${claim.id}`, group: 'allegation', at: Date.parse(claim.as_of), rank: candidates.length ? 1 : 0, questions: [], claim: { claim, candidates } };
}

export function total(all: Incident[]): Count {
  const t: Count = { low: 0, best: 0, high: 0 };
  for (const { violations: v } of all) {
    t.low += v.low;
    t.best += v.best;
    if (v.unbounded || v.high === undefined) t.unbounded = true;
    else t.high! += v.high;
  }
  if (t.unbounded) delete t.high;
  return t;
}

const kNear_ms = 12 * 3600_000;
const kNear_m = 50_000;

/** Incidents that one may be the same as: at most half a day and 50 km away, the nearest first. */
export function neighbours(of: Incident, all: Incident[], most = 8): { incident: Incident; gap_ms: number; distance_m: number }[] {
  return all.filter((i) => i.id !== of.id)
    .map((i) => ({ incident: i, gap_ms: Math.max(0, start(i) - end(of), start(of) - end(i)), distance_m: distance(of.place.best, i.place.best) }))
    .filter((n) => n.gap_ms <= kNear_ms && n.distance_m <= kNear_m)
    .sort((a, b) => a.gap_ms / kNear_ms + a.distance_m / kNear_m - b.gap_ms / kNear_ms - b.distance_m / kNear_m || (a.incident.id < b.incident.id ? -1 : 1))
    .slice(0, most);
}

/** Metres between two places in degrees, on a sphere: good to half a percent. */
export function distance([lon1, lat1]: [number, number], [lon2, lat2]: [number, number]): number {
  const rad = Math.PI / 180;
  const h = Math.sin(((lat2 - lat1) * rad) / 2) ** 2 + Math.cos(lat1 * rad) * Math.cos(lat2 * rad) * Math.sin(((lon2 - lon1) * rad) / 2) ** 2;
  return 2 * 6_371_000 * Math.asin(Math.min(1, Math.sqrt(h)));
}
