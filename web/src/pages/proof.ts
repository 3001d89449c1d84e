// The page of proof: the entries of the log behind a record, recomputed in this browser; the log against what this browser remembers;
// and always last, what all that does not prove.
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import { acts } from '../acts';
import { incident_title } from '../desk/case-view';
import { glyph } from '../glyph';
import * as log from '../log-check';
import { data } from '../room-data';
import { session } from '../session';
import { state, Watch } from '../state';
import { verdict } from '../proof-words';
import { go, not_for_you } from '../who';
import { say, words } from '../words';
import * as when from '../when';
import './proof.css';

const kMost = 60;
const short = (hash: string): string => (hash ? `${hash.slice(0, 10)}…${hash.slice(-4)}` : '');

@customElement('truce-proof')
export class ProofPage extends LitElement {
  private of = '';
  private found: Awaited<ReturnType<typeof log.find>> = null;
  private checked: log.Checked[] | null = null;
  private count = 0;
  private checked_at = 0;
  private failed = '';
  private missing = false;
  private now: log.LogState | null = null;
  private memory: log.Memory | null = null;
  private log_failed = '';
  private log_done = false;
  private progress: number | null = null;
  private stop = false;
  private whole: { whole: boolean; beginning: boolean | null; wrong: number[] } | null = null;
  private begun = false;

  constructor() { super(); new Watch(this, [data, state, words, session, acts]); }
  protected createRenderRoot(): HTMLElement { return this; }

  protected willUpdate(): void {
    if (!session.known || !session.may('read_log')) return;
    if (!this.begun && data.mission) { this.begun = true; void this.look(); }
    if (this.of !== state.now.sel) {
      this.of = state.now.sel;
      this.checked = null;
      this.found = null;
      if (this.begun && this.of) void this.check();
    }
  }

  private get mission(): string { return data.mission?.title ?? ''; }

  /** The log as the server names it, beside what this browser remembers. */
  private async look(): Promise<void> {
    this.memory = log.remembered(this.mission);
    try {
      this.now = await log.log_now();
      this.log_failed = '';
      if (!this.memory) log.remember(this.mission, { ...this.now, at: Date.now(), seen: {} });
    } catch (e) { this.log_failed = e instanceof Error ? e.message : String(e); }
    this.log_done = true;
    this.requestUpdate();
    if (this.of) await this.check();
  }

  /** The entries behind the record; what was fetched before is computed again without the network. */
  private async check(): Promise<void> {
    const id = this.of;
    const seen = log.remembered(this.mission)?.seen ?? {};
    this.failed = '';
    this.missing = false;
    this.requestUpdate();
    try {
      if (!acts.read) await acts.load();
      const known = data.incidents.get(id);
      const found = known ? { collection: 'incidents', feature: known } : await log.find(id);
      if (id !== this.of) return;
      if (!found) { this.missing = true; this.checked = []; return; }
      this.found = found;
      const { checked, of } = await log.behind(found, kMost, seen);
      if (id !== this.of) return;
      // Where the network is off, what was found before stands.
      if (this.checked && checked.every((c) => c.result === 'unread')) { this.failed = checked[0]?.why ?? ''; return; }
      [this.checked, this.count, this.checked_at] = [checked, of, Date.now()];
      this.keep(checked);
    } catch (e) { if (id === this.of) this.failed = e instanceof Error ? e.message : String(e); } finally { this.requestUpdate(); }
  }

  /** Hashes that were right are remembered, so that a later visit sees if one of them has changed. */
  private keep(checked: log.Checked[]): void {
    const m = log.remembered(this.mission);
    if (!m) return;
    for (const c of checked) if (c.result === 'ok' && c.position !== null) m.seen[c.position] = c.hash;
    log.remember(this.mission, m);
  }

  private async recompute(): Promise<void> {
    if (!this.now || this.progress !== null) return;
    this.stop = false;
    this.progress = 0;
    this.requestUpdate();
    try {
      this.whole = await log.recompute(this.now, this.memory, (n) => {
        if (n % 20 === 0 || n === this.now!.entries) { this.progress = n; this.requestUpdate(); }
        return !this.stop;
      });
      // Only a log that holds all that was remembered may take its place.
      if (this.whole?.whole && this.whole.beginning !== false) log.remember(this.mission, { ...this.now, at: Date.now(), seen: log.remembered(this.mission)?.seen ?? {} });
    } catch (e) { this.log_failed = e instanceof Error ? e.message : String(e); }
    this.progress = null;
    this.requestUpdate();
  }

  protected render(): TemplateResult {
    const no = not_for_you('proof');
    if (no) return no;
    return html`<main id="main" class="wrap proofp" tabindex="-1"><header class="head"><div><h1>${say('proof.title')}</h1>
        <p class="m">${say('proof.lead')}</p></div></header>
      <section class="cols c2"><div>${this.record()}</div><div>${this.log()}</div></section>
      <section class="cols c1"><div>${this.not_proved()}</div></section></main>`;
  }

  private record(): TemplateResult {
    return html`<h2>${say('proof.record')}</h2>
      <form class="ask" @submit=${(e: Event) => { e.preventDefault(); state.set({ sel: (e.target as HTMLFormElement).querySelector('input')!.value.trim() }, true); }}>
        <label for="pf-id">${say('proof.which')}</label><input id="pf-id" class="mono" name="id" .value=${state.now.sel} spellcheck="false" autocapitalize="none" autocomplete="off"><button class="btn" type="submit">${say('proof.check')}</button></form>
      ${!this.of ? html`<p class="m">${say('proof.choose')} <a href=${state.link({ page: 'room' })} @click=${go({ page: 'room' })}>${say('nav.room')}</a></p>` : this.checked_part()}`;
  }

  private checked_part(): TemplateResult {
    const c = this.checked;
    if (this.missing) return html`<p role="status">${say('proof.no_record')}</p>`;
    if (!c) return this.failed ? html`<p role="alert">${say('proof.failed', { why: this.failed })} <button class="btn sm" type="button" @click=${() => void this.check()}>${say('state.try_now')}</button></p>` : html`<p class="m" role="status">${say('proof.checking')}</p>`;
    const v = verdict(c, this.count);
    return html`<p class="verdict" role="status">${glyph(v.icon)} <span><b class="b">${v.text}</b> <span class="q">${say('proof.at', { time: `${when.clock(this.checked_at)} ${when.offset(this.checked_at)}` })}</span></span></p>
      <p class="named">${this.found?.collection === 'incidents' ? incident_title(this.found.feature.properties) : this.of}</p>
      ${this.failed ? html`<p class="s" role="alert">${say('proof.offline')} ${this.failed}</p>` : nothing}
      <div class="scrollx"><table class="pft"><caption class="vh">${say('proof.caption')}</caption><thead><tr><th>${say('proof.what')}</th><th class="n">${say('proof.entry')}</th><th>SHA-256</th><th>${say('proof.result')}</th></tr></thead><tbody>
      ${c.map((x) => html`<tr><td>${this.name(x)}<span class="s q mono break">${x.id}</span></td><td class="n">${x.position === null ? '–' : words.number(x.position)}</td><td><span class="mono s" title=${x.hash}>${short(x.hash)}</span></td>
        <td>${glyph(x.result === 'ok' ? 'ok' : x.result === 'unread' || x.result === 'waits' ? 'proof-wait' : 'st-rej')} ${x.result === 'ok' ? say(x.kind === 'act' ? 'proofresult.signed' : 'proofresult.ok') : html`<b class="b">${say(`proofresult.${x.result}`)}</b>`}${x.why ? html`<span class="s q">${x.why}</span>` : nothing}</td></tr>`)}</tbody></table></div>
      <div class="acts"><button class="btn" type="button" @click=${() => void this.check()}>${say('proof.again')}</button></div>`;
  }

  private name(x: log.Checked): string {
    if (x.kind === 'recording') return say('proof.recording');
    if (x.kind === 'act') { const a = acts.all.get(x.id); return a ? say('proof.act_of', { what: say(`act.${a.act}`).replace('…', ''), by: a.by }) : x.id; }
    const o = data.observations.get(x.id);
    return o ? data.sources.get(o.source)?.name ?? o.source : x.kind;
  }

  private log(): TemplateResult {
    const n = this.now;
    if (!n) return html`<h2>${say('proof.log')}</h2>${this.log_done ? html`<p role="alert">${say('proof.log_unread', { why: this.log_failed })} <button class="btn sm" type="button" @click=${() => void this.look()}>${say('state.try_now')}</button></p>
      ${this.memory ? html`<p class="m">${say('proof.memory', { n: this.memory.entries, time: this.moment(this.memory.at) })}</p>` : nothing}` : html`<p class="m" role="status">${say('state.loading')}</p>`}`;
    const s = log.standing(n, this.memory);
    const bad = s === 'shorter' || s === 'other';
    return html`<h2>${say('proof.log')}</h2><dl class="facts"><dt>${say('proof.entries')}</dt><dd>${words.number(n.entries)}</dd><dt>${say('proof.hash')}</dt><dd class="mono break">${n.hash}</dd></dl>
      <p class="verdict">${glyph(bad ? 'st-rej' : s === 'same' ? 'ok' : 'proof-wait')} <span>${bad ? html`<b class="b">${this.stands(s)}</b>` : this.stands(s)}</span></p>
      ${this.log_failed ? html`<p class="s" role="alert">${say('proof.offline')} ${this.log_failed}</p>` : nothing}
      ${this.whole ? this.recomputed(this.whole) : nothing}
      ${this.progress !== null ? html`<p class="s" role="status">${say('proof.progress', { n: this.progress, of: n.entries })}</p><progress max=${n.entries} .value=${this.progress} aria-label=${say('proof.recompute', { n: n.entries })}></progress>
          <div class="acts"><button class="btn" type="button" @click=${() => { this.stop = true; }}>${say('proof.stop')}</button></div>`
        : n.entries > log.kWholeMost ? html`<p class="s m">${say('proof.too_long', { n: log.kWholeMost })} <code>truce replay</code></p>`
        : html`<div class="acts"><button class="btn" type="button" @click=${() => void this.recompute()}>${say('proof.recompute', { n: n.entries })}</button></div>`}`;
  }

  private moment(at: number): string { return at ? `${when.day(at)} ${when.clock(at)} ${when.offset(at)}` : '?'; }

  private stands(s: log.Standing): string {
    const was = this.memory;
    if (!was || s === 'first') return say('proof.first');
    const args = { n: was.entries, time: this.moment(was.at) };
    if (s === 'same') return say('proof.same', args);
    if (s === 'longer') return say('proof.longer', { ...args, more: this.now!.entries - was.entries });
    return s === 'shorter' ? say('proof.shorter', { ...args, now: this.now!.entries }) : say('proof.other', args);
  }

  private recomputed(w: NonNullable<typeof this.whole>): TemplateResult {
    return html`<p class="verdict" role="status">${glyph(w.whole ? 'ok' : 'st-rej')} <span>${w.whole ? say('proof.whole') : html`<b class="b">${say('proof.whole_not', { n: w.wrong.length })}</b>`}</span></p>
      ${w.beginning === null ? nothing : html`<p class="verdict">${glyph(w.beginning ? 'ok' : 'st-rej')} <span>${w.beginning ? say('proof.beginning', { n: this.memory!.entries }) : html`<b class="b">${say('proof.beginning_not', { n: this.memory!.entries })}</b>`}</span></p>`}`;
  }

  private not_proved(): TemplateResult {
    return html`<h2>${say('proof.not_proved')}</h2><ul class="prf">${(['honest', 'witness', 'tree', 'page'] as const).map((k) => html`<li>${glyph('na')}<span>${say(`proofnot.${k}`)}</span></li>`)}</ul>
      <p class="s q">${say('proof.by_hand')} <code>truce replay MISSION</code> · <code>truce explain MISSION ${state.now.sel || 'INCIDENT'}</code></p>`;
  }
}

