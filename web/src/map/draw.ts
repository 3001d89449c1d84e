// The map: every incident as the region that the engine computed. A glyph stands in only where that region is under
// 8 px; nothing is ever drawn smaller than what is known. Time is filtered where it is drawn, so that scrubbing moves
// nothing but two numbers.
import { Map as MapLibre, prewarm, ScaleControl, setWorkerUrl, type GeoJSONSource, type MapSourceDataEvent, type VectorTileSource } from 'maplibre-gl';
import 'maplibre-gl/dist/maplibre-gl.css';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?url';
import * as api from '../api';
import { select } from '../list';
import { data, type Row } from '../room-data';
import { state } from '../state';
import { say, words } from '../words';
import { ground, lay, type Ground } from './basemap';
import { areas, blocks, box, drawn, narrow_m, parts, reports, sources, union, watched, type Watched } from './features';
import { hatchStep, palette, pictures } from './palette';
import { alone, filters, groups, history, reportFill, style, type Group } from './style';

const themes = ['(prefers-color-scheme: dark)', '(prefers-contrast: more)'];

const unchecked = { validate: false };

/** A first picture that is not whole by then is drawn as far as it is there. */
const kWhole_ms = 1500;

// The thread that cuts shapes is made ready while the map waits for its picture.
setWorkerUrl(new URL(workerUrl, location.href).href);
prewarm();

/** What the foot of the map says of what is drawn. */
export interface Foot extends Ground { watched: Watched | null; zoom: number }

export { ground };

export class Drawing {
  private readonly map: MapLibre;
  private ready = false;
  private shown: Record<string, string> = {};
  private theme = state.now.theme;
  private placed = false;
  private laid = false;
  private held = 0;
  private late = 0;
  private until = Infinity;
  private readonly filled = new Set<string>();
  private cover: Watched | null = null;

  constructor(where: HTMLElement, private readonly close: boolean, private ground: Ground, private readonly changed: () => void) {
    this.map = new MapLibre({
      container: where,
      style: style(palette()),
      validateStyle: false,  // it is our own, and the tests draw all of it
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      maxPitch: 0,
      fadeDuration: 0,
      minZoom: 2,
      maxZoom: 15,
      locale: { 'Map.Title': say('map.title') },
    });
    this.hold();
    this.map.touchZoomRotate.disableRotation();
    this.map.keyboard.disableRotation();
    this.map.addControl(new ScaleControl({ maxWidth: 90 }), 'bottom-left');
    this.map.once('style.load', this.begin);
    this.map.on('moveend', () => { this.sized(); this.moved(); });
    this.map.on('click', (e) => this.picked(e.point));
    for (const layer of ['region', 'mark', 'mark-sel']) {
      this.map.on('mouseenter', layer, () => { this.map.getCanvas().style.cursor = 'pointer'; });
      this.map.on('mouseleave', layer, () => { this.map.getCanvas().style.cursor = ''; });
    }
    for (const query of themes) matchMedia(query).addEventListener('change', this.restyle);
  }

  remove(): void {
    for (const query of themes) matchMedia(query).removeEventListener('change', this.restyle);
    clearTimeout(this.held);
    clearTimeout(this.late);
    this.map.remove();
  }

  /**
   * At first areas and tiles come one by one. A frame for each would hold up the next, for a fifth of a second where no graphics
   * card draws: nothing is drawn until all is there, and what has come is handed on without waiting for the screen.
   */
  private hold(): void {
    const painter = this.map.painter;
    const draw = painter.render;
    const step = (e: MapSourceDataEvent) => {
      if (this.ready && !this.held && (e.sourceDataType === 'content' || this.map.areTilesLoaded())) this.held = window.setTimeout(() => { this.held = 0; this.map.redraw(); });
    };
    this.map.on('sourcedata', step);
    painter.render = (...frame) => {
      if (performance.now() < this.until && !(this.idle() && this.laid)) return;
      this.map.off('sourcedata', step);
      clearTimeout(this.held);
      clearTimeout(this.late);
      painter.render = draw;
      draw.apply(painter, frame);
    };
  }

  private readonly begin = (): void => {
    this.ready = true;
    if (this.until === Infinity) {
      this.until = performance.now() + kWhole_ms;
      this.late = window.setTimeout(() => this.map.triggerRepaint(), kWhole_ms);
    }
    this.shown = {};
    this.filled.clear();
    for (const i of pictures(palette())) {
      if (this.map.hasImage(i.name)) this.map.removeImage(i.name);
      this.map.addImage(i.name, i.data, { pixelRatio: i.ratio });
    }
    this.place();  // first: what is put in is cut to the zoom once
    this.sized();
    this.show();
  };

  private readonly restyle = (): void => {
    this.ready = false;
    this.map.setStyle(style(palette()), { diff: false, validate: false });
    this.map.once('style.load', this.begin);
  };

  zoom(by: number): void { if (by > 0) this.map.zoomIn(); else this.map.zoomOut(); }

  all(): void {
    const b = union([...data.rows(false).map((r) => box(r.geometry)), ...data.areas.map((a) => a.properties.kind === 'place' ? null : box(a.geometry))]);
    if (b) this.map.fitBounds(b, { padding: 48, maxZoom: 12, animate: false });
  }

  /** Ids of the incidents that stand on the picture in sight: asked of the picture itself, for the test that it equals the record. */
  drawnIds(): string[] {
    return [...new Set(this.map.queryRenderedFeatures({ layers: ['region', 'mark', 'mark-sel'] }).map((f) => String(f.properties.id)))];
  }
  /** What a layer holds in sight. */
  rendered(layer: string): any[] { return this.map.queryRenderedFeatures({ layers: [layer] }).map((f) => ({ properties: f.properties, geometry: f.geometry })); }
  idle(): boolean { return this.ready && data.settled && this.map.loaded() && !this.map.isMoving(); }
  glyphs(): number { return new Set(this.map.queryRenderedFeatures({ layers: ['mark', 'mark-sel'] }).filter((f) => f.properties.at === 'centre').map((f) => f.properties.id)).size; }
  foot(): Foot { return { ...this.ground, watched: this.cover, zoom: this.map.getZoom() }; }

  /** The time shown, in ms. */
  private time(): [number, number] {
    const s = state.now;
    return this.close ? [-1e15, 1e15] : [s.from ? Date.parse(s.from) : -1e15, s.to ? Date.parse(s.to) : 1e15];
  }

  show(): void {
    if (state.now.theme !== this.theme) { this.theme = state.now.theme; if (this.ready) { this.restyle(); return; } }
    if (!this.ready) return;
    const s = state.now;
    const [from, to] = this.time();
    this.once('time', `${from} ${to}`, () => {
      this.map.setGlobalStateProperty('from', from / 1000);
      this.map.setGlobalStateProperty('to', to / 1000);
    });
    const rows = this.placed_rows();
    const version = (r: Row) => `${r.incident.id}/${r.incident.version}/${r.shown?.value}`;
    const told = `${words.language} ${data.sources.size > 0}`;
    this.once('rows', `${told} ${rows.map(version).join()}`, () => {
      const all = rows.map(drawn);
      this.put('regions', all.map((d) => d.region));
      this.put('cores', all.map((d) => d.half).filter((h) => h !== null));
      this.put('marks', all.flatMap((d) => d.marks));
    });
    const sel = s.sel ? rows.find((r) => r.incident.id === s.sel) : undefined;
    this.once('sel', sel ? `${told} ${version(sel)}` : '', () => {
      this.put('chosen', sel ? parts(drawn(sel)) : []);
      this.map.removeFeatureState({ source: 'marks' });
      if (sel) this.map.setFeatureState({ source: 'marks', id: s.sel }, { chosen: true });
      if (this.close) for (const [layer, property, value] of alone(s.sel)) this.map.setPaintProperty(layer, property, value, unchecked);
    });
    const span: [number, number] = Number.isFinite(to) && to < 1e15 ? [from, to] : [from, latest(rows)];
    this.once('areas', `${data.areas.length} ${from} ${to} ${s.reading}`, () => {
      this.put('areas', areas(from, to, s.reading).map((a) => ({ ...a, id: undefined })));
    });
    const land = this.ground.base || data.areas.some((a) => a.properties.kind === 'land');
    this.once('land', String(land), () => this.map.setPaintProperty('ground', 'background-color', palette()[land ? 'map-out' : 'map-land']));
    this.once('cover', `${data.quiet.length} ${data.areas.length} ${from} ${to} ${words.language}`, () => {
      this.cover = watched(from, to);
      this.put('cover', blocks(this.cover, data.areas));
      this.changed();
    });
    this.once('sources', `${data.sources.size} ${data.health_told} ${data.health.length} ${span}`, () => this.put('sources', sources(...span)));
    const chosen = data.selected();
    this.once('told', `${chosen?.incident.id} ${chosen?.incident.version} ${data.observations.size}`, () => {
      const told_of = chosen ? reports(chosen.incident) : [];
      this.map.setPaintProperty('told-area', 'fill-opacity', reportFill(told_of.length), unchecked);
      this.put('told', told_of);
    });
    this.once('off', s.off, () => {
      const off = s.off.split(',');
      for (const [group, layers] of Object.entries(groups)) for (const l of layers) {
        if (this.map.getLayer(l)) this.map.setLayoutProperty(l, 'visibility', off.includes(group as Group) && !this.close ? 'none' : 'visible');
      }
    });
    this.past();
    this.once('ground', `${words.language} ${JSON.stringify(data.mission?.tiles ?? null)}`, () => void lay(this.map, palette(), words.language, data.mission?.tiles ?? null).then(async () => {
      this.ground = await ground(data.mission?.tiles ?? null);
      this.changed();
    }, () => { /* without ground the picture stands */ }).then(() => { this.laid = true; this.map.triggerRepaint(); }));
    this.place();
  }

  private placed_rows(): Row[] {
    const all = this.close ? data.rows(false) : data.timeless();
    if (this.rows_of !== all) { this.rows_of = all; this.rows = all.filter((r) => r.geometry); }
    return this.rows;
  }
  private rows_of: Row[] | null = null;
  private rows: Row[] = [];

  /** Older than what is read: the server's tiles, whose clusters far out are counted over the time shown. They are of now alone. */
  private past(): void {
    const p = this.close || data.paged?.whole || state.now.known !== null ? null : data.paged;
    const s = state.now;
    this.once('history', p ? `${p.since}` : '', () => {
      for (const l of ['hist-count', 'hist-n', 'hist-edge', 'hist-fill']) if (this.map.getLayer(l)) this.map.removeLayer(l);
      if (!p) return;
      if (!this.map.getSource('history')) this.map.addSource('history', { type: 'vector', tiles: [api.tilesOf('', '')], minzoom: 8, maxzoom: 14 });
      if (!this.map.getSource('history-far')) {
        this.map.addSource('history-far', { type: 'vector', tiles: [api.tilesOf(s.from, s.to)], minzoom: 0, maxzoom: 7 });
        this.shown['history-time'] = `${s.from} ${s.to}`;
      }
      for (const l of history(palette(), p.since / 1000)) this.map.addLayer(l, l.id === 'hist-fill' || l.id === 'hist-edge' ? 'region' : 'mark');
      delete this.shown.off;
    });
    if (p) this.once('history-time', `${s.from} ${s.to}`, () => (this.map.getSource('history-far') as VectorTileSource | undefined)?.setTiles([api.tilesOf(s.from, s.to)]));
  }

  /** Runs `what` when `key` is another than last time. */
  private once(part: string, key: string, what: () => void): void {
    if (this.shown[part] === key) return;
    this.shown[part] = key;
    what();
  }

  private put(source: string, features: unknown[]): void {
    if (features.length === 0 && !this.filled.has(source)) return;
    this.filled.add(source);
    (this.map.getSource(source) as GeoJSONSource).setData({ type: 'FeatureCollection', features: features as any });
  }

  /** Which regions are too small, and how wide hatching lies, is decided when the map comes to rest. */
  private sized(): void {
    if (!this.ready) return;
    const z = this.map.getZoom();
    this.once('zoom', z.toFixed(3), () => {
      for (const [layer, filter] of Object.entries(filters(z))) this.map.setFilter(layer, filter, unchecked);
      for (const name of ['half', 'unwatched']) this.map.setPaintProperty(`cover-${name}`, 'fill-pattern', `${name}-${hatchStep(z)}`, unchecked);
      this.changed();
    });
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
    const layers = ['region', 'mark', 'mark-sel', 'hist-fill'].filter((l) => this.map.getLayer(l));
    const near = this.map.queryRenderedFeatures([[point.x - 4, point.y - 4], [point.x + 4, point.y + 4]], { layers });
    const sized = new Map<string, number>();
    for (const f of near) {
      const b = box(data.incidents.get(String(f.properties.id))?.geometry ?? (f.geometry as any));
      if (b) sized.set(String(f.properties.id), narrow_m(b));
    }
    const ids = [...sized].sort((a, b) => a[1] - b[1]).map(([id]) => id);
    if (ids.length > 0) select(ids[(ids.indexOf(state.now.sel) + 1) % ids.length]);
  }
}

function latest(rows: Row[]): number {
  let t = -1e15;
  for (const r of rows) t = Math.max(t, r.start);
  return t;
}
