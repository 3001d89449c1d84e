// What is on screen, held once: the records read so far, what came in since, and what the filter lets through.
import * as api from './api';
import * as history from './history';
import type { Area, Attribution, Difference, Feature, Finding, Health, Histogram, Incident, Mission, Observation, Quiet, Source } from './records';
import { completed, gravest, mainClass, reasoned } from './records';
import { session } from './session';
import { state } from './state';
import * as when from './when';

export type Row = { incident: Incident; geometry: Feature<Incident>['geometry']; shown?: Finding; about: number; start: number; end: number };

/** Of what waits, of the log's newest position and of the stream, which change many times a second and no record with them. */
class News extends EventTarget {
  private due = 0;
  private told = -Infinity;

  /** At once, and then no more often than every 100 ms. */
  tell(): void {
    if (this.due) return;
    this.due = window.setTimeout(() => {
      this.due = 0;
      this.told = performance.now();
      this.dispatchEvent(new Event('change'));
    }, Math.max(0, this.told + 100 - performance.now()));
  }
}

const kDay_ms = 86_400_000;
const kWindows_days = [56, 14, 4, 1];

class Data extends EventTarget {
  readonly news = new News();
  mission: Mission | null = null;
  incidents = new Map<string, Feature<Incident>>();
  findings = new Map<string, Finding[]>();
  differences = new Map<string, Difference[]>();
  attributions = new Map<string, Attribution>();
  observations = new Map<string, Observation>();
  sources = new Map<string, Source>();
  quiet: Quiet[] = [];
  areas: Feature<Area>[] = [];
  health: Health[] = [];
  /** Whether it was read: else nothing is known of it. */
  health_told = false;
  loading = true;
  /** Whether all that is asked for at once has come. */
  settled = false;
  complete = true;
  /** The time that is read where not all fits and nobody counts for this reader. */
  newest = '';
  /** Over all there is, in equal steps of time; null where the server does not count. */
  over_all: Histogram | null = null;
  /** Set where the record holds more incidents than the live picture: which time is read, and how many are in the time shown. */
  paged: { since: number; until: number; counted: number; whole: boolean } | null = null;
  /** Collections that whoever asks may not read. */
  forbidden = new Set<string>();
  /** By how much what is read was blurred and held back, where it was. */
  released: { delay_s: number; place_km: number } | null = null;
  /** When the last live record came, and how long after its event. */
  last_came: { at: number; behind_ms: number } | null = null;
  connected_at: number | null = null;
  errors: { part: string; text: string }[] = [];
  lost_since: number | null = null;
  bounds: [number, number, number, number] | null = null;  // of the map, when the list follows it

  /** How often the reader asked for what is newest: pages that fetch for themselves fetch again. */
  asked = 0;

  private waiting = new Map<string, { feature: Feature<Incident>; findings: Finding[] } | null>();  // null: it joined another
  private live: api.Live | null = null;
  private turn = 0;
  private read_for = '';
  private rows_made: { key: string; rows: Row[] } | null = null;
  private edition = 0;
  private head: number | null = null;

  /** Whether one of these could not be read: nothing is said of what it would hold. */
  unread(...parts: string[]): boolean { return this.errors.some((e) => parts.includes(e.part)); }

  get fresh(): number { return state.now.known === null ? this.waiting.size : 0; }
  /** The newest position of the log that is known of here. */
  get latest(): number | null { return this.head ?? this.mission?.log_position ?? null; }

  /** The stream before the records: what comes while they are read is kept, and what they already hold is dropped. */
  async begin(): Promise<void> {
    this.live = new api.Live({
      incident: (feature, findings) => this.came(feature, findings),
      gone: (id) => { this.waiting.set(id, null); this.news.tell(); },
      connected: () => { this.lost_since = null; this.connected_at ??= Date.now(); this.news.tell(); },
      lost: () => this.lost(),
      position: (n) => { if (typeof n === 'number') { this.head = n; this.news.tell(); } },
      reset: () => { this.waiting.clear(); void this.read(); },
    });
    let wait = 0;
    state.addEventListener('change', () => {
      if (this.wanted() === this.read_for) return;
      this.read_for = this.wanted();
      clearTimeout(wait);
      wait = window.setTimeout(() => void this.read(), 250);
    });
    await this.read();
  }

  private lost(): void {
    if (this.is_told_late()) return;
    this.lost_since ??= Date.now();
    this.connected_at = null;
    this.news.tell();
  }

  /** Whether who asks is told late and not live: then no stream is kept, and that it is not there is nothing lost. */
  is_told_late(): boolean {
    if (!session.known || session.may('live')) return false;
    this.live?.close();
    if (this.lost_since !== null) { this.lost_since = null; this.news.tell(); }
    return true;
  }

  /** Everything anew, for whoever asks now. */
  retry(): void { this.asked++; if (!this.is_told_late()) this.live?.open(); void this.read(); }

  /** Everything anew, as known at the position asked for. A newer read makes an older one stop. */
  async read(): Promise<void> {
    const turn = ++this.turn;
    const known = state.now.known;
    this.read_for = this.wanted();
    this.loading = true;
    this.settled = false;
    this.errors = [];
    this.changed();
    try {
      this.mission = await api.mission();
      when.use(this.mission.time_zone);
      this.changed();
    } catch (e) { this.failed('mission', e); }

    const incidents = new Map<string, Feature<Incident>>();
    const first = this.incidents.size === 0;
    const findings = new Map<string, Finding[]>();
    const around = this.around(turn, known);
    await this.plan(turn, known);
    if (turn !== this.turn) return;
    this.read_for = this.wanted();
    const during = this.during();
    const whole = await Promise.all([
      this.part<Incident>('incidents', known, (page) => {
        for (const f of page) this.keep(f, incidents);
        if (first && turn === this.turn) { this.incidents = incidents; this.changed(); }
      }, during),
      this.part<Finding>('findings', known, (page) => { for (const f of page) add(findings, f.properties.subject, reasoned(f.properties)); }, during),
    ]);
    await around;
    if (turn !== this.turn) return;
    if (whole[0] !== null) this.incidents = incidents;
    if (whole[1] !== null) this.findings = findings;
    this.complete = whole.every((w) => w !== false);
    for (const [id, came] of this.waiting) {
      const have = incidents.get(id)?.properties.version;
      if (came === null ? have === undefined : have !== undefined && have >= came.feature.properties.version) this.waiting.delete(id);
    }
    this.loading = false;
    this.changed();
    await this.rest(turn, known, during);
  }

  /** By what the records read would change: the time shown only where it decides what is read. */
  private wanted(): string { return JSON.stringify([state.now.known, (this.paged || this.newest) && [state.now.from, state.now.to]]); }

  /** Whether everything can be read, and if not, which time: what was counted decides, not a guess. */
  private async plan(turn: number, known: number | null): Promise<void> {
    let h: Histogram | null = null;
    try { h = await api.histogram(400, known); } catch (e) {
      if (!(e instanceof api.ApiError) || e.status !== 403) this.failed('histogram', e);
    }
    if (turn !== this.turn) return;
    this.over_all = h;
    this.newest = h === null && known === null ? await this.fitting() : '';
    if (turn !== this.turn) return;
    if (h === null || history.incidents(h) <= api.kMost) { this.paged = null; return; }
    const [first, last] = history.span(h);
    const since = state.now.from ? Math.max(first, Date.parse(state.now.from)) : first;
    const until = state.now.to ? Math.min(last, Date.parse(state.now.to)) : last;
    const fine = since > first || until < last ? await api.histogram(400, known, since, Math.max(since + 1000, until)).catch(() => null) : h;
    if (turn !== this.turn) return;
    const counted = history.incidents(fine ?? h);
    const begin = counted <= api.kMost ? since : history.since(fine ?? h, history.kWindow);
    this.paged = { since: begin, until, counted, whole: counted <= api.kMost };
  }

  /** Where nobody counts for this reader: the time shown, or as many days to its end as fit; '' for all there is. */
  private async fitting(): Promise<string> {
    const { from, to } = state.now;
    if (await api.fits('')) return '';
    if ((from || to) && await api.fits(`${from || '..'}/${to || '..'}`)) return `${from || '..'}/${to || '..'}`;
    const last = this.mission?.report_days?.last;
    const end = to ? Date.parse(to) : Math.min(Date.now(), last ? Date.parse(`${last}T00:00:00Z`) + 2 * kDay_ms : Infinity);
    const windows = kWindows_days.map((n) => `${new Date(Math.max(end - n * kDay_ms, from ? Date.parse(from) : -Infinity)).toISOString()}/${to || '..'}`);
    for (const window of windows) if (await api.fits(window)) return window;
    return windows.at(-1)!;
  }

  private during(): string {
    if (this.newest) return this.newest;
    return this.paged ? `${new Date(this.paged.since).toISOString()}/${new Date(this.paged.until).toISOString()}` : '';
  }

  /** What began before the window comes with the window in which it began: nothing is there twice. */
  private keep(f: Feature<Incident>, incidents: Map<string, Feature<Incident>>): void {
    const p = this.paged;
    if (p && !p.whole && Date.parse(f.properties.when.start) < p.since) return;
    const r = f.properties.released;
    if (r) this.released = { delay_s: Math.max(r.delay_s, this.released?.delay_s ?? 0), place_km: Math.max(r.place_km, this.released?.place_km ?? 0) };
    incidents.set(f.properties.id, completed(f));
  }

  /** The next older window of the time shown, at the reader's wish. */
  async more(): Promise<void> {
    const p = this.paged;
    if (!p || p.whole || this.loading || this.incidents.size >= api.kMost) return;
    const turn = this.turn;
    const begin = state.now.from ? Date.parse(state.now.from) : history.span(this.over_all!)[0];
    this.loading = true;
    this.changed();
    try {
      const known = state.now.known;
      const h = await api.histogram(400, known, begin, p.since);
      if (turn !== this.turn || !h) return;
      const next = history.since(h, history.kWindow);
      const older = { ...p, since: Math.max(begin, next), until: p.since };
      const during = `${new Date(older.since).toISOString()}/${new Date(older.until).toISOString()}`;
      const incidents = new Map(this.incidents);
      const findings = new Map<string, Finding[]>();
      this.paged = { ...p, since: older.since, whole: older.since <= begin };
      await Promise.all([
        this.part<Incident>('incidents', known, (page) => { for (const f of page) this.keep(f, incidents); }, during),
        this.part<Finding>('findings', known, (page) => { for (const f of page) add(findings, f.properties.subject, reasoned(f.properties)); }, during),
      ]);
      if (turn !== this.turn) return;
      this.incidents = incidents;
      for (const [id, all] of findings) this.findings.set(id, all);
    } catch (e) { this.failed('incidents', e); } finally {
      if (turn === this.turn) { this.loading = false; this.changed(); }
    }
  }

  /** An incident that was picked from the picture of history, with the findings of its last version. */
  async fetch(id: string): Promise<void> {
    if (this.incidents.has(id) || this.fetching.has(id)) return;
    this.fetching.add(id);
    try {
      const known = state.now.known;
      const f = await api.item<Incident>('incidents', id, known);
      const all = await api.versions(id).catch(() => null);
      this.incidents = new Map(this.incidents).set(id, completed(f));
      const last = all?.[all.length - 1];
      if (last && !this.findings.has(id)) this.findings.set(id, last.findings);
    } catch { /* not there, or not for this reader: the panel says so */ } finally { this.changed(); }
  }
  private readonly fetching = new Set<string>();

  /** Areas, by which the map finds its place, and sources, without which no incident is drawn to the end: few, and first. */
  private async around(turn: number, known: number | null): Promise<void> {
    const areas: Feature<Area>[] = [];
    await Promise.all([
      this.part<Area>('areas', known, (page) => areas.push(...page)),
      this.part<Source>('sources', known, (page) => { for (const f of page) this.sources.set(f.properties.id, f.properties); }),
    ]);
    if (turn === this.turn) this.areas = areas;
  }

  private async rest(turn: number, known: number | null, during: string): Promise<void> {
    const differences = new Map<string, Difference[]>();
    const quiet: Quiet[] = [];
    const health: Health[] = [];
    const own = <T>(to: T[]) => (page: Feature<T>[]) => { to.push(...page.map((f) => f.properties)); };
    let health_told = false;
    await Promise.all([
      // Of too many reports only those of the incident in sight are read, when it is looked at.
      this.paged ? null : this.part<Observation>('observations', known, (page) => { for (const f of page) this.observations.set(f.properties.id, f.properties); }),
      this.part<Difference>('differences', known, (page) => { for (const f of page) add(differences, f.properties.subject, f.properties); }, during),
      this.part<Attribution>('attributions', known, (page) => { for (const f of page) this.attributions.set(f.properties.subject, f.properties); }, during),
      this.part<Quiet>('quiet', known, own(quiet), during),
      this.part<Health>('health', known, own(health), during).then((whole) => { health_told = whole !== null; }),
    ]);
    if (turn !== this.turn) return;
    this.differences = differences;
    this.quiet = quiet;
    this.health = health;
    this.health_told = health_told;
    this.settled = true;
    this.changed();
  }

  /** Whether the part is whole; null where it could not be read, and that is said on screen. */
  private async part<T>(name: keyof api.Collections, known: number | null, seen: (page: Feature<T>[]) => void, during = ''): Promise<boolean | null> {
    try {
      const whole = await api.features<T>(name, known, seen, during);
      this.forbidden.delete(name);
      return whole;
    } catch (e) {
      if (e instanceof api.ApiError && e.status === 403) this.forbidden.add(name);
      else this.failed(name, e);
      return null;
    }
  }

  private failed(part: string, e: unknown): void {
    this.errors = [...this.errors, { part, text: e instanceof Error ? e.message : String(e) }];
    this.changed();
  }

  /** It waits until the reader lets it in; whoever looks at the past is not disturbed. */
  private came(feature: Feature<Incident>, findings: Finding[]): void {
    const { id, version } = feature.properties;
    const have = this.incidents.get(id)?.properties.version;
    if (have !== undefined && have >= version) return;
    this.last_came = { at: Date.now(), behind_ms: Math.max(0, Date.now() - Date.parse(feature.properties.when.end)) };
    this.waiting.set(id, { feature: completed(feature), findings: findings.map(reasoned) });
    this.news.tell();
  }

  accept(): void {
    this.asked++;
    for (const [id, came] of this.waiting) {
      if (came === null) { this.incidents.delete(id); this.findings.delete(id); continue; }
      this.incidents.set(id, came.feature);
      this.findings.set(id, came.findings);
    }
    this.waiting.clear();
    this.changed();
  }

  /** All incidents of the readings and provisions chosen, newest first; `filtered` also by value, class, time and view. */
  rows(filtered = true): Row[] {
    const s = state.now;
    const all = this.all(s.provision, s.reading);
    if (!filtered) return all;
    const key = JSON.stringify([this.edition, s.value, s.provision, s.reading, s.class, s.from, s.to, s.sector, s.inview && this.bounds]);
    if (this.rows_made?.key === key) return this.rows_made.rows;
    const from = s.from ? Date.parse(s.from) : -Infinity;
    const to = s.to ? Date.parse(s.to) : Infinity;
    const rows = this.timeless().filter((r) => r.end >= from && r.start <= to
      && (!s.inview || !this.bounds || inside(r.incident.place.best, this.bounds)));
    this.rows_made = { key, rows };
    return rows;
  }

  private all_made: { key: string; rows: Row[] } | null = null;
  private all(provision: string, reading: string): Row[] {
    const key = `${this.edition} ${provision} ${reading}`;
    if (this.all_made?.key === key) return this.all_made.rows;
    const rows: Row[] = [];
    for (const f of this.incidents.values()) {
      const incident = f.properties;
      const about = (this.findings.get(incident.id) ?? []).filter((x) => (!provision || x.provision === provision) && (!reading || x.reading === reading));
      const shown = gravest(reading || !about.some((x) => x.reading === 'base') ? about : about.filter((x) => x.reading === 'base'));
      rows.push({ incident, geometry: f.geometry, shown, about: about.length, start: Date.parse(incident.when.start), end: Date.parse(incident.when.end) });
    }
    rows.sort((a, b) => b.start - a.start || (a.incident.id < b.incident.id ? -1 : 1));
    this.all_made = { key, rows };
    return rows;
  }

  /** With what passes the filter but for the time, for a picture that is filtered by time as it is drawn. */
  timeless(): Row[] {
    const s = state.now;
    const key = JSON.stringify([this.edition, s.value, s.provision, s.reading, s.class, s.sector]);
    if (this.timeless_made?.key !== key) {
      this.timeless_made = { key, rows: this.rows(false).filter((r) => passes(r, s) && (!s.sector || this.lies(r.incident.place.best, s.sector))) };
    }
    return this.timeless_made.rows;
  }
  private timeless_made: { key: string; rows: Row[] } | null = null;

  selected(): Row | undefined {
    const id = state.now.sel;
    const found = id ? this.rows(false).find((r) => r.incident.id === id) : undefined;
    if (id && !found && !this.loading) void this.fetch(id);
    return found;
  }

  /** The name of the place as a source gave it, or the area of the mission in which its best point lies. */
  place(incident: Incident): string | null {
    if (incident.place.region.name) return incident.place.region.name;
    if (incident.place.block_m) return null;  // its middle is in an area, the place may not be
    for (const e of incident.evidence) {
      const shape = this.observations.get(e.observation)?.shape;
      if (shape?.name) return shape.name;
    }
    for (const a of this.areas) {
      if (a.properties.kind !== 'land' && a.properties.name && a.geometry && holds(a.geometry, incident.place.best)) return a.properties.name;
    }
    return null;
  }

  /** Whether a place lies in the sector of that id; of `-` whether it lies in none. */
  private lies(at: [number, number], sector: string): boolean {
    const among = this.areas.filter((a) => a.geometry && (sector === '-' ? sectorKinds.has(a.properties.kind) : idOf(a) === sector));
    return among.some((a) => holds(a.geometry!, at)) !== (sector === '-');
  }
  /** Its name as the mission's files have it. */
  sectorName(id: string): string { return this.areas.find((a) => idOf(a) === id)?.properties.name || id; }

  provisions(): string[] { return [...new Set([...this.findings.values()].flat().map((f) => f.provision))].sort(); }
  readings(): string[] {
    const all = new Set([...this.findings.values()].flat().map((f) => f.reading));
    return [...all].sort((a, b) => Number(b === 'base') - Number(a === 'base') || (a < b ? -1 : 1));
  }
  classes(): string[] { return [...new Set([...this.incidents.values()].map((f) => mainClass(f.properties)))].sort(); }

  changed(): void { this.edition++; this.dispatchEvent(new Event('change')); }
  moved(bounds: [number, number, number, number]): void {
    this.bounds = bounds;
    if (state.now.inview) this.dispatchEvent(new Event('change'));
  }
}

function add<T>(to: Map<string, T[]>, key: string, value: T): void {
  const there = to.get(key);
  if (there) there.push(value);
  else to.set(key, [value]);
}

function passes(r: Row, s: typeof state.now): boolean {
  return (!s.value || r.shown?.value === s.value) && (!s.provision || r.about > 0)
    && (!s.class || r.incident.effects.some((e) => e.effect_class === s.class));
}
/** Of areas that boards count by: a mission draws sectors or regions. */
const sectorKinds = new Set(['sector', 'region']);
const idOf = (a: Feature<Area>): string => a.properties.id ?? String(a.id ?? '');

function inside([lon, lat]: [number, number], [west, south, east, north]: [number, number, number, number]): boolean {
  return lon >= west && lon <= east && lat >= south && lat <= north;
}

function holds(geometry: { type: string; coordinates: any }, [x, y]: [number, number]): boolean {
  const polygons: [number, number][][][] = geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.type === 'MultiPolygon' ? geometry.coordinates : [];
  return polygons.some((rings) => {
    let odd = false;
    for (const ring of rings) {
      for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
        const [[xi, yi], [xj, yj]] = [ring[i], ring[j]];
        if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) odd = !odd;
      }
    }
    return odd;
  });
}

export const data = new Data();
