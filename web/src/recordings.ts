// What sensors and cameras wrote down of an incident: photos beside the report that they are behind, and waveforms, each
// drawn as the least and the greatest sample of every part of its time. A chunk of its own.
import { html, nothing, svg, type SVGTemplateResult, type TemplateResult } from 'lit';
import * as api from './api';
import { onDemand } from './on-demand';
import type { Incident, Recording, Traces } from './records';
import { data } from './room-data';
import { state } from './state';
import { say } from './words';
import * as when from './when';

const kBins = 340;
/** Around the time that an observation tells, of a waveform that is drawn beside it. */
const kAround_ms = 5000;

const isPhoto = (r: Recording): boolean => r.recording.media_type.startsWith('image/');

/** Of an incident what had come by the time that is looked back to. */
export function known(incident: Incident): Recording[] {
  const by = state.now.known;
  return (onDemand.recordings(incident).value ?? []).filter((r) => by === null || r.position <= by);
}

type Bin = [number, number] | null;

/** The bins of the first channel, about their middle, in parts of the greatest swing. */
function swings(t: Traces): Bin[] {
  const c = t.channels[0];
  if (!c) return [];
  const bins = c.low.map((low, i): Bin => { const high = c.high[i]; return low === null || high === null ? null : [low, high]; });
  const middles = bins.filter((b) => b !== null).map(([low, high]) => (low + high) / 2).sort((a, b) => a - b);
  const middle = middles[Math.floor(middles.length / 2)] ?? 0;
  const most = Math.max(...bins.map((b) => (b ? Math.max(b[1] - middle, middle - b[0]) : 0)), Number.MIN_VALUE);
  return bins.map((b) => b && [(b[0] - middle) / most, (b[1] - middle) / most]);
}

/** A waveform of so many seconds as a path about `y`: a stroke for each part, joined to the one before; gaps stay open. */
function path(t: Traces, seconds: number, left: number, width: number, y: number, half: number): string {
  const bins = swings(t);
  // Parts that have no sample only because samples lie farther apart than parts do are no gap.
  const joined = 1 + Math.ceil((1.5 * bins.length) / ((t.channels[0]?.rate_hz ?? 1) * seconds));
  let last = -Infinity;
  return bins.map((b, i) => {
    if (!b) return '';
    const to = i - last <= joined ? 'L' : 'M';
    last = i;
    return `${to}${(left + ((i + 0.5) * width) / bins.length).toFixed(1)} ${(y - b[1] * half).toFixed(1)}V${(y - b[0] * half + 0.8).toFixed(1)}`;
  }).join('');
}

/** The waveforms of a source between two times, on one line of a picture. */
export function waveform(all: Recording[], source: string, from: number, to: number, left: number, width: number, y: number, half: number): SVGTemplateResult | typeof nothing {
  const of = all.filter((r) => !isPhoto(r) && r.recording.source === source && Date.parse(r.recording.when.start) < to && Date.parse(r.recording.when.end) > from);
  if (!of.length) return nothing;
  return svg`${of.map((r) => {
    const drawn = onDemand.traces(r.recording.id, from, to, kBins).value;
    return drawn ? svg`<path class="wave" d=${path(drawn, (to - from) / 1000, left, width, y, half)}></path>` : nothing;
  })}`;
}

const named = (source: string): string => data.sources.get(source)?.name ?? source;

const kTries = 6;
/** The server answers a few at once; whoever was refused asks again. */
function again(e: Event): void {
  const image = e.target as HTMLImageElement;
  const n = Number(image.dataset.tries ?? 0);
  if (n >= kTries) return;
  image.dataset.tries = `${n + 1}`;
  setTimeout(() => { const { src } = image; image.src = ''; image.src = src; }, 500 * (n + 1));
}

function photo({ recording }: Recording): TemplateResult {
  const t = when.span(Date.parse(recording.when.start), Date.parse(recording.when.end)).local;
  const words = say('recording.photo', { name: named(recording.source), time: t });
  return html`<figure class="rec"><a href=${api.bytesOf(recording.id)} target="_blank" rel="noopener"><img loading="lazy" src=${api.bytesOf(recording.id)} alt=${words} @error=${again}></a><figcaption class="s">${words}</figcaption></figure>`;
}

function trace({ recording }: Recording, of: { start: string; end: string } | undefined): TemplateResult {
  const own: [number, number] = [Date.parse(recording.when.start), Date.parse(recording.when.end)];
  const from = Math.max(own[0], of ? Date.parse(of.start) - kAround_ms : own[0]);
  const to = Math.min(own[1], of ? Date.parse(of.end) + kAround_ms : own[1]);
  if (!(from < to)) return html``;
  const answer = onDemand.traces(recording.id, from, to, kBins);
  const words = say('recording.waveform', { name: named(recording.source), time: when.span(from, to).local });
  return html`<figure class="rec">${answer.value ? html`<svg viewBox="0 0 ${kBins} 48" role="img" aria-label=${words}>${svg`<path class="wave" d=${path(answer.value, (to - from) / 1000, 0, kBins, 24, 22)}></path>`}</svg>`
      : html`<p class="s m" role="status">${answer.failed ?? say('state.loading')}</p>`}
    <figcaption class="s">${words}${answer.value?.channels.length ? html` · <span class="mono">${answer.value.channels[0]!.channel}</span>${answer.value.channels.length > 1 ? ` (1/${answer.value.channels.length})` : ''}` : nothing} · <a href=${api.bytesOf(recording.id)} download=${`${recording.id}.mseed`}>${say('recording.bytes')}</a></figcaption></figure>`;
}

/** What is behind one observation. */
export function behind(all: Recording[], observation: string): TemplateResult | typeof nothing {
  const of = all.filter((r) => r.observations.includes(observation));
  if (!of.length) return nothing;
  return html`${of.map((r) => (isPhoto(r) ? photo(r) : trace(r, data.observations.get(observation)?.when)))}`;
}
