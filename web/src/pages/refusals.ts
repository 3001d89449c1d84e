// What of the feeds was taken in, what was refused and why, and what is asked back: with file, line and byte.
import { html, nothing, type TemplateResult } from 'lit';
import { shown, type Fetched, type Whole } from '../fetched';
import { say, words } from '../words';

interface Origin { feed?: string; file?: string; line?: number; offset?: number }
export interface FeedFile { feed: string; file: string; bytes: number; complete: boolean; entries: number; sha256: string }
export interface Rejected extends Origin { reason: string; expected?: string; field?: string; origin?: Origin }
export interface Complaint extends Origin { kind: string; text: string; origin?: Origin }

const kShown = 50;

const place = (r: Origin & { origin?: Origin }): string => {
  const o = r.origin ?? r;
  return [o.file ?? o.feed ?? '', o.line !== undefined && say('input.line', { n: String(o.line) }), o.offset !== undefined && say('input.byte', { n: o.offset })].filter(Boolean).join(', ');
};

const by = (all: Rejected[], f: FeedFile): number => all.filter((r) => (r.origin ?? r).file === f.file).length;

export function refusals(feeds: Fetched<Whole<FeedFile>>, rejected: Fetched<Whole<Rejected>>, complaints: Fetched<Whole<Complaint>>): TemplateResult {
  return html`<section class="cols c2 inputs"><div><h2>${say('input.feeds')}</h2>${shown('feeds', feeds, (f) => taken(f.records.map((r) => r.properties), rejected.value?.records.map((r) => r.properties) ?? null))}</div>
    <div><h2>${say('input.rejected')}</h2>${shown('rejected', rejected, ({ records, complete }) => (records.length === 0 ? html`<p class="m">${say('input.none_rejected')}</p>`
      : html`<ul class="rejs">${records.slice(0, kShown).map(({ properties: r }) => html`<li class="rej s"><b>${r.reason}</b>${r.expected ? html`; ${say('input.expected', { what: r.expected })}` : nothing}${r.field ? html` · ${say('input.field', { name: r.field })}` : nothing}<span class="q">${place(r)}</span></li>`)}</ul>${more(records.length, complete)}`))}
      <h2 class="gap2">${say('input.complaints')}</h2>${shown('complaints', complaints, ({ records, complete }) => (records.length === 0 ? html`<p class="m">${say('input.none_complaints')}</p>`
      : html`<ul class="rejs">${records.slice(0, kShown).map(({ properties: c }) => html`<li class="rej s"><b>${c.kind.replaceAll('_', ' ')}</b>: ${c.text}<span class="q">${place(c)}</span></li>`)}</ul>${more(records.length, complete)}`))}</div></section>`;
}

const more = (n: number, complete: boolean): TemplateResult | typeof nothing =>
  n > kShown || !complete ? html`<p class="s q">${say('input.more', { shown: Math.min(n, kShown), n: complete ? words.number(n) : `${words.number(n)}+` })}</p>` : nothing;

function taken(all: FeedFile[], rejected: Rejected[] | null): TemplateResult {
  if (all.length === 0) return html`<p class="m">${say('input.none')}</p>`;
  return html`<table class="feeds"><caption class="vh">${say('input.feeds')}</caption><thead><tr><th>${say('input.feed')}</th><th>${say('input.state')}</th><th class="n">${say('input.entries')}</th><th class="n">${say('input.refused')}</th></tr></thead><tbody>
    ${all.map((f) => html`<tr><td><b>${f.feed}</b><span class="s m break">${f.file} · ${say('input.bytes', { n: f.bytes })}</span></td><td>${say(f.complete ? 'input.complete' : 'input.incomplete')}</td><td class="n">${words.number(f.entries)}</td><td class="n">${rejected === null ? '–' : words.number(by(rejected, f))}</td></tr>`)}</tbody></table>`;
}
