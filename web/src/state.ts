// The whole state of a view stands in the address: a link in a report opens what its writer saw.
import { ReactiveController, ReactiveControllerHost } from 'lit';

export const pages = ['room', 'incident', 'board', 'desk', 'quiet', 'sources', 'agreement', 'report', 'proof', 'signin'] as const;
export type Page = (typeof pages)[number];

export interface State {
  page: Page;
  sel: string;
  value: string;
  provision: string;
  reading: string;
  class: string;
  from: string;
  to: string;
  known: number | null;
  inview: boolean;
  map: string;
  /** Layers of the map that are taken off it. */
  off: string;
  /** The stretch that the timeline shows; empty: all there is. */
  tfrom: string;
  tto: string;
  /** Seconds of the record in a second of play. */
  speed: number;
  /** The end of the time shown follows the clock. */
  live: boolean;
  /** Sources of the incident in sight that are switched off. */
  without: string;
  lang: string;
  theme: string;
  /** The case open on the desk: kind and record. */
  case: string;
  /** Which cases the desk lists: those to decide, or all. */
  cases: string;
  /** The report in sight: DAY or DAY_DAY. */
  days: string;
  /** Where to go after signing in. */
  back: string;
  /** A sector of the mission by its id; `-` is what lies outside all. */
  sector: string;
  /** Civil day of the mission that a page is about; with `span`, the last of so many. */
  day: string;
  span: string;
  /** Of which health the sources are listed. */
  health: string;
}

const empty: State = {
  page: 'room', sel: '', value: '', provision: '', reading: '', class: '',
  from: '', to: '', known: null, inview: false, map: '', off: '', tfrom: '', tto: '', speed: 3600, live: false, without: '', lang: '', theme: '',
  case: '', cases: '', days: '', back: '',
  sector: '', day: '', span: '', health: '',
};

/** From a minute to a day in a second. */
export const speeds = [60, 600, 3600, 21_600, 86_400];

function instant(text: string | null): string {
  return text && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(text) && !Number.isNaN(Date.parse(text)) ? text : '';
}

/** How many days a board shows; `all` as many as the mission has, up to what the server gives at once. */
export const spans = ['7', '14', '28', '56', 'all'] as const;
export const health = ['watching', 'not_watching', 'unknown'] as const;

function civil(text: string): string {
  const [year, month, day] = text.split('-').map(Number);
  const made = /^\d{4}-\d\d-\d\d$/.test(text) ? new Date(Date.UTC(year, month - 1, day)) : null;
  return made?.toISOString().slice(0, 10) === text ? text : '';
}

export function read(search: string): State {
  const q = new URLSearchParams(search);
  const text = (key: string) => q.get(key) ?? '';
  const known = /^\d{1,15}$/.test(text('known')) ? Number(text('known')) : null;
  return {
    ...empty,
    page: pages.find((p) => p === text('page')) ?? 'room',
    sel: text('sel'), value: text('value'), provision: text('provision'), reading: text('reading'), class: text('class'),
    from: instant(q.get('from')), to: instant(q.get('to')), known,
    inview: text('inview') === '1',
    map: /^[\d.]+\/-?[\d.]+\/-?[\d.]+$/.test(text('map')) ? text('map') : '',
    off: /^[a-z,]{1,60}$/.test(text('off')) ? text('off') : '',
    tfrom: instant(q.get('tfrom')), tto: instant(q.get('tto')),
    speed: speeds.find((n) => String(n) === text('speed')) ?? 3600,
    live: text('live') === '1', without: text('without').slice(0, 2000),
    lang: text('lang'), theme: ['light', 'dark'].includes(text('theme')) ? text('theme') : '',
    case: text('case').slice(0, 300), cases: text('cases') === 'all' ? 'all' : '',
    days: /^\d{4}-\d\d-\d\d(_\d{4}-\d\d-\d\d)?$/.test(text('days')) ? text('days') : '',
    back: pages.find((p) => p === text('back')) ?? '',
    sector: text('sector').slice(0, 200), day: civil(text('day')),
    span: spans.find((n) => n === text('span')) ?? '', health: health.find((h) => h === text('health')) ?? '',
  };
}

export function address(state: State): string {
  const q = new URLSearchParams();
  for (const [key, value] of Object.entries(state)) {
    if (value === (empty as any)[key] || value === '') continue;
    q.set(key, value === true ? '1' : String(value));
  }
  const text = q.toString().replaceAll('%3A', ':').replaceAll('%2F', '/');
  return text ? `/?${text}` : '/';
}

class Store extends EventTarget {
  now: State = read(location.search);

  constructor() {
    super();
    addEventListener('popstate', () => { this.now = read(location.search); this.changed(); });
  }

  /** `step`: something to come back to with the browser's back button. */
  set(change: Partial<State>, step = false): void {
    this.now = { ...this.now, ...change };
    const to = address(this.now);
    if (to !== location.pathname + location.search) history[step ? 'pushState' : 'replaceState'](null, '', to);
    this.changed();
  }

  /** For what changes many times a second: the address follows when it has come to rest. */
  glide(change: Partial<State>): void {
    this.now = { ...this.now, ...change };
    clearTimeout(this.resting);
    this.resting = window.setTimeout(() => this.set({}), 300);
    this.changed();
  }
  private resting = 0;

  link(change: Partial<State>): string { return address({ ...this.now, ...change }); }

  private changed(): void { this.dispatchEvent(new Event('change')); }
}

export const state = new Store();

/** Redraws its host when what it watches has changed. */
export class Watch implements ReactiveController {
  constructor(private readonly host: ReactiveControllerHost, private readonly seen: EventTarget[]) { host.addController(this); }
  private readonly redraw = () => this.host.requestUpdate();
  hostConnected(): void { for (const s of this.seen) s.addEventListener('change', this.redraw); }
  hostDisconnected(): void { for (const s of this.seen) s.removeEventListener('change', this.redraw); }
}
