// What a page asks the server for when it is opened: the last answer stays while a newer one is read, or cannot be had.
import { html, nothing, type ReactiveController, type ReactiveControllerHost, type TemplateResult } from 'lit';
import { ApiError, features } from './api';
import type { Feature } from './records';
import { data } from './room-data';
import { session } from './session';
import { state } from './state';
import { say } from './words';
import * as when from './when';

export class Fetched<T> implements ReactiveController {
  value: T | null = null;
  failed: { status: number | null; text: string; since: number } | null = null;
  loading = false;
  read_at: number | null = null;
  private key: string | null = null;

  /** `what`: the key of what is asked, null while that is not known yet. It is read again when the reader asks for what is newest. */
  constructor(private readonly host: ReactiveControllerHost, private readonly what: () => string | null, private readonly load: (what: string) => Promise<T>) {
    host.addController(this);
  }

  hostUpdate(): void {
    if (!session.known || !session.offers(state.now.page)) return;
    const what = this.what();
    const key = what === null ? null : `${what} ${data.asked}`;
    if (key === null || key === this.key) return;
    this.key = key;
    void this.begin(what!, key);
  }

  again(): void {
    this.key = null;
    this.host.requestUpdate();
  }

  private async begin(what: string, key: string): Promise<void> {
    this.loading = true;
    try {
      const value = await this.load(what);
      if (key !== this.key) return;
      [this.value, this.failed, this.read_at] = [value, null, Date.now()];
    } catch (e) {
      if (key !== this.key) return;
      const status = e instanceof ApiError ? e.status : null;
      if (status === 403 || status === 400) this.value = null;
      this.failed = { status, text: e instanceof Error ? e.message : String(e), since: this.failed?.since ?? Date.now() };
    }
    this.loading = false;
    this.host.requestUpdate();
  }
}

export interface Whole<T> { records: Feature<T>[]; complete: boolean }

/** A collection as far as it is read at once, as known at the position that the reader looks from. */
export function collection<T>(host: ReactiveControllerHost, name: string): Fetched<Whole<T>> {
  return new Fetched<Whole<T>>(host, () => `${name} ${state.now.known ?? ''}`, async () => {
    const records: Feature<T>[] = [];
    const complete = await features<T>(name, state.now.known, (page) => records.push(...page));
    return { records, complete };
  });
}

/** Draws what came; else what is missing, since when, what it does to the figures in sight, and what to do. */
export function shown<T>(part: string, got: Fetched<T>, draw: (value: T) => TemplateResult | typeof nothing): TemplateResult {
  const name = say(`part.${part}`);
  const { failed, value } = got;
  if (value === null && !failed) {
    return html`<div class="reading"><p class="s m" role="status">${say('ask.reading', { part: name })}</p>${[1, 2, 3].map((i) => html`<div class="skr w${i}"><span class="sk"></span><span class="sk a"></span><span class="sk"></span></div>`)}</div>`;
  }
  return html`${failed ? lack(name, got, failed, value !== null) : nothing}${value === null ? nothing : draw(value)}`;
}

function lack<T>(part: string, got: Fetched<T>, failed: { status: number | null; text: string; since: number }, has: boolean): TemplateResult {
  if (failed.status === 403) {
    return html`<div class="lack" role="status"><p class="what">${say('ask.forbidden', { part })}</p><p class="m">${say('ask.forbidden_who')} ${say('ask.forbidden_rest')}</p>
      ${session.now.account ? nothing : html`<div class="acts"><a class="btn" href=${state.link({ page: 'signin' })} @click=${(e: MouseEvent) => { e.preventDefault(); state.set({ page: 'signin' }, true); }}>${say('nav.signin')}</a></div>`}</div>`;
  }
  const since = `${when.clock(failed.since)} ${when.offset(failed.since)}`;
  return html`<div class="lack" role="alert"><p class="what">${failed.status === null ? say('ask.offline', { part, time: since }) : say('ask.failed', { part, time: since })}</p>
    <p class="m">${has && got.read_at !== null ? say('ask.stands', { time: `${when.clock(got.read_at)} ${when.offset(got.read_at)}` }) : say('ask.nothing', { part })}</p>
    ${failed.status === null ? nothing : html`<p class="rej s">${failed.text}</p>`}
    <div class="acts"><button class="btn" type="button" @click=${() => got.again()}>${say('state.try_now')}</button></div></div>`;
}
