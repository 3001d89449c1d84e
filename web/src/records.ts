// The records as the API serves them: the fields of schema/*.json, only those that the app reads.

export type Value = 'breach' | 'undeterminable' | 'compliant' | 'not_applicable';

export interface Interval { start: string; end: string }
export interface Count { low: number; best: number; high?: number; unbounded?: boolean }
export interface Effect { effect_class: string; count: Count; evidence: string[]; weapon?: string; calibre_mm?: number; system?: string }
export interface Evidence { chain: string; observation: string; source: string; weight: number }
/** Of what kind a place is and by which figures: the fields of model/shape.h, those of the kind alone are there. */
export interface Shape {
  kind: string; name?: string; radius_m?: number;
  geometry?: Geometry | null;
  var_east_m2?: number; var_north_m2?: number; cov_m2?: number;
  azimuth_deg?: number; half_width_deg?: number; sigma_deg?: number; edge_deg?: number; edge_m?: number;
  range_min_m?: number; range_max_m?: number;
  at_time?: string; has_level?: boolean; speed_m_s?: number; sigma_s?: number; wave?: string;
  scan_m?: number; track_m?: number; heading_deg?: number; geolocation_sigma_m?: number;
  fixes?: { at: [number, number]; time: string }[]; sigma_m?: number;
}

export interface Incident {
  id: string;
  /** 0 where it is not told. */
  version: number;
  when: Interval;
  time_basis?: string;
  p_real: number;
  /** `block_m`: of what is released, how far the cells reach that it lies in, from west to east and from south to north. */
  place: { best: [number, number]; radius_m?: number; block_m?: [number, number]; region: Shape };
  violations: Count;
  effects: Effect[];
  evidence: Evidence[];
  notices?: string[];
  flags?: string[];
  /** Only for readers who are not staff: by how much the place was blurred and the record held back. */
  released?: { delay_s: number; place_km: number };
}

export interface Reason { fact: string; message?: string; args?: string[]; words: string; probability: number }
export interface Finding {
  id: string;
  version: number;
  subject: string;
  provision: string;
  reading: string;
  value: Value;
  /** What is released may lack this and the next. */
  probability?: number;
  threshold?: number;
  standard_of_proof: string;
  missing_fact?: string;
  reasons: Reason[];
}
export interface Difference { id: string; subject: string; provision: string; facts: string[]; sides: { reading: string; value: Value; probability: number }[] }
export interface Alternative { party: string; probability: number; message?: string; args?: string[]; words?: string }
export interface Attribution { subject: string; alternatives: Alternative[] }
export interface Observation {
  id: string;
  source: string;
  when: Interval;
  shape: Shape;
  text?: string;
  means?: string[];
  position?: string;
  upstream?: string;
  /** Of an effect that was located: the arrivals that it was worked out from. */
  derived_from?: string[];
  items: { classes: Record<string, number>; count: { kind: string; value: number; upper?: number } }[];
}
export interface Quiet { sector: string; when: Interval; effect_class: string; coverage?: number | null; detections: number; upper_bound?: number | null }
export interface Source { id: string; name?: string; kind?: string; at?: [number, number] | null; owner?: string; party?: string }
export interface Health { source: string; when: Interval; why: string; note?: string }
export interface Area { id?: string; kind: string; name?: string; rank?: number; role?: string; reading?: string; valid?: Partial<Interval> }
export interface Version { position: number; incident: Incident; findings: Finding[] }
export interface Without { without: string[]; incident: Incident | null; findings: Finding[]; others: Incident[] }
export interface Arrival {
  source: string; effect: string; observation: string; distance_m: number; predicted: string; time: string;
  residual_s: number; sigma_s: number; used: boolean;
}
export interface Arrivals { arrivals: Arrival[]; origin?: { time?: string } | null }
/** What a sensor or a camera wrote down, and the observations that it is behind. */
export interface Recording {
  observations: string[]; position: number;
  recording: { id: string; source: string; media_type: string; bytes: number; when: { start: string; end: string } };
}
/** What a waveform shows in each of equal parts of a window; null where it has no sample. */
export interface Traces { channels: { channel: string; rate_hz: number; low: (number | null)[]; high: (number | null)[] }[] }
export interface Histogram {
  from: string; to: string; change_points: string[];
  bins: { start: string; end: string; incidents: number; counts: Record<string, [number, number, number]> }[];
}

export interface Geometry { type: string; coordinates: unknown }
export interface Feature<T> { type: 'Feature'; id?: string | number; geometry: Geometry | null; properties: T }

/** What the landing page of the API says of the mission. */
export interface Mission {
  title: string;
  time_zone: string;
  boundary_view: string;
  log_position: number | null;
  provisions: { id: string; words: string; source?: string }[];
  /** What an operator has laid in of a map of streets. */
  tiles: { attribution: string; maxzoom: number; minzoom: number; name: string; type: string } | null;
  /** Civil days of the report, where the mission states them. */
  report_days: { first: string; last: string } | null;
  /** From what share of coverage on a place counts as half watched and as watched. */
  coverage_thresholds: { half: number; watched: number } | null;
}

const worst: Value[] = ['breach', 'undeterminable', 'compliant', 'not_applicable'];

/** Of several findings the one a duty officer must see first. */
export function gravest(findings: Finding[]): Finding | undefined {
  return [...findings].sort((a, b) =>
    worst.indexOf(a.value) - worst.indexOf(b.value) || (b.probability ?? 0) - (a.probability ?? 0) || (a.id < b.id ? -1 : 1))[0];
}

export const valueOrder = worst;

/** Reports that share a chain are one source of knowledge. */
export function chains(incident: Incident): Map<string, Evidence[]> {
  const found = new Map<string, Evidence[]>();
  for (const piece of incident.evidence) {
    const same = found.get(piece.chain);
    if (same) same.push(piece);
    else found.set(piece.chain, [piece]);
  }
  return found;
}

/** The three greys of the timeline. */
export function group(effectClass: string): 'explosions' | 'projectiles' | 'bursts' {
  if (effectClass.startsWith('explosion')) return 'explosions';
  if (effectClass.startsWith('burst') || effectClass === 'shot') return 'bursts';
  return 'projectiles';
}

export function sum(counts: Count[]): Count {
  const total: Count = { low: 0, best: 0, high: 0 };
  for (const c of counts) {
    total.low += c.low;
    total.best += c.best;
    if (c.unbounded || c.high === undefined || total.unbounded) { total.unbounded = true; delete total.high; }
    else total.high = (total.high ?? 0) + c.high;
  }
  return total;
}

export function symbolOf(effectClass: string): string {
  if (effectClass.startsWith('explosion')) return 'explosion';
  if (effectClass === 'muzzle_flash') return 'flash';
  if (effectClass === 'illumination_flare') return 'flare';
  if (effectClass === 'projectile') return 'projectile';
  if (group(effectClass) === 'bursts') return 'burst';
  return 'observation';
}

/** The class that an incident is named after: the one with most effects. */
export function mainClass(incident: Incident): string {
  const best = new Map<string, number>();
  for (const e of incident.effects) best.set(e.effect_class, (best.get(e.effect_class) ?? 0) + e.count.best);
  return [...best].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))[0]?.[0] ?? 'other';
}

/** What is released has no evidence and no place but the cells that it lies in: how far they reach, and around which middle. */
export function completed(f: Feature<Incident>): Feature<Incident> {
  const p: Incident & Partial<Pick<Incident, 'evidence' | 'place' | 'version'>> = f.properties;
  if (p.evidence && p.place && p.version) return f;
  return { ...f, properties: { ...p, version: p.version ?? 0, evidence: p.evidence ?? [], place: p.place ?? cells(f.geometry) } };
}

function cells(geometry: Geometry | null): Incident['place'] {
  const corners: [number, number][] = [];
  const walk = (c: unknown): void => {
    if (!Array.isArray(c)) return;
    if (typeof c[0] === 'number') corners.push([c[0], c[1]]);
    else c.forEach(walk);
  };
  walk(geometry?.coordinates);
  if (corners.length === 0) return { best: [0, 0], region: { kind: 'nowhere' } };
  const [west, east] = [Math.min(...corners.map(([x]) => x)), Math.max(...corners.map(([x]) => x))];
  const [south, north] = [Math.min(...corners.map(([, y]) => y)), Math.max(...corners.map(([, y]) => y))];
  const best: [number, number] = [(west + east) / 2, (south + north) / 2];
  const degree_m = 111_320;
  return { best, block_m: [degree_m * (east - west) * Math.cos((best[1] * Math.PI) / 180), degree_m * (north - south)], region: { kind: 'cells' } };
}

/** Of what is released no reasons are told. */
export const reasoned = (f: Finding): Finding => ({ ...f, reasons: (f as Partial<Finding>).reasons ?? [] });
