// The frame: what mission, what time it is there, what came in, which view.
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import { html as tagged, unsafeStatic } from 'lit/static-html.js';
import './evidence';
import { glyph } from './glyph';
import './incident';
import './list';
import './map-panel';
import './nav';
import { data } from './room-data';
import { session } from './session';
import { state, Watch, type Page } from './state';
import { bars } from './states';
import './timeline';
import { session_bar } from './who';
import { languages, say, words } from './words';
import * as when from './when';

type TextPage = Exclude<Page, 'room' | 'incident'>;
const text_pages: Record<TextPage, () => Promise<unknown>> = {
  board: () => import('./pages/board'), desk: () => import('./pages/desk'), quiet: () => import('./pages/quiet'),
  sources: () => import('./pages/sources'), agreement: () => import('./pages/agreement'), report: () => import('./pages/report'),
  proof: () => import('./pages/proof'), signin: () => import('./pages/signin'),
};
@customElement('truce-app')
export class App extends LitElement {
  private now = Date.now();
  private page = state.now.page;
  private failed: Page | null = null;

  constructor() { super(); new Watch(this, [data, data.news, session, state, words]); }
  protected createRenderRoot(): HTMLElement { return this; }

  connectedCallback(): void {
    super.connectedCallback();
    window.setInterval(() => { this.now = Date.now(); this.requestUpdate(); }, 10_000);
    addEventListener('keydown', (e) => {
      if (e.key !== 'Escape' || (e.target as HTMLElement).matches('select, input')) return;
      if (state.now.page === 'incident') state.set({ page: 'room' }, true);
      else if (state.now.sel) state.set({ sel: '' });
    });
  }

  protected render(): TemplateResult {
    const s = state.now;
    if (s.theme) document.documentElement.dataset.theme = s.theme;
    else delete document.documentElement.dataset.theme;
    const mission = data.mission?.title ?? '';
    document.title = [say(`nav.${s.page}`), mission, 'truce'].filter(Boolean).join(' · ');
    return html`<a class="skip" href="#main" @click=${(e: Event) => { e.preventDefault(); this.querySelector<HTMLElement>('#main')?.focus(); }}>${say('nav.skip')}</a>
      <header class="top"><span class="mark">${glyph('logo')}truce</span><span class="mission" title=${mission}>${mission}</span>
        <truce-nav></truce-nav>
        <div class="right">${this.fresh()}${this.connection()}<span class="sep"></span>${this.clock()}<span class="sep"></span>
          <span class="s m langs" role="group" aria-label=${say('nav.language')}>${languages.map((l) => html`<button type="button" lang=${l} aria-pressed=${words.language === l} title=${names[l]} @click=${() => void speak(l)}>${short[l]}</button>`)}</span>
          <button class="btn quiet sm theme" type="button" aria-label=${say('nav.theme')} title=${say('nav.theme')} @click=${turn}>${dark() ? '☀' : '☾'}</button><span class="sep"></span><truce-who></truce-who></div></header>
      <div class="bars" aria-live="polite">${bars()}${session_bar()}</div>
      <p class="vh" aria-live="polite">${data.fresh ? say('live.new', { n: data.fresh }) : ''}</p>
      ${s.page === 'room' ? this.room() : s.page === 'incident' ? html`<truce-incident></truce-incident>` : this.text(s.page)}
      <truce-nav foot></truce-nav>`;
  }

  private room(): TemplateResult {
    const s = state.now;
    return html`<main id="main" class="room" tabindex="-1"><h1 class="vh">${say('nav.room_title')}</h1>
      <section class="list" aria-label=${say('list.title')}><truce-list></truce-list></section>
      <div class="map"><truce-map></truce-map></div>
      <aside class=${s.sel ? 'evid' : 'evid idle'} aria-label=${say('evidence.title')}><truce-evidence></truce-evidence></aside>
      <section class="time" aria-label=${say('time.title')}><truce-timeline></truce-timeline></section></main>`;
  }

  /** A page of text, a chunk of its own: its element is there once that has come. */
  private text(page: TextPage): TemplateResult {
    if (this.failed === page) return html`<main id="main" class="wrap" tabindex="-1"><p class="pad" role="alert">${say('page.failed')}</p></main>`;
    if (!customElements.get(`truce-${page}`)) {
      void text_pages[page]().then(() => this.requestUpdate(), () => { this.failed = page; this.requestUpdate(); });
      return html`<main id="main" class="wrap" tabindex="-1"><p class="pad m" role="status">${say('state.loading')}</p></main>`;
    }
    return tagged`<${unsafeStatic(`truce-${page}`)}></${unsafeStatic(`truce-${page}`)}>`;
  }

  protected updated(): void {
    if (this.page === state.now.page) return;
    this.page = state.now.page;
    scrollTo(0, 0);
    if (this.page === 'room' && state.now.sel) {
      void this.querySelector<LitElement>('truce-list')?.updateComplete.then(() => this.querySelector<HTMLElement>('a[aria-current=true]')?.focus());
    } else this.querySelector<HTMLElement>('#main')?.focus();
  }

  private fresh(): TemplateResult | typeof nothing {
    const n = data.fresh;
    return n ? html`<button class="btn sm pri fresh" type="button" @click=${() => data.accept()}>${say('live.new', { n })}</button>` : nothing;
  }

  private connection(): TemplateResult {
    const up = data.lost_since === null;
    const text = data.loading ? say('live.reading') : !session.may('live') ? say('live.late') : up ? say('live.connected') : say('live.lost');
    return html`<span class="feed s" title=${text}>${glyph(up ? 'acoustic-ok' : 'acoustic-unknown')}<span>${text}</span></span>`;
  }

  private clock(): TemplateResult {
    return html`<span class="clock"><span><b>${when.clock(this.now)}</b> <span class="s q">${when.offset(this.now)}</span></span><span class="m">${when.clockUtc(this.now)} <span class="s q">UTC</span></span></span>`;
  }
}

const short = { en: 'EN', uk: 'УК', ru: 'РУ' };
const names = { en: 'English', uk: 'Українська', ru: 'Русский' };

async function speak(language: (typeof languages)[number]): Promise<void> {
  await words.load(language);
  state.set({ lang: language });
}

const dark = () => (state.now.theme ? state.now.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches);
function turn(): void { state.set({ theme: dark() ? 'light' : 'dark' }); }
