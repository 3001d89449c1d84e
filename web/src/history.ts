// A record of years does not fit on a screen, nor in a browser's memory at once. The live picture holds at most kMost
// incidents; what is older is counted by the server, drawn from its tiles, and read window by window when asked for.
import type { Histogram } from './records';

/** Incidents that are read at once where there are too many to read all. */
export const kWindow = 500;

export const incidents = (h: Histogram): number => h.bins.reduce((n, b) => n + b.incidents, 0);

/** From when on the newest `wanted` incidents began, at the bounds of the bins: at least one bin that holds any. */
export function since(h: Histogram, wanted: number): number {
  let n = 0;
  for (const bin of [...h.bins].reverse()) {
    n += bin.incidents;
    if (n >= wanted) return Date.parse(bin.start);
  }
  return h.bins.length ? Date.parse(h.bins[0].start) : -Infinity;
}

export function span(h: Histogram): [number, number] { return [Date.parse(h.from), Date.parse(h.to)]; }
