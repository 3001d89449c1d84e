// What is asked of the server only once someone looks: versions, arrivals, what stands without a source, single reports.
import * as api from './api';
import type { Arrivals, Incident, Observation, Recording, Traces, Version, Without } from './records';

/** What came: nothing yet, a value (null: the server has no such view), or why not. */
export interface Answer<T> { value?: T | null; failed?: string; forbidden?: boolean; waiting: boolean }

class OnDemand extends EventTarget {
  private readonly had = new Map<string, Answer<any>>();

  versions(i: Incident): Answer<Version[]> { return this.ask(`versions ${i.id} ${i.version}`, () => api.versions(i.id)); }
  arrivals(i: Incident): Answer<Arrivals> { return this.ask(`arrivals ${i.id} ${i.version}`, () => api.arrivals(i.id)); }
  recordings(i: Incident): Answer<Recording[]> { return this.ask(`recordings ${i.id} ${i.version}`, () => api.recordings(i.id)); }
  traces(recording: string, from: number, to: number, bins: number): Answer<Traces> {
    return this.ask(`traces ${recording} ${from} ${to} ${bins}`, () => this.in_turn(() => api.traces(recording, from, to, bins)));
  }
  without(i: Incident, sources: string[]): Answer<Without> {
    const off = [...sources].sort();
    return this.ask(`without ${i.id} ${i.version} ${off.join(',')}`, () => api.without(i.id, off));
  }
  observation(id: string, known: number | null): Answer<Observation> {
    return this.ask(`observation ${id}`, async () => (await api.item<Observation>('observations', id, known)).properties);
  }
  /** Asks again for what could not be had. */
  retry(): void {
    for (const [key, a] of this.had) if (a.failed) this.had.delete(key);
    this.dispatchEvent(new Event('change'));
  }

  private ask<T>(key: string, load: () => Promise<T | null>): Answer<T> {
    const there = this.had.get(key);
    if (there) return there;
    if (this.had.size > 2000) this.had.clear();
    const waiting: Answer<T> = { waiting: true };
    this.had.set(key, waiting);
    const done = (a: Answer<T>) => { this.had.set(key, a); this.soon(); };
    load().then((value) => done({ value, waiting: false }), (e) => {
      const status = e instanceof api.ApiError ? e.status : 0;
      done({ failed: e instanceof Error ? e.message : String(e), forbidden: status === 403, waiting: false });
    });
    return waiting;
  }

  /** One after another: the server answers no more than a few questions of this kind at once. */
  private in_turn<T>(load: () => Promise<T>): Promise<T> {
    const mine = this.last.then(load, load);
    this.last = mine.catch(() => undefined);
    return mine;
  }
  private last: Promise<unknown> = Promise.resolve();

  private timer = 0;
  private soon(): void {
    if (this.timer) return;
    this.timer = window.setTimeout(() => { this.timer = 0; this.dispatchEvent(new Event('change')); }, 30);
  }
}

export const onDemand = new OnDemand();
