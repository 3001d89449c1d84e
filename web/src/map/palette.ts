// Colours and pictures of the map: paint needs resolved colours, so the tokens are read once per theme.

const colours = ['breach', 'compliant', 'undet', 'na', 'ink', 'ink-2', 'ink-3', 'hatch', 'surface', 'map-land', 'map-out', 'map-water', 'map-river', 'map-admin', 'map-label', 'map-line', 'rule-strong'] as const;
export type Palette = Record<(typeof colours)[number], string>;

export function palette(): Palette {
  const css = getComputedStyle(document.documentElement);
  return Object.fromEntries(colours.map((c) => [c, css.getPropertyValue(`--${c}`).trim()])) as Palette;
}

/** What is read back at once is not drawn by the graphics card first. */
const in_memory: CanvasRenderingContext2DSettings = { willReadFrequently: true };

export interface Picture { name: string; data: ImageData; ratio: number }

const kinds: Record<string, string> = {
  acoustic_sensor: 'acoustic-ok', seismic_station: 'acoustic-ok', acoustic_array: 'array', camera: 'camera', drone: 'drone',
  satellite: 'satellite', patrol: 'patrol', hotline: 'hotline', press: 'press', party: 'claim',
};
export const sourceKind = (kind: string | undefined): string => (kind && kinds[kind] ? kind : 'acoustic_sensor');
export const healths = ['ok', 'half', 'down', 'unknown'] as const;
export type HealthState = (typeof healths)[number];

/** Every picture of the map in the palette's colours, sharp on this screen. */
export function pictures(p: Palette): Picture[] {
  const ratio = Math.max(2, Math.ceil(devicePixelRatio));
  const draw = (name: string, paint: (g: CanvasRenderingContext2D) => void, size = 16): Picture => {
    const canvas = document.createElement('canvas');
    canvas.width = canvas.height = size * ratio;
    const g = canvas.getContext('2d', in_memory)!;
    g.scale(ratio, ratio);
    paint(g);
    return { name, data: g.getImageData(0, 0, canvas.width, canvas.height), ratio };
  };
  const marks = ([['breach', p.breach], ['compliant', p.compliant], ['undet', p.undet], ['na', p.na]] as const)
    .map(([name, colour]) => draw(name, (g) => { plate(g, p['map-land']); symbol(g, name, colour, p['map-land']); }));
  const sources = Object.entries(kinds).flatMap(([kind, mark]) => healths.map((h) => draw(`${kind}-${h}`, (g) => source(g, mark, h, p))));
  return [
    ...marks, ...sources,
    draw('none', (g) => symbol(g, 'incident', p['ink-2'], p['map-land'])),
    draw('claimed', (g) => symbol(g, 'claim', p['ink-2'], p['map-land'])),
    draw('post', (g) => symbol(g, 'post', p.ink, p['map-land'])),
    draw('dot', (g) => { g.beginPath(); g.arc(4, 4, 2, 0, 7); g.fillStyle = p['map-land']; g.fill(); g.strokeStyle = p['map-label']; g.lineWidth = 1.2; g.stroke(); }, 8),
    ...[0, 1, 2, 3].flatMap((step) => [hatch('half', 8, 0.8, 0, step, p.hatch, ratio), hatch('unwatched', 4, 1.1, 0.16, step, p.hatch, ratio)]),
  ];
}

/** What lies under a mark does not shine through it. */
function plate(g: CanvasRenderingContext2D, ground: string): void {
  g.fillStyle = ground;
  g.beginPath();
  g.arc(8, 8, 7.5, 0, 2 * Math.PI);
  g.fill();
}

/** A source as its kind; full: watching, with a half square: in part, crossed: not, dotted frame: not known. */
function source(g: CanvasRenderingContext2D, mark: string, h: HealthState, p: Palette): void {
  const ink = h === 'ok' ? p['ink-3'] : p.ink;
  if (mark === 'acoustic-ok') {
    symbol(g, `acoustic-${({ ok: 'ok', half: 'degraded', down: 'down', unknown: 'unknown' } as const)[h]}`, ink, p['map-land']);
    return;
  }
  symbol(g, mark, ink, p['map-land']);
  g.strokeStyle = ink; g.fillStyle = p['map-land'];
  if (h === 'down') { g.lineWidth = 1.6; g.beginPath(); g.moveTo(1.2, 1.2); g.lineTo(14.8, 14.8); g.moveTo(14.8, 1.2); g.lineTo(1.2, 14.8); g.stroke(); }
  if (h === 'half') { g.lineWidth = 1.2; g.fillRect(9, 9, 6, 6); g.strokeRect(9, 9, 6, 6); g.fillStyle = ink; g.fillRect(9, 12, 6, 3); }
  if (h === 'unknown') { g.lineWidth = 1.2; g.setLineDash([1.6, 1.9]); g.strokeRect(0.8, 0.8, 14.4, 14.4); g.setLineDash([]); }
}

/** A symbol of symbols.svg, which stands in the page, drawn shape by shape: list and map have the same marks. */
function symbol(g: CanvasRenderingContext2D, name: string, colour: string, ground: string): void {
  const found = document.getElementById(`s-${name}`);
  if (!found) return;
  const paint = (v: string | null): string | null => (v === null || v === 'none' ? null : v === 'currentColor' ? colour : v.startsWith('var(') ? ground : v);
  g.save();
  for (const e of found.children) {
    const n = (key: string) => Number(e.getAttribute(key) ?? 0);
    const path = e.tagName === 'path' ? new Path2D(e.getAttribute('d') ?? '') : new Path2D();
    if (e.tagName === 'rect') path.rect(n('x'), n('y'), n('width'), n('height'));
    if (e.tagName === 'circle') path.arc(n('cx'), n('cy'), n('r'), 0, 2 * Math.PI);
    if (e.tagName === 'ellipse') path.ellipse(n('cx'), n('cy'), n('rx'), n('ry'), ((parseFloat(/rotate\((-?[\d.]+)/.exec(e.getAttribute('transform') ?? '')?.[1] ?? '0')) * Math.PI) / 180, 0, 2 * Math.PI);
    const fill = paint(e.hasAttribute('fill') ? e.getAttribute('fill') : colour);
    const stroke = paint(e.getAttribute('stroke'));
    if (fill) { g.fillStyle = fill; g.fill(path); }
    if (!stroke) continue;
    g.strokeStyle = stroke;
    g.lineWidth = Number(e.getAttribute('stroke-width') ?? 1);
    g.lineCap = (e.getAttribute('stroke-linecap') as CanvasLineCap) ?? 'butt';
    g.lineJoin = (e.getAttribute('stroke-linejoin') as CanvasLineJoin) ?? 'miter';
    g.setLineDash((e.getAttribute('stroke-dasharray') ?? '').split(/[ ,]+/).filter(Boolean).map(Number));
    g.stroke(path);
  }
  g.restore();
}

/**
 * A seamless tile of lines at 45°, `every` px apart on screen. The map stretches a pattern between two whole zooms to
 * twice its size, so there is one for each quarter of a zoom, the smaller the nearer the next.
 */
function hatch(name: string, every: number, width: number, tint: number, step: number, colour: string, ratio: number): Picture {
  const shrink = 2 ** (step / 4 + 0.125);
  const size = Math.max(4, Math.round((every * Math.SQRT2 * ratio) / shrink));
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = size;
  const g = canvas.getContext('2d', in_memory)!;
  g.fillStyle = g.strokeStyle = colour;
  if (tint) { g.globalAlpha = tint; g.fillRect(0, 0, size, size); g.globalAlpha = 1; }
  g.lineWidth = (width * ratio) / shrink;
  g.beginPath();
  for (const off of [-size, 0, size]) { g.moveTo(off - 1, size + 1); g.lineTo(off + size + 1, -1); }
  g.stroke();
  return { name: `${name}-${step}`, data: g.getImageData(0, 0, size, size), ratio };
}

/** Which of the four tiles of a pattern holds its spacing at this zoom. */
export const hatchStep = (zoom: number): number => Math.min(3, Math.floor((zoom - Math.floor(zoom)) * 4));
