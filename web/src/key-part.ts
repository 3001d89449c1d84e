// With which key one signs here, in words, and the one button where there is none yet.
import { html, type TemplateResult } from 'lit';
import { glyph } from './glyph';
import { own_key } from './own-key';
import { session } from './session';
import { say } from './words';

export const short_key = (key: string): string => `${key.slice(0, 8)}…`;

let failed = '';
async function make(): Promise<void> {
  failed = '';
  try { await own_key.make(); } catch (e) { failed = e instanceof Error ? e.message : String(e); }
  own_key.dispatchEvent(new Event('change'));
}

export function key_part(): TemplateResult {
  const key = short_key(own_key.public_hex);
  switch (own_key.state) {
    case 'here': return html`<p class="keyline">${glyph('proof')} ${say('key.here')} <code title=${own_key.public_hex}>${key}</code> <span class="q">${say('key.stays')}</span></p>`;
    case 'elsewhere': return html`<p><b class="b">${say('key.elsewhere')}</b> <code title=${own_key.public_hex}>${key}</code></p><p class="m">${say('key.elsewhere_do')}</p>
      <p><code>truce user forget-key ${session.now.account?.name ?? ''}</code></p>`;
    case 'unable': return html`<p><b class="b">${say('key.unable')}</b></p><p class="m">${say('key.unable_do')}</p>`;
    case 'no_storage': return html`<p><b class="b">${say('key.no_storage')}</b></p><p class="m">${say('key.no_storage_do')}</p>`;
    case 'none': return html`<p>${say('key.none')}</p><p class="m">${say('key.none_more')}</p>
      <p><button class="btn pri make-key" type="button" @click=${() => void make()}>${say('key.make')}</button></p>${failed ? html`<p role="alert">${say('key.failed')} ${failed}</p>` : ''}`;
    default: return html`<p class="m" role="status">${say('state.loading')}</p>`;
  }
}
