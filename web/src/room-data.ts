// What is on screen, held once: the records read so far, what came in since, and what the filter lets through.
import * as api from './api';
import type { Area, Attribution, Difference, Feature, Finding, Incident, Mission, Observation, Quiet, Source } from './records';
import { gravest, mainClass } from './records';
import { state } from './state';
import * as when from './when';

export type Row = { incident: Incident; geometry: Feature<Incident>['geometry']; shown?: Finding; start: number; end: number };

class Data extends EventTarget {
  mission: Mission | null = null;
  incidents = new Map<string, Feature<Incident>>();
  findings = new Map<string, Finding[]>();
  differences = new Map<string, Difference[]>();
  attributions = new Map<string, Attribution>();
  observations = new Map<string, Observation>();
  sources = new Map<string, Source>();
  quiet: Quiet[] = [];
  areas: Feature<Area>[] = [];
  loading = true;
  complete = true;
  errors: { part: string; text: string }[] = [];
  lost_since: number | null = null;
  bounds: [number, number, number, number] | null = null;  // of the map, when the list follows it

  private waiting = new Map<string, { feature: Feature<Incident>; findings: Finding[] } | null>();  // null: it joined another
  private live: api.Live | null = null;
  private turn = 0;
  private rows_made: { key: string; rows: Row[] } | null = null;
  private edition = 0;
  private head: number | null = null;

  get fresh(): number { return state.now.known === null ? this.waiting.size : 0; }
  /** The newest position of the log that is known of here. */
  get latest(): number | null { return this.head ?? this.mission?.log_position ?? null; }

  /** The stream before the records: what comes while they are read is kept, and what they already hold is dropped. */
  async begin(): Promise<void> {
    this.live = new api.Live({
      incident: (feature, findings) => this.came(feature, findings),
      gone: (id) => { this.waiting.set(id, null); this.soon(); },
      connected: () => { this.lost_since = null; this.changed(); },
      lost: () => { this.lost_since ??= Date.now(); this.changed(); },
      position: (n) => { if (typeof n === 'number') { this.head = n; this.soon(); } },
      reset: () => { this.waiting.clear(); void this.read(); },
    });
    let known = state.now.known;
    let wait = 0;
    state.addEventListener('change', () => {
      if (state.now.known === known) return;
      known = state.now.known;
      clearTimeout(wait);
      wait = window.setTimeout(() => void this.read(), 250);
    });
    await this.read();
  }

  retry(): void { this.live?.open(); void this.read(); }

  /** Everything anew, as known at the position asked for. A newer read makes an older one stop. */
  async read(): Promise<void> {
    const turn = ++this.turn;
    const known = state.now.known;
    this.loading = true;
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
    const whole = await Promise.all([
      this.part<Incident>('incidents', known, (page) => {
        for (const f of page) incidents.set(f.properties.id, f);
        if (first && turn === this.turn) { this.incidents = incidents; this.changed(); }
      }),
      this.part<Finding>('findings', known, (page) => { for (const f of page) add(findings, f.properties.subject, f.properties); }),
    ]);
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
    await this.rest(turn, known);
  }

  private async rest(turn: number, known: number | null): Promise<void> {
    const differences = new Map<string, Difference[]>();
    const quiet: Quiet[] = [];
    const areas: Feature<Area>[] = [];
    await Promise.all([
      this.part<Area>('areas', known, (page) => areas.push(...page)),
      this.part<Observation>('observations', known, (page) => { for (const f of page) this.observations.set(f.properties.id, f.properties); }),
      this.part<Difference>('differences', known, (page) => { for (const f of page) add(differences, f.properties.subject, f.properties); }),
      this.part<Attribution>('attributions', known, (page) => { for (const f of page) this.attributions.set(f.properties.subject, f.properties); }),
      this.part<Quiet>('quiet', known, (page) => quiet.push(...page.map((f) => f.properties))),
      this.part<Source>('sources', known, (page) => { for (const f of page) this.sources.set(f.properties.id, f.properties); }),
    ]);
    if (turn !== this.turn) return;
    this.differences = differences;
    this.quiet = quiet;
    this.areas = areas;
    this.changed();
  }

  /** Whether the part is whole; null where it could not be read, and that is said on screen. */
  private async part<T>(name: keyof api.Collections, known: number | null, seen: (page: Feature<T>[]) => void): Promise<boolean | null> {
    try { return await api.features<T>(name, known, seen); } catch (e) { this.failed(name, e); return null; }
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
    this.waiting.set(id, { feature, findings });
    this.soon();
  }

  private timer = 0;
  private soon(): void {
    if (this.timer) return;
    this.timer = window.setTimeout(() => { this.timer = 0; this.changed(); }, 100);
  }

  accept(): void {
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
    const key = JSON.stringify([this.edition, filtered, s.value, s.provision, s.reading, s.class, s.from, s.to, s.inview && this.bounds]);
    if (filtered && this.rows_made?.key === key) return this.rows_made.rows;
    const from = s.from ? Date.parse(s.from) : -Infinity;
    const to = s.to ? Date.parse(s.to) : Infinity;
    const rows: Row[] = [];
    for (const f of this.incidents.values()) {
      const incident = f.properties;
      const start = Date.parse(incident.when.start);
      const end = Date.parse(incident.when.end);
      const about = (this.findings.get(incident.id) ?? []).filter((x) =>
        (!s.provision || x.provision === s.provision) && (!s.reading || x.reading === s.reading));
      const shown = gravest(s.reading || !about.some((x) => x.reading === 'base') ? about : about.filter((x) => x.reading === 'base'));
      if (filtered) {
        if (s.value && shown?.value !== s.value) continue;
        if (s.provision && about.length === 0) continue;
        if (s.class && !incident.effects.some((e) => e.effect_class === s.class)) continue;
        if (end < from || start > to) continue;
        if (s.inview && this.bounds && !inside(incident.place.best, this.bounds)) continue;
      }
      rows.push({ incident, geometry: f.geometry, shown, start, end });
    }
    rows.sort((a, b) => b.start - a.start || (a.incident.id < b.incident.id ? -1 : 1));
    if (filtered) this.rows_made = { key, rows };
    return rows;
  }

  selected(): Row | undefined {
    const id = state.now.sel;
    return id ? this.rows(false).find((r) => r.incident.id === id) : undefined;
  }

  /** The name of the place as a source gave it, or the area of the mission in which its best point lies. */
  place(incident: Incident): string | null {
    for (const e of incident.evidence) {
      const shape = this.observations.get(e.observation)?.shape;
      if (shape?.name) return shape.name;
    }
    for (const a of this.areas) {
      if (a.properties.kind !== 'land' && a.properties.name && a.geometry && holds(a.geometry, incident.place.best)) return a.properties.name;
    }
    return null;
  }

  provisions(): string[] { return [...new Set([...this.findings.values()].flat().map((f) => f.provision))].sort(); }
  readings(): string[] {
    const all = new Set([...this.findings.values()].flat().map((f) => f.reading));
    return [...all].sort((a, b) => Number(b === 'base') - Number(a === 'base') || (a < b ? -1 : 1));
  }
  classes(): string[] { return [...new Set([...this.incidents.values()].map((f) => mainClass(f.properties)))].sort(); }

  private changed(): void { this.edition++; this.dispatchEvent(new Event('change')); }
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
