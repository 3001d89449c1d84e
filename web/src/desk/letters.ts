// Single-letter keys: a switch turns them off for who dictates or whose hand trembles (WCAG 2.1.4); every act has a button beside.
const kName = 'truce.letters';

class Letters extends EventTarget {
  get on(): boolean { try { return localStorage.getItem(kName) !== 'off'; } catch { return true; } }
  set on(value: boolean) {
    try { if (value) localStorage.removeItem(kName); else localStorage.setItem(kName, 'off'); } catch { /* it lasts as long as the page */ }
    this.dispatchEvent(new Event('change'));
  }
}

export const letters = new Letters();

/** The letter that a key press stands for, or nothing: typed into a field, with Ctrl, or letters are off. On a layout without Latin letters the key's place counts. */
export function letter(e: KeyboardEvent): string {
  if (!letters.on || e.altKey || e.ctrlKey || e.metaKey || e.isComposing) return '';
  if ((e.target as HTMLElement).closest?.('input, select, textarea, dialog, [contenteditable]')) return '';
  if (e.key === '?') return '?';
  if (e.shiftKey) return '';
  if (/^[a-z]$/i.test(e.key)) return e.key.toLowerCase();
  return /^Key[A-Z]$/.test(e.code) ? e.code[3].toLowerCase() : '';
}
