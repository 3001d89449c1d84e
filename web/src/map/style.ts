// The layers of the map from below: ground, basemap, coverage, agreement, sources, regions, labels. Only data has ink.
import type { StyleSpecification } from 'maplibre-gl';
import { graticule } from './graticule';
import type { Palette } from './palette';

// The faces that the page is set in, by the names of fonts.css: one of the map's own, added to the document, would have the whole
// page laid out anew. The first name is of no font; from it MapLibre reads the weight.
export const bold = ['semibold', 'Plex'];
export const regular = ['regular', 'Plex'];

/** What a reader may take off the picture, and the layers that are it. */
export const groups = {
  events: ['region', 'region-edge', 'region-edge-claimed', 'core', 'core-sel', 'halo-ground', 'halo', 'mark', 'mark-count', 'mark-halo', 'mark-sel', 'told-area', 'told-line', 'told-place', 'hist-fill', 'hist-edge', 'hist-n', 'hist-count'],
  quiet: ['cover-half', 'cover-unwatched', 'cover-number'],
  agreement: ['zone', 'sector', 'withdrawal', 'reading', 'line-case', 'line-core', 'line-name', 'area-name', 'post'],
  sources: ['source', 'source-name'],
} as const;
export type Group = keyof typeof groups;

const in_time: any = ['all', ['>=', ['get', 'end'], ['global-state', 'from']], ['<=', ['get', 'start'], ['global-state', 'to']]];
/** Of the incident that is selected, which has a source of its own: another selection cuts no tile of all the others anew. */
const part = (name: string): any => ['==', ['get', 'part'], name];
const unless_chosen: any = ['case', ['boolean', ['feature-state', 'chosen'], false], 0, 1];
/** Glyph where the region is under 8 px, label at its edge where it is not; both are there, one shows. */
export const shows = (z: number): any => ['case', ['==', ['get', 'at'], 'centre'], ['>', ['get', 'z8'], z], ['<=', ['get', 'z8'], z]];
/** Outlines of under 3 px are not drawn at all under their glyph; from there to 8 px both are, so that a zoom on its way shows them. */
const seen = (z: number): any => ['all', in_time, ['<=', ['get', 'z8'], z + 1.5]];
/** What of the layers of incidents is let through, by time and, at this zoom, by size. */
export function filters(z: number): Record<string, any> {
  const alone = { claimed: ['==', ['get', 'claimed'], true], sure: ['!=', ['get', 'claimed'], true] };
  return {
    region: seen(z), core: in_time, 'core-sel': part('core'),
    'region-edge': ['all', seen(z), alone.sure], 'region-edge-claimed': ['all', seen(z), alone.claimed],
    mark: ['all', in_time, shows(z)], 'mark-count': ['all', in_time, shows(z)],
    'mark-sel': ['all', part('mark'), shows(z)], 'mark-halo': ['all', part('mark'), ['==', ['get', 'at'], 'centre'], shows(z)],
    halo: ['all', part('region'), ['<=', ['get', 'z8'], z]], 'halo-ground': ['all', part('region'), ['<=', ['get', 'z8'], z]],
  };
}

/** On the page of an incident: it alone is filled, the others are outlines, so that many over each other leave it to be seen. */
export function alone(id: string): [layer: string, property: 'fill-opacity' | 'line-opacity', value: any][] {
  const it: any = ['==', ['get', 'id'], id];
  return [
    ['region', 'fill-opacity', ['case', ['!', it], 0, ['==', ['get', 'claimed'], true], 0.05, 0.13]],
    ['core', 'fill-opacity', ['case', it, 0.22, 0]],
    ['region-edge', 'line-opacity', ['case', it, 1, 0.4]],
    ['region-edge-claimed', 'line-opacity', ['case', it, 1, 0.4]],
  ];
}
/** Of one incident's reports, however many: together their grounds cover no more than this. */
const kReportsCover = 0.1;
export const reportFill = (n: number): number => Math.min(0.05, 1 - (1 - kReportsCover) ** (1 / Math.max(1, n)));

const kinds = (...k: string[]): any => ['in', ['get', 'kind'], ['literal', k]];
const not_area = ['land', 'outside', 'water', 'river', 'sector', 'line', 'line_of_contact', 'withdrawal_line', 'reading_line', 'region', 'control', 'place', 'post'];

export function style(p: Palette): StyleSpecification {
  const byValue: any = ['match', ['get', 'value'], 'breach', p.breach, 'compliant', p.compliant, 'undet', p.undet, 'undeterminable', p.undet, 'na', p.na, 'not_applicable', p.na, p['ink-2']];
  const empty = { type: 'geojson' as const, data: { type: 'FeatureCollection' as const, features: [] } };
  const exact = { ...empty, tolerance: 0.1 };  // an outline keeps its corners at every zoom
  const text: any = ['format', ['get', 'best'], { 'text-color': p.ink }, ' ', {}, ['get', 'range'], { 'font-scale': 0.9, 'text-color': p['ink-2'] }];
  const label: any = { 'text-font': bold, 'text-size': 12, 'text-anchor': 'left', 'text-padding': 1, 'text-field': text };
  const aside: any = ['case', ['==', ['get', 'at'], 'centre'], ['literal', [0, 0]], ['literal', [11, -8]]];
  const beside = (centre: number): any => ['case', ['==', ['get', 'at'], 'centre'], ['literal', [centre, 0]], ['literal', [1.5, -0.5]]];
  const halo = { 'text-color': p.ink, 'text-halo-color': p['map-land'], 'text-halo-width': 2 };
  const quiet_label = { 'text-color': p['map-label'], 'text-halo-color': p['map-land'], 'text-halo-width': 2 };
  const line_label = { 'text-color': p['map-line'], 'text-halo-color': p['map-land'], 'text-halo-width': 2 };
  const f = filters(0);
  return {
    version: 8,
    state: { from: { default: -1e15 }, to: { default: 1e15 } },
    sources: { areas: empty, cover: empty, sources: empty, regions: exact, cores: exact, marks: { ...empty, promoteId: 'id' }, chosen: exact, told: exact, graticule: { type: 'geojson', data: graticule() as any } },
    layers: [
      { id: 'ground', type: 'background', paint: { 'background-color': p['map-out'] } },
      { id: 'land', type: 'fill', source: 'areas', filter: ['all', ['==', ['geometry-type'], 'Polygon'], kinds('land')], paint: { 'fill-color': p['map-land'] } },
      { id: 'outside', type: 'fill', source: 'areas', filter: kinds('outside'), paint: { 'fill-color': p['map-out'] } },
      { id: 'water', type: 'fill', source: 'areas', filter: kinds('water'), paint: { 'fill-color': p['map-water'], 'fill-outline-color': p['map-river'] } },
      { id: 'river', type: 'line', source: 'areas', filter: kinds('river'), paint: { 'line-color': p['map-river'], 'line-width': 1.2 } },
      { id: 'graticule', type: 'line', source: 'graticule', paint: { 'line-color': p['map-admin'], 'line-width': 0.6, 'line-opacity': ['step', ['zoom'], ['case', ['==', ['get', 'step'], 10], 1, 0], 5, ['case', ['==', ['get', 'step'], 0.5], 0, 1], 8, 1] as any } },
      { id: 'admin', type: 'line', source: 'areas', filter: kinds('region', 'control'), paint: { 'line-color': p['map-admin'], 'line-width': 1, 'line-dasharray': [5, 2, 1, 2] } },
      { id: 'outline', type: 'line', source: 'areas', filter: kinds('land'), paint: { 'line-color': p['map-label'], 'line-width': 1, 'line-dasharray': [5, 2, 1, 2] } },
      { id: 'cover-half', type: 'fill', source: 'cover', filter: ['==', ['get', 'state'], 'half'], paint: { 'fill-pattern': 'half-0' } },
      { id: 'cover-unwatched', type: 'fill', source: 'cover', filter: ['==', ['get', 'state'], 'unwatched'], paint: { 'fill-pattern': 'unwatched-0' } },
      { id: 'sector', type: 'line', source: 'areas', filter: kinds('sector'), paint: { 'line-color': p['map-line'], 'line-width': 0.75, 'line-opacity': 0.45 } },
      { id: 'zone', type: 'line', source: 'areas', filter: ['all', ['!=', ['geometry-type'], 'Point'], ['!', kinds(...not_area)]], paint: { 'line-color': p['map-line'], 'line-width': 1.3 } },
      { id: 'withdrawal', type: 'line', source: 'areas', filter: kinds('withdrawal_line'), paint: { 'line-color': p['map-line'], 'line-width': 1.1, 'line-dasharray': [7.3, 3.6] } },
      { id: 'reading', type: 'line', source: 'areas', filter: kinds('reading_line'), layout: { 'line-cap': 'round' }, paint: { 'line-color': p['map-line'], 'line-width': 1.1, 'line-dasharray': [1.4, 3.2] } },
      { id: 'line-case', type: 'line', source: 'areas', filter: kinds('line', 'line_of_contact'), layout: { 'line-join': 'round' }, paint: { 'line-color': p['map-line'], 'line-width': 4.5 } },
      { id: 'line-core', type: 'line', source: 'areas', filter: kinds('line', 'line_of_contact'), layout: { 'line-join': 'round' }, paint: { 'line-color': p['map-land'], 'line-width': 2.1 } },
      { id: 'told-area', type: 'fill', source: 'told', filter: ['==', ['get', 'mark'], 'area'], paint: { 'fill-color': p.ink, 'fill-opacity': 0.05, 'fill-outline-color': p['ink-2'] } },
      { id: 'told-line', type: 'line', source: 'told', filter: ['!=', ['get', 'mark'], 'place'], paint: { 'line-color': p.ink, 'line-width': 1, 'line-opacity': ['case', ['get', 'against'], 0.5, 1], 'line-dasharray': [3, 2] } },
      { id: 'source', type: 'symbol', source: 'sources', minzoom: 9, layout: { 'icon-image': ['get', 'icon'], 'icon-size': ['interpolate', ['linear'], ['zoom'], 9, 0.55, 12, 0.8], 'icon-allow-overlap': true, 'icon-ignore-placement': true } },
      { id: 'told-place', type: 'circle', source: 'told', filter: ['==', ['get', 'mark'], 'place'], paint: { 'circle-radius': 3, 'circle-color': p['map-land'], 'circle-stroke-color': p.ink, 'circle-stroke-width': 1.5 } },
      { id: 'region', type: 'fill', source: 'regions', filter: f.region, layout: { 'fill-sort-key': ['-', 0, ['get', 'gravity']] }, paint: { 'fill-color': byValue, 'fill-opacity': ['case', ['==', ['get', 'claimed'], true], 0.05, 0.13] } },
      { id: 'core', type: 'fill', source: 'cores', minzoom: 11, filter: f.core, paint: { 'fill-color': byValue, 'fill-opacity': 0.22 } },
      { id: 'core-sel', type: 'fill', source: 'chosen', maxzoom: 11, filter: f['core-sel'], paint: { 'fill-color': byValue, 'fill-opacity': 0.22 } },
      { id: 'region-edge', type: 'line', source: 'regions', filter: f['region-edge'], layout: { 'line-sort-key': ['-', 0, ['get', 'gravity']] }, paint: { 'line-color': byValue, 'line-width': 1.5 } },
      { id: 'region-edge-claimed', type: 'line', source: 'regions', filter: f['region-edge-claimed'], paint: { 'line-color': byValue, 'line-width': 1.5, 'line-dasharray': [2.7, 2] } },
      { id: 'halo-ground', type: 'line', source: 'chosen', filter: f['halo-ground'], paint: { 'line-color': p['map-land'], 'line-width': 5, 'line-offset': -6.5, 'line-opacity': 0.85 } },
      { id: 'halo', type: 'line', source: 'chosen', filter: f.halo, paint: { 'line-color': p.ink, 'line-width': 1.5, 'line-offset': -6.5 } },
      // From here on labels: the later a layer, the sooner it gets its room; a place whose label has none loses its dot too.
      { id: 'place', type: 'symbol', source: 'areas', filter: ['all', ['==', ['geometry-type'], 'Point'], kinds('place')],
        layout: { 'icon-image': 'dot', 'text-field': ['to-string', ['get', 'name']], 'text-font': regular, 'text-size': ['match', ['to-number', ['get', 'rank'], 9], 0, 13.5, 1, 12.5, 11.5], 'text-variable-anchor': ['left', 'right', 'top', 'bottom'], 'text-radial-offset': 0.6, 'symbol-sort-key': ['to-number', ['get', 'rank'], 9] }, paint: quiet_label },
      { id: 'source-name', type: 'symbol', source: 'sources', minzoom: 11, layout: { 'text-field': ['get', 'id'], 'text-font': regular, 'text-size': 10.5, 'text-variable-anchor': ['top', 'bottom', 'right', 'left'], 'text-radial-offset': 0.9 }, paint: quiet_label },
      { id: 'line-name', type: 'symbol', source: 'areas', filter: ['all', ['==', ['geometry-type'], 'LineString'], ['has', 'name']],
        layout: { 'symbol-placement': 'line', 'text-field': ['to-string', ['get', 'name']], 'text-font': regular, 'text-size': 10.5, 'text-offset': [0, -0.9], 'symbol-spacing': 420 }, paint: line_label },
      { id: 'post', type: 'symbol', source: 'areas', minzoom: 7, filter: kinds('post'),
        layout: { 'icon-image': 'post', 'icon-size': 0.85, 'text-field': ['concat', ['to-string', ['get', 'name']], ['case', ['has', 'role'], ['concat', ' · ', ['get', 'role']], '']], 'text-font': bold, 'text-size': 10.5, 'text-variable-anchor': ['left', 'right', 'top', 'bottom'], 'text-radial-offset': 0.9 }, paint: line_label },
      { id: 'area-name', type: 'symbol', source: 'areas', filter: ['all', ['==', ['geometry-type'], 'Polygon'], ['!', kinds('land', 'outside', 'water', 'control')]],
        layout: { 'text-field': ['to-string', ['get', 'name']], 'text-font': ['match', ['get', 'kind'], 'sector', ['literal', bold], ['literal', regular]] as any, 'text-size': 11, 'text-variable-anchor': ['center', 'bottom', 'top'], 'text-radial-offset': 1.2 }, paint: line_label },
      { id: 'cover-number', type: 'symbol', source: 'cover', maxzoom: 7, layout: { 'text-field': ['get', 'percent'], 'text-font': bold, 'text-size': 12, 'text-offset': [0, 1.1] }, paint: line_label },
      { id: 'mark', type: 'symbol', source: 'marks', filter: f.mark,
        layout: { 'icon-image': ['get', 'icon'], 'icon-size': 0.75, 'icon-allow-overlap': true, 'icon-ignore-placement': true, 'icon-offset': aside, 'symbol-sort-key': ['-', 0, ['get', 'gravity']] }, paint: { 'icon-opacity': unless_chosen } },
      { id: 'mark-count', type: 'symbol', source: 'marks', filter: f['mark-count'], layout: { ...label, 'text-offset': beside(0.8), 'symbol-sort-key': ['get', 'rank'] }, paint: { ...halo, 'text-opacity': unless_chosen } },
      { id: 'mark-halo', type: 'circle', source: 'chosen', filter: f['mark-halo'], paint: { 'circle-radius': 12.5, 'circle-color': 'rgba(0,0,0,0)', 'circle-stroke-color': p.ink, 'circle-stroke-width': 1.5 } },
      { id: 'mark-sel', type: 'symbol', source: 'chosen', filter: f['mark-sel'],
        layout: { ...label, 'icon-image': ['get', 'icon'], 'icon-size': 0.75, 'icon-allow-overlap': true, 'text-allow-overlap': true, 'text-offset': beside(1.5), 'icon-offset': aside }, paint: halo },
    ],
  };
}

/** History, where there is more of it than the live picture holds: the server's tiles, what is read left out. */
export function history(p: Palette, read_since_s: number): any[] {
  const byValue: any = ['match', ['get', 'value'], 'breach', p.breach, 'compliant', p.compliant, 'undeterminable', p.undet, 'not_applicable', p.na, p['ink-2']];
  const older: any = ['all', ['<', ['get', 'start_s'], read_since_s], ['>=', ['get', 'end_s'], ['global-state', 'from']], ['<=', ['get', 'start_s'], ['global-state', 'to']]];
  const area: any = ['==', ['geometry-type'], 'Polygon'];
  return [
    { id: 'hist-fill', type: 'fill', source: 'history', 'source-layer': 'incidents', minzoom: 8, filter: ['all', area, older], paint: { 'fill-color': byValue, 'fill-opacity': 0.13 } },
    { id: 'hist-edge', type: 'line', source: 'history', 'source-layer': 'incidents', minzoom: 8, filter: ['all', area, older], paint: { 'line-color': byValue, 'line-width': 1 } },
    { id: 'hist-n', type: 'circle', source: 'history-far', 'source-layer': 'incidents', maxzoom: 8, filter: ['has', 'n'], paint: { 'circle-radius': 9, 'circle-color': p['map-land'], 'circle-stroke-color': p['ink-2'], 'circle-stroke-width': 1 } },
    { id: 'hist-count', type: 'symbol', source: 'history-far', 'source-layer': 'incidents', maxzoom: 8, filter: ['has', 'n'], layout: { 'text-field': ['to-string', ['get', 'n']], 'text-font': bold, 'text-size': 11, 'symbol-sort-key': ['-', 0, ['get', 'n']] }, paint: { 'text-color': p.ink, 'text-halo-color': p['map-land'], 'text-halo-width': 2 } },
  ];
}
