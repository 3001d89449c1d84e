// The reporting days of the mission: civil days in its zone, "2025-04-19", and the instants they begin and end at.
import { data } from './room-data';
import { state } from './state';
import * as when from './when';

export const kDaysMost = 400;  // the server gives no more at once
const kHour = 3_600_000;

const utc = (day: string): number => Date.parse(`${day}T00:00:00Z`);
export const plus = (day: string, n: number): string => new Date(utc(day) + n * 24 * kHour).toISOString().slice(0, 10);
export const from_to = (first: string, last: string): number => Math.round((utc(last) - utc(first)) / (24 * kHour)) + 1;

/** The civil day of an instant in the zone of the mission. */
export function dayOf(instant: number): string {
  const p = when.parts(instant);
  const two = (n: number) => String(n).padStart(2, '0');
  return `${String(p.year).padStart(4, '0')}-${two(p.month)}-${two(p.day)}`;
}

const known = new Map<string, { start: number; end: number }>();

/** Its first instant, and that of the day after. */
export function ends(day: string): { start: number; end: number } {
  const key = `${day} ${data.mission?.time_zone}`;
  let there = known.get(key);
  if (!there) known.set(key, there = worked(day));
  return there;
}

function worked(day: string): { start: number; end: number } {
  const noon = (d: string) => utc(d) + 12 * kHour - when.ahead_min(utc(d) + 12 * kHour) * 60_000;
  return { start: when.midnight(noon(day)), end: when.midnight(noon(plus(day, 1))) };
}

/** An instant as the address has it. */
export const iso = (t: number): string => new Date(t).toISOString().replace('.000Z', 'Z');

/** Of the day all but what already belongs to the next. */
export function asTimes(day: string): { from: string; to: string } {
  const { start, end } = ends(day);
  return { from: iso(start), to: iso(end - 1000) };
}

/** "19 Apr" and "Saturday, 19 April 2025", whatever the hour at which the day begins. */
export const short = (day: string): string => when.day(ends(day).start + 12 * kHour);
export const long = (day: string): string => when.fullDay(ends(day).start + 12 * kHour);

/** From one day to another; where it is one day it is said once. */
export const span = (first: string, last: string, write = long): string => (first === last ? write(first) : `${write(first)} – ${write(last)}`);

/** The days that pages are about: those of the report as far as they have come, as many as the address asks for. */
export function range(usual: number, day = state.now.day): { first: string; last: string } | null {
  if (!data.mission) return null;
  const stated = data.mission.report_days;
  const today = dayOf(Date.now());
  if (!stated && data.loading) return null;
  const end = stated ? (today < stated.first || today > stated.last ? stated.last : today) : latest() ?? today;
  const last = day || end;
  const n = state.now.span === 'all' ? (stated ? from_to(stated.first, last) : kDaysMost) : Number(state.now.span || usual);
  const first = plus(last, 1 - Math.min(Math.max(n, 1), kDaysMost));
  return { first: stated && first < stated.first && stated.first <= last ? stated.first : first, last };
}

/** The usual days where they hold the one that the address names, else those that end with it. */
export function around(usual: number): { first: string; last: string } | null {
  const r = range(usual, '');
  const { day } = state.now;
  return r && day && (day < r.first || day > r.last) ? range(usual, day) : r;
}

/** Each of them. */
export const each = (first: string, last: string): string[] => Array.from({ length: Math.max(0, from_to(first, last)) }, (_, i) => plus(first, i));

/** The day of the last incident read, where the mission states no days. */
function latest(): string | null {
  const rows = data.rows(false);
  return rows.length ? dayOf(Math.max(...rows.map((r) => r.end))) : null;
}
