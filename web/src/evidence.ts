// What stands behind the selected incident, from the finding down to the reports.
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import { block, coordinates, interval, kilometres, weight } from './figures';
import { finding, glyph, valueClass } from './glyph';
import { bar, chance, likely, noFinding, provisionWords, reason, scale, untold, weightBar, where } from './parts';
import { chains, mainClass, symbolOf } from './records';
import { data, type Row } from './room-data';
import { state, Watch } from './state';
import { say, words } from './words';
import * as when from './when';

@customElement('truce-evidence')
export class EvidencePanel extends LitElement {
  constructor() { super(); new Watch(this, [data, state, words]); }
  protected createRenderRoot(): HTMLElement { return this; }

  protected render(): TemplateResult {
    const row = data.selected();
    if (!row) {
      const [what, more] = !state.now.sel || data.loading ? ['evidence.none', 'evidence.none_more'] : data.unread('incidents') ? ['state.unread', 'state.unread_more'] : ['evidence.gone', 'evidence.gone_more'];
      return html`<div class="pad state none"><h3>${say(what)}</h3><p class="m">${say(more)}</p>
        <ul class="keys s m"><li><kbd>↑</kbd> <kbd>↓</kbd> ${say('keys.move')}</li><li><kbd>Enter</kbd> ${say('keys.open')}</li><li><kbd>Esc</kbd> ${say('keys.clear')}</li></ul></div>`;
    }
    const { incident } = row;
    const t = when.span(row.start, row.end);
    const c = mainClass(incident);
    return html`
      <div class="hd"><div><h2>${words.term('effect', c)}, ${where(incident)}</h2>
        <p class="s">${t.local}</p><p class="s q">${t.utc}</p>
        <p class="s q">${incident.version ? html`${say('incident.version', { n: incident.version })} · ` : nothing}<span class="mono id">${incident.id}</span></p></div>
        <button class="btn quiet sm close" type="button" aria-label=${say('evidence.close')} @click=${() => state.set({ sel: '' })}>×</button></div>
      <div class="scroll" tabindex="0" role="group" aria-label=${say('evidence.title')}><ol class="rungs">
        ${this.findings(row)} ${this.counts(row)} ${this.reports(row)} ${this.place(row)}
      </ol></div>
      <div class="ft"><a class="btn pri" href=${state.link({ page: 'incident' })} @click=${(e: MouseEvent) => { e.preventDefault(); state.set({ page: 'incident' }, true); }}>${say('evidence.open')}</a>
        <button class="btn quiet copy" type="button" @click=${(e: Event) => void copy(e.target as HTMLElement)}>${say('evidence.copy')}</button></div>`;
  }

  private findings(row: Row): TemplateResult {
    const f = row.shown;
    const differ = data.differences.get(row.incident.id) ?? [];
    return html`<li>${glyph(f ? valueClass(f.value) : 'observation')}<h3>${f ? say('evidence.finding', { reading: f.reading }) : say('evidence.findings')}</h3>
      ${f ? html`<p>${finding(f.value)} <span class="m">· ${say('finding.of', { id: f.provision })}</span>${chance(f) ? html`, ${chance(f)}` : nothing}</p>
        ${provisionWords(f.provision) ? html`<p class="s m">${provisionWords(f.provision)}</p>` : nothing}
        <p class="s m">${reason(weakest(f.reasons))}</p>` : html`<p class="m">${noFinding()}</p>`}
      ${differ.map((d) => html`<p class="s">${say('evidence.differ', { id: d.provision })} <a href=${state.link({ page: 'incident' })}>${say('evidence.side_by_side')}</a></p>`)}</li>`;
  }

  private counts({ incident }: Row): TemplateResult {
    const most = scale([incident.violations]);
    return html`<li>${glyph('incident')}<h3>${say('evidence.incident')}</h3>
      <div class="one"><b class="big">${words.number(incident.violations.best)}</b><span>${bar(incident.violations, most)}<span class="s m">${interval(incident.violations)}</span></span></div>
      <p class="s m">${incident.effects.map((e, i) => html`${i ? ' · ' : ''}${words.term('effect', e.effect_class)} ${words.number(e.count.best)} (${interval(e.count)})`)}</p>
      <p class="s m">${say('incident.p_real', { p: likely(incident.p_real) })}</p></li>`;
  }

  private reports({ incident }: Row): TemplateResult {
    if (incident.released) return html`<li>${glyph('observation')}<h3>${say('incident.evidence')}</h3><p>${untold()}</p></li>`;
    const all = chains(incident);
    const most = Math.max(...incident.evidence.map((e) => Math.abs(e.weight)), 0.1);
    return html`<li>${glyph('observation')}<h3>${say('evidence.chains', { n: all.size })} ${say('evidence.reports', { n: incident.evidence.length })}; ${say('evidence.weights')}</h3>
      <table><caption class="vh">${say('evidence.caption')}</caption><thead class="vh"><tr><th>${say('evidence.source')}</th><th>${say('evidence.bar')}</th><th>${say('evidence.weight')}</th></tr></thead><tbody>
      ${incident.evidence.slice(0, 12).map((e) => html`<tr><td>${data.sources.get(e.source)?.name ?? e.source}</td><td class="wt">${weightBar(e.weight, most)}</td><td class="n b">${weight(e.weight)}</td></tr>`)}
      </tbody></table>${incident.evidence.length > 12 ? html`<p class="s q">${say('evidence.more', { n: incident.evidence.length - 12 })}</p>` : nothing}</li>`;
  }

  private place({ incident }: Row): TemplateResult {
    return html`<li>${glyph(symbolOf(mainClass(incident)))}<h3>${say('evidence.place')}</h3>
      <p class="s">${incident.place.block_m ? say('incident.block', { block: block(incident.place.block_m) }) : coordinates(incident.place.best)}${incident.place.radius_m ? html` <span class="m">${say('incident.region_radius', { km: kilometres(incident.place.radius_m) })}</span>` : nothing}</p></li>`;
  }
}

/** The reason that decides most: the one with the lowest probability. */
export function weakest<T extends { probability: number; words: string }>(reasons: T[]): T | { words: string; probability: number } {
  return [...reasons].sort((a, b) => a.probability - b.probability)[0] ?? { words: '', probability: 1 };
}

async function copy(button: HTMLElement): Promise<void> {
  const text = say('evidence.copy');
  try { await navigator.clipboard.writeText(location.href); button.textContent = say('evidence.copied'); } catch { button.textContent = say('evidence.copy_failed'); }
  setTimeout(() => { button.textContent = text; }, 2000);
}
