// Around the map: its layers of words. The drawing itself comes later, in its own chunk, so that frame and list are there first.
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { Drawing, Foot } from './map/draw';
import { data } from './room-data';
import { releasedWords } from './states';
import { state, Watch } from './state';
import { say, words } from './words';

const layers = ['events', 'quiet', 'agreement', 'sources'] as const;

/** What the reader is not told has no layer to turn. */
const told = (layer: (typeof layers)[number]): boolean => {
  const collection = { events: 'incidents', quiet: 'quiet', agreement: 'areas', sources: 'sources' }[layer];
  return !data.forbidden.has(collection);
};

/**
 * Until the list stands on the screen, which is the map for whoever cannot wait: to make the picture ready holds up thread and
 * screen for half a second. In a window that nobody sees nothing is painted, and after a second the map goes on.
 */
async function listed(): Promise<void> {
  while (data.loading && data.incidents.size === 0) await new Promise((done) => data.addEventListener('change', done, { once: true }));
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  await new Promise((done) => {
    new PerformanceObserver((_, seen) => { seen.disconnect(); done(0); }).observe({ type: 'paint', buffered: true });
    setTimeout(done, 1000);
  });
}

/** The faces that the map writes in, wanted before it draws a letter; each is in two files. */
const faces = (): Promise<unknown> => Promise.allSettled(['400 1em Plex', '600 1em Plex'].map((face) => document.fonts.load(face, 'aж')));

@customElement('truce-map')
export class MapPanel extends LitElement {
  /** Only the surroundings of the selected incident, without a say in the address. */
  @property({ type: Boolean }) close = false;
  private drawing: Drawing | null = null;
  private failed = '';
  private ground: Omit<Foot, 'watched' | 'zoom'> | null = null;

  constructor() { super(); new Watch(this, [data, state, words]); }
  protected createRenderRoot(): HTMLElement { return this; }

  protected render(): TemplateResult {
    const rows = data.rows();
    const placeless = rows.filter((r) => !r.geometry).length;
    return html`<p class="vh" id="map-summary">${say('map.summary', { n: rows.length })}${placeless ? ` ${say('map.placeless', { n: placeless })}` : ''}</p>
      <div class="canvas" aria-describedby="map-summary"></div>
      ${this.failed ? html`<p class="mapfail pad">${say('map.failed')} <span class="q">${this.failed}</span></p>` : nothing}
      ${this.close ? nothing : this.layers()}
      <div class="mz" role="group" aria-label=${say('map.zoom')}>
        <button type="button" aria-label=${say('map.in')} @click=${() => this.drawing?.zoom(1)}>+</button>
        <button type="button" aria-label=${say('map.out')} @click=${() => this.drawing?.zoom(-1)}>−</button>
        ${this.close ? nothing : html`<button type="button" class="fit" aria-label=${say('map.all')} title=${say('map.all')} @click=${() => this.drawing?.all()}><svg width="14" height="14" viewBox="0 0 14 14" aria-hidden="true"><path class="inks" stroke-width="1.4" d="M1 5V1h4M9 1h4v4M13 9v4H9M5 13H1V9"></path></svg></button>`}
      </div>
      ${this.close ? nothing : this.foot(placeless)}`;
  }

  private layers(): TemplateResult {
    const off = new Set(state.now.off.split(',').filter(Boolean));
    const turn = (g: string) => { if (off.has(g)) off.delete(g); else off.add(g); state.set({ off: [...off].sort().join() }); };
    return html`<div class="mlay" role="group" aria-label=${say('map.layers')}>${layers.filter(told).map((g) => html`<button type="button" aria-pressed=${!off.has(g)} @click=${() => turn(g)}>${say(`map.${g}`)}</button>`)}</div>`;
  }

  /** What the picture means, by what rule, and what it lacks: never left for the reader to guess. */
  private foot(placeless: number): TemplateResult {
    const f = this.drawing?.foot() ?? this.ground;
    const w = this.drawing?.foot().watched;
    const lacks = [f && !f.base ? say('map.no_basemap') : '', f && !f.streets ? say('map.no_streets') : ''].filter(Boolean).join(' ');
    return html`<div class="mfoot">
      <p class="l cover">${w ? html`<b>${say('map.watched_for', { what: words.term('effect', w.effect_class) })}</b>
        ${(['w', 'h', 'x'] as const).map((k) => html`<span class="nw"><i class="cov ${k}"></i> ${say(`cover.${k}`)}</span>`)}` : data.loading || !data.settled ? nothing : data.forbidden.has('quiet') ? html`<span>${say('cover.forbidden')}.</span>` : data.unread('quiet') ? html`<span>${say('cover.unread')}.</span>` : html`<span><i class="cov x"></i> ${say('map.unwatched')}</span>`}
        ${placeless ? html`<span>${say('map.placeless', { n: placeless })}</span>` : nothing}</p>
      ${data.paged && !data.paged.whole ? html`<p class="l">${say(state.now.known === null ? 'map.history' : 'map.history_then')}</p>` : nothing}
      ${data.released ? html`<p class="l b">${releasedWords()}</p>` : nothing}
      <p class="l">${say('map.boundary', { view: data.mission?.boundary_view || say('map.boundary_unstated') })} ${say('map.disclaimer')} ${lacks}
        ${f?.attribution ? html`<span>${f.attribution}</span>` : nothing}</p>
      <details class="legend"><summary>${say('map.legend')}</summary><span>${say('map.region')} ${say('map.core')} ${say('map.claimed')} ${say('map.health')}</span></details></div>`;
  }

  protected firstUpdated(): void {
    const set = faces();
    void import('./map/draw').then(async ({ Drawing, ground }) => {
      await Promise.all([listed(), set]);
      // The foot stands before the map is made: a line more below would have a picture of another size made anew.
      this.ground = await ground(data.mission?.tiles ?? null);
      this.requestUpdate();
      await this.updateComplete;
      if (!this.isConnected) return;
      this.drawing = new Drawing(this.querySelector('.canvas')!, this.close, this.ground, () => this.soon());
      this.drawing.show();
      (this as any).drawn = this.drawing;  // for the tests: what is drawn equals what the list says
    }).catch((e) => { this.failed = e instanceof Error ? e.message : String(e); this.requestUpdate(); });
  }

  private timer = 0;
  private soon(): void {
    if (this.timer) return;
    this.timer = window.setTimeout(() => { this.timer = 0; this.requestUpdate(); }, 50);
  }

  protected updated(_: PropertyValues): void { this.drawing?.show(); }
  disconnectedCallback(): void { super.disconnectedCallback(); this.drawing?.remove(); this.drawing = null; }
}
