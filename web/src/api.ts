// What the server says, over the published API only (OGC API – Features under /api, live events beside it).
import type { Act } from './acts';
import type {
  Area, Arrivals, Attribution, Difference, Feature, Finding, Health, Histogram, Incident, Mission, Observation, Quiet, Recording, Source, Traces, Version, Without,
} from './records';

const kPage = 1000;
/** The live layer stays small; older history is reached by narrowing the time. */
export const kMost = 5000;
/** Of findings and reports an incident has several. */
const kMostOther = 60_000;

export class ApiError extends Error {
  constructor(readonly url: string, readonly status: number, message: string) { super(message); }
}

const turning = /[\u202a-\u202e\u2066-\u2069]/g;
const turning_in_json = /[\u202a-\u202e\u2066-\u2069]|\\u20(2[a-e]|6[6-9])/i;

/** Marks that turn the direction of writing could make a text read as another: they show as what they are, a mark. */
function parsed(json: string): any {
  if (!turning_in_json.test(json)) return JSON.parse(json);
  return JSON.parse(json, (_, value) => (typeof value === 'string' ? value.replace(turning, '\ufffd') : value));
}

async function get(url: string): Promise<any> {
  const answer = await fetch(url, { headers: { accept: 'application/geo+json, application/json' } });
  if (!answer.ok) {
    const problem = await answer.json().catch(() => null);
    throw new ApiError(url, answer.status, problem?.detail ?? problem?.title ?? answer.statusText);
  }
  return parsed(await answer.text());
}

export function asOf(url: string, position: number | null): string {
  return position === null ? url : `${url}${url.includes('?') ? '&' : '?'}as-of=${position}`;
}

/** Where the next page is, on this origin whatever name the server knows itself by. */
function next(page: any): string | null {
  const link = (page.links ?? []).find((l: any) => l.rel === 'next');
  if (!link) return null;
  const url = new URL(link.href, location.href);
  return url.pathname + url.search;
}

/** All features of a collection, page by page; `seen` gets each page as it comes. An absent collection is empty. */
export async function features<T>(collection: string, known: number | null, seen: (page: Feature<T>[]) => void, datetime = ''): Promise<boolean> {
  let url: string | null = asOf(`/api/collections/${collection}/items?limit=${kPage}${datetime && `&datetime=${datetime}`}`, known);
  let had = 0;
  while (url) {
    let page: any;
    try {
      page = await get(url);
    } catch (e) {
      if (e instanceof ApiError && e.status === 404 && had === 0) return true;
      throw e;
    }
    const found: Feature<T>[] = page.features ?? [];
    had += found.length;
    seen(found);
    url = next(page);
    if (url && had >= (collection === 'incidents' ? kMost : kMostOther)) return false;
  }
  return true;
}

/** Whether of a time no more is there than is read at most; only the head of the answer is fetched. */
export async function fits(during: string): Promise<boolean> {
  const r = await fetch(`/api/collections/incidents/items?limit=${kMost}${during && `&datetime=${during}`}`, { method: 'HEAD', headers: { accept: 'application/geo+json' } });
  return !r.ok || !(r.headers.get('link') ?? '').includes('rel="next"');
}

export function item<T>(collection: string, id: string, known: number | null): Promise<Feature<T>> {
  return get(asOf(`/api/collections/${collection}/items/${encodeURIComponent(id)}`, known));
}

export async function mission(): Promise<Mission> {
  const page = await get('/api');
  return {
    title: page.title ?? '',
    time_zone: page.time_zone ?? 'UTC',
    boundary_view: page.boundary_view ?? '',
    log_position: page.log_position ?? null,
    provisions: page.provisions ?? [],
    tiles: page.tiles ?? null,
    report_days: page.report_days ?? null,
    coverage_thresholds: page.coverage_thresholds ?? null,
  };
}

export interface Collections {
  incidents: Incident; findings: Finding; differences: Difference; attributions: Attribution;
  observations: Observation; quiet: Quiet; sources: Source; areas: Area; health: Health; acts: Act;
}

export interface LiveListener {
  /** A new incident or version: its feature, and its findings. */
  incident: (feature: Feature<Incident>, findings: Finding[]) => void;
  gone: (id: string) => void;
  connected: () => void;
  lost: () => void;
  position: (position: number) => void;
  /** Results follow other rules now, or the stream has lost its place: everything must be read again. */
  reset: () => void;
}

/** Live events. The browser resumes by Last-Event-ID; where it gives up, the stream is begun behind the last event. */
export class Live {
  private stream: EventSource | null = null;
  private timer = 0;
  private wait_ms = 1000;
  private last = '';
  private rules: string | null = null;

  constructor(private readonly to: LiveListener) { this.open(); }

  close(): void {
    clearTimeout(this.timer);
    this.stream?.close();
  }

  open(): void {
    this.close();
    const since = /^\d+/.exec(this.last)?.[0];
    const stream = new EventSource(since === undefined ? '/api/live' : `/api/live?since=${since}`);
    this.stream = stream;
    stream.onopen = () => { this.wait_ms = 1000; this.to.connected(); };
    stream.onerror = () => {
      this.to.lost();
      if (stream.readyState !== EventSource.CLOSED) return;
      this.timer = window.setTimeout(() => this.open(), this.wait_ms);
      this.wait_ms = Math.min(this.wait_ms * 2, 30_000);
    };
    this.hear(stream, 'hello', (d) => {
      if (this.rules !== null && d.rules !== this.rules) this.to.reset();
      this.rules = d.rules;
      this.to.position(d.position);
    });
    this.hear(stream, 'reset', (d) => { this.rules = d.rules; this.to.position(d.position); this.to.reset(); });
    this.hear(stream, 'position', (d) => this.to.position(d.position));
    this.hear(stream, 'incident', (d) => { if (d.feature) this.to.incident(d.feature, d.findings ?? []); });
    this.hear(stream, 'gone', (d) => this.to.gone(d.id));
  }

  private hear(stream: EventSource, event: string, take: (data: any) => void): void {
    stream.addEventListener(event, (e) => {
      this.last = e.lastEventId || this.last;
      let data: unknown;
      try { data = parsed(e.data); } catch { return; }  // not a record: nothing to show
      if (data && typeof data === 'object') take(data);
    });
  }
}

// What the server works out on demand.

/** Null where the server has no such view (404), so that the app does without. */
async function perhaps<T>(url: string): Promise<T | null> {
  try { return await get(url); } catch (e) {
    if (e instanceof ApiError && (e.status === 404 || e.status === 405)) return null;
    throw e;
  }
}

const iso = (t: number): string => new Date(t).toISOString().replace('.000Z', 'Z');

/** Effects and incidents by equal steps of time; over all there is where no time is given. */
export function histogram(bins: number, known: number | null, from?: number, to?: number): Promise<Histogram | null> {
  return perhaps(asOf(`/api/histogram?bins=${bins}${from === undefined ? '' : `&from=${iso(from)}`}${to === undefined ? '' : `&to=${iso(to)}`}`, known));
}

export async function versions(id: string): Promise<Version[] | null> {
  return (await perhaps<{ versions: Version[] }>(`/api/incidents/${encodeURIComponent(id)}/versions`))?.versions ?? null;
}

/** What engine and judge say when these sources had said nothing. */
export function without(id: string, sources: string[]): Promise<Without> {
  return get(`/api/incidents/${encodeURIComponent(id)}/without?source=${sources.map(encodeURIComponent).join(',')}`);
}

export function arrivals(id: string): Promise<Arrivals | null> { return perhaps(`/api/incidents/${encodeURIComponent(id)}/arrivals`); }

export async function recordings(id: string): Promise<Recording[] | null> {
  return (await perhaps<{ recordings: Recording[] }>(`/api/incidents/${encodeURIComponent(id)}/recordings`))?.recordings ?? null;
}

/** The bytes of a recording, as they came. */
export const bytesOf = (recording: string): string => `/api/recordings/${encodeURIComponent(recording)}`;

export function traces(recording: string, from: number, to: number, bins: number): Promise<Traces> {
  return get(`${bytesOf(recording)}/trace?bins=${bins}&datetime=${new Date(from).toISOString()}/${new Date(to).toISOString()}`);
}

/** Where history is drawn from when it is more than the live picture holds. */
export const tilesOf = (from: string, to: string): string => {
  const q = [from && `from=${from}`, to && `to=${to}`].filter(Boolean).join('&');
  return `${location.origin}/api/tiles/incidents/{z}/{x}/{y}${q && `?${q}`}`;
};
/** The landing page as it is. */
export const landing = (): Promise<any> => get('/api');

/** A document of the server by its path. */
export const document_at = <T>(path: string): Promise<T> => get(path);
