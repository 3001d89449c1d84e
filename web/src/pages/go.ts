// Links that stay in the app, and arrows that move in a grid of which Tab reaches one cell.
import { state, type State } from '../state';

/** The click of a link to another view; with a modifier the browser opens it its own way. */
export function go(change: Partial<State>, step = true): (e: MouseEvent) => void {
  return (e) => {
    if (e.metaKey || e.ctrlKey || e.shiftKey || e.button !== 0) return;
    e.preventDefault();
    state.set(change, step);
  };
}

const steps: Record<string, [number, number]> = {
  ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], Home: [0, -1e6], End: [0, 1e6],
};

/** Where a key leads from a cell with `data-at="row column"`; null where it is not for the grid. */
export function moved(e: KeyboardEvent, rows: number, columns: number): [number, number] | null {
  const from = (e.target as HTMLElement).dataset.at;
  if (!(e.key in steps) || !from || e.altKey || e.ctrlKey || e.metaKey) return null;
  e.preventDefault();
  const [y, x] = from.split(' ').map(Number);
  const within = (n: number, most: number) => Math.min(most - 1, Math.max(0, n));
  return [within(y + steps[e.key][0], rows), within(x + steps[e.key][1], columns)];
}
