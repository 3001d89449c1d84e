// How numbers are written: the best first, its interval after it; never 0 or 1 where nothing is certain.
import type { Count, Incident } from './records';
import { say, words } from './words';

export function interval(c: Count): string {
  if (c.unbounded || c.high === undefined) return say('count.at_least', { low: c.low });
  if (c.low === c.high) return say('count.exact');
  return `${words.number(c.low)}–${words.number(c.high)}`;
}

export function probability(p: number): string {
  if (p <= 0) return words.number(0);
  if (p > 0.9995) return `> ${words.number(0.999, 3)}`;
  if (p < 0.0005) return `< ${words.number(0.001, 3)}`;
  return words.number(p, p > 0.985 || p < 0.015 ? 3 : 2);
}

/** A weight in powers of ten, with a true minus. */
export function weight(w: number): string {
  const text = words.number(Math.abs(w), Math.abs(w) < 0.95 ? 2 : 1);
  return w < 0 ? `−${text}` : `+${text}`;
}

export function kilometres(m: number): string {
  if (m < 100) return say('unit.m', { m: words.number(m < 10 ? Math.round(m) : Math.round(m / 10) * 10) });
  return say('unit.km', { km: words.number(m / 1000, m < 10_000 ? 1 : 0) });
}

/** A length of time in the unit that says it in one or two figures. */
export function lasting(ms: number): string {
  const s = Math.round(ms / 1000);
  if (s < 120) return say('time.seconds', { n: s });
  if (s < 7200) return say('time.minutes', { n: Math.round(s / 60) });
  return say('time.hours', { n: Math.round(s / 3600) });
}

export function coordinates([lon, lat]: [number, number]): string {
  const part = (v: number, plus: string, minus: string) => `${words.number(Math.abs(v), 2)}°\u00a0${say(v < 0 ? minus : plus)}`;
  return `${part(lat, 'compass.n', 'compass.s')} ${part(lon, 'compass.e', 'compass.w')}`;
}

/** What is released is in a block of cells, and nothing narrower is told. */
export const block = ([east, north]: [number, number]): string => say('unit.block', { east: words.number(east / 1000, 0), north: words.number(north / 1000, 0) });

/** Ten to the power of the sum of weights, as "about 320 to 1". */
export function odds(incident: Incident): string {
  const p = Math.min(Math.max(incident.p_real, 1e-6), 1 - 1e-6);
  const ratio = p / (1 - p);
  const round = (n: number) => words.number(Number(n.toPrecision(2)), n < 10 ? 1 : 0);
  return ratio >= 1 ? say('odds.for', { n: round(ratio) }) : say('odds.against', { n: round(1 / ratio) });
}
