// What of a shape holds a given share of the place, from the same figures as the engine's own outline of 90 %
// (src/model/shape_region.cpp): the density of a shape is the exponential of its log-likelihood. Where the engine
// needs more than its figures – a soft polygon that must grow – nothing is drawn rather than something like it.
import type { Geometry, Shape } from '../records';

type Point = [number, number];
type Ring = Point[];

const kHalfBell = Math.sqrt(Math.PI / 2);
const kHalfMassSigmas = 1.1774100225154747;  // radius of half the mass of a normal in the plane
const kBearingRangeEdge = 0.05;
const rad = Math.PI / 180;

/** Metres per degree at a latitude, on WGS 84 (base/geography). */
function per(lat: number): { lon: number; lat: number } {
  const [a, e2] = [6_378_137, 0.00669437999014];
  const s = Math.sin(lat * rad);
  const w2 = 1 - e2 * s * s;
  return { lon: (rad * a * Math.cos(lat * rad)) / Math.sqrt(w2), lat: (rad * a * (1 - e2)) / w2 ** 1.5 };
}

type Frame = (x: number, y: number) => Point;
function frame([lon, lat]: Point): Frame {
  const m = per(lat);
  return (x, y) => [lon + x / Math.max(m.lon, 1e-6), lat + y / m.lat];
}

const edgeOf = (range_m: number): number => Math.max(kBearingRangeEdge * range_m, 1);
const soft = (excess: number, sigma: number): number => (excess <= 0 ? 0 : -0.5 * (excess / Math.max(sigma, 1e-9)) ** 2);

/** Abramowitz & Stegun 7.1.26, off by less than 1.5e-7. */
function erf(x: number): number {
  const t = 1 / (1 + 0.3275911 * Math.abs(x));
  const y = 1 - ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t * Math.exp(-x * x);
  return x < 0 ? -y : y;
}

function reaches(f: (x: number) => number, y: number, low: number, high: number): number {
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (f(middle) < y) low = middle; else high = middle;
  }
  return (low + high) / 2;
}

/** Half a symmetric density on a line, even up to `flat` and falling off with `sigma`: how far holds the share. */
export function flatHolding(flat: number, sigma: number, share: number): number {
  const wanted = share * (flat + sigma * kHalfBell);
  if (wanted <= flat) return wanted;
  return flat + reaches((x) => flat + sigma * kHalfBell * erf(x / sigma / Math.SQRT2), wanted, 0, 6 * sigma);
}

/** Ranges around a point, r times its weight, as a running sum: from where to where holds the share. */
export function ringHolding(low: number, high: number, logWeight: (r: number) => number, share: number, cut_both: boolean): [number, number] {
  const steps = 400;
  const step = (high - low) / steps;
  const sum = [0];
  for (let i = 0; i < steps; i++) {
    const r = low + (i + 0.5) * step;
    sum.push(sum[i] + r * Math.exp(logWeight(r)) * step);
  }
  const at = (part: number): number => {
    const wanted = part * sum[steps];
    let i = 1;
    while (i < steps && sum[i] < wanted) i++;
    const over = sum[i] > sum[i - 1] ? (wanted - sum[i - 1]) / (sum[i] - sum[i - 1]) : 0;
    return low + step * (i - 1 + over);
  };
  const left = cut_both ? (1 - share) / 2 : 0;
  return [left > 0 ? at(left) : low, at(left + share)];
}

const close = (ring: Ring): Ring => [...ring, ring[0]];
const polygon = (...rings: Ring[]): Geometry => ({ type: 'Polygon', coordinates: rings });

/** A polygon of the ellipse's own area, as the engine draws it. */
function ellipse(at: Point, semi_x: number, semi_y: number, turn: number, corners = 64): Ring {
  const step = (2 * Math.PI) / corners;
  const grow = Math.sqrt(step / Math.sin(step));
  const to = frame(at);
  return close(Array.from({ length: corners }, (_, i) => {
    const [x, y] = [semi_x * grow * Math.cos(i * step), semi_y * grow * Math.sin(i * step)];
    return to(x * Math.cos(turn) - y * Math.sin(turn), x * Math.sin(turn) + y * Math.cos(turn));
  }));
}

function sector(from: Point, r0: number, r1: number, azimuth: number, half: number): Geometry {
  if (half >= 180) {
    const outer = ellipse(from, r1, r1, 0, 120);
    return r0 > 0 ? polygon(outer, ellipse(from, r0, r0, 0, 120).reverse()) : polygon(outer);
  }
  const to = frame(from);
  const steps = Math.max(4, Math.floor(half / 2), 24);
  const arc = (r: number) => Array.from({ length: steps + 1 }, (_, i) => {
    const a = (azimuth - half + (2 * half * i) / steps) * rad;
    return to(r * Math.sin(a), r * Math.cos(a));
  });
  return polygon(close([...arc(r1), ...(r0 <= 0 ? [from] : arc(r0).reverse())]));
}

const sigmas = (share: number): number => Math.sqrt(-2 * Math.log(1 - share));  // of a normal in the plane

/** The region that holds `share` (0 to 1) of the place; null where the record's figures alone do not give it. */
export function region(s: Shape | undefined, share: number): Geometry | null {
  const at = s?.geometry?.type === 'Point' ? (s.geometry.coordinates as Point) : null;
  if (!s) return null;
  const root = Math.sqrt(share);
  if (s.kind === 'point' && at) {
    const [e, n, c] = [s.var_east_m2 ?? 0, s.var_north_m2 ?? 0, s.cov_m2 ?? 0];
    const mean = (e + n) / 2;
    const half = Math.hypot((e - n) / 2, c);
    const k = sigmas(share);
    return polygon(ellipse(at, k * Math.sqrt(Math.max(mean + half, 1)), k * Math.sqrt(Math.max(mean - half, 1)), 0.5 * Math.atan2(2 * c, e - n)));
  }
  if (s.kind === 'named_place' && at) {
    const r = (sigmas(share) * (s.radius_m ?? 0)) / kHalfMassSigmas;
    return r > 0 ? polygon(ellipse(at, r, r, 0)) : null;
  }
  if (s.kind === 'annular_sector' && at) {
    const [low, high, edge] = [s.range_min_m ?? 0, s.range_max_m ?? 0, Math.max(s.edge_m ?? 0, 1)];
    const whole = (s.half_width_deg ?? 180) >= 180;
    const half = whole ? 180 : Math.min(180, flatHolding(s.half_width_deg!, Math.max(s.edge_deg ?? 0, 0.1), root));
    const [r0, r1] = ringHolding(Math.max(0, low - 4 * edge), high + 4 * edge, (r) => soft(Math.max(0, low - r, r - high), edge), whole ? share : root, low > 0);
    return sector(at, r0, r1, s.azimuth_deg ?? 0, half);
  }
  if (s.kind === 'bearing' && at) {
    const high = s.range_max_m ?? 0;
    const edge = edgeOf(high);
    const [, r1] = ringHolding(0, high + 4 * edge, (r) => soft(r - high, edge), root, false);
    return sector(at, 0, r1, s.azimuth_deg ?? 0, Math.min(180, flatHolding(0, Math.max(s.sigma_deg ?? 0, 0.01), root)));
  }
  if (s.kind === 'pixel' && at) {
    const sigma = Math.max(s.geolocation_sigma_m ?? 0, 1);
    const [u, v] = [flatHolding((s.scan_m ?? 0) / 2, sigma, root), flatHolding((s.track_m ?? 0) / 2, sigma, root)];
    const to = frame(at);
    const [sin, cos] = [Math.sin((s.heading_deg ?? 0) * rad), Math.cos((s.heading_deg ?? 0) * rad)];
    return polygon(close(([[-u, -v], [u, -v], [u, v], [-u, v]] as Point[]).map(([a, b]) => to(a * cos + b * sin, -a * sin + b * cos))));
  }
  return null;
}

/** What one source gave, as it gave it: its own ring, wedge, line of sight or way, before the engine's soft edges. */
export function told(s: Shape | undefined): { geometry: Geometry; mark: 'area' | 'line' | 'place' }[] {
  if (!s) return [];
  const at = s.geometry?.type === 'Point' ? (s.geometry.coordinates as Point) : null;
  if (s.kind === 'polygon' && s.geometry) return [{ geometry: s.geometry, mark: 'area' }];
  if (s.kind === 'track' && s.fixes?.length) return [{ geometry: { type: 'LineString', coordinates: s.fixes.map((f) => f.at) }, mark: 'line' }];
  if (!at) return [];
  const place = { geometry: { type: 'Point', coordinates: at }, mark: 'place' as const };
  if (s.kind === 'annular_sector') return [{ geometry: sector(at, s.range_min_m ?? 0, s.range_max_m ?? 0, s.azimuth_deg ?? 0, s.half_width_deg ?? 180), mark: 'area' }, place];
  if (s.kind === 'bearing') {
    const to = frame(at);
    const a = (s.azimuth_deg ?? 0) * rad;
    const r = s.range_max_m ?? 0;
    return [{ geometry: sector(at, 0, r, s.azimuth_deg ?? 0, Math.min(180, s.sigma_deg ?? 0)), mark: 'area' }, { geometry: { type: 'LineString', coordinates: [at, to(r * Math.sin(a), r * Math.cos(a))] }, mark: 'line' }, place];
  }
  if (s.kind === 'arrival') return [place];
  const whole = region(s, 0.9);
  return whole ? [{ geometry: whole, mark: 'area' }] : [place];
}
