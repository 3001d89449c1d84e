// Times in the zone of the mission, with the offset that held then; UTC beside them.
import { words } from './words';

let zone = 'UTC';

/** A zone that this browser does not know is read as UTC, and so says its offset. */
export function use(name: string): void {
  try { new Intl.DateTimeFormat('en', { timeZone: name }); zone = name; } catch { zone = 'UTC'; }
}

const made = new Map<string, Intl.DateTimeFormat>();

function format(instant: number, timeZone: string, options: Intl.DateTimeFormatOptions): string {
  const key = `${words.language} ${timeZone} ${JSON.stringify(options)}`;
  let f = made.get(key);
  if (!f) made.set(key, f = new Intl.DateTimeFormat(words.language === 'en' ? 'en-GB' : words.language, { timeZone, ...options }));
  return f.format(instant);
}

const hours: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' };

export function parts(instant: number): { year: number; month: number; day: number; hour: number; minute: number } {
  let f = made.get(`parts ${zone}`);
  if (!f) {
    made.set(`parts ${zone}`, f = new Intl.DateTimeFormat('en-GB', {
      timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hourCycle: 'h23',
    }));
  }
  const found = Object.fromEntries(f.formatToParts(instant).map((p) => [p.type, Number(p.value)]));
  return found as any;
}

/** Minutes that the zone is ahead of UTC at that instant. */
export function ahead_min(instant: number): number {
  const p = parts(instant);
  const local = Date.UTC(p.year, p.month - 1, p.day, p.hour, p.minute);
  return Math.round((local - Math.floor(instant / 60_000) * 60_000) / 60_000);
}

export function offset(instant: number): string {
  const m = ahead_min(instant);
  const two = (n: number) => String(n).padStart(2, '0');
  return `${m < 0 ? '−' : '+'}${two(Math.floor(Math.abs(m) / 60))}:${two(Math.abs(m) % 60)}`;
}

export const clock = (instant: number) => format(instant, zone, hours);
export const clockUtc = (instant: number) => format(instant, 'UTC', hours);
export const day = (instant: number) => format(instant, zone, { day: 'numeric', month: 'short' });
export const dayUtc = (instant: number) => format(instant, 'UTC', { day: 'numeric', month: 'short' });
export const fullDay = (instant: number) => format(instant, zone, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });

/** A civil day, 2025-04-19, in words: it has no zone. */
export const fullDayOf = (text: string) => format(Date.parse(`${text}T12:00:00Z`), 'UTC', { weekday: 'short', day: 'numeric', month: 'long', year: 'numeric' });

/** "16 Apr 23:41 – 17 Apr 00:12 +03:00" and the same in UTC. */
export function span(start: number, end: number): { local: string; utc: string } {
  const write = (d: (i: number) => string, c: (i: number) => string) => {
    const from = `${d(start)} ${c(start)}`;
    if (end - start < 60_000) return from;
    return d(start) === d(end) ? `${from} – ${c(end)}` : `${from} – ${d(end)} ${c(end)}`;
  };
  return { local: `${write(day, clock)} ${offset(start)}`, utc: `${write(dayUtc, clockUtc)} UTC` };
}

/** Midnight in the zone on the day of the instant. */
export function midnight(instant: number): number {
  const p = parts(instant);
  const guess = Date.UTC(p.year, p.month - 1, p.day) - ahead_min(instant) * 60_000;
  return guess - (ahead_min(guess) - ahead_min(instant)) * 60_000;
}

/** What a field of date and time holds for an instant, and back: 2025-04-19 18:00, in no country's own order. */
export function toField(instant: number): string {
  const p = parts(instant);
  const two = (n: number) => String(n).padStart(2, '0');
  return `${String(p.year).padStart(4, '0')}-${two(p.month)}-${two(p.day)} ${two(p.hour)}:${two(p.minute)}`;
}
export function fromField(text: string): number | null {
  const m = text.trim().match(/^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d)$/);
  const as_utc = m ? Date.parse(`${m[1]}T${m[2]}Z`) : NaN;
  if (Number.isNaN(as_utc)) return null;
  const guess = as_utc - ahead_min(as_utc) * 60_000;
  return as_utc - ahead_min(guess) * 60_000;
}

/** "April", of an instant by its text. */
export const month = (instant: string) => format(Date.parse(instant), 'UTC', { month: 'long' });
export const monthShort = (instant: string) => format(Date.parse(instant), 'UTC', { month: 'short' });
export const year = (instant: number) => String(parts(instant).year);
