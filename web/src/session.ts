// Who asks: the account, its role, and what that role may do. The server decides; the app only does not offer what would be refused.
import type { Page } from './state';

export type Role = 'duty' | 'verification' | 'commission' | 'liaison' | 'force' | 'public';
export type Right = 'act' | 'key' | 'live' | 'read_evidence' | 'read_log';

export interface SessionDocument {
  account: { key: string | null; name: string; party: string | null; role: Role } | null;
  accounts: boolean;
  csrf: string | null;
  delay_s: number;
  may: Right[];
  role: Role;
}

/** A server without accounts: whoever is on its machine reads all, and nobody can sign. */
const alone: SessionDocument = { account: null, accounts: false, csrf: null, delay_s: 0, may: ['live', 'read_evidence', 'read_log'], role: 'duty' };

/** Why the server did not do what was asked of it. `status` 0: it could not be reached. */
export class Refused extends Error {
  constructor(readonly status: number, message: string, readonly wait_s: number | null = null) { super(message); }
}

/** The views that are not for everyone, with who may open them: as the server's own table of routes and releases has it. */
export type Closed = 'agreement' | 'desk' | 'proof' | 'quiet' | 'report' | 'sources';
const staff: Role[] = ['duty', 'verification'];
const readers: Record<Closed, Role[]> = {
  agreement: [...staff, 'commission', 'liaison', 'force'], desk: staff, proof: staff, quiet: [...staff, 'force'], report: staff, sources: staff,
};

class Session extends EventTarget {
  now: SessionDocument = alone;
  /** Whether the server has said who asks; until then only what is for everyone is offered, and nothing can be signed. */
  known = false;
  /** Since when the session that was there is no more. */
  ended_at: number | null = null;
  /** What the server said when it could not be asked. */
  failed = '';

  constructor() {
    super();
    document.addEventListener('visibilitychange', () => { if (!document.hidden && this.now.account) void this.load(); });
    addEventListener('online', () => void this.load());
  }

  may(right: Right): boolean { return this.now.may.includes(right); }
  /** Whether a view is offered to who asks; what is not for everyone to nobody before it is known who that is. */
  offers(page: Page): boolean {
    return !(page in readers) || (this.known && readers[page as Closed].includes(this.now.role));
  }

  async load(): Promise<void> {
    try {
      const answer = await fetch('/api/session', { headers: { accept: 'application/json' }, cache: 'no-store' });
      if (answer.status === 404) this.take(alone);
      else if (!answer.ok) throw await refusal(answer);
      else this.take(await answer.json());
      this.failed = '';
    } catch (e) {
      this.failed = e instanceof Error ? e.message : String(e);
      this.changed();
    }
  }

  async signIn(name: string, password: string): Promise<void> {
    this.take(await this.send('POST', '/api/session', { name, password }), true);
  }

  async signOut(): Promise<void> {
    await this.send('DELETE', '/api/session');
    this.leaving = true;
    await this.load();
    this.leaving = false;
  }

  async registerKey(key: string): Promise<void> { this.take(await this.send('PUT', '/api/session/key', { key })); }

  /** Every call that writes. Throws what the server refused it for; a session that has ended is noticed here. */
  async send(method: 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<any> {
    const headers: Record<string, string> = { accept: 'application/json', 'content-type': 'application/json' };
    if (this.now.csrf) headers['x-truce-csrf'] = this.now.csrf;
    let answer: Response;
    try {
      answer = await fetch(path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body), cache: 'no-store' });
    } catch (e) { throw new Refused(0, e instanceof Error ? e.message : String(e)); }
    if (answer.ok) return answer.status === 204 ? null : answer.json();
    const why = await refusal(answer);
    if ((answer.status === 401 || answer.status === 403) && this.now.account) await this.load();
    throw why;
  }

  private leaving = false;
  private take(said: SessionDocument, came_in = false): void {
    const was = this.now.account;
    this.now = { ...alone, ...said, may: said.may ?? [] };
    this.known = true;
    if (this.now.account || this.leaving || came_in) this.ended_at = null;
    else if (was) this.ended_at = Date.now();
    const who = (a: SessionDocument['account']) => (a ? `${a.name} ${a.role}` : '');
    if (who(was) !== who(this.now.account)) this.dispatchEvent(new Event('reader'));
    this.changed();
  }

  private changed(): void { this.dispatchEvent(new Event('change')); }
}

async function refusal(answer: Response): Promise<Refused> {
  const problem = await answer.json().catch(() => null);
  const wait = Number(answer.headers.get('retry-after'));
  return new Refused(answer.status, problem?.detail ?? problem?.title ?? answer.statusText, wait > 0 ? wait : null);
}

export const session = new Session();
