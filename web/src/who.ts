// Who is signed in, at the right of the top bar; the bar when a session has ended; what a page says to a role that may not read it.
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import { glyph } from './glyph';
import { session, type Closed } from './session';
import { state, Watch, type Page } from './state';
import { say, words } from './words';
import * as when from './when';
import './who.css';

export function go(change: Parameters<typeof state.set>[0]) {
  return (e: MouseEvent): void => {
    if (e.metaKey || e.ctrlKey || e.shiftKey) return;
    e.preventDefault();
    state.set(change, true);
  };
}

const back = (): Page => (state.now.page === 'signin' ? (state.now.back as Page) || 'room' : state.now.page);

@customElement('truce-who')
export class Who extends LitElement {
  constructor() { super(); new Watch(this, [session, state, words]); }
  protected createRenderRoot(): HTMLElement { return this; }

  protected render(): TemplateResult {
    const { account, accounts, role } = session.now;
    const to = { page: 'signin' as const, back: back() };
    const current = state.now.page === 'signin' ? 'page' : nothing;
    const text = account ? html`<span class="as">${account.name}</span> <span class="told">${say(`role.${role}`)}</span>`
      : html`<span class=${session.known && !accounts ? 'told q' : 'told'}>${say(session.known && !accounts ? 'session.no_accounts' : 'nav.signin')}</span>`;
    return html`<a class="who s" href=${state.link(to)} aria-current=${current} @click=${go(to)}>${glyph('person')}${text}</a>`;
  }
}

export function session_bar(): TemplateResult | typeof nothing {
  if (session.ended_at === null) return nothing;
  const to = { page: 'signin' as const, back: back() };
  return html`<div class="bar inv" role="alert">${glyph('st-rej')}<span>${say('session.ended', { time: `${when.clock(session.ended_at)} ${when.offset(session.ended_at)}` })}</span>
    <a class="btn sm onink" href=${state.link(to)} @click=${go(to)}>${say('nav.signin')}</a></div>`;
}

/** Which roles may, so that a page can say who to ask. */
const who_may: Record<Closed, string> = { agreement: 'roles.members', desk: 'roles.staff', proof: 'roles.staff', quiet: 'roles.force', report: 'roles.staff', sources: 'roles.staff' };

/** What a page says in place of itself; nothing where the reader may. */
export function not_for_you(page: Closed): TemplateResult | null {
  if (!session.known) return html`<main id="main" class="wrap" tabindex="-1"><h1 class="vh">${say(`nav.${page}`)}</h1><p class="pad m" role="status">${session.failed ? say('session.unknown') : say('session.asking')}</p></main>`;
  if (session.offers(page)) return null;
  const { account, role } = session.now;
  const to = { page: 'signin' as const, back: page };
  return html`<main id="main" class="wrap" tabindex="-1"><div class="pad state narrow"><h1>${say(`nav.${page}`)}</h1>
    <p>${say(`denied.${page}`)} ${say(who_may[page])}</p>
    <p class="m">${account ? say('denied.as', { name: account.name, role: say(`role.${role}`) }) : say('denied.public')}</p>
    <p class="m">${say('denied.else')}</p>
    <div class="acts">${account ? nothing : html`<a class="btn pri" href=${state.link(to)} @click=${go(to)}>${say('nav.signin')}</a>`}
      <a class="btn" href=${state.link({ page: 'board' })} @click=${go({ page: 'board' })}>${say('nav.board')}</a></div></div></main>`;
}
