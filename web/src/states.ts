// What the room says when there is nothing to show: what is missing, since when, what it does to the figures, what to do.
import { html, nothing, type TemplateResult } from 'lit';
import { glyph } from './glyph';
import { data } from './room-data';
import { session } from './session';
import { state, type State } from './state';
import { say, words } from './words';
import * as when from './when';

const none: Partial<State> = { value: '', provision: '', reading: '', class: '', from: '', to: '', sector: '', inview: false };

export function loadingRows(): TemplateResult {
  return html`<div class="pad"><p class="s m" role="status">${say('state.loading')}</p>
    ${[1, 2, 3, 4, 5].map((i) => html`<div class="skr w${i}"><span class="sk"></span><span class="sk a"></span><span class="sk"></span><span></span><span class="sk b"></span></div>`)}</div>`;
}

/** Nothing passes the filter; or nothing was recorded, which says nothing unless something watched. */
export function emptyState(all: number): TemplateResult {
  if (all > 0) {
    return html`<div class="pad state"><h3>${say('state.none_of', { n: all })}</h3><p class="m">${filterInWords()}</p>
      <div class="acts"><button class="btn pri" type="button" @click=${() => state.set(none)}>${say('state.clear_all')}</button></div>
      <p class="s q">${say('state.filter_in_address')}</p></div>`;
  }
  if (data.unread('incidents')) return html`<div class="pad state"><h3>${say('state.unread')}</h3><p class="m">${say('state.unread_more')}</p></div>`;
  const watched = data.quiet.filter((q) => typeof q.coverage === 'number');
  const bound = Math.max(...watched.map((q) => q.upper_bound ?? NaN));
  return html`<div class="pad state"><div class="zero"><b>${words.number(0)}</b><span>${say(session.may('read_evidence') ? 'state.zero' : 'state.zero_told')}</span></div>
    ${watched.length === 0
      ? html`<p>${data.forbidden.has('quiet') ? `${say('cover.forbidden')}.` : data.unread('quiet') ? `${say('cover.unread')}.` : say('state.unwatched')} <b>${say('state.no_bound')}</b></p>`
      : html`<p>${say('state.watched', { percent: percent(Math.min(...watched.map((q) => q.coverage!))) })}
          ${Number.isFinite(bound) ? html`<b>${say('state.bound', { bound: words.number(bound, 1) })}</b>` : html`<b>${say('state.no_bound')}</b>`}</p>`}</div>`;
}

/** All and nothing are only said where it is so. */
export function percent(share: number): string {
  const n = Math.round(share * 100);
  return say('unit.percent', { n: words.number(share < 1 && n === 100 ? 99 : share > 0 && n === 0 ? 1 : n) });
}

export const hours = (seconds: number): string => words.number(seconds / 3600, seconds % 3600 ? 1 : 0);

function filterInWords(): string {
  const s = state.now;
  return [
    s.class && words.term('effect', s.class), s.value && words.term('value', s.value),
    s.provision && say('filter.provision_named', { id: s.provision }), s.reading && say('filter.reading_named', { id: s.reading }),
    s.inview && say('filter.inview'), s.sector && (s.sector === '-' ? say('filter.outside') : data.sectorName(s.sector)),
    (s.from || s.to) && `${s.from ? when.span(Date.parse(s.from), Date.parse(s.from)).local : '…'} – ${s.to ? when.span(Date.parse(s.to), Date.parse(s.to)).local : '…'}`,
  ].filter(Boolean).join(', ');
}

/** Over everything, for as long as it holds: not connected; a part not read; looking at the past. */
export function bars(): TemplateResult {
  const lost = data.lost_since;
  return html`
    ${lost !== null ? html`<div class="bar inv" role="status">${glyph('acoustic-unknown')}<span>${say('state.offline', {
      time: `${when.clock(lost)} ${when.offset(lost)}`, n: Math.max(0, Math.floor((Date.now() - lost) / 60_000)) })}</span>
      <button class="btn sm onink" type="button" @click=${() => data.retry()}>${say('state.try_now')}</button></div>` : nothing}
    ${data.errors.length ? html`<div class="bar err" role="alert">${glyph('st-rej')}<span><b>${say('state.error', { parts: data.errors.map((e) => say(`part.${e.part}`)).join(', ') })}</b>
      ${say('state.error_rest')} <span class="q">${[...new Set(data.errors.map((e) => e.text))].join('; ')}</span></span>
      <button class="btn sm" type="button" @click=${() => data.retry()}>${say('state.try_now')}</button></div>` : nothing}
    ${state.now.known !== null ? html`<div class="bar past" role="status">${glyph('proof')}<span>${say('state.past', { position: state.now.known })}</span>
      <button class="btn sm" type="button" @click=${() => state.set({ known: null })}>${say('state.latest')}</button></div>` : nothing}`;
}

/** A role that may not read the incidents at all: who may, and what can be said without. */
export function forbidden(): TemplateResult {
  return html`<div class="pad state"><h3>${say('state.forbidden')}</h3><p class="m">${say('state.forbidden_more')}</p>
    <div class="acts"><a class="btn" href=${state.link({ page: 'signin' })} @click=${(e: MouseEvent) => { e.preventDefault(); state.set({ page: 'signin' }, true); }}>${say('nav.signin')}</a></div></div>`;
}

/** What those who are not of the staff see: later than it was known, and not where it was. */
export function releasedWords(): string {
  const r = data.released;
  if (!r) return '';
  const km = words.number(r.place_km, r.place_km < 10 && r.place_km % 1 ? 1 : 0);
  return r.delay_s === 0 ? say('state.released_now', { km }) : say('state.released', { km, h: hours(r.delay_s) });
}
