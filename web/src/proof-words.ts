// What came of a check, in words: what agrees, what does not, and what was not checked at all.
import type { Checked } from './log-check';
import { say } from './words';

export interface Verdict { icon: string; text: string; wrong: boolean }

/** `of`: how many entries stand behind the record; not all of them need have been looked at. */
export function verdict(checked: Checked[], of: number): Verdict {
  const n = (...results: Checked['result'][]) => checked.filter((c) => results.includes(c.result)).length;
  const [ok, unread, waits] = [n('ok'), n('unread'), n('waits')];
  const wrong = checked.length - ok - unread - waits;
  if (wrong > 0) return { icon: 'st-rej', text: say('proof.wrong', { n: wrong }), wrong: true };
  const why = checked.find((c) => c.result === 'unread')?.why ?? '';
  const text = [
    of === 0 ? say('proof.no_entries') : '',
    ok > 0 ? say('proof.in_log', { n: ok, of }) : '',
    unread > 0 ? say('proof.unread', { n: unread, why }) : '',
    waits > 0 ? say('proof.waits', { n: waits }) : '',
    of > checked.length ? say('proof.first_only', { n: checked.length, of }) : '',
  ].filter(Boolean).join(' ');
  return { icon: ok > 0 && ok === of ? 'proof' : 'proof-wait', text, wrong: false };
}
