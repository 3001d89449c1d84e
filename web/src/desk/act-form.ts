// An act in two steps: the fields; then what exactly will be signed, in words and to the byte, with what it changes. Only then the hand.
import { html, nothing, type TemplateResult } from 'lit';
import { acts, canonical, kNoteCharacters, now, said as said_of, stale, type Statement } from '../acts';
import { interval, kilometres, lasting, weight } from '../figures';
import { glyph } from '../glyph';
import { short_key } from '../key-part';
import { own_key } from '../own-key';
import { or, told } from '../parts';
import { chains, mainClass, type Incident } from '../records';
import { data } from '../room-data';
import { say, words } from '../words';
import * as when from '../when';
import { changes, classes, lacking, says, statement, type Draft } from './draft';
import { neighbours } from './queue';

export interface Hand {
  /** Redraws after a change of the draft. */
  changed: () => void;
  /** Puts the draft away, with what is to be said of it. */
  done: (message: string) => void;
  /** Where the focus goes once the page is drawn. */
  focus: (selector: string) => void;
}

export function act_form(d: Draft, hand: Hand): TemplateResult {
  return html`<section class="actf" aria-labelledby="actf-t"><h2 id="actf-t" tabindex="-1">${say(`act.${d.kind}`).replace('…', '')}</h2>
    ${d.statement === null ? fields(d, hand) : review(d, d.statement, hand)}</section>`;
}

function fields(d: Draft, hand: Hand): TemplateResult {
  const set = (change: Partial<Draft>) => { Object.assign(d, change, { wrong: '' }); hand.changed(); };
  const i = data.incidents.get(d.incident)?.properties;
  const read_over = (e: Event) => {
    e.preventDefault();
    const why = lacking(d);
    if (why) { d.wrong = why; hand.changed(); hand.focus('#actf-wrong'); return; }
    d.wrong = '';
    d.statement = statement(d);
    hand.changed();
    hand.focus('#actf-t');
  };
  return html`<form class="fieldset" @submit=${read_over}>
    <p class="s m">${say(`acthelp.${d.kind}`)}</p>
    ${d.kind === 'join' && i ? join(d, i, set) : d.kind === 'split' && i ? split(d, i, set) : d.kind === 'reclassify' && i ? reclassify(d, i, set) : nothing}
    <label class="lbl" for="actf-note">${say('act.reason')}</label>
    <textarea id="actf-note" rows="2" maxlength=${kNoteCharacters} .value=${d.note} @input=${(e: Event) => { d.note = (e.target as HTMLTextAreaElement).value; d.wrong = ''; }}></textarea>
    <p id="actf-wrong" class="wrong" role="alert" tabindex="-1">${d.wrong}</p>
    <div class="acts"><button class="btn pri" type="submit">${say('act.read_over')}</button>
      <button class="btn" type="button" @click=${() => hand.done('')}>${say('act.put_away')} <kbd>Esc</kbd></button></div></form>`;
}

type Set = (change: Partial<Draft>) => void;
const toggled = (d: Draft, id: string, set: Set) => (e: Event) =>
  set({ chosen: (e.target as HTMLInputElement).checked ? [...d.chosen, id] : d.chosen.filter((x) => x !== id) });

function join(d: Draft, i: Incident, set: Set): TemplateResult {
  const near = neighbours(i, [...data.incidents.values()].map((f) => f.properties));
  if (near.length === 0) return html`<p>${say('act.no_neighbour')}</p>`;
  return html`<fieldset><legend class="lbl">${say('act.join_which')}</legend>${near.map((n) => html`<label class="pick"><input type="checkbox" .checked=${d.chosen.includes(n.incident.id)} @change=${toggled(d, n.incident.id, set)}>
    <span><b class="b">${data.place(n.incident) ?? n.incident.id}</b> ${words.number(n.incident.violations.best)} <span class="q">${interval(n.incident.violations)}</span> ${words.term('effect', mainClass(n.incident))}
      <span class="s m">${when.span(Date.parse(n.incident.when.start), Date.parse(n.incident.when.end)).local} · ${n.gap_ms === 0 ? say('act.overlaps') : say('act.apart', { length: lasting(n.gap_ms) })} · ${kilometres(n.distance_m)} · ${say('list.chains', { n: chains(n.incident).size })}</span></span></label>`)}</fieldset>`;
}

function split(d: Draft, i: Incident, set: Set): TemplateResult {
  return html`<fieldset><legend class="lbl">${say('act.split_which')}</legend>${i.evidence.map((e) => {
    const o = data.observations.get(e.observation);
    return html`<label class="pick"><input type="checkbox" .checked=${d.chosen.includes(e.observation)} @change=${toggled(d, e.observation, set)}>
      <span><b class="b">${data.sources.get(e.source)?.name ?? e.source}</b> ${told(o)} <span class="q">${weight(e.weight)}</span>
        <span class="s m">${o ? when.span(Date.parse(o.when.start), Date.parse(o.when.end)).local : e.observation}</span></span></label>`;
  })}</fieldset>`;
}

function reclassify(d: Draft, i: Incident, set: Set): TemplateResult {
  const has = [...new Set(i.effects.map((e) => e.effect_class))].filter((c) => classes.includes(c));
  const choose = (name: 'from' | 'to', any: string, list: string[]) => html`<label class="lbl">${say(`reclass.${name}`)}
    <select class="btn" name=${name} .value=${d[name]} @change=${(e: Event) => set({ [name]: (e.target as HTMLSelectElement).value })}>
      <option value="" ?selected=${d[name] === ''}>${any}</option>${list.map((c) => html`<option value=${c} ?selected=${d[name] === c}>${words.term('effect', c)}</option>`)}</select></label>`;
  return html`<div class="two">${choose('from', say('act.choose'), has)}${choose('to', say('act.choose'), classes.filter((c) => c !== d.from))}</div>`;
}

function review(d: Draft, text: string, hand: Hand): TemplateResult {
  const s: Statement = JSON.parse(text);
  const sign = async () => {
    // What was read over too long ago is renewed and must be looked at once more: what is signed is what was shown.
    if (stale({ id: '', key: '', signature: '', statement: text })) {
      d.statement = canonical({ ...s, at: now() });
      d.wrong = say('act.renewed');
      hand.changed();
      return;
    }
    try {
      await acts.sign(text);
      const left = acts.waiting.find((w) => w.statement === text);
      hand.done(left === undefined ? say('act.sent') : left.refused !== undefined ? say('act.refused', { why: left.refused }) : say('act.waits'));
    } catch (e) {
      d.wrong = `${say('act.not_signed')} ${e instanceof Error ? e.message : String(e)}`;
      hand.changed();
    }
  };
  return html`<div class="review">
    <p class="l">${say('act.you_say')}</p><p class="says">${says(s)}</p>
    ${or(s.note, (note) => html`<blockquote>${note}</blockquote>`)}
    <p class="l">${say('act.it_changes')}</p><ul class="dash">${changes(s).map((c) => html`<li>${c}</li>`)}<li>${say('act.stays')}</li></ul>
    <p class="l">${say('act.bytes', { n: new TextEncoder().encode(text).length })}</p>
    <pre class="raw mono" tabindex="0" role="group" aria-label=${say('act.raw')}>${text}</pre>
    <p class="wrong" role="alert">${d.wrong}</p>
    <div class="acts"><button class="btn pri sign" type="button" @click=${() => void sign()}>${say('act.sign')}</button>
      <button class="btn" type="button" @click=${() => { d.statement = null; hand.changed(); hand.focus('#actf-note'); }}>${say('act.back')}</button>
      <button class="btn quiet" type="button" @click=${() => hand.done('')}>${say('act.put_away')} <kbd>Esc</kbd></button></div>
    <p class="s m">${glyph('proof')} ${say('act.by_key', { key: short_key(own_key.public_hex) })}</p></div>`;
}

/** What waits in this browser: signed, and not yet with the server. */
export function waiting_part(anew: (s: Statement) => void): TemplateResult | typeof nothing {
  if (acts.waiting.length === 0) return nothing;
  return html`<section class="waits" aria-label=${say('act.waiting_title')}><h2>${say('act.waiting', { n: acts.waiting.length })}</h2>
    ${acts.offline_since !== null ? html`<p class="s m">${say('act.offline', { time: when.clock(acts.offline_since) })}</p>` : nothing}
    <ol class="log">${acts.waiting.map((w) => {
      const s = said_of(w);
      const old = w.refused === undefined && stale(w);
      return html`<li><span class="q">${when.clock(Date.parse(s.at))}</span><span>${says(s)}
        <span class="s m">${w.refused !== undefined ? say('act.refused', { why: w.refused }) : old ? say('act.too_old') : say('act.will_send')}</span>
        ${old || w.refused !== undefined ? html`<button class="btn sm" type="button" @click=${() => { void acts.drop(w.id); anew(s); }}>${say('act.anew')}</button>` : nothing}
        <button class="btn sm quiet" type="button" @click=${() => void acts.drop(w.id)}>${say('act.take_back')}</button></span></li>`;
    })}</ol></section>`;
}
