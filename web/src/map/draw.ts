// The map: every incident as the region that the engine computed. A glyph stands in only where that region is under
// 8 px; nothing is ever drawn smaller than what is known.
import { Map as MapLibre, ScaleControl, setWorkerUrl, type GeoJSONSource, type StyleSpecification } from 'maplibre-gl';
import 'maplibre-gl/dist/maplibre-gl.css';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?url';
import latin from '@fontsource/ibm-plex-sans/files/ibm-plex-sans-latin-600-normal.woff2?url';
import cyrillic from '@fontsource/ibm-plex-sans/files/ibm-plex-sans-cyrillic-600-normal.woff2?url';
import { valueClass } from '../glyph';
import { valueOrder } from '../records';
import { select } from '../list';
import { data, type Row } from '../room-data';
import { state } from '../state';
import { interval } from '../figures';
import { say, words } from '../words';
import { graticule } from './graticule';

const kGlyphBelow_px = 8;
const colours = ['breach', 'compliant', 'undet', 'na', 'ink', 'ink-2', 'map-land', 'map-out', 'map-water', 'map-admin', 'map-label', 'map-line', 'rule-strong'] as const;
type Palette = Record<(typeof colours)[number], string>;
type Box = [number, number, number, number];

function palette(): Palette {
  const css = getComputedStyle(document.documentElement);
  return Object.fromEntries(colours.map((c) => [c, css.getPropertyValue(`--${c}`).trim()])) as Palette;
}

/** Zoom at which a length on the ground at a latitude takes so many pixels (tiles of 512). */
function zoomFor(metres: number, lat: number, px: number): number {
  return Math.log2((78271.517 * Math.cos((lat * Math.PI) / 180) * px) / Math.max(metres, 1));
}

function box(geometry: Row['geometry']): Box | null {
  const b: Box = [Infinity, Infinity, -Infinity, -Infinity];
  const walk = (c: any): void => {
    if (typeof c?.[0] === 'number') {
      b[0] = Math.min(b[0], c[0]); b[1] = Math.min(b[1], c[1]); b[2] = Math.max(b[2], c[0]); b[3] = Math.max(b[3], c[1]);
    } else if (Array.isArray(c)) c.forEach(walk);
  };
  walk(geometry?.coordinates);
  return Number.isFinite(b[0]) ? b : null;
}

/** The shorter side of a region on the ground. */
function narrow_m(b: Box): number {
  const lat = (b[1] + b[3]) / 2;
  return Math.min((b[2] - b[0]) * 111_320 * Math.cos((lat * Math.PI) / 180), (b[3] - b[1]) * 111_320);
}

/** The point of an outline that lies farthest to the upper right. */
function corner(geometry: Row['geometry'], b: Box): [number, number] {
  let best: [number, number] = [b[2], b[3]];
  let most = -Infinity;
  const walk = (c: any): void => {
    if (typeof c?.[0] !== 'number') { if (Array.isArray(c)) c.forEach(walk); return; }
    const reach = (c[0] - b[0]) / (b[2] - b[0] || 1) + (c[1] - b[1]) / (b[3] - b[1] || 1);
    if (reach > most) { most = reach; best = [c[0], c[1]]; }
  };
  walk(geometry?.coordinates);
  return best;
}

/** 0 for a breach; what nothing was found of comes last. */
const gravity = (r: Row): number => (r.shown ? valueOrder.indexOf(r.shown.value) : valueOrder.length);

function union(boxes: (Box | null)[]): Box | null {
  const all = boxes.filter((b): b is Box => b !== null);
  if (all.length === 0) return null;
  return [Math.min(...all.map((b) => b[0])), Math.min(...all.map((b) => b[1])), Math.max(...all.map((b) => b[2])), Math.max(...all.map((b) => b[3]))];
}

export class Drawing {
  private readonly map: MapLibre;
  private ready = false;
  private shown = '';
  private theme = '';
  private placed = false;

  constructor(where: HTMLElement, private readonly close: boolean) {
    setWorkerUrl(new URL(workerUrl, location.href).href);
    this.map = new MapLibre({
      container: where,
      style: this.style(),
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      maxPitch: 0,
      fadeDuration: 0,
      minZoom: 2,
      maxZoom: 15,
      locale: { 'Map.Title': say('map.title') },
    });
    this.map.touchZoomRotate.disableRotation();
    this.map.keyboard.disableRotation();
    this.map.addControl(new ScaleControl({ maxWidth: 90 }), 'bottom-left');
    this.map.on('load', () => { this.ready = true; this.images(); this.sort(); this.show(); });
    this.map.on('moveend', () => { this.sort(); this.moved(); });
    this.map.on('click', (e) => this.picked(e.point));
    for (const layer of ['region', 'mark', 'mark-sel']) {
      this.map.on('mouseenter', layer, () => { this.map.getCanvas().style.cursor = 'pointer'; });
      this.map.on('mouseleave', layer, () => { this.map.getCanvas().style.cursor = ''; });
    }
    for (const query of ['(prefers-color-scheme: dark)', '(prefers-contrast: more)']) {
      matchMedia(query).addEventListener('change', this.restyle);
    }
  }

  remove(): void {
    for (const query of ['(prefers-color-scheme: dark)', '(prefers-contrast: more)']) {
      matchMedia(query).removeEventListener('change', this.restyle);
    }
    this.map.remove();
  }

  private readonly restyle = (): void => {
    this.ready = false;
    this.shown = '';
    this.map.setStyle(this.style());
    this.map.once('styledata', () => { this.ready = true; this.images(); this.sort(); this.show(); });
  };

  zoom(by: number): void { if (by > 0) this.map.zoomIn(); else this.map.zoomOut(); }

  all(): void {
    const b = union([...data.rows(false).map((r) => box(r.geometry)), ...data.areas.map((a) => a.properties.kind === 'place' ? null : box(a.geometry))]);
    if (b) this.map.fitBounds(b, { padding: 48, maxZoom: 12, animate: false });
  }

  /** Ids whose region is drawn, for the test that picture and list agree. */
  drawnIds(): string[] { return this.rows().filter((r) => r.geometry).map((r) => r.incident.id); }
  idle(): boolean { return this.ready && this.map.loaded() && !this.map.isMoving(); }
  glyphs(): number { return this.map.queryRenderedFeatures({ layers: ['mark', 'mark-sel'] }).filter((f) => f.properties.at === 'centre').length; }

  private rows(): Row[] { return this.close ? data.rows(false) : data.rows(); }

  show(): void {
    if (state.now.theme !== this.theme) { this.theme = state.now.theme; if (this.ready) { this.restyle(); return; } }
    if (!this.ready) return;
    const rows = this.rows();
    this.map.setPaintProperty('ground', 'background-color', palette()[data.areas.some((a) => a.properties.kind === 'land') ? 'map-out' : 'map-land']);
    const key = `${words.language} ${state.now.sel} ${data.areas.length} ${rows.map((r) => `${r.incident.id}/${r.incident.version}/${r.shown?.value}`).join()}`;
    if (key !== this.shown) {
      this.shown = key;
      this.source('regions').setData({ type: 'FeatureCollection', features: rows.filter((r) => r.geometry).map((r) => this.region(r)) as any });
      this.source('marks').setData({ type: 'FeatureCollection', features: rows.filter((r) => r.geometry).flatMap((r) => this.marks(r)) as any });
      this.source('areas').setData({ type: 'FeatureCollection', features: data.areas.map((a) => ({ ...a, id: undefined })) as any });
    }
    this.place();
  }

  private region(r: Row): unknown {
    return { type: 'Feature', geometry: r.geometry, properties: { id: r.incident.id, order: r.incident.id === state.now.sel ? 9 : -gravity(r), value: r.shown ? valueClass(r.shown.value) : 'none', sel: r.incident.id === state.now.sel, z8: zoomFor(narrow_m(box(r.geometry)!), r.incident.place.best[1], kGlyphBelow_px) } };
  }

  /** Two, of which one shows: a glyph in the place of a region too small to see, or a label at the edge of one that is. */
  private marks(r: Row): unknown[] {
    const b = box(r.geometry)!;
    const c = r.incident.violations;
    const properties = {
      id: r.incident.id, value: r.shown ? valueClass(r.shown.value) : 'none', sel: r.incident.id === state.now.sel,
      best: words.number(c.best) + (c.unbounded ? '+' : ''), range: c.unbounded || c.low === c.high ? '' : interval(c),
      gravity: gravity(r), rank: gravity(r) * 1e6 - c.best, z8: zoomFor(narrow_m(b), (b[1] + b[3]) / 2, kGlyphBelow_px),
    };
    const at = (at: string, coordinates: unknown) => ({ type: 'Feature', geometry: { type: 'Point', coordinates }, properties: { ...properties, at } });
    return [at('centre', r.incident.place.best), at('edge', corner(r.geometry, b))];
  }

  /** Which regions are too small is decided when the map comes to rest. */
  private sort(): void {
    if (!this.ready) return;
    const z = this.map.getZoom();
    const shows: any = ['case', ['==', ['get', 'at'], 'centre'], ['>', ['get', 'z8'], z], ['<=', ['get', 'z8'], z]];
    this.map.setFilter('mark', ['all', ['!=', ['get', 'sel'], true], shows]);
    this.map.setFilter('mark-count', ['all', ['!=', ['get', 'sel'], true], shows]);
    this.map.setFilter('mark-sel', ['all', ['==', ['get', 'sel'], true], shows]);
    this.map.setFilter('mark-halo', ['all', ['==', ['get', 'sel'], true], ['==', ['get', 'at'], 'centre'], shows]);
    this.map.setFilter('halo', ['all', ['==', ['get', 'sel'], true], ['<=', ['get', 'z8'], z]]);
  }

  /** Once, as the address says, else all there is. Later nothing moves the map but the reader. */
  private place(): void {
    if (this.close) {
      const chosen = data.selected();
      const b = chosen && box(chosen.geometry);
      if (b && !this.placed) { this.placed = true; this.map.fitBounds(b, { padding: 90, maxZoom: 13, animate: false }); }
      return;
    }
    if (this.placed || data.loading || data.mission === null) return;
    if (state.now.map) {
      const [z, lat, lon] = state.now.map.split('/').map(Number);
      this.map.jumpTo({ center: [lon, Math.max(-85, Math.min(85, lat))], zoom: z });
      this.placed = true;
    } else if (data.areas.length || data.incidents.size) {
      this.all();
      this.placed = data.areas.length > 0;
    }
  }

  private moved(): void {
    if (this.close || !this.placed) return;
    const b = this.map.getBounds();
    data.moved([b.getWest(), b.getSouth(), b.getEast(), b.getNorth()]);
    const c = this.map.getCenter();
    state.set({ map: `${this.map.getZoom().toFixed(2)}/${c.lat.toFixed(4)}/${c.lng.toFixed(4)}` });
  }

  /** Of regions that lie over each other the smallest: the others stay reachable around it, and in the list. */
  private picked(point: { x: number; y: number }): void {
    const near = this.map.queryRenderedFeatures([[point.x - 4, point.y - 4], [point.x + 4, point.y + 4]], { layers: ['region', 'mark', 'mark-sel'] });
    const ids = [...new Set(near.map((f) => String(f.properties.id)))];
    const sized = ids.map((id) => ({ id, b: box(data.incidents.get(id)?.geometry ?? null) })).filter((x) => x.b);
    sized.sort((a, b) => narrow_m(a.b!) - narrow_m(b.b!));
    if (sized.length === 0) return;
    const at = sized.findIndex((x) => x.id === state.now.sel);
    select(sized[(at + 1) % sized.length].id);
  }

  private source(name: string): GeoJSONSource { return this.map.getSource(name) as GeoJSONSource; }

  private images(): void {
    const p = palette();
    const ratio = Math.max(2, Math.ceil(devicePixelRatio));
    for (const [name, colour] of [['breach', p.breach], ['compliant', p.compliant], ['undet', p.undet], ['na', p.na], ['none', p['ink-2']]] as const) {
      const canvas = document.createElement('canvas');
      canvas.width = canvas.height = 16 * ratio;
      const g = canvas.getContext('2d')!;
      g.scale(ratio, ratio);
      paint(g, name, colour, p['map-land']);
      const image = g.getImageData(0, 0, canvas.width, canvas.height);
      if (this.map.hasImage(name)) this.map.removeImage(name);
      this.map.addImage(name, image, { pixelRatio: ratio });
    }
  }

  private style(): StyleSpecification {
    const p = palette();
    const byValue: any = ['match', ['get', 'value'], 'breach', p.breach, 'compliant', p.compliant, 'undet', p.undet, 'na', p.na, p['ink-2']];
    const empty = { type: 'geojson' as const, data: { type: 'FeatureCollection' as const, features: [] } };
    const text: any = ['format', ['get', 'best'], { 'text-color': p.ink }, ' ', {}, ['get', 'range'], { 'font-scale': 0.9, 'text-color': p['ink-2'] }];
    const label: any = { 'text-font': ['plex'], 'text-size': 12, 'text-anchor': 'left', 'text-padding': 1, 'text-field': text };
    const aside: any = ['case', ['==', ['get', 'at'], 'centre'], ['literal', [0, 0]], ['literal', [11, -8]]];
    const halo = { 'text-color': p.ink, 'text-halo-color': p['map-land'], 'text-halo-width': 2 };
    const font = (url: string, ...ranges: string[]) => ({ url: new URL(url, location.href).href, 'unicode-range': ranges });
    return {
      version: 8,
      'font-faces': { plex: [font(latin, 'U+0000-00FF', 'U+2000-22FF'), font(cyrillic, 'U+0400-04FF')] },
      sources: { areas: empty, regions: empty, marks: empty, graticule: { type: 'geojson', data: graticule() as any } },
      layers: [
        { id: 'ground', type: 'background', paint: { 'background-color': p['map-out'] } },
        { id: 'land', type: 'fill', source: 'areas', filter: ['all', ['==', ['geometry-type'], 'Polygon'], ['==', ['get', 'kind'], 'land']], paint: { 'fill-color': p['map-land'] } },
        { id: 'graticule', type: 'line', source: 'graticule', paint: { 'line-color': p['map-admin'], 'line-width': 0.6, 'line-opacity': ['step', ['zoom'], ['case', ['==', ['get', 'step'], 10], 1, 0], 5, ['case', ['==', ['get', 'step'], 0.5], 0, 1], 8, 1] as any } },
        { id: 'outline', type: 'line', source: 'areas', filter: ['==', ['get', 'kind'], 'land'], paint: { 'line-color': p['map-label'], 'line-width': 1, 'line-dasharray': [5, 2, 1, 2] } },
        { id: 'zone', type: 'line', source: 'areas', filter: ['all', ['!=', ['geometry-type'], 'Point'], ['!', ['in', ['get', 'kind'], ['literal', ['land', 'sector', 'line']]]]], paint: { 'line-color': p['map-line'], 'line-width': 1.3 } },
        { id: 'sector', type: 'line', source: 'areas', filter: ['==', ['get', 'kind'], 'sector'], paint: { 'line-color': p['map-line'], 'line-width': 0.75, 'line-opacity': 0.45 } },
        { id: 'line-case', type: 'line', source: 'areas', filter: ['==', ['get', 'kind'], 'line'], paint: { 'line-color': p['map-line'], 'line-width': 4.5 } },
        { id: 'line-core', type: 'line', source: 'areas', filter: ['==', ['get', 'kind'], 'line'], paint: { 'line-color': p['map-land'], 'line-width': 2.1 } },
        { id: 'region', type: 'fill', source: 'regions', layout: { 'fill-sort-key': ['get', 'order'] }, paint: { 'fill-color': byValue, 'fill-opacity': 0.13 } },
        { id: 'region-edge', type: 'line', source: 'regions', layout: { 'line-sort-key': ['get', 'order'] }, paint: { 'line-color': byValue, 'line-width': 1.5 } },
        { id: 'halo', type: 'line', source: 'regions', filter: ['==', ['get', 'sel'], true], paint: { 'line-color': p.ink, 'line-width': 1.5, 'line-offset': -6.5 } },
        { id: 'place', type: 'symbol', source: 'areas', filter: ['all', ['==', ['geometry-type'], 'Point'], ['==', ['get', 'kind'], 'place']],
          layout: { 'text-field': ['to-string', ['get', 'name']], 'text-font': ['plex'], 'text-size': 11.5, 'text-variable-anchor': ['top', 'bottom', 'right', 'left'], 'text-radial-offset': 0.9, 'symbol-sort-key': ['to-number', ['get', 'rank'], 9] },
          paint: { 'text-color': p['map-label'], 'text-halo-color': p['map-land'], 'text-halo-width': 2 } },
        { id: 'area-name', type: 'symbol', source: 'areas', filter: ['all', ['==', ['geometry-type'], 'Polygon'], ['!=', ['get', 'kind'], 'land']],
          layout: { 'text-field': ['to-string', ['get', 'name']], 'text-font': ['plex'], 'text-size': 11, 'text-variable-anchor': ['center', 'bottom', 'top'], 'text-radial-offset': 1.4 },
          paint: { 'text-color': p['map-line'], 'text-halo-color': p['map-land'], 'text-halo-width': 2 } },
        { id: 'mark', type: 'symbol', source: 'marks',
          layout: { 'icon-image': ['get', 'value'], 'icon-size': 0.75, 'icon-allow-overlap': true, 'icon-ignore-placement': true, 'icon-offset': aside, 'symbol-sort-key': ['-', 0, ['get', 'gravity']] } },
        { id: 'mark-count', type: 'symbol', source: 'marks', layout: { ...label, 'text-offset': ['case', ['==', ['get', 'at'], 'centre'], ['literal', [0.8, 0]], ['literal', [1.5, -0.5]]], 'symbol-sort-key': ['get', 'rank'] }, paint: halo },
        { id: 'mark-halo', type: 'circle', source: 'marks',
          paint: { 'circle-radius': 12.5, 'circle-color': 'rgba(0,0,0,0)', 'circle-stroke-color': p.ink, 'circle-stroke-width': 1.5 } },
        { id: 'mark-sel', type: 'symbol', source: 'marks',
          layout: { ...label, 'icon-image': ['get', 'value'], 'icon-size': 0.75, 'icon-allow-overlap': true, 'text-allow-overlap': true, 'text-offset': ['case', ['==', ['get', 'at'], 'centre'], ['literal', [1.5, 0]], ['literal', [1.5, -0.5]]] as any, 'icon-offset': aside }, paint: halo },
      ],
    };
  }
}

/** The finding glyphs of symbols.svg, drawn for the map: octagon, tick, half disc, dash. */
function paint(g: CanvasRenderingContext2D, name: string, colour: string, ground: string): void {
  g.lineWidth = 1.6;
  g.strokeStyle = g.fillStyle = colour;
  if (name === 'breach') {
    g.beginPath();
    for (let i = 0; i < 8; i++) {
      const a = ((i + 0.5) * Math.PI) / 4;
      g.lineTo(8 + 7.2 * Math.cos(a), 8 + 7.2 * Math.sin(a));
    }
    g.closePath(); g.fill();
    g.fillStyle = ground; g.fillRect(7.1, 4, 1.8, 5); g.fillRect(7.1, 10.4, 1.8, 1.8);
    return;
  }
  g.beginPath(); g.arc(8, 8, 6.4, 0, 2 * Math.PI);
  g.fillStyle = ground; g.fill(); g.stroke();
  g.fillStyle = colour;
  if (name === 'undet') { g.beginPath(); g.arc(8, 8, 6.4, Math.PI / 2, (3 * Math.PI) / 2); g.fill(); }
  if (name === 'na') { g.beginPath(); g.moveTo(5, 8); g.lineTo(11, 8); g.stroke(); }
  if (name === 'compliant') { g.beginPath(); g.moveTo(4.8, 8.2); g.lineTo(7.2, 10.6); g.lineTo(11.3, 5.7); g.stroke(); }
}
