// The ground under the picture, in greys and from this origin alone: what is shipped with the program, and what an
// operator has laid in. Nothing of either is needed; what is missing is said at the foot of the map.
import type { Map as MapLibre, LayerSpecification } from 'maplibre-gl';
import type { Mission } from '../records';
import type { Palette } from './palette';
import { regular } from './style';

interface Index { attribution?: string; layers?: { id: string; path: string }[] }
let asked: Promise<Index | null> | null = null;

/** What is shipped; null where nothing is. Asked for once. */
function index(): Promise<Index | null> {
  asked ??= fetch('/basemap/index.json').then((a) => (a.ok ? a.json() : null)).catch(() => null);
  return asked;
}

/** What lies under the picture, for its foot to say. */
export interface Ground { base: boolean; streets: boolean; attribution: string }

const usable = (found: Index | null) => (found?.layers ?? []).filter((l) => /^[a-z]+$/.test(l.id) && typeof l.path === 'string');

export async function ground(tiles: Mission['tiles']): Promise<Ground> {
  const found = await index();
  return { base: usable(found).length > 0, streets: tiles !== null, attribution: [found?.attribution, tiles?.attribution].filter(Boolean).join(' · ') };
}

const name = (language: string): any => ['coalesce', ['get', `name_${language}`], ['get', `name:${language}`], ['get', 'name'], ''];
const rank: any = ['to-number', ['get', 'rank'], 9];

function shipped(id: string, p: Palette, language: string): LayerSpecification[] {
  const source = `base-${id}`;
  const halo = { 'text-color': p['map-label'], 'text-halo-color': p['map-land'], 'text-halo-width': 2 };
  if (id === 'land') return [{ id: source, type: 'fill', source, paint: { 'fill-color': p['map-land'] } }];
  if (id === 'water') return [{ id: source, type: 'fill', source, paint: { 'fill-color': p['map-water'], 'fill-outline-color': p['map-river'] } }];
  if (id === 'rivers') return [
    { id: source, type: 'line', source, filter: ['step', ['zoom'], ['<=', rank, 3], 6, ['<=', rank, 6], 8, true] as any, layout: { 'line-join': 'round', 'line-cap': 'round' }, paint: { 'line-color': p['map-river'], 'line-width': ['interpolate', ['linear'], ['zoom'], 5, 0.6, 10, 1.6] } },
    { id: `${source}-name`, type: 'symbol', source, minzoom: 8, layout: { 'symbol-placement': 'line', 'text-field': name(language), 'text-font': regular, 'text-size': 11, 'text-letter-spacing': 0.04 }, paint: halo },
  ];
  if (id === 'admin') return [{ id: source, type: 'line', source, paint: { 'line-color': p['map-admin'], 'line-width': 1, 'line-dasharray': [5, 2, 1, 2] } }];
  if (id === 'places') return [{ id: source, type: 'symbol', source, filter: ['step', ['zoom'], ['<=', rank, 1], 6, ['<=', rank, 2], 7, ['<=', rank, 3], 8, ['<=', rank, 4], 9, true] as any,
    layout: { 'icon-image': 'dot', 'text-field': name(language), 'text-font': regular, 'text-size': ['match', rank, 0, 13.5, 1, 13, 2, 12, 11.5], 'text-variable-anchor': ['left', 'right', 'top', 'bottom'], 'text-radial-offset': 0.6, 'symbol-sort-key': rank }, paint: halo }];
  return [];
}

/** Streets of an operator's vector tiles, by the layers that OpenMapTiles and tilemaker name. */
function streets(p: Palette, language: string): LayerSpecification[] {
  const of = (id: string, layer: string, rest: any): LayerSpecification => ({ id, source: 'streets', 'source-layer': layer, ...rest });
  return [
    of('streets-water', 'water', { type: 'fill', paint: { 'fill-color': p['map-water'] } }),
    of('streets-waterway', 'waterway', { type: 'line', paint: { 'line-color': p['map-river'], 'line-width': 1 } }),
    of('streets-building', 'building', { type: 'fill', minzoom: 13, paint: { 'fill-color': p['map-admin'], 'fill-opacity': 0.4 } }),
    of('streets-road', 'transportation', { type: 'line', minzoom: 8, paint: { 'line-color': p['map-admin'], 'line-width': ['interpolate', ['linear'], ['zoom'], 8, 0.4, 14, 2] } }),
    of('streets-place', 'place', { type: 'symbol', minzoom: 10, layout: { 'text-field': name(language), 'text-font': regular, 'text-size': 11 }, paint: { 'text-color': p['map-label'], 'text-halo-color': p['map-land'], 'text-halo-width': 2 } }),
  ];
}

const lines_before = 'cover-half';
const labels_before = 'place';

/** Lays in what there is, below what is known. */
export async function lay(map: MapLibre, p: Palette, language: string, tiles: Mission['tiles']): Promise<void> {
  const layers = usable(await index());
  if (!map.getLayer('place')) return;
  for (const l of layers) {
    const source = `base-${l.id}`;
    if (!map.getSource(source)) map.addSource(source, { type: 'geojson', data: new URL(`/basemap/${l.path}`, location.href).href });
    for (const layer of shipped(l.id, p, language)) {
      if (map.getLayer(layer.id)) map.removeLayer(layer.id);
      map.addLayer(layer, layer.type === 'symbol' ? labels_before : l.id === 'land' ? 'land' : lines_before);
    }
  }
  if (layers.length && map.getLayer('graticule')) map.setLayoutProperty('graticule', 'visibility', 'none');
  if (tiles) {
    const url = [`${location.origin}/tiles/{z}/{x}/{y}`];
    const size = { minzoom: tiles.minzoom, maxzoom: tiles.maxzoom };
    if (tiles.type === 'raster') {
      if (!map.getSource('streets')) map.addSource('streets', { type: 'raster', tiles: url, tileSize: 256, ...size });
      if (!map.getLayer('streets')) map.addLayer({ id: 'streets', type: 'raster', source: 'streets', paint: { 'raster-saturation': -1, 'raster-opacity': 0.45, 'raster-fade-duration': 0 } }, 'admin');
    } else {
      if (!map.getSource('streets')) map.addSource('streets', { type: 'vector', tiles: url, ...size });
      for (const layer of streets(p, language)) {
        if (map.getLayer(layer.id)) map.removeLayer(layer.id);
        map.addLayer(layer, layer.type === 'symbol' ? labels_before : 'admin');
      }
    }
  }
}
