// What a browser can check by itself: that an entry's bytes have the hash that the server names, that they hold the record in sight,
// that signatures are of the key they claim, and that the log still begins as it did when this browser last saw it.
import { acts, type Act } from './acts';
import * as api from './api';
import { hex, verify } from './own-key';
import type { Feature, Incident, Observation } from './records';

export interface LogState { entries: number; hash: string }
interface Entry { bytes: string; hash: string; kind: string; position: number }
/** ok: bytes, hash and record agree · hash: the bytes have another hash · record: they hold another record · signature: it is not of
 *  that key · changed: this browser saw another hash there before · unread: could not be fetched · waits: not in the log yet */
export type Result = 'ok' | 'hash' | 'record' | 'signature' | 'changed' | 'unread' | 'waits';
export interface Checked { id: string; kind: string; position: number | null; hash: string; result: Result; why?: string }

const kRemembered = 400;
const kAtOnce = 6;
/** More entries than this are not fetched one by one in a browser: `truce replay` recomputes the whole log at the machine. */
export const kWholeMost = 20_000;

/** What this browser remembers of a mission's log, in its own storage. */
export interface Memory { entries: number; hash: string; at: number; seen: Record<string, string> }
const key = (mission: string): string => `truce.log.${mission}`;
export function remembered(mission: string): Memory | null {
  try {
    const m = JSON.parse(localStorage.getItem(key(mission)) ?? 'null');
    return m && typeof m.entries === 'number' && typeof m.hash === 'string' ? { at: 0, ...m, seen: m.seen ?? {} } : null;
  } catch { return null; }
}
export function remember(mission: string, m: Memory): void {
  const seen = Object.fromEntries(Object.entries(m.seen).slice(-kRemembered));
  try { localStorage.setItem(key(mission), JSON.stringify({ ...m, seen })); } catch { /* no storage: the next visit knows nothing */ }
}

/** Entries fetched once stay: they never change, and the check can be done again with the network off. */
const held = new Map<number, Entry>();
async function entry(position: number): Promise<Entry> {
  const there = held.get(position);
  if (there) return there;
  const e = await api.document_at<Entry>(`/api/log/entries/${position}`);
  if (held.size < 5000) held.set(position, e);
  return e;
}

function bytes_of(base64: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64);
  const out = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) out[i] = text.charCodeAt(i);
  return out;
}

export const sha256 = async (bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> => new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));

/** The record that an entry's bytes hold: u8 kind, i64 received, u32 length and payload, all little-endian (docs/log-format.md). */
export function payload_of(bytes: Uint8Array): any {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 13 || view.getUint32(9, true) > bytes.length - 13) return null;
  try { return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(13, 13 + view.getUint32(9, true)))); } catch { return null; }
}

/** Equal as records: fields in any order, marks of direction as they are shown, and fields aside that the log does not hold. */
function same(a: any, b: any): boolean {
  const plain = (v: any): any => (typeof v === 'string' ? v.replace(/[\u202a-\u202e\u2066-\u2069]/g, '\ufffd') : Array.isArray(v) ? v.map(plain)
    : v && typeof v === 'object' ? Object.fromEntries(Object.keys(v).sort().map((k) => [k, plain(v[k])])) : v);
  return JSON.stringify(plain(a)) === JSON.stringify(plain(b));
}
const kBeside = ['id', 'undone_by', 'released'];
/** A position of the log is a number; a report's own `position` is where its observer stood, in words. */
const bare = (r: any): any => Object.fromEntries(Object.entries(r ?? {}).filter(([k, v]) => !kBeside.includes(k) && !(k === 'position' && typeof v !== 'string')));

/** A record known since a position lies in the entry before it: `position` counts entries, entries count from 0. */
async function check(kind: string, f: Feature<any> & { position?: number }, seen: Record<string, string>): Promise<Checked> {
  const id = String(f.id ?? f.properties.id);
  const known = typeof f.properties.position === 'number' ? f.properties.position : f.position;
  if (typeof known !== 'number') return { id, kind, position: null, hash: '', result: 'waits' };
  let last: Checked = { id, kind, position: known - 1, hash: '', result: 'unread' };
  for (const position of [known - 1, known]) {
    if (position < 0) continue;
    try {
      const e = await entry(position);
      const bytes = bytes_of(e.bytes);
      const hash = hex(await sha256(bytes));
      const found: Checked = { id, kind, position, hash, result: 'ok' };
      if (hash !== e.hash) return { ...found, result: 'hash' };
      if (seen[position] !== undefined && seen[position] !== hash) return { ...found, result: 'changed' };
      if (same(bare(payload_of(bytes)), bare(f.properties))) return found;
      if (last.result !== 'record') last = { ...found, result: 'record' };
    } catch (e) { if (last.result === 'unread') last = { ...last, why: e instanceof Error ? e.message : String(e) }; }
  }
  return last;
}

export async function check_act(a: Act, seen: Record<string, string>): Promise<Checked> {
  const { undone_by: _, position, ...record } = a;
  const signed = await verify(a.key, a.signature, a.statement);
  if (signed === false) return { id: a.id, kind: 'act', position: position === null ? null : position - 1, hash: '', result: 'signature' };
  return check('act', { type: 'Feature', id: a.id, geometry: null, properties: record, position: position ?? undefined } as any, seen);
}

/** In order, some at once; `done` hears of each. */
export async function each<T, R>(all: T[], work: (one: T) => Promise<R>, done: (n: number) => boolean = () => true): Promise<R[]> {
  const out: R[] = [];
  let next = 0;
  let finished = 0;
  let on = true;
  const worker = async () => {
    while (on && next < all.length) {
      const i = next++;
      out[i] = await work(all[i]);
      on = done(++finished);
    }
  };
  await Promise.all(Array.from({ length: Math.min(kAtOnce, all.length) }, worker));
  return out;
}

const collections = ['incidents', 'observations', 'claims', 'notices', 'statements', 'events', 'signatures', 'acts', 'recordings'];

/** The record of that id, in whichever collection it is; null where there is none. */
export async function find(id: string): Promise<{ collection: string; feature: Feature<any> } | null> {
  for (const collection of collections) {
    try { return { collection, feature: await api.item<any>(collection, id, null) }; } catch (e) {
      if (!(e instanceof api.ApiError) || e.status !== 404) throw e;
    }
  }
  return null;
}

type Get = (id: string) => Promise<Feature<Observation>>;

async function check_report(id: string, get: Get, seen: Record<string, string>): Promise<Checked> {
  try { return await check('observation', await get(id), seen); } catch (e) {
    return { id, kind: 'observation', position: null, hash: '', result: 'unread', why: e instanceof Error ? e.message : String(e) };
  }
}

/** What the log has of a report: itself; of an effect that was located, which is never logged, what it was derived from. */
async function logged(id: string, get: Get): Promise<string[]> {
  const from = await get(id).then((o) => o.properties.derived_from, () => []);
  return from?.length ? from : [id];
}

/** The reports that a record rests on; null where it is none of those. */
const reports_of = ({ collection, feature }: { collection: string; feature: Feature<any> }): string[] | null =>
  collection === 'incidents' ? [...new Set((feature.properties as Incident).evidence.map((e) => e.observation))] : collection === 'observations' ? [String(feature.id)] : null;

/** Each entry of the log that stands behind a record: of an incident its reports, what was recorded of it and the acts on it, of
 *  another record itself. */
export async function behind(found: { collection: string; feature: Feature<any> }, most: number, seen: Record<string, string>): Promise<{ checked: Checked[]; of: number }> {
  const record = String(found.feature.id);
  const reports = reports_of(found);
  if (reports === null) {
    const a = acts.all.get(record);
    return { checked: [a ? await check_act(a, seen) : await check(found.collection, found.feature, seen)], of: 1 };
  }
  const got = new Map<string, Promise<Feature<Observation>>>();
  const get: Get = (id) => { const there = got.get(id) ?? api.item<Observation>('observations', id, null); got.set(id, there); return there; };
  const first = await each(reports.slice(0, most), (id) => logged(id, get));
  const ids = [...new Set([...first.flat(), ...reports.slice(most)])];
  const ruled = acts.of(record);
  const recorded = found.collection === 'incidents' ? await api.recordings(record) ?? [] : [];
  const checked = await each(ids.slice(0, most), (id) => check_report(id, get, seen));
  checked.push(...await each(recorded.slice(0, most), (r) => check('recording', { type: 'Feature', id: r.recording.id, geometry: null, properties: r.recording, position: r.position }, seen)));
  return { checked: [...checked, ...await each(ruled, (a) => check_act(a, seen))], of: ids.length + recorded.length + ruled.length };
}

export const log_now = (): Promise<LogState> => api.document_at<LogState>('/api/log');

/** How the log stands to what this browser remembers of it, without fetching its entries. */
export type Standing = 'first' | 'same' | 'longer' | 'shorter' | 'other';
export function standing(now: LogState, was: Memory | null): Standing {
  if (!was) return 'first';
  if (now.entries < was.entries) return 'shorter';
  if (now.entries > was.entries) return 'longer';
  return now.hash === was.hash ? 'same' : 'other';
}

/** Every entry fetched and hashed: whether the whole has the hash that the server names, and whether its beginning is what was remembered.
 *  Null: it was stopped. */
export async function recompute(now: LogState, was: Memory | null, progress: (n: number) => boolean): Promise<{ whole: boolean; beginning: boolean | null; wrong: number[] } | null> {
  const hashes = new Uint8Array(32 * now.entries);
  const wrong: number[] = [];
  let stopped = false;
  await each(Array.from({ length: now.entries }, (_, i) => i), async (i) => {
    const e = await entry(i);
    const hash = await sha256(bytes_of(e.bytes));
    if (hex(hash) !== e.hash) wrong.push(i);
    hashes.set(hash, 32 * i);
  }, (n) => { stopped = !progress(n) && n < now.entries; return !stopped; });
  if (stopped) return null;
  const of = async (n: number): Promise<string> => hex(await sha256(hashes.slice(0, 32 * n)));
  return { whole: wrong.length === 0 && await of(now.entries) === now.hash, beginning: was && was.entries <= now.entries ? await of(was.entries) === was.hash : null, wrong };
}
