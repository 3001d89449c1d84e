// Three states of watching that are never confused, as patterns and words.
import { html, type TemplateResult } from 'lit';
import { data } from './room-data';
import { percent } from './states';
import { say } from './words';

/** Watched, half watched, not watched or nobody says. */
export type Level = 'w' | 'h' | 'x';

export const bounds = (): { half: number; watched: number } => data.mission?.coverage_thresholds ?? { half: 0.3, watched: 0.75 };

export function level(coverage: number | null | undefined): Level {
  if (typeof coverage !== 'number') return 'x';
  const { half, watched } = bounds();
  return coverage >= watched ? 'w' : coverage >= half ? 'h' : 'x';
}

export const inWords = (coverage: number | null | undefined): string =>
  typeof coverage === 'number' ? say('watch.share', { level: say(`cover.${level(coverage)}`), percent: percent(coverage) }) : say('watch.unknown');

/** The three patterns with their words, and by which shares they are told apart. */
export function legend(first = say('cover.w')): TemplateResult {
  return html`<span><i class="cov w"></i>${first}</span><span><i class="cov h"></i>${say('cover.h')}</span><span><i class="cov x"></i>${say('cover.x')}</span>`;
}

export const thresholdsInWords = (): string => say(data.mission?.coverage_thresholds ? 'watch.thresholds_stated' : 'watch.thresholds_usual', {
  watched: percent(bounds().watched), half: percent(bounds().half) });

