// The agreement as GET /api/agreement gives it, and how its values read.
import type { Feature, Interval } from '../records';
import { say, words } from '../words';
import * as when from '../when';

export interface Provision {
  id: string; words: string; source?: string; norm?: string; binds?: string[]; acts?: string[]; effects?: string[]; during?: string[]; needs?: string[]; overrides?: string[];
  zones?: string[]; zone_kinds?: string[]; in_force?: Partial<Interval>; distance_m?: number; number_max?: number; standard_of_proof?: string; severity?: string; remedies?: string[];
  exceptions?: { id: string; words?: string; needs?: string[]; notice_kinds?: string[] }[];
  readings?: { id: string; changes: Record<string, unknown> | null }[];
}
export interface Definition { kind: string; id: string; name?: string; words?: string; area?: string; of_kind?: string; party?: string; around_m?: number; valid?: Partial<Interval> }
export interface Agreement {
  title: string; source?: string; hash?: string; languages?: string[];
  mechanism?: { standards_of_proof?: Record<string, number> };
  parties: { id: string; name?: string; answers_for?: string[] }[];
  readings: { id: string; words?: string; party?: string }[];
  definitions?: Definition[];
  provisions: Provision[];
}

/** A field's value in words: times in the mission's zone, lists with commas, what is not there as such. */
export function value(v: unknown): string {
  if (v === null || v === undefined || v === '') return say('agreement.not_stated');
  if (typeof v === 'number') return words.number(v, Number.isInteger(v) ? 0 : 2);
  if (Array.isArray(v)) return v.map(value).join(', ');
  if (typeof v !== 'object') return String(v);
  const one = v as Record<string, unknown>;
  if ('start' in one || 'end' in one) return interval(one as Partial<Interval>);
  return String(one.words ?? one.name ?? one.id ?? Object.entries(one).map(([k, x]) => `${k.replaceAll('_', ' ')} ${value(x)}`).join(', '));
}

function interval({ start, end }: Partial<Interval>): string {
  const told = (text: string) => { const t = Date.parse(text); return Number.isNaN(t) ? text : `${when.day(t)} ${when.year(t)} ${when.clock(t)} ${when.offset(t)}`; };
  if (start && end) return `${told(start)} – ${told(end)}`;
  return start ? say('agreement.from', { time: told(start) }) : end ? say('agreement.until', { time: told(end) }) : say('agreement.always');
}

/** Where the map shows all of it, as the address has it: zoom/latitude/longitude. */
export function placeOf(f: Feature<unknown>): string | null {
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
  const walk = (c: unknown): void => {
    if (!Array.isArray(c)) return;
    if (typeof c[0] !== 'number') return c.forEach(walk);
    const [x, y] = c as number[];
    [west, south, east, north] = [Math.min(west, x), Math.min(south, y), Math.max(east, x), Math.max(north, y)];
  };
  walk(f.geometry?.coordinates);
  if (!Number.isFinite(west)) return null;
  const wide = Math.max(east - west, (north - south) * 1.6, 0.02);
  const zoom = Math.min(13, Math.max(3, Math.log2(360 / wide)));
  return `${zoom.toFixed(1)}/${((south + north) / 2).toFixed(4)}/${((west + east) / 2).toFixed(4)}`;
}
