// The views: along the bar as far as they fit, on a phone four tabs; what has no room there stands under "More".
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import { glyph } from './glyph';
import './nav.css';
import { session } from './session';
import { state, Watch, type Page } from './state';
import { say, words } from './words';

type View = Exclude<Page, 'incident' | 'signin'>;
/** In the order of the bar, with their symbols; on a phone the first four have a tab. */
const views: [View, string][] = [
  ['room', 'incident'], ['board', 'gate'], ['desk', 'case'], ['report', 'bulletin'],
  ['quiet', 'notice'], ['sources', 'acoustic-ok'], ['agreement', 'statement'], ['proof', 'proof'],
];
const kTabs = 4;

@customElement('truce-nav')
export class Nav extends LitElement {
  private fits = views.length;
  private offered = '';
  private open = false;
  private seen: ResizeObserver | null = null;

  constructor() { super(); new Watch(this, [session, state, words]); }
  protected createRenderRoot(): HTMLElement { return this; }
  /** On a phone, at the foot of the page. */
  private get foot(): boolean { return this.hasAttribute('foot'); }

  connectedCallback(): void {
    super.connectedCallback();
    addEventListener('pointerdown', this.outside);
    const bar = this.foot ? null : this.closest('header');
    if (!bar) return;
    this.seen = new ResizeObserver(() => this.again());
    for (const part of [bar, ...bar.children]) if (part !== this) this.seen.observe(part);
    void document.fonts.ready.then(() => this.again());
  }

  disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener('pointerdown', this.outside);
    this.seen?.disconnect();
  }

  protected render(): TemplateResult {
    // What a role may not read is not offered.
    const all = views.filter(([page]) => session.offers(page));
    const n = this.foot ? kTabs : Math.min(this.fits, all.length);
    const rest = all.slice(n);
    const under = rest.find(([page]) => page === state.now.page);
    return html`<nav class=${this.foot ? 'tabs' : 'row'} aria-label=${say('nav.views')} @keydown=${this.keys}>${all.slice(0, n).map((v) => tab(v))}
      ${rest.length ? html`<button class="more" type="button" aria-expanded=${this.open} aria-controls=${this.menu} data-current=${under ? 'true' : nothing}
          @click=${() => this.show(!this.open)}>${glyph('more')}<span>${under ? say(`nav.${under[0]}`) : say('nav.more')}</span></button>
        <div class="menu" id=${this.menu} ?hidden=${!this.open} @click=${() => this.show(false)}>${rest.map((v) => tab(v))}</div>` : nothing}</nav>`;
  }

  private get menu(): string { return this.foot ? 'nav-more-foot' : 'nav-more'; }

  private show(open: boolean): void {
    this.open = open;
    this.requestUpdate();
  }

  private keys(e: KeyboardEvent): void {
    if (e.key !== 'Escape' || !this.open) return;
    e.stopPropagation();
    this.show(false);
    this.querySelector<HTMLElement>('.more')?.focus();
  }

  private readonly outside = (e: Event): void => { if (this.open && !this.contains(e.target as Node)) this.show(false); };

  private again(): void {
    this.fits = views.length;
    this.requestUpdate();
  }

  /** One view fewer until the bar holds what it shows; the browser draws only what is left. */
  protected updated(): void {
    const offered = `${words.language} ${views.filter(([page]) => session.offers(page)).length}`;
    if (this.offered !== offered) {
      this.offered = offered;
      if (this.fits < views.length) return this.again();
    }
    const bar = this.foot ? null : this.closest('header');
    if (!bar || this.offsetParent === null || this.fits === 0 || bar.scrollWidth <= bar.clientWidth) return;
    this.fits--;
    this.requestUpdate();
  }
}

function tab([page, icon]: [View, string]): TemplateResult {
  return html`<a href=${state.link({ page })} aria-current=${state.now.page === page ? 'page' : nothing}
    @click=${(e: MouseEvent) => { if (e.metaKey || e.ctrlKey || e.shiftKey) return; e.preventDefault(); state.set({ page }, true); }}>${glyph(icon)}<span>${say(`nav.${page}`)}</span></a>`;
}
