// Holds schema/*.json and what truce writes against outside judges: ajv for JSON Schema draft 2020-12,
// check-geojson for GeoJSON. usage: node check.mjs SCHEMAS RECORDS.ndjson… [-- MISSION_FILE.geojson…]
// Schemas of files people write, *.schema.json, are held against those (agreements.mjs). Each line of RECORDS is {"kind":…,"record":…}; kinds without a schema are the log's own.
import {readFileSync, readdirSync} from 'node:fs';
import {createRequire} from 'node:module';
import {basename, join} from 'node:path';

const require = createRequire(join(process.cwd(), 'package.json'));
const Ajv = require('ajv/dist/2020').default;
const addFormats = require('ajv-formats').default;
const {check} = require('@placemarkio/check-geojson');

const kGeometries = ['Point', 'MultiPoint', 'LineString', 'MultiLineString', 'Polygon', 'MultiPolygon'];
const kOwn = ['rejected', 'complaint', 'tick', 'feed_opened', 'feed_done', 'mission'];
const problems = [];
const say = (text) => { if (problems.push(text) <= 20) console.error(text); };

// Twice the signed area of a ring: positive when it runs counter-clockwise.
const turn = (ring) => ring.slice(1).reduce((sum, [x, y], i) => sum + ring[i][0] * y - x * ring[i][1], 0);

function checkWinding(where, geometry) {
  const polygons = geometry.type === 'Polygon' ? [geometry.coordinates]
      : geometry.type === 'MultiPolygon' ? geometry.coordinates : [];
  for (const rings of polygons) {
    rings.forEach((ring, i) => {
      if (turn(ring) * (i === 0 ? 1 : -1) < 0) say(`${where}: ring ${i} runs the wrong way round (RFC 7946, 3.1.6)`);
    });
  }
}

// Calls visit for every GeoJSON geometry inside a record; returns how many there are.
function eachGeometry(value, visit) {
  if (value === null || typeof value !== 'object') return 0;
  if (kGeometries.includes(value.type) && 'coordinates' in value) { visit(value); return 1; }
  return Object.values(value).reduce((n, v) => n + eachGeometry(v, visit), 0);
}

function checkGeoJson(where, text) {
  try { check(text); } catch (e) { say(`${where}: not GeoJSON: ${e.message}`); }
}

function compileSchemas(folder) {
  const ajv = new Ajv({strict: true, allErrors: true, allowUnionTypes: true});
  addFormats(ajv);
  const validators = {};
  for (const file of readdirSync(folder).filter((f) => f.endsWith('.json') && !f.endsWith('.schema.json'))) {
    try {
      const schema = JSON.parse(readFileSync(join(folder, file), 'utf8'));
      if (schema.$schema !== 'https://json-schema.org/draft/2020-12/schema') say(`${file}: is not draft 2020-12`);
      validators[basename(file, '.json')] = ajv.compile(schema);
    } catch (e) { say(`${file}: ${e.message}`); }
  }
  return validators;
}

// Random records have random rings: only what a mission made is held to the direction of rings.
function checkRecords(file, validators, seen) {
  const made = !basename(file).startsWith('random');
  readFileSync(file, 'utf8').split('\n').filter(Boolean).forEach((line, i) => {
    const where = `${basename(file)}:${i + 1}`;
    const {kind, record} = JSON.parse(line);
    if (kOwn.includes(kind)) return;
    const validate = validators[kind];
    if (!validate) return say(`${where}: there is no schema for ${kind}`);
    seen[kind] = (seen[kind] ?? 0) + 1;
    if (!validate(record)) say(`${where}: ${kind}${validate.errors[0].instancePath} ${validate.errors[0].message}`);
    seen.geometries += eachGeometry(record, (g) => {
      if (g.coordinates.length > 0) checkGeoJson(where, JSON.stringify(g));
      if (made) checkWinding(where, g);
    });
  });
}

// A field that no schema names and a value of another type must be refused, or the check is blind.
function checkThatItBites(validators) {
  for (const [kind, validate] of Object.entries(validators)) {
    if (validate({no_such_field: 1}) || validate('text')) say(`${kind}.json takes anything`);
  }
}

const [folder, ...rest] = process.argv.slice(2);
const split = rest.includes('--') ? rest.indexOf('--') : rest.length;
const validators = compileSchemas(folder);
const seen = {geometries: 0};
rest.slice(0, split).forEach((file) => checkRecords(file, validators, seen));
checkThatItBites(validators);
for (const file of rest.slice(split + 1)) {
  const text = readFileSync(file, 'utf8');
  checkGeoJson(file, text);
  for (const f of JSON.parse(text).features) checkWinding(`${basename(file)} ${f.id}`, f.geometry);
}
for (const kind of Object.keys(validators)) {
  if (!seen[kind]) say(`${kind}.json was never held against a record`);
}
if (problems.length > 0) {
  console.error(`${problems.length} problems`);
  process.exit(1);
}
console.log(`${Object.keys(validators).length} schemas, ${seen.geometries} geometries; records: ` +
    Object.entries(seen).filter(([k]) => k !== 'geometries').map(([k, n]) => `${n} ${k}`).join(', '));
