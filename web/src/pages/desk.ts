import { html, LitElement, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import { state, Watch } from '../state';
import { say, words } from '../words';

@customElement('truce-desk')
export class DeskPage extends LitElement {
  constructor() { super(); new Watch(this, [state, words]); }
  protected createRenderRoot(): HTMLElement { return this; }

  protected render(): TemplateResult {
    return html`<main id="main" class="wrap" tabindex="-1"><h1>${say('nav.desk')}</h1></main>`;
  }
}
