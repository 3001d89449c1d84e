// Acts of officers: what is signed, what waits to be sent, and what the log holds. The statement is canonical JSON (RFC 8785): what
// the page shows before the signature is the text whose bytes are signed, to the last one.
import * as api from './api';
import type { Feature } from './records';
import { hex, own_key } from './own-key';
import { Refused, session } from './session';
import * as store from './store';

export type Kind = 'join' | 'note' | 'reclassify' | 'split' | 'undo' | 'visit';
export interface Statement {
  act: Kind; at: string; by: string; mission: string; nonce: string; note: string;
  incident?: string; incidents?: string[]; observations?: string[]; from?: string; to?: string; undoes?: string;
}
export interface Act extends Statement { id: string; key: string; signature: string; statement: string; undone_by: string | null; position: number | null }
/** Signed here and not yet taken by the server. `refused`: why it never will be. */
export interface Waiting { id: string; key: string; signature: string; statement: string; refused?: string }

/** How old a statement may be when the server gets it. */
export const kFresh_ms = 15 * 60_000;
export const kNoteCharacters = 2000;
const kRetry_ms = 20_000;

/** Characters that are no text are no part of a note: half of a pair, and marks that turn the direction of writing. */
export const plain = (text: string): string =>
  [...text.normalize('NFC').replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]|[\u0000-\u0009\u000b-\u001f\u202a-\u202e\u2066-\u2069]/g, '')].slice(0, kNoteCharacters).join('').trim();

/** Canonical JSON of a statement: keys ascending, no spaces, fields that the act has not left out. */
export function canonical(s: Statement): string {
  const kept = Object.entries(s).filter(([, v]) => v !== undefined).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify(Object.fromEntries(kept));
}

export const nonce = (): string => hex(crypto.getRandomValues(new Uint8Array(16)));
export const now = (): string => new Date().toISOString().replace(/\.\d+Z$/, 'Z');

/** Incidents that an act is about: those it names, or those of the act that it undoes. */
export function about(act: Statement, all: Map<string, Act>): string[] {
  if (act.act === 'undo') {
    const undone = act.undoes === undefined ? undefined : all.get(act.undoes);
    return undone && undone.act !== 'undo' ? about(undone, all) : [];
  }
  return act.incidents ?? (act.incident ? [act.incident] : []);
}

class Acts extends EventTarget {
  all = new Map<string, Act>();
  waiting: Waiting[] = [];
  mission = '';
  read = false;
  failed = '';
  forbidden = false;
  /** Since when the server could not be reached with what waits. */
  offline_since: number | null = null;
  private timer = 0;
  private sending = false;

  constructor() {
    super();
    addEventListener('online', () => void this.flush());
    session.addEventListener('reader', () => void this.flush());
  }

  /** The acts in the log, and those that wait here. */
  async load(): Promise<void> {
    try { this.waiting = await store.fetchAll<Waiting>('acts'); } catch { /* no storage: nothing can wait here either */ }
    try {
      const found = new Map<string, Act>();
      await api.features<Act>('acts', null, (page: (Feature<Act> & { position?: number })[]) => {
        for (const f of page) found.set(f.properties.id, { ...f.properties, undone_by: f.properties.undone_by ?? null, position: f.properties.position ?? f.position ?? null });
      });
      const landing = await api.landing();
      this.mission = landing.mission ?? landing.title ?? '';
      // What the server took and the run has not yet worked in stays in sight.
      for (const [id, a] of this.all) if (a.position === null && !found.has(id)) found.set(id, a);
      this.all = found;
      this.failed = '';
      this.forbidden = false;
      this.read = true;
    } catch (e) {
      this.forbidden = e instanceof api.ApiError && e.status === 403;
      this.failed = e instanceof Error ? e.message : String(e);
    }
    this.changed();
    void this.flush();
  }

  /** What was ruled of an incident, newest first; as it was known at a position of the log: who undid later had not yet. */
  of(incident: string, known: number | null = null): Act[] {
    const there = (id: string | null): boolean => id !== null && (known === null || (this.all.get(id)?.position ?? Infinity) <= known);
    return [...this.all.values()].filter((a) => there(a.id) && about(a, this.all).includes(incident))
      .map((a) => (there(a.undone_by) ? a : { ...a, undone_by: null })).sort((a, b) => (a.at < b.at ? 1 : -1));
  }

  by(name: string): Act[] { return [...this.all.values()].filter((a) => a.by === name).sort((a, b) => (a.at < b.at ? 1 : -1)); }

  /** Signs exactly this text and lays it on the disk before it is sent: nothing that was signed is lost. */
  async sign(statement: string): Promise<void> {
    const made = await own_key.sign(statement);
    const waiting: Waiting = { id: made.signature, ...made, statement };
    await store.keep('acts', waiting);
    this.waiting = [...this.waiting, waiting];
    this.changed();
    await this.flush();
  }

  /** Taken back before it was sent, or a refusal that was read. */
  async drop(id: string): Promise<void> {
    await store.drop('acts', id);
    this.waiting = this.waiting.filter((w) => w.id !== id);
    this.changed();
  }

  /** Sends what waits, in the order in which it was signed; what is too old is left to be signed anew. */
  async flush(): Promise<void> {
    clearTimeout(this.timer);
    if (this.sending || !session.may('act')) return;
    this.sending = true;
    let out = false;
    for (const w of [...this.waiting].sort((a, b) => (at(a) < at(b) ? -1 : 1))) {
      if (out || w.refused !== undefined || stale(w) || said(w).by !== session.now.account?.name) continue;
      out = !(await this.post(w));
    }
    this.sending = false;
    if (out) this.timer = window.setTimeout(() => void this.flush(), kRetry_ms);
    this.changed();
  }

  /** Whether the server could be reached. */
  private async post(w: Waiting): Promise<boolean> {
    try {
      const { id, position } = await session.send('POST', '/api/acts', { key: w.key, signature: w.signature, statement: w.statement });
      const s = said(w);
      this.all = new Map(this.all).set(id, { ...s, id, key: w.key, signature: w.signature, statement: w.statement, undone_by: null, position: position ?? null });
      const undone = s.undoes === undefined ? undefined : this.all.get(s.undoes);
      if (undone) this.all.set(undone.id, { ...undone, undone_by: id });
      this.offline_since = null;
      await this.drop(w.id);
    } catch (e) {
      const status = e instanceof Refused ? e.status : 0;
      if (status === 0 || status >= 500 || status === 429 || status === 401 || status === 403) {
        if (status === 0 || status >= 500) this.offline_since ??= Date.now();
        return false;
      }
      const refused: Waiting = { ...w, refused: e instanceof Error ? e.message : String(e) };
      await store.keep('acts', refused);
      this.waiting = this.waiting.map((x) => (x.id === w.id ? refused : x));
    }
    return true;
  }

  private changed(): void { this.dispatchEvent(new Event('change')); }
}

export const said = (w: Waiting): Statement => JSON.parse(w.statement);
const at = (w: Waiting): string => said(w).at;
/** Too old for the server to take: half a minute is kept for the way. */
export const stale = (w: Waiting): boolean => Date.now() - Date.parse(at(w)) > kFresh_ms - 30_000;

export const acts = new Acts();
