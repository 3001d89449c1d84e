// Counts per day as a line with the band from the least to the most, and the days on which the rate changed.
import { html, nothing, svg, type TemplateResult } from 'lit';
import { level } from '../coverage';
import { long, short } from '../days';
import type { Count } from '../records';
import { say, words } from '../words';
import { total, type Board, type Cell, type Change, type Row } from './board-data';

const kWide = 150;
const kHigh = 22;

/** Of each day the least, the best and the most; nothing where no feed has told of it. */
function counts(cells: (Cell | undefined)[]): (Drawn | null)[] {
  return cells.map((c) => (c ? drawn(total([c])) : null));
}

interface Drawn { low: number; best: number; high: number }
/** Where no upper end is known the band goes to twice the best value, as is said beside it. */
const drawn = (v: Count): Drawn => ({ low: v.low, best: v.best, high: v.unbounded || v.high === undefined ? Math.max(v.best * 2, v.low) : v.high });

/** Runs of days of which something was told: a gap is no zero. */
function runs<T>(all: (T | null)[]): { at: number; of: T }[][] {
  const out: { at: number; of: T }[][] = [];
  all.forEach((of, at) => {
    if (of === null) return;
    if (at > 0 && all[at - 1] !== null && out.length) out[out.length - 1].push({ at, of });
    else out.push([{ at, of }]);
  });
  return out;
}

export function line(cells: (Cell | undefined)[], changes: Change[], days: string[]): TemplateResult {
  const all = counts(cells);
  const most = Math.max(1, ...all.map((c) => c?.high ?? 0));
  const step = kWide / Math.max(1, days.length - 1);
  const y = (n: number) => (kHigh - 2 - (n / most) * (kHigh - 4)).toFixed(1);
  const x = (i: number) => (i * step).toFixed(1);
  return html`<svg class="spark" viewBox="0 0 152 24" width="152" height="24" aria-hidden="true">
    ${cells.map((c, i) => (c && c.sector !== null && level(c.coverage) === 'x' ? svg`<rect class="unseen" x=${Math.max(0, i * step - step / 2).toFixed(1)} y="22" width=${step.toFixed(1)} height="2"></rect>` : nothing))}
    ${runs(all).map((run) => svg`<path class="band" d=${`M${run.map((p) => `${x(p.at)} ${y(p.of.high)}`).join('L')}L${[...run].reverse().map((p) => `${x(p.at)} ${y(p.of.low)}`).join('L')}Z`}></path>
      <path class="sp" d=${`M${run.map((p) => `${x(p.at)} ${y(p.of.best)}`).join('L')}${run.length === 1 ? 'h1' : ''}`}></path>`)}
    ${changes.map((c) => svg`<path class="axis chg" d=${`M${x(days.indexOf(c.day))} 0V22`}></path>`)}
    ${all.length && all[all.length - 1] ? svg`<circle class="inkf" r="1.8" cx=${x(all.length - 1)} cy=${y(all[all.length - 1]!.best)}></circle>` : nothing}</svg>`;
}

/** All sectors together, and in words when and by how much the rate of incidents changed. */
export function chart(rows: Row[], board: Board): TemplateResult {
  const days = board.days;
  const told = days.map((_, i) => rows.map((r) => r.cells[i])).map((cells) => (cells.every((c) => !c) ? null : total(cells)));
  const open = told.some((c) => c?.unbounded);
  const all = told.map((c) => (c ? drawn(c) : null));
  if (all.every((c) => c === null)) return html`<p class="m">${say('board.untold')}</p>`;
  const top = nice(Math.max(1, ...all.map((c) => c?.high ?? 0)));
  const [left, right, floor, height] = [34, 346, 130, 112];
  const x = (i: number) => (left + (i / Math.max(1, days.length - 1)) * (right - left)).toFixed(1);
  const y = (n: number) => (floor - (n / top) * height).toFixed(1);
  const named = (sector: string | null) => rows.find((r) => r.sector === sector)?.name ?? say('filter.outside');
  return html`<p class="m s">${say('board.per_day')}</p>
    <svg class="chart" viewBox="0 0 352 150" role="img" aria-label=${say('board.per_day')}>
      ${[0, top / 2, top].map((n) => svg`<path class="hair" d=${`M${left} ${y(n)}H${right}`}></path><text class="t3" text-anchor="end" x=${left - 6} y=${Number(y(n)) + 4}>${words.number(n)}</text>`)}
      ${runs(all).map((run) => svg`<path class="band" d=${`M${run.map((p) => `${x(p.at)} ${y(p.of.high)}`).join('L')}L${[...run].reverse().map((p) => `${x(p.at)} ${y(p.of.low)}`).join('L')}Z`}></path>
        <path class="sp" d=${`M${run.map((p) => `${x(p.at)} ${y(p.of.best)}`).join('L')}${run.length === 1 ? 'h2' : ''}`}></path>`)}
      ${board.changes.map((c) => svg`<path class="axis chg" d=${`M${x(days.indexOf(c.day))} 8V${floor}`}></path>`)}
      <text class="t3" x=${left} y="146">${short(days[0])}</text><text class="t3" text-anchor="end" x=${right} y="146">${short(days[days.length - 1])}</text></svg>
    <ul class="s m chgs">${board.changes.map((c) => html`<li>${say('board.change', { sector: named(c.sector), day: long(c.day), before: words.number(c.before_mean, 1), after: words.number(c.after_mean, 1) })}</li>`)}
      ${board.changes.length ? nothing : html`<li>${say('board.no_change')}</li>`}</ul>
    <p class="s q">${say('board.band')} ${open ? say('board.band_open') : nothing} ${say('trend.rule')}</p>`;
}

function nice(n: number): number {
  const power = 10 ** Math.floor(Math.log10(n));
  return [2, 4, 6, 8, 10].map((k) => k * power).find((k) => k >= n) ?? n;
}
