// Around the map: its layers of words. The drawing itself comes later, in its own chunk, so that frame and list are there first.
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { Drawing } from './map/draw';
import { data } from './room-data';
import { state, Watch } from './state';
import { say, words } from './words';

@customElement('truce-map')
export class MapPanel extends LitElement {
  /** Only the surroundings of the selected incident, without a say in the address. */
  @property({ type: Boolean }) close = false;
  private drawing: Drawing | null = null;
  private failed = '';

  constructor() { super(); new Watch(this, [data, state, words]); }
  protected createRenderRoot(): HTMLElement { return this; }

  protected render(): TemplateResult {
    const rows = data.rows();
    return html`<p class="vh" id="map-summary">${say('map.summary', { n: rows.length })}</p>
      <div class="canvas" aria-describedby="map-summary"></div>
      ${this.failed ? html`<p class="mapfail pad">${say('map.failed')} <span class="q">${this.failed}</span></p>` : nothing}
      <div class="mz" role="group" aria-label=${say('map.zoom')}>
        <button type="button" aria-label=${say('map.in')} @click=${() => this.drawing?.zoom(1)}>+</button>
        <button type="button" aria-label=${say('map.out')} @click=${() => this.drawing?.zoom(-1)}>−</button>
        ${this.close ? nothing : html`<button type="button" aria-label=${say('map.all')} title=${say('map.all')} @click=${() => this.drawing?.all()}>⤢</button>`}
      </div>
      ${this.close ? nothing : html`<div class="mfoot"><p class="l">${say('map.region')}</p>
        <p class="l">${say('map.boundary', { view: data.mission?.boundary_view || say('map.boundary_unstated') })} ${say('map.disclaimer')} ${say('map.no_basemap')}</p></div>`}`;
  }

  protected firstUpdated(): void {
    void import('./map/draw').then(({ Drawing }) => {
      if (!this.isConnected) return;
      this.drawing = new Drawing(this.querySelector('.canvas')!, this.close);
      this.drawing.show();
      (this as any).drawn = this.drawing;  // for the tests: what is drawn equals what the list says
    }).catch((e) => { this.failed = e instanceof Error ? e.message : String(e); this.requestUpdate(); });
  }

  protected updated(_: PropertyValues): void { this.drawing?.show(); }
  disconnectedCallback(): void { super.disconnectedCallback(); this.drawing?.remove(); this.drawing = null; }
}
