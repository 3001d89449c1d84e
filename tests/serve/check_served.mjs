// Outside judges over what is served: check-geojson on a page of each collection, and that a
// feature alone is the feature of the page. usage: node check_served.mjs URL
import {createRequire} from 'node:module';
import {join} from 'node:path';

const require = createRequire(join(process.cwd(), 'package.json'));
const {check} = require('@placemarkio/check-geojson');
const url = process.argv[2];
const problems = [];

async function get(path) {
  const response = await fetch(path.startsWith('http') ? path : url + path);
  if (!response.ok) problems.push(`${path}: ${response.status}`);
  return response.text();
}

const {collections} = JSON.parse(await get('/api/collections'));
let features = 0;
for (const {id} of collections) {
  const text = await get(`/api/collections/${id}/items?limit=50`);
  try { check(text); } catch (e) { problems.push(`${id}: not GeoJSON: ${e.message}`); continue; }
  const page = JSON.parse(text);
  if (page.features.length !== page.numberReturned) problems.push(`${id}: numberReturned`);
  features += page.features.length;
  for (const f of page.features.slice(0, 3)) {
    const one = JSON.parse(await get(`/api/collections/${id}/items/${encodeURIComponent(f.id)}`));
    if (JSON.stringify(one.properties) !== JSON.stringify(f.properties)) problems.push(`${id} ${f.id}: differs alone`);
  }
}
const landing = JSON.parse(await get('/api'));
for (const key of ['log_position', 'parties', 'provisions', 'readings', 'report_days']) if (!(key in landing)) problems.push(`landing page: no ${key}`);
const {first, last} = landing.report_days;
const board = JSON.parse(await get(`/api/board?from=${first}&to=${last}`));
const report = JSON.parse(await get(`/api/reports/${first}_${last}.json`));
for (const {day, incidents, violations} of report.days) {
  const cells = board.cells.filter((c) => c.day === day);
  if (cells.length === 0) continue;
  const sum = (f) => cells.reduce((all, c) => all + f(c), 0);
  if (sum((c) => c.incidents) !== incidents || sum((c) => c.violations.best) !== violations.best) problems.push(`board and report differ on ${day}`);
}
const bins = JSON.parse(await get('/api/histogram?bins=7')).bins;
const all = JSON.parse(await get('/api/collections/incidents/items?limit=10000')).features.length;
if (bins.reduce((sum, b) => sum + b.incidents, 0) !== all) problems.push('the histogram does not hold every incident');
await get('/api/agreement');
await get('/api/tiles/incidents/0/0/0');
if (features === 0) problems.push('there are no features at all');
problems.slice(0, 20).forEach((p) => console.error(p));
if (problems.length > 0) process.exit(1);
console.log(`${features} features of ${collections.length} collections are GeoJSON`);
