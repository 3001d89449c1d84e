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
  lang: string;
  theme: string;
}

const empty: State = {
  page: 'room', sel: '', value: '', provision: '', reading: '', class: '',
  from: '', to: '', known: null, inview: false, map: '', lang: '', theme: '',
};

function instant(text: string | null): string {
  return text && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(text) && !Number.isNaN(Date.parse(text)) ? text : '';
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
    lang: text('lang'), theme: ['light', 'dark'].includes(text('theme')) ? text('theme') : '',
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
