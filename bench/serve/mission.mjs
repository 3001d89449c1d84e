// A mission of any size, made from one seed: reports of explosions along a line, each an incident of its own, and rows of
// weather stations for pages that are turned a long way.
import { createWriteStream, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Numbers in [0, 1): the generator of Park and Miller, the same on every machine. */
export function random(seed) {
  let state = seed;
  return () => (state = (state * 48271) % 2147483647) / 2147483647;
}

const kFirst = Date.UTC(2030, 2, 1);
const iso = (ms) => new Date(ms).toISOString().replace('.000Z', 'Z');

/** A line of the feed: one report of `count` explosions at a place that is known to about 300 m. */
export function report(at_ms, lon, lat, source, count = 3) {
  const when = { end: iso(at_ms + 60_000), start: iso(at_ms) };
  return `${JSON.stringify({ kind: 'observation', record: {
    items: [{ classes: { explosion_impact: 1 }, count: { kind: 'exact', value: count } }], means: ['heard'], p_real: 0.97,
    shape: { geometry: { coordinates: [Number(lon.toFixed(5)), Number(lat.toFixed(5))], type: 'Point' }, kind: 'point', var_east_m2: 90000, var_north_m2: 90000 },
    source, when } })}\n`;
}

const mission = (days) => `id = "bench"
name = "Bench"
time_zone = "Europe/Kyiv"
boundary_view = "no boundaries: the line is simulated"
[report]
first_day = "2030-03-01"
last_day = "${iso(kFirst + (days - 1) * 86_400_000).slice(0, 10)}"
[[feed]]
id = "posts"
format = "ndjson"
label = "reports of posts"
files = ["feeds/reports.ndjson"]
[[feed]]
id = "stations"
format = "ndjson"
label = "weather stations"
files = ["feeds/weather.ndjson"]
`;

const agreement = `id = "bench"
title = "Bench"
source = "invented"
time_zone = "Europe/Kyiv"
[standard_of_proof]
clear = 0.85
[[party]]
id = "amber"
name = "Amber"
[[party]]
id = "cobalt"
name = "Cobalt"
[[zone]]
id = "west"
name = "western sector"
[[zone]]
id = "east"
name = "eastern sector"
[[provision]]
id = "fire"
words = "No fire in either sector"
source = "invented, article 1"
zones = ["west", "east"]
from = "2030-03-01T00:00"
standard_of_proof = "clear"
`;

const box = (id, west, east) => ({ type: 'Feature', id, properties: { kind: 'sector', name: `${id}ern sector` },
  geometry: { type: 'Polygon', coordinates: [[[west, 46], [east, 46], [east, 51], [west, 51], [west, 46]]] } });

async function write(path, rows, line) {
  const out = createWriteStream(path);
  for (let i = 0; i < rows; i++) {
    if (!out.write(line(i))) await new Promise((more) => out.once('drain', more));
  }
  await new Promise((done) => out.end(done));
}

/** `incidents` of them over `days`, and `weather` rows. */
export async function make_mission(folder, incidents, weather = 0, days = 60) {
  mkdirSync(join(folder, 'feeds'), { recursive: true });
  mkdirSync(join(folder, 'geo'), { recursive: true });
  writeFileSync(join(folder, 'mission.toml'), mission(days));
  writeFileSync(join(folder, 'agreement.toml'), agreement);
  writeFileSync(join(folder, 'geo/sectors.geojson'), JSON.stringify({ type: 'FeatureCollection', features: [box('west', 30, 35), box('east', 35, 40)] }));
  writeFileSync(join(folder, 'sources.csv'), 'id,name,kind,owner,party,lat,lon\n' +
    Array.from({ length: 500 }, (_, i) => `post-${i},post ${i},patrol,mission,,48,${30 + i / 50}\n`).join(''));
  const next = random(2030);
  const step_ms = (days * 86_400_000) / Math.max(1, incidents);
  await write(join(folder, 'feeds/reports.ndjson'), incidents, (i) =>
    report(kFirst + Math.floor((i * step_ms) / 1000) * 1000, 30 + 10 * next(), 46 + 5 * next(), `post-${Math.floor(500 * next())}`, 1 + Math.floor(5 * next())));
  await write(join(folder, 'feeds/weather.ndjson'), weather, (i) => `${JSON.stringify({ kind: 'weather', record: {
    at: [30 + (i % 500) / 50, 48], east_m_s: 4, north_m_s: 0, sound_speed_m_s: 335, source: `station-${i % 500}`, time: iso(kFirst + Math.floor(i / 500) * 60_000) } })}\n`);
}
