// Symbols and the one mark that carries colour.
import { html, svg, type TemplateResult } from 'lit';
import type { Value } from './records';
import { words } from './words';

export const glyph = (name: string, label = ''): TemplateResult => label
  ? html`<svg class="g" role="img" aria-label=${label}>${svg`<use href="#s-${name}"></use>`}</svg>`
  : html`<svg class="g" aria-hidden="true">${svg`<use href="#s-${name}"></use>`}</svg>`;

const short: Record<Value, string> = { breach: 'breach', compliant: 'compliant', undeterminable: 'undet', not_applicable: 'na' };
export const valueClass = (value: Value): string => short[value] ?? 'na';

/** Shape, hue and word together: hue alone never says it. */
export const finding = (value: Value): TemplateResult =>
  html`<span class="f ${valueClass(value)}">${glyph(valueClass(value))}${words.term('value', value)}</span>`;
