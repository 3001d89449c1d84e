// One line on a page: whether what stands behind a record was found in the log and recomputed in this browser, and what that does not prove.
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { acts } from './acts';
import { glyph } from './glyph';
import { behind, remembered, type Checked } from './log-check';
import { verdict } from './proof-words';
import type { Incident } from './records';
import { data } from './room-data';
import { session } from './session';
import { state, Watch } from './state';
import { go } from './who';
import { say, words } from './words';
import * as when from './when';

/** More reports than this are checked on the page of proof, when asked. */
const kUnasked = 24;

@customElement('truce-proof-line')
export class ProofLine extends LitElement {
  /** The record's id; with the record itself its reports are known. */
  @property() incident = '';
  @property({ attribute: false }) record: Incident | null = null;
  private of = '';
  private found: { checked: Checked[]; of: number; at: number } | null = null;
  private failed = '';

  constructor() { super(); new Watch(this, [data, session, state, words]); }
  protected createRenderRoot(): HTMLElement { return this; }

  protected willUpdate(): void {
    const key = `${this.incident} ${this.record?.version ?? ''}`;
    if (!this.record || !session.known || !session.may('read_log') || key === this.of) return;
    this.of = key;
    this.found = null;
    this.failed = '';
    void this.look(key);
  }

  private async look(key: string): Promise<void> {
    try {
      if (!acts.read) await acts.load();
      const feature = { type: 'Feature' as const, id: this.incident, geometry: null, properties: this.record };
      const found = await behind({ collection: 'incidents', feature }, kUnasked, remembered(data.mission?.title ?? '')?.seen ?? {});
      if (key === this.of) this.found = { ...found, at: Date.now() };
    } catch (e) { if (key === this.of) this.failed = e instanceof Error ? e.message : String(e); }
    this.requestUpdate();
  }

  protected render(): TemplateResult {
    const to = { page: 'proof' as const, sel: this.incident };
    return html`<ul class="prf"><li>${this.sentence()}</li>
      <li>${glyph('na')}<span class="m">${say('proof.not_honest')}</span></li>
      ${session.may('read_log') ? html`<li>${glyph('ok')}<a href=${state.link(to)} @click=${go(to)}>${say('proof.open')}</a></li>` : nothing}</ul>`;
  }

  private sentence(): TemplateResult {
    if (session.known && !session.may('read_log')) return html`${glyph('proof-wait')}<span class="m">${say('denied.proof')} ${say('roles.staff')}</span>`;
    if (this.failed) return html`${glyph('proof-wait')}<span>${say('proof.failed', { why: this.failed })}</span>`;
    const f = this.found;
    if (!f) return html`${glyph('proof-wait')}<span class="m" role="status">${say('proof.checking')}</span>`;
    const v = verdict(f.checked, f.of);
    if (v.wrong) return html`${glyph(v.icon)}<b class="b">${v.text}</b>`;
    return html`${glyph(v.icon)}<span>${v.text} <span class="q">${say('proof.at', { time: `${when.clock(f.at)} ${when.offset(f.at)}` })}</span></span>`;
  }
}
