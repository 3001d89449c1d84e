// Records as the map draws them: each with what its layers go by, made once per version.
import { bounds } from '../coverage';
import { interval } from '../figures';
import { valueClass } from '../glyph';
import { valueOrder, type Area, type Feature, type Geometry, type Incident, type Quiet } from '../records';
import { data, type Row } from '../room-data';
import { claimedOnly } from '../status';
import { words } from '../words';
import { sourceKind, type HealthState } from './palette';
import { region, told } from './region';

export type Box = [number, number, number, number];
export const kGlyphBelow_px = 8;

/** Zoom at which a length on the ground at a latitude takes so many pixels (tiles of 512). */
function zoomFor(metres: number, lat: number, px: number): number {
  return Math.log2((78271.517 * Math.cos((lat * Math.PI) / 180) * px) / Math.max(metres, 1));
}

function points(c: any, see: (p: [number, number]) => void): void {
  if (typeof c?.[0] === 'number') see(c as [number, number]);
  else if (Array.isArray(c)) for (const x of c) points(x, see);
}

export function box(geometry: Geometry | null | undefined): Box | null {
  const b: Box = [Infinity, Infinity, -Infinity, -Infinity];
  points(geometry?.coordinates, ([x, y]) => { b[0] = Math.min(b[0], x); b[1] = Math.min(b[1], y); b[2] = Math.max(b[2], x); b[3] = Math.max(b[3], y); });
  return Number.isFinite(b[0]) ? b : null;
}

export function union(boxes: (Box | null)[]): Box | null {
  let u: Box | null = null;
  for (const b of boxes) if (b) u = u ? [Math.min(u[0], b[0]), Math.min(u[1], b[1]), Math.max(u[2], b[2]), Math.max(u[3], b[3])] : b;
  return u;
}

/** The shorter side of a region on the ground. */
export function narrow_m(b: Box): number {
  const lat = (b[1] + b[3]) / 2;
  return Math.min((b[2] - b[0]) * 111_320 * Math.cos((lat * Math.PI) / 180), (b[3] - b[1]) * 111_320);
}

/** The point of an outline that lies farthest to the upper right. */
function corner(geometry: Geometry, b: Box): [number, number] {
  let best: [number, number] = [b[2], b[3]];
  let most = -Infinity;
  points(geometry.coordinates, (c) => {
    const reach = (c[0] - b[0]) / (b[2] - b[0] || 1) + (c[1] - b[1]) / (b[3] - b[1] || 1);
    if (reach > most) { most = reach; best = c; }
  });
  return best;
}

/** 0 for a breach; what nothing was found of comes last. */
const gravity = (r: Row): number => (r.shown ? valueOrder.indexOf(r.shown.value) : valueOrder.length);

interface Drawn { type: 'Feature'; geometry: Geometry | null; properties: Record<string, unknown> }
interface Made { region: Drawn; marks: Drawn[]; half: Drawn | null }
const made = new Map<string, Made>();

/** The region, its 50 % part where its figures give one, and two marks of which one shows: glyph or label at the edge. */
export function drawn(r: Row): Made {
  const key = `${words.language} ${r.incident.id} ${r.incident.version} ${r.shown?.value} ${data.sources.size > 0}`;
  const there = made.get(key);
  if (there) return there;
  if (made.size > 20_000) made.clear();
  const { incident } = r;
  const b = box(r.geometry)!;
  const c = incident.violations;
  const claimed = claimedOnly(incident);
  const properties = {
    id: incident.id, value: r.shown ? valueClass(r.shown.value) : 'none', claimed,
    start: r.start / 1000, end: r.end / 1000, gravity: gravity(r),
    z8: zoomFor(narrow_m(b), (b[1] + b[3]) / 2, kGlyphBelow_px),
  };
  const best = words.number(c.best) + (claimed ? '?' : c.unbounded ? '+' : '');
  const label = { ...properties, icon: claimed && properties.value === 'none' ? 'claimed' : properties.value, best, range: c.unbounded || c.low === c.high ? '' : interval(c), rank: gravity(r) * 1e6 - c.best };
  const at = (at: string, coordinates: unknown): Drawn => ({ type: 'Feature', geometry: { type: 'Point', coordinates }, properties: { ...label, at } });
  const half = region(incident.place.region, 0.5);
  const result: Made = {
    region: { type: 'Feature', geometry: r.geometry, properties },
    marks: [at('centre', incident.place.best), at('edge', corner(r.geometry!, b))],
    half: half && { type: 'Feature', geometry: half, properties },
  };
  made.set(key, result);
  return result;
}

/** All that is drawn of one incident, each told apart by what it is. */
export function parts({ region, half, marks }: Made): Drawn[] {
  const as = (part: string) => (f: Drawn): Drawn => ({ ...f, properties: { ...f.properties, part } });
  return [as('region')(region), ...(half ? [as('core')(half)] : []), ...marks.map(as('mark'))];
}

/** What each report behind an incident gave, in its own shape. */
export function reports(incident: Incident): unknown[] {
  return incident.evidence.flatMap((e) => told(data.observations.get(e.observation)?.shape).map((t) =>
    ({ type: 'Feature', geometry: t.geometry, properties: { mark: t.mark, source: e.source, against: e.weight < 0 } })));
}

/** Sources at their places, with whether they could observe in the time shown: at its end, and over all of it. */
export function sources(from: number, to: number): unknown[] {
  const down = new Map<string, HealthState>();
  for (const h of data.health) {
    const [a, b] = [Date.parse(h.when.start), Date.parse(h.when.end)];
    if (a > to || b < from) continue;
    if (b >= to) down.set(h.source, 'down');
    else if (down.get(h.source) !== 'down') down.set(h.source, 'half');
  }
  return [...data.sources.values()].filter((s) => s.at).map((s) => ({
    type: 'Feature', geometry: { type: 'Point', coordinates: s.at },
    properties: { id: s.id, icon: `${sourceKind(s.kind)}-${down.get(s.id) ?? (data.health_told ? 'ok' : 'unknown')}`, down: down.get(s.id) === 'down' },
  }));
}

/** Agreement lines and zones in force in the time shown, under the reading chosen. */
export function areas(from: number, to: number, reading: string): Feature<Area>[] {
  return data.areas.filter(({ properties: a }) =>
    (!a.valid?.start || Date.parse(a.valid.start) <= to) && (!a.valid?.end || Date.parse(a.valid.end) >= from)
    && (!a.reading || a.reading === (reading || 'base')));
}

export interface Watched { effect_class: string; by_sector: Map<string, number> }

/** The share that would have been noticed, per sector: the mean over the time shown, of the class with most windows. */
export function watched(from: number, to: number): Watched | null {
  const by_class = new Map<string, Quiet[]>();
  for (const q of data.quiet) {
    if (Date.parse(q.when.end) <= from || Date.parse(q.when.start) >= to) continue;
    const there = by_class.get(q.effect_class);
    if (there) there.push(q); else by_class.set(q.effect_class, [q]);
  }
  const chosen = [...by_class].sort((a, b) => b[1].length - a[1].length || (a[0] < b[0] ? -1 : 1))[0];
  if (!chosen) return null;
  const sums = new Map<string, [number, number]>();
  for (const q of chosen[1]) {
    const ms = Math.min(to, Date.parse(q.when.end)) - Math.max(from, Date.parse(q.when.start));
    const [n, of] = sums.get(q.sector) ?? [0, 0];
    sums.set(q.sector, [n + ms * (q.coverage ?? 0), of + ms]);
  }
  return { effect_class: chosen[0], by_sector: new Map([...sums].map(([s, [n, of]]) => [s, of > 0 ? n / of : 0])) };
}

/** Sectors as blocks of coverage; a sector of which nothing is recorded was, for all that is known, not watched. */
export function blocks(w: Watched | null, all: Feature<Area>[]): unknown[] {
  if (!w) return [];
  return all.filter((a) => a.properties.kind === 'sector').map((a) => {
    const p = w.by_sector.get(String(a.properties.id ?? a.id ?? '')) ?? w.by_sector.get(a.properties.name ?? '') ?? 0;
    return { type: 'Feature', geometry: a.geometry, properties: { state: p >= bounds().watched ? 'watched' : p >= bounds().half ? 'half' : 'unwatched', percent: `${words.number(Math.round(p * 100))}\u2009%` } };
  });
}
