// The key that an officer signs with. It is made here and cannot leave: the browser signs with it and never shows it, neither to
// this page nor to any other. There is no export: a key that can be copied proves nothing of whose hand signed. Who loses it has it
// forgotten by `truce user forget-key` and makes another; what was signed with the old one stays valid and stays in the log.
import { session } from './session';
import * as store from './store';

/** `id`: the public key in hexadecimal. */
interface Kept { id: string; private: CryptoKey }
/** no_account: nobody is signed in · none: no key yet · here: it signs here · elsewhere: another browser holds it ·
 *  unable: this browser has no Ed25519 · no_storage: it may keep nothing */
export type KeyState = 'looking' | 'no_account' | 'none' | 'here' | 'elsewhere' | 'unable' | 'no_storage';

export const hex = (bytes: ArrayBuffer | Uint8Array): string =>
  [...(bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes))].map((b) => b.toString(16).padStart(2, '0')).join('');

export function unhex(text: string): Uint8Array<ArrayBuffer> | null {
  if (!/^([0-9a-f]{2})*$/.test(text)) return null;
  const bytes = new Uint8Array(text.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = parseInt(text.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}

class OwnKey extends EventTarget {
  state: KeyState = 'looking';
  /** Public key in hexadecimal, where the account has one. */
  public_hex = '';
  private key: Kept | null = null;
  private turn = 0;

  constructor() {
    super();
    session.addEventListener('change', () => void this.look());
  }

  async look(): Promise<void> {
    const turn = ++this.turn;
    const account = session.now.account;
    let state: KeyState = 'none';
    let kept: Kept | null = null;
    if (!account) state = 'no_account';
    else if (!(await able())) state = 'unable';
    else {
      try {
        kept = (await store.fetchOne<Kept>('keys', account.key ?? '')) ?? null;
        if (account.key) state = kept ? 'here' : 'elsewhere';
      } catch { state = 'no_storage'; }
    }
    if (turn !== this.turn) return;
    this.key = state === 'here' ? kept : null;
    this.public_hex = account?.key ?? '';
    if (state === this.state) return;
    this.state = state;
    this.dispatchEvent(new Event('change'));
  }

  /** Made, kept, then told to the server, in this order: a key that the server knows and nobody holds would be of no use. */
  async make(): Promise<void> {
    const made = await crypto.subtle.generateKey('Ed25519', false, ['sign', 'verify']) as CryptoKeyPair;
    const kept: Kept = { id: hex(await crypto.subtle.exportKey('raw', made.publicKey)), private: made.privateKey };
    await store.keep('keys', kept);
    await session.registerKey(kept.id);
    await this.look();
  }

  /** The signature of the text's UTF-8 bytes, in hexadecimal. */
  async sign(text: string): Promise<{ key: string; signature: string }> {
    if (!this.key) throw new Error('no key');
    return { key: this.key.id, signature: hex(await crypto.subtle.sign('Ed25519', this.key.private, new TextEncoder().encode(text))) };
  }
}

let asked: Promise<boolean> | null = null;
/** Whether this browser signs with Ed25519. Without a secure address (https, or this machine) it has no WebCrypto at all. */
export function able(): Promise<boolean> {
  asked ??= (async () => {
    try { await crypto.subtle.generateKey('Ed25519', false, ['sign', 'verify']); return true; } catch { return false; }
  })();
  return asked;
}

/** Whether the key made this signature of the text; null where this browser cannot tell. */
export async function verify(key: string, signature: string, text: string): Promise<boolean | null> {
  const [raw, sig] = [unhex(key), unhex(signature)];
  if (!raw || !sig || raw.length !== 32 || sig.length !== 64) return false;
  try {
    const k = await crypto.subtle.importKey('raw', raw, 'Ed25519', false, ['verify']);
    return await crypto.subtle.verify('Ed25519', k, sig, new TextEncoder().encode(text));
  } catch { return null; }
}

export const own_key = new OwnKey();
