// The desk: what waits for a person, one case at a time, with its evidence beside; acts that an officer signs and another can undo.
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import { acts, about, type Act, type Kind, type Statement } from '../acts';
import * as api from '../api';
import { act_form, waiting_part } from '../desk/act-form';
import { case_body, case_crumbs, case_line, case_title, symbol } from '../desk/case-view';
import { begin, moment, says, undoable, type Draft } from '../desk/draft';
import { letter, letters } from '../desk/letters';
import { cases, groups, type Case, type Claim, type Complaint, type Group } from '../desk/queue';
import { glyph } from '../glyph';
import { key_part, short_key } from '../key-part';
import '../map-panel';
import { own_key } from '../own-key';
import type { Feature } from '../records';
import { data } from '../room-data';
import { session } from '../session';
import { state, Watch } from '../state';
import { go, not_for_you } from '../who';
import { say, words } from '../words';
import './desk.css';

const kOfGroup = 60;
const keys: [string, Kind][] = [['a', 'join'], ['s', 'split'], ['r', 'reclassify'], ['v', 'visit'], ['n', 'note']];

@customElement('truce-desk')
export class DeskPage extends LitElement {
  private claims: Claim[] = [];
  private complaints: Complaint[] = [];
  private unread: string[] = [];
  private ready = false;
  /** By case: what was begun is kept while other cases are looked at. */
  private readonly drafts = new Map<string, Draft>();
  private message = '';
  private want = '';
  private timer = 0;

  constructor() { super(); new Watch(this, [data, state, words, session, own_key, acts, letters]); }
  protected createRenderRoot(): HTMLElement { return this; }

  private readonly pressed = (e: KeyboardEvent): void => this.key(e);
  private readonly again = (): void => { if (session.may('read_evidence')) void this.read(); };

  connectedCallback(): void {
    super.connectedCallback();
    addEventListener('keydown', this.pressed);
    // What other officers sign comes in too, and what was taken is worked in.
    this.timer = window.setInterval(() => { if (!document.hidden && session.may('read_evidence')) void acts.load(); }, 20_000);
    session.addEventListener('reader', this.again);
    void own_key.look();
    void this.read();
  }

  disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener('keydown', this.pressed);
    clearInterval(this.timer);
    session.removeEventListener('reader', this.again);
  }

  private async read(): Promise<void> {
    const unread: string[] = [];
    const part = async <T>(name: string): Promise<T[]> => {
      const all: T[] = [];
      try { await api.features<T>(name, state.now.known, (page: Feature<T>[]) => { for (const f of page) all.push({ ...f.properties, id: (f.properties as any).id ?? String(f.id) }); }); } catch { unread.push(name); }
      return all;
    };
    const [claims, complaints] = await Promise.all([part<Claim>('claims'), part<Complaint>('complaints'), acts.load()]);
    if (acts.failed) unread.push('acts');
    [this.claims, this.complaints, this.unread, this.ready] = [claims, complaints, unread, true];
    this.requestUpdate();
  }

  private made: { of: unknown[]; list: Case[] } | null = null;
  private list(): Case[] {
    const of = [data.incidents, data.incidents.size, data.findings, data.differences, this.claims, this.complaints, acts.all];
    if (this.made && this.made.of.every((x, i) => x === of[i])) return this.made.list;
    const list = cases({ incidents: [...data.incidents.values()].map((f) => f.properties), findings: data.findings, differences: data.differences, claims: this.claims, complaints: this.complaints, acts: acts.all });
    this.made = { of, list };
    return list;
  }

  /** What the queue shows: of each group the first, and always the case that is open. */
  private shown(): Case[] {
    const open = this.current();
    const n = new Map<Group, number>();
    return this.list().filter((c) => {
      if (c === open) return true;
      if (state.now.cases !== 'all' && c.group === 'acted') return false;
      n.set(c.group, (n.get(c.group) ?? 0) + 1);
      return n.get(c.group)! <= kOfGroup;
    });
  }

  private current(): Case | undefined {
    const key = state.now.case || (state.now.sel ? `incident:${state.now.sel}` : '');
    const found = this.list().find((c) => c.key === key);
    if (found || !key.startsWith('incident:')) return found;
    const incident = data.incidents.get(key.slice(9))?.properties;
    return incident && { key, group: 'acted', at: 0, rank: 0, questions: [], incident };
  }

  protected render(): TemplateResult {
    const no = not_for_you('desk');
    if (no) return no;
    const open = this.current();
    return html`<main id="main" class=${open ? 'desk open' : 'desk'} tabindex="-1"><h1 class="vh">${say('desk.title')}</h1>
      <section class="queue" aria-label=${say('desk.queue')}>${this.queue(open)}</section>
      <section class="mid" aria-label=${say('desk.case')}>${open ? this.case(open) : this.none()}</section>
      <aside class="beside" aria-label=${say('desk.beside')}>${this.beside(open)}</aside>
      ${this.footer()}</main>`;
  }

  // --- the queue

  private queue(open: Case | undefined): TemplateResult {
    const all = this.list();
    const to_decide = all.filter((c) => c.group !== 'acted' && c.group !== 'visit').length;
    const shown = this.shown();
    const lacks = data.unread('incidents', 'findings', 'differences');
    return html`<div class="hd qh"><h2>${this.ready && !data.loading && !lacks ? say('desk.to_decide', { n: to_decide }) : say('desk.queue')}</h2>
        <span class="r" role="group" aria-label=${say('desk.which')}>
          <button class="btn sm" type="button" aria-pressed=${state.now.cases !== 'all'} @click=${() => state.set({ cases: '' })}>${say('desk.undecided')}</button>
          <button class="btn sm" type="button" aria-pressed=${state.now.cases === 'all'} @click=${() => state.set({ cases: 'all' })}>${say('desk.all')}</button></span></div>
      ${this.unread.length ? html`<p class="pad s" role="alert">${glyph('st-rej')} ${say('desk.unread', { parts: this.unread.map((p) => say(`part.${p}`)).join(', ') })} <button class="btn sm" type="button" @click=${() => void this.read()}>${say('state.try_now')}</button></p>` : nothing}
      <div class="rows" @keydown=${this.arrows}>
      ${!this.ready || (data.loading && data.incidents.size === 0) ? html`<p class="pad s m" role="status">${say('state.loading')}</p>`
        : shown.length === 0 && lacks ? html`<div class="pad state"><h3>${say('state.unread')}</h3><p class="m">${say('state.unread_more')}</p></div>`
        : shown.length === 0 ? html`<div class="pad state"><h3>${say('desk.empty')}</h3><p class="m">${say('desk.empty_more')}</p></div>`
        : groups.map((g) => this.group(g, shown.filter((c) => c.group === g), all.filter((c) => c.group === g).length, open))}</div>`;
  }

  private group(g: Group, those: Case[], of: number, open: Case | undefined): TemplateResult | typeof nothing {
    if (those.length === 0) return nothing;
    return html`<h3 class="qg">${say(`deskgroup.${g}`)} <span class="q">${words.number(g === 'acted' && state.now.cases !== 'all' ? those.length : of)} · ${say(`deskrule.${g}`)}</span></h3><ol>
      ${those.map((c) => html`<li class=${c === open || c.key === open?.key ? 'qi sel' : 'qi'}>${glyph(symbol(c))}<a href=${state.link({ case: c.key, sel: c.incident?.id ?? '' })} data-case=${c.key} aria-current=${c.key === open?.key ? 'true' : nothing}
        @click=${(e: MouseEvent) => { if (e.metaKey || e.ctrlKey || e.shiftKey) return; e.preventDefault(); this.open(c); }}>${case_title(c)}</a><p>${case_line(c)}</p></li>`)}</ol>
      ${of > those.length && g !== 'acted' ? html`<p class="qmore s q">${say('desk.more_of_group', { n: of - those.length })}</p>` : nothing}`;
  }

  private open(c: Case): void {
    this.message = '';
    state.set({ case: c.key, sel: c.incident?.id ?? '' });
    this.want = '#case-t';
  }

  /** Along the queue; the focus goes with it where it was in the queue, so that the next arrow finds it there. */
  private step(by: number): void {
    const shown = this.shown();
    if (shown.length === 0) return;
    const at = shown.findIndex((c) => c.key === this.current()?.key);
    const to = shown[Math.max(0, Math.min(shown.length - 1, at < 0 ? (by > 0 ? 0 : shown.length - 1) : at + by))];
    this.message = '';
    state.set({ case: to.key, sel: to.incident?.id ?? '' });
    this.want = `[data-case="${CSS.escape(to.key)}"]`;
  }

  private arrows(e: KeyboardEvent): void {
    if (!['ArrowDown', 'ArrowUp', 'Home', 'End'].includes(e.key) || e.altKey || e.ctrlKey || e.metaKey) return;
    e.preventDefault();
    this.step({ ArrowDown: 1, ArrowUp: -1, Home: -1e9, End: 1e9 }[e.key]!);
  }

  // --- the case

  private none(): TemplateResult {
    return html`<div class="pad state"><h2>${say('desk.none')}</h2><p class="m">${say('desk.none_more')}</p></div>`;
  }

  private case(c: Case): TemplateResult {
    const d = this.drafts.get(c.key);
    return html`<p class="s"><a class="toqueue" href=${state.link({ case: '', sel: '' })} @click=${(e: MouseEvent) => { e.preventDefault(); state.set({ case: '', sel: '' }); this.want = '.queue a'; }}>${say('desk.back_to_queue')}</a></p>
      <p class="s q crumbs">${say(`deskask.${c.group}`)} · ${case_crumbs(c)}</p><h2 class="h1" id="case-t" tabindex="-1">${case_title(c)}</h2>
      ${this.message ? html`<p class="done" role="status" tabindex="-1">${this.message}</p>` : nothing}
      ${d ? act_form(d, this.hand(c.key)) : nothing}
      ${case_body(c, (incident, note) => this.draft(c.key, begin('note', incident, { note })), this.may_sign())}
      ${c.incident && !d ? this.buttons(c.incident.id, c.key) : nothing}
      ${c.incident ? nothing : this.who_signs()}`;
  }

  private may_sign(): boolean { return session.may('act') && own_key.state === 'here'; }

  private buttons(incident: string, key: string): TemplateResult | typeof nothing {
    if (!this.may_sign()) return this.who_signs();
    return html`<div class="actbar"><h2 class="vh">${say('desk.acts')}</h2><div class="actbtns">${keys.map(([k, kind]) => html`<button class="btn" type="button" data-act=${kind} @click=${() => this.draft(key, this.fresh(kind, incident))}>${say(`act.${kind}`)} ${letters.on ? html`<kbd aria-hidden="true">${k.toUpperCase()}</kbd>` : nothing}</button>`)}</div></div>
      <p class="s m signs">${glyph('proof')} ${say('desk.signed_with', { name: session.now.account?.name ?? '', key: short_key(own_key.public_hex) })}</p>`;
  }

  private who_signs(): TemplateResult | typeof nothing {
    if (!session.now.accounts) return html`<p class="s m signs">${glyph('proof-wait')} ${say('session.alone')} <a href=${state.link({ page: 'signin' })} @click=${go({ page: 'signin', back: 'desk' })}><code>truce user add</code></a></p>`;
    if (!session.may('act')) return html`<p class="s m signs">${glyph('proof-wait')} ${say('desk.who_signs')} <a href=${state.link({ page: 'signin', back: 'desk' })} @click=${go({ page: 'signin', back: 'desk' })}>${say('nav.signin')}</a></p>`;
    return own_key.state === 'here' ? nothing : html`<div class="signs">${key_part()}</div>`;
  }

  private fresh(kind: Kind, incident: string): Draft {
    const has = [...new Set((data.incidents.get(incident)?.properties.effects ?? []).map((e) => e.effect_class))];
    return begin(kind, incident, has.length === 1 ? { from: has[0] } : {});
  }

  private draft(key: string, d: Draft): void {
    this.message = '';
    this.drafts.set(key, d);
    this.want = d.statement === null && ['join', 'split', 'reclassify'].includes(d.kind) ? '.actf input, .actf select, .actf textarea' : d.kind === 'undo' || d.kind === 'note' || d.kind === 'visit' ? '.actf textarea' : '#actf-t';
    this.requestUpdate();
  }

  private hand(key: string) {
    return {
      changed: () => this.requestUpdate(),
      focus: (selector: string) => { this.want = selector; this.requestUpdate(); },
      done: (message: string) => {
        this.drafts.delete(key);
        this.message = message;
        this.want = message ? '.done' : '.actbtns .btn, #case-t';
        this.requestUpdate();
      },
    };
  }

  /** The same words once more, with a time and a nonce of now. */
  private anew(s: Statement): void {
    const incident = s.incident ?? s.incidents?.[0] ?? '';
    const key = incident ? `incident:${incident}` : this.current()?.key ?? '';
    if (incident) state.set({ case: key, sel: incident });
    this.draft(key, begin(s.act, incident, { note: s.note, chosen: s.observations ?? s.incidents?.slice(1) ?? [], from: s.from ?? '', to: s.to ?? '', undoes: s.undoes ?? '' }));
  }

  private undo(a: Act): void {
    const [incident] = about(a, acts.all);
    const key = `incident:${incident}`;
    if (this.current()?.key !== key) state.set({ case: key, sel: incident });
    this.draft(key, begin('undo', incident, { undoes: a.id }));
  }

  // --- beside it

  private beside(c: Case | undefined): TemplateResult {
    const own = session.now.account ? acts.by(session.now.account.name).filter((a) => undoable(a) && !(c?.incident && about(a, acts.all).includes(c.incident.id))).slice(0, 5) : [];
    return html`${c?.incident && c.incident.place.region.kind !== 'nowhere' ? html`<div class="mp"><truce-map close></truce-map></div>` : nothing}
      ${waiting_part((s) => this.anew(s))}
      ${c?.incident ? html`<section class="hist"><h2>${say('desk.history')}</h2>${this.history(acts.of(c.incident.id))}</section>` : nothing}
      ${session.now.account ? html`<section class="hist"><h2>${say(c?.incident ? 'desk.own_acts_else' : 'desk.own_acts')}</h2>${own.length ? html`<ol class="log">${own.map((a) => this.act(a))}</ol>` : html`<p class="s m">${say('desk.no_own_acts')}</p>`}</section>` : nothing}`;
  }

  private history(all: Act[]): TemplateResult {
    if (acts.forbidden) return html`<p class="s m">${say('desk.who_signs')}</p>`;
    if (all.length === 0) return html`<p class="s m">${say('desk.no_acts')}</p>`;
    return html`<ol class="log">${all.map((a) => this.act(a))}</ol>`;
  }

  private act(a: Act): TemplateResult {
    return html`<li data-act-id=${a.id}><span class="q">${moment(a.at)}</span><span>${a.undone_by ? html`<del>${says(a)}</del>` : says(a)} <span class="s m">${a.by} · ${a.position === null ? say('desk.not_yet_in_log') : say('time.entry', { n: a.position })}</span>
      ${a.note ? html`<span class="s m">“${a.note}”</span>` : nothing}
      ${a.undone_by ? html`<span class="s m">${say('desk.undone', { by: acts.all.get(a.undone_by)?.by ?? '?' })}</span>` : undoable(a) && this.may_sign() ? html`<button class="btn sm quiet undo" type="button" @click=${() => this.undo(a)}>${say('act.undo')}</button>` : nothing}</span></li>`;
  }

  // --- keys

  private footer(): TemplateResult {
    return html`<footer class="keybar"><span><kbd>J</kbd><kbd>K</kbd> ${say('keys.next')}</span><span><kbd>O</kbd> ${say('keys.open')}</span><span><kbd>U</kbd> ${say('keys.undo')}</span>
      <button class="btn sm quiet" type="button" @click=${() => this.help()}><kbd aria-hidden="true">?</kbd> ${say('keys.all')}</button>
      <button class="btn sm quiet r" type="button" role="switch" aria-checked=${letters.on} @click=${() => { letters.on = !letters.on; }}><i class=${letters.on ? 'sw on' : 'sw'}></i> ${say('keys.letters')}</button></footer>
      <dialog class="help" aria-labelledby="help-t"><h2 id="help-t">${say('keys.all')}</h2><dl>
        ${([['J', 'next_one'], ['K', 'previous'], ['↑ ↓', 'move'], ['O', 'open'], ['A', 'join'], ['S', 'split'], ['R', 'reclassify'], ['V', 'visit'], ['N', 'note'], ['U', 'undo'], ['Esc', 'put_away'], ['?', 'all']] as const).map(([k, what]) => html`<dt><kbd>${k}</kbd></dt><dd>${say(`keys.${what}`)}</dd>`)}</dl>
        <p class="s m">${say('keys.off_words')}</p><form method="dialog"><button class="btn" type="submit">${say('keys.close')}</button></form></dialog>`;
  }

  private help(): void { this.querySelector<HTMLDialogElement>('dialog.help')?.showModal(); }

  private key(e: KeyboardEvent): void {
    const c = this.current();
    if (e.key === 'Escape' && c && this.drafts.has(c.key) && !this.querySelector('dialog[open]')) {
      e.stopImmediatePropagation();
      this.hand(c.key).done('');
      return;
    }
    const l = letter(e);
    if (!l || !session.may('read_evidence')) return;
    const kind = keys.find(([k]) => k === l)?.[1];
    if (l === '?') this.help();
    else if (l === 'j') this.step(1);
    else if (l === 'k') this.step(-1);
    else if (l === 'o' && c?.incident) state.set({ page: 'incident', sel: c.incident.id }, true);
    else if (l === 'u' && this.may_sign()) {
      const mine = (c?.incident ? acts.of(c.incident.id) : acts.by(session.now.account!.name)).find(undoable);
      if (mine) this.undo(mine);
    } else if (kind && c?.incident && this.may_sign() && !this.drafts.has(c.key)) this.draft(c.key, this.fresh(kind, c.incident.id));
    else return;
    e.preventDefault();
  }

  protected updated(): void {
    if (!this.want) return;
    const to = this.querySelector<HTMLElement>(this.want);
    if (!to) return;
    this.want = '';
    to.focus();
    to.scrollIntoView({ block: 'nearest' });
  }
}
