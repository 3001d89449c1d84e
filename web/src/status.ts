// How an incident stands: who says so.
import type { Incident } from './records';
import { data } from './room-data';

/** Whether parties alone say so: an allegation, whose outline is dashed and whose count has a question mark. */
export function claimedOnly(i: Incident): boolean {
  return i.evidence.length > 0 && i.evidence.every((e) => data.sources.get(e.source)?.kind === 'party');
}
