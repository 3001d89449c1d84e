// Pieces that the evidence panel and the page of an incident share.
import { html, nothing, svg, type TemplateResult } from 'lit';
import { block, coordinates, interval, probability } from './figures';
import type { Count, Finding, Incident, Observation, Reason } from './records';
import { data } from './room-data';
import { say, words } from './words';

/** A bar from low to high with a tick at best; all bars of a group on one scale. Open upward: no end. */
export function bar(c: Count, most: number): TemplateResult {
  const x = (n: number) => Math.min(198, 2 + (196 * n) / Math.max(1, most));
  const open = c.unbounded || c.high === undefined;
  const high = open ? 198 : x(c.high!);
  return html`<svg class="ibar" viewBox="0 0 200 14" preserveAspectRatio="none" aria-hidden="true"><path class="axis" d="M.5 3v8M.5 7H200" stroke-opacity=".6"></path>
    ${svg`<path class=${open ? 'span open' : 'span'} d=${`M${x(c.low)} 7H${Math.max(high, x(c.low) + 1)}`}></path><path class="best" d=${`M${x(c.best)} 1.5v11`}></path>`}</svg>`;
}

export function scale(counts: Count[]): number {
  return Math.max(1, ...counts.map((c) => (c.unbounded ? c.best * 2 : c.high ?? c.best)));
}

/** For to the right and filled, against to the left and open. */
export function weightBar(w: number, most: number): TemplateResult {
  const length = Math.min(40, (Math.abs(w) / Math.max(most, 0.1)) * 40);
  return html`<svg class="wbar" width="84" height="14" viewBox="0 0 84 14" aria-hidden="true"><path class="axis" d="M42 0V14"></path>
    ${w >= 0 ? svg`<rect class="wp" x="42" y="3" width=${length} height="8"></rect>` : svg`<rect class="wn" x=${42 - length} y="3" width=${length} height="8"></rect>`}</svg>`;
}

export const count = (c: Count): TemplateResult =>
  html`${words.number(c.best)} <span class="q">${interval(c)}</span>`;

/** In the reader's language where the engine's catalogue has the message, else the words as recorded. */
export function reason(r: Pick<Reason, 'message' | 'args'> & { words?: string }): TemplateResult {
  const said = r.message ? words.message(r.message, r.args) : null;
  if (said !== null) return html`${said}`;
  return html`<span lang="en">${r.words ?? ''}</span>`;
}

export function provisionWords(id: string): string {
  return data.mission?.provisions.find((p) => p.id === id)?.words ?? '';
}

export function told(o: Observation | undefined): string {
  if (!o) return say('evidence.unread');
  const items = o.items.map((i) => {
    const c = Object.entries(i.classes).sort((a, b) => b[1] - a[1])[0]?.[0] ?? 'other';
    return `${words.term('effect', c)} ${say(`kind.${i.count.kind}`, { value: i.count.value, upper: i.count.upper ?? '' })}`;
  });
  return items.join(', ');
}

/** Where it was, in a few words: as a source names it, else the figures; of what is released the block, never its middle alone. */
export function where(i: Incident): string {
  const at = coordinates(i.place.best);
  return data.place(i) ?? (i.place.block_m ? say('incident.within', { block: block(i.place.block_m), at }) : at);
}

/** Why no finding stands there: none was made, or the reader is not told. */
export function noFinding(): string {
  if (data.forbidden.has('findings')) return say('finding.untold');
  if (data.unread('findings')) return say('finding.unread');
  return data.loading ? '' : say('finding.none');
}

/** In place of what is left out of a released record, so that nobody takes it for nothing. */
export const untold = (): TemplateResult => html`<span class="m">${say('untold')}</span>`;

/** What is released has tenths and no more: the first and the last of them are no certainty either. */
export function likely(p: number): string {
  if (!data.released) return probability(p);
  if (p > 0.949) return `> ${words.number(0.9, 1)}`;
  return p < 0.051 ? `< ${words.number(0.1, 1)}` : words.number(p, 1);
}

/** What would have to be known for a finding, in plain words. */
export function notKnown(fact: string): string {
  const said = say(`missing.${fact}`);
  return say('finding.missing', { fact: said === `missing.${fact}` ? words.term('fact', fact) : said });
}

/** A finding's number is the probability of a breach, whatever its value; of what does not apply there is none to tell. */
export const chance = (f: Finding): string =>
  f.value === 'not_applicable' || f.probability === undefined ? '' : say('finding.p', { p: likely(f.probability) });

/** What it was held against, as far as the reader may know. */
export const heldAgainst = (f: Finding): string =>
  f.threshold === undefined ? f.standard_of_proof : say('finding.threshold', { p: words.number(f.threshold, 2), standard: f.standard_of_proof });

export const or = <T>(value: T | undefined | null | false | 0, draw: (v: T) => TemplateResult): TemplateResult | typeof nothing =>
  value ? draw(value) : nothing;
