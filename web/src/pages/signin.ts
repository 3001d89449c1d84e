// Signing in, and once that is done: who one is here, what one may, with which key one signs.
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import { acts } from '../acts';
import { key_part } from '../key-part';
import { own_key } from '../own-key';
import { Refused, session } from '../session';
import { state, Watch, type Page } from '../state';
import { hours } from '../states';
import { say, words } from '../words';
import '../who.css';
import './signin.css';

@customElement('truce-signin')
export class SigninPage extends LitElement {
  private busy = false;
  private wrong = '';
  /** When the server takes the next try; it counts down for who sees, and is told once to who hears. */
  private until = 0;
  private held_s = 0;
  private tick = 0;

  constructor() { super(); new Watch(this, [state, words, session, own_key, acts]); }
  protected createRenderRoot(): HTMLElement { return this; }

  connectedCallback(): void {
    super.connectedCallback();
    void own_key.look();
  }

  disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.tick);
  }

  protected render(): TemplateResult {
    const { account, accounts } = session.now;
    return html`<main id="main" class="wrap signin" tabindex="-1"><div class="pad">
      ${!session.known ? html`<h1>${say('nav.signin')}</h1><p class="m" role="status">${session.failed ? say('session.unknown') : say('session.asking')}</p>`
        : account ? this.account() : accounts ? this.form() : this.alone()}</div></main>`;
  }

  private alone(): TemplateResult {
    return html`<h1>${say('session.no_accounts_title')}</h1><p>${say('session.alone')}</p><p class="m">${say('session.alone_do')}</p>
      <p><code>truce user add MISSION NAME --role verification</code></p><p class="s q">${say('session.alone_then')}</p>`;
  }

  private form(): TemplateResult {
    const wait_s = Math.ceil((this.until - Date.now()) / 1000);
    const waits = wait_s > 0;
    return html`<h1>${say('nav.signin')}</h1><p class="m">${say('signin.public')}</p>
      <form method="post" @submit=${(e: Event) => void this.enter(e)}>
        <label for="si-name">${say('signin.name')}</label>
        <input id="si-name" name="username" autocomplete="username" autocapitalize="none" spellcheck="false" required maxlength="200" aria-describedby=${this.wrong ? 'si-wrong' : nothing}>
        <label for="si-word">${say('signin.password')}</label>
        <input id="si-word" name="password" type="password" autocomplete="current-password" required maxlength="1024" aria-describedby=${this.wrong ? 'si-wrong' : nothing}>
        <p id="si-wrong" class="wrong" role="alert">${waits ? html`<span aria-hidden="true">${say('signin.wait', { n: wait_s })}</span><span class="vh">${say('signin.wait', { n: this.held_s })}</span>` : this.wrong}</p>
        <button class="btn pri" type="submit" ?disabled=${this.busy || waits}>${say(this.busy ? 'signin.busy' : 'nav.signin')}</button>
      </form><p class="s q">${say('signin.who')}</p>`;
  }

  private async enter(e: Event): Promise<void> {
    e.preventDefault();
    const form = e.target as HTMLFormElement;
    const field = (name: string) => form.elements.namedItem(name) as HTMLInputElement;
    if (this.busy) return;
    this.busy = true;
    this.wrong = '';
    this.requestUpdate();
    try {
      await session.signIn(field('username').value.trim(), field('password').value);
      state.set({ page: (state.now.back as Page) || 'room', back: '' }, true);
    } catch (error) {
      const why = error instanceof Refused ? error : new Refused(0, String(error));
      field('password').value = '';
      this.wrong = why.status === 401 ? say('signin.wrong') : why.status === 0 ? say('signin.unreachable') : why.status === 429 ? '' : why.message;
      if (why.status === 429) this.hold(why.wait_s ?? 60);
      await this.updateComplete;
      field('password').focus();
    } finally {
      this.busy = false;
      this.requestUpdate();
    }
  }

  private hold(seconds: number): void {
    this.held_s = seconds;
    this.until = Date.now() + seconds * 1000;
    clearInterval(this.tick);
    this.tick = window.setInterval(() => {
      if (Date.now() >= this.until) clearInterval(this.tick);
      this.requestUpdate();
    }, 1000);
  }

  private account(): TemplateResult {
    const { account, role, may, delay_s } = session.now;
    const waiting = acts.waiting.length;
    return html`<h1 class="as-is">${account!.name}</h1><dl class="facts">
        <dt>${say('signin.role')}</dt><dd>${say(`role.${role}`)}${account!.party ? html` <span class="m">${say('signin.of_party', { party: account!.party })}</span>` : nothing}</dd>
        <dt>${say('signin.may')}</dt><dd><ul>${(['read_evidence', 'read_log', 'live', 'act'] as const).map((r) => html`<li class=${may.includes(r) ? '' : 'q'}>${say(`may.${r}`)}: ${say(may.includes(r) ? 'may.yes' : 'may.no')}</li>`)}</ul></dd>
        ${delay_s > 0 ? html`<dt>${say('signin.delay')}</dt><dd>${say('signin.delay_h', { h: hours(delay_s) })}</dd>` : nothing}</dl>
      ${may.includes('key') || may.includes('act') ? html`<h2>${say('key.title')}</h2>${key_part()}` : nothing}
      ${waiting ? html`<p class="m">${say('signin.waiting', { n: waiting })}</p>` : nothing}
      <div class="acts"><button class="btn" type="button" @click=${() => void this.leave()}>${say('signin.out')}</button></div>`;
  }

  /** The page is laid anew, so that nothing that this account read stays in memory. */
  private async leave(): Promise<void> {
    try { await session.signOut(); } catch { /* not reachable, or over already: the page laid anew says which */ }
    location.assign(state.link({ page: 'signin', back: '', sel: '', case: '' }));
  }
}
