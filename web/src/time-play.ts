// The time shown set in motion, by whoever asks for it and by nobody else: play, a step to the next event, and the end
// that follows the clock. Who asked the system for less motion sees a step a second in place of a glide.
import { data } from './room-data';
import { state } from './state';

const iso = (t: number) => new Date(Math.round(t / 1000) * 1000).toISOString().replace('.000Z', 'Z');

class Playing extends EventTarget {
  on = false;
  /** All there is. */
  within: [number, number] = [0, 0];
  private frame = 0;
  private last = 0;
  private clock = 0;

  constructor() {
    super();
    if (state.now.live) this.beat();
    state.addEventListener('change', () => { if (state.now.live !== (this.clock !== 0)) this.beat(); });
  }

  turn(): void { if (this.on) this.stop(); else this.start(); }

  /** From the end of the time shown; where that is the end of all, from the beginning. */
  private start(): void {
    this.on = true;
    if (!state.now.to || Date.parse(state.now.to) >= this.within[1]) {
      const width = state.now.from ? this.within[1] - Date.parse(state.now.from) : 0;
      const begin = this.within[0];
      state.set({ from: width ? iso(begin) : '', to: iso(begin + (width || 1000)), live: false });
    } else state.set({ live: false });
    this.last = performance.now();
    const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
    const go = (now: number) => {
      if (!this.on) return;
      if (calm || now - this.last >= 60) { this.move(((now - this.last) / 1000) * state.now.speed * 1000); this.last = now; }
      if (this.on) this.frame = calm ? window.setTimeout(() => go(performance.now()), 1000) : requestAnimationFrame(go);
    };
    this.frame = calm ? window.setTimeout(() => go(performance.now()), 1000) : requestAnimationFrame(go);
    this.changed();
  }

  stop(): void {
    if (!this.on) return;
    this.on = false;
    cancelAnimationFrame(this.frame);
    clearTimeout(this.frame);
    state.set({});
    this.changed();
  }

  /** Both ends move; where there is no beginning chosen, what is shown grows. */
  private move(by_ms: number): void {
    const to = Date.parse(state.now.to || iso(this.within[1])) + by_ms;
    if (to >= this.within[1]) {
      state.glide({ to: '' });
      this.stop();
      return;
    }
    state.glide({ to: iso(to), from: state.now.from ? iso(Date.parse(state.now.from) + by_ms) : '' });
  }

  /** The first incident that begins after the end of the time shown, or after the one selected; it is selected. */
  next(): void {
    const chosen = data.selected();
    const after = chosen ? chosen.start : state.now.to ? Date.parse(state.now.to) : -Infinity;
    const rows = data.timeless();
    const later = rows.filter((r) => r.start > after || (chosen && r.start === after && r.incident.id > chosen.incident.id));
    const found = later[later.length - 1] ?? rows[rows.length - 1];
    if (!found) return;
    const change = { sel: found.incident.id };
    const { from, to } = state.now;
    // The window goes along, as wide as it is, only where the event would lie outside it.
    if (to && found.start > Date.parse(to)) {
      const by = found.start - Date.parse(to);
      state.set({ ...change, to: iso(found.start + 1000), from: from ? iso(Date.parse(from) + by) : '', live: false });
    } else if (from && found.end < Date.parse(from)) state.set({ ...change, from: iso(found.start), to: to && iso(found.start + Date.parse(to) - Date.parse(from)), live: false });
    else state.set(change);
  }

  /** The end of the time shown is open and its beginning goes along, a beat each ten seconds. */
  follow(on: boolean): void {
    this.stop();
    const width = state.now.from ? (state.now.to ? Date.parse(state.now.to) : this.within[1]) - Date.parse(state.now.from) : 0;
    this.width = width;
    state.set(on ? { live: true, known: null, to: '', from: width ? iso(Date.now() - width) : '' } : { live: false });
  }
  private width = 0;

  private beat(): void {
    clearInterval(this.clock);
    this.clock = 0;
    if (!state.now.live) return;
    this.clock = window.setInterval(() => {
      if (this.width && state.now.live) state.glide({ from: iso(Date.now() - this.width) });
      this.changed();
    }, 10_000);
  }

  private changed(): void { this.dispatchEvent(new Event('change')); }
}

export const playing = new Playing();
