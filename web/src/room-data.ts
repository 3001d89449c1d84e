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

  private waiting = new Map<string, { kind: string; record: any }>();
  private live: api.Live | null = null;
  private turn = 0;
  private rows_made: { key: string; rows: Row[] } | null = null;
  private edition = 0;

  get fresh(): number { return [...this.waiting.values()].filter((w) => w.kind === 'incident').length; }

  async begin(): Promise<void> {
    await this.read();
    this.live = new api.Live({
      came: (kind, data) => this.came(kind.replace(/s$/, ''), data),
      connected: () => { this.lost_since = null; this.changed(); },
      lost: () => { this.lost_since ??= Date.now(); this.changed(); },
      restarted: () => void this.read(),
    });
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
    this.waiting.clear();
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

  /** A live event holds the record, as a feature or bare. It waits until the reader lets it in. */
  private came(kind: string, data: any): void {
    if (state.now.known !== null) return;
    const record = data?.type === 'Feature' ? data.properties : data;
    if (typeof record?.id !== 'string') return;
    const have = kind === 'incident' ? this.incidents.get(record.id)?.properties.version
      : (this.findings.get(record.subject) ?? []).find((f) => f.id === record.id)?.version;
    if (have !== undefined && have >= record.version) return;
    this.waiting.set(`${kind} ${record.id}`, { kind, record: kind === 'incident' && data.type === 'Feature' ? data : record });
    this.soon();
  }

  private timer = 0;
  private soon(): void {
    if (this.timer) return;
    this.timer = window.setTimeout(() => { this.timer = 0; this.changed(); }, 100);
  }

  async accept(): Promise<void> {
    const came = [...this.waiting.values()];
    this.waiting.clear();
    for (const { kind, record } of came) {
      if (kind === 'finding') {
        const others = (this.findings.get(record.subject) ?? []).filter((f) => f.id !== record.id);
        this.findings.set(record.subject, [...others, record]);
      } else if (record.type === 'Feature') this.incidents.set(record.properties.id, record);
    }
    // An incident that came without its region is asked for.
    await Promise.all(came.filter((c) => c.kind === 'incident' && c.record.type !== 'Feature').map(async ({ record }) => {
      try { this.incidents.set(record.id, await api.item<Incident>('incidents', record.id, null)); }
      catch (e) { this.failed('incidents', e); }
    }));
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
