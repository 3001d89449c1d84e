// The board as the server works it out (GET /api/board), put in order for drawing.
import type { Count, Value } from '../records';

export interface Cell {
  day: string; sector: string | null; incidents: number; violations: Count; coverage: number | null;
  breach: number; undeterminable: number; compliant: number; nowhere?: number;
}
export interface Trend { words: string; ratio: { best: number | null; low: number | null; high: number | null } }
export interface Change { day: string; sector: string | null; before_mean: number; after_mean: number; rule: string }
export interface Board { cells: Cell[]; days: string[]; sectors: { id: string; name: string }[]; trend: (Trend & { sector: string | null })[]; trend_of_all: Trend | null; changes: Change[] }

export interface Row { sector: string | null; name: string; cells: (Cell | undefined)[]; trend?: Trend; changes: Change[] }

/** A row for each sector, then one for what lies outside all, where anything does. `outside`: what that one is called. */
export function rowsOf(board: Board, outside: string): Row[] {
  const at = new Map(board.cells.map((c) => [`${c.day} ${c.sector ?? ''}`, c]));
  const row = (sector: string | null, name: string): Row => ({
    sector, name, cells: board.days.map((d) => at.get(`${d} ${sector ?? ''}`)),
    trend: board.trend.find((t) => t.sector === sector), changes: board.changes.filter((c) => c.sector === sector),
  });
  const last = row(null, outside);
  return [...board.sectors.map((s) => row(s.id, s.name || s.id)), ...(board.sectors.length === 0 || last.cells.some((c) => c?.incidents) ? [last] : [])];
}

/** The gravest of what was found of a day; null where no finding speaks of it. */
export function gravestOf(c: Cell): Value | null {
  if (c.incidents === 0) return null;
  return c.breach ? 'breach' : c.undeterminable ? 'undeterminable' : c.compliant ? 'compliant' : 'not_applicable';
}

/** A zero counts nothing, though it may be no bound: its count is left out of sums. */
export function total(cells: (Cell | undefined)[]): Count {
  const out: Count = { low: 0, best: 0, high: 0 };
  for (const c of cells) {
    if (!c || c.incidents === 0) continue;
    out.low += c.violations.low;
    out.best += c.violations.best;
    if (c.violations.unbounded || c.violations.high === undefined || out.unbounded) { out.unbounded = true; delete out.high; }
    else out.high = (out.high ?? 0) + c.violations.high;
  }
  return out;
}

export function meanCoverage(cells: (Cell | undefined)[]): number | null {
  const said = cells.flatMap((c) => (typeof c?.coverage === 'number' ? [c.coverage] : []));
  return said.length ? said.reduce((a, b) => a + b, 0) / said.length : null;
}
