// Missions that the engine itself has worked through, as the API would serve them. Nothing here is committed data.
import { execFileSync, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'smol-toml';

const root = new URL('../../', import.meta.url).pathname;

export function engine() {
  return [process.env.TRUCE, join(root, 'build/release/truce')].find((p) => p && existsSync(p)) ?? null;
}

const kMetresPerDegree = 111_320;

/** The 90 % region of a point: what outline() of the engine draws, close enough for tests of the picture. */
function outline(place) {
  const r = place.region;
  if (r.kind === 'nowhere') return null;
  const [lon, lat] = place.best;
  const scale = 2.146;  // of a plane normal: its square is the 90 % point of chi-squared with two degrees
  const east_m = r.var_east_m2 ? scale * Math.sqrt(r.var_east_m2) : place.radius_m ?? 1000;
  const north_m = r.var_north_m2 ? scale * Math.sqrt(r.var_north_m2) : place.radius_m ?? 1000;
  const ring = [];
  for (let i = 0; i <= 48; i++) {
    const a = (i / 48) * 2 * Math.PI;
    ring.push([lon + (east_m * Math.cos(a)) / (kMetresPerDegree * Math.cos((lat * Math.PI) / 180)), lat + (north_m * Math.sin(a)) / kMetresPerDegree]);
  }
  ring[48] = ring[0];
  return { type: 'Polygon', coordinates: [ring] };
}

/** A mission as its own run serves it: records and geometry are the engine's, byte for byte. */
export async function served(name) {
  const from = join(root, 'examples/missions', name);
  const at = mkdtempSync(join(tmpdir(), 'truce-web-'));
  const port = await new Promise((done) => { const s = createServer().listen(0, '127.0.0.1', () => { const { port } = s.address(); s.close(() => done(port)); }); });
  cpSync(from, at, { recursive: true, filter: (p) => !p.endsWith('/var') });
  execFileSync(engine(), ['run', at, '--once'], { stdio: 'ignore' });
  const run = spawn(engine(), ['run', at, '--port', String(port)], { stdio: 'ignore' });
  const ended = new Promise((done) => run.once('exit', done));
  try {
    const get = async (path) => {
      const answer = await fetch(`http://127.0.0.1:${port}${path}`);
      if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
      return answer.json();
    };
    let landing = null;
    for (let i = 0; i < 200 && !landing; i++) {
      landing = await get('/api').catch(() => null);
      if (!landing) await new Promise((done) => setTimeout(done, 100));
    }
    const collections = {};
    for (const { id } of (await get('/api/collections')).collections) collections[id] = (await get(`/api/collections/${id}/items?limit=10000`)).features;
    const mission = parse(readFileSync(join(at, 'mission.toml'), 'utf8'));
    const agreement = parse(readFileSync(join(at, 'agreement.toml'), 'utf8'));
    collections.areas ??= readdirSync(join(at, 'geo')).flatMap((f) => JSON.parse(readFileSync(join(at, 'geo', f), 'utf8')).features);
    return {
      landing: { time_zone: mission.time_zone, boundary_view: mission.boundary_view, log_position: collections.findings.reduce((n, f) => Math.max(n, f.position), 0),
        provisions: agreement.provision.map((p) => ({ id: p.id, words: p.words, source: p.source })), ...landing, title: mission.name },
      collections,
    };
  } finally {
    run.kill();
    await ended;
    rmSync(at, { recursive: true, force: true });
  }
}

const bare = (records) => records.map((r, i) => ({ type: 'Feature', id: r.id ?? String(i), geometry: null, properties: r }));

export function work(name) {
  const from = join(root, 'examples/missions', name);
  const at = mkdtempSync(join(tmpdir(), 'truce-web-'));
  try {
    cpSync(from, at, { recursive: true, filter: (p) => !p.endsWith('/var') });
    execFileSync(engine(), ['run', at, '--once'], { stdio: 'ignore' });
    const file = readdirSync(join(at, 'var/reports')).find((f) => f.endsWith('.json'));
    const report = JSON.parse(readFileSync(join(at, 'var/reports', file), 'utf8'));
    const report_html = readFileSync(join(at, 'var/reports', file.replace(/json$/, 'html')), 'utf8');
    const mission = parse(readFileSync(join(at, 'mission.toml'), 'utf8'));
    const agreement = parse(readFileSync(join(at, 'agreement.toml'), 'utf8'));
    const areas = readdirSync(join(at, 'geo')).flatMap((f) => JSON.parse(readFileSync(join(at, 'geo', f), 'utf8')).features);
    const gates = report.gates.flatMap((g) => [{ id: g.id, state: g.state, since: g.changes.at(-1)?.at ?? report.period.start, why: g.days.at(-1)?.why ?? '', message: g.days.at(-1)?.why_message.key, args: g.days.at(-1)?.why_message.args },
      ...g.elsewhere.map((e) => ({ id: `${g.id}/${e.reading}`, state: e.state, since: g.changes.at(-1)?.at ?? report.period.start, why: '' }))]);
    const fed = (name) => bare(recordsOf(at, name));
    return {
      report, report_html, agreement,
      landing: {
        title: mission.name, time_zone: mission.time_zone, boundary_view: mission.boundary_view, log_position: report.log.entries,
        provisions: agreement.provision.map((p) => ({ id: p.id, words: p.words, source: p.source })),
        parties: agreement.party, readings: ['base', ...(agreement.reading ?? []).map((r) => r.id)], report_days: { first: mission.report.first_day, last: mission.report.last_day },
      },
      collections: {
        incidents: report.incidents.map((r) => ({ type: 'Feature', id: r.id, geometry: outline(r.place), properties: r })),
        findings: bare(report.findings), differences: bare(report.differences), attributions: [], observations: bare(report.observations),
        quiet: bare(quietOf(at)), sources: bare(report.sources), areas,
        gates: bare(gates), events: fed('events'), statements: fed('statements'), signatures: fed('signatures'), health: fed('health'), notices: fed('notices'),
        rejected: [], complaints: [], feeds: mission.feed.map((f) => ({ type: 'Feature', id: `${f.id}/${f.files[0]}`, geometry: null,
          properties: { bytes: 1000, complete: true, entries: 10, feed: f.id, file: f.files[0], sha256: 'ab'.repeat(32) } })),
      },
    };
  } finally { rmSync(at, { recursive: true, force: true }); }
}

/** The report does not list single windows; the feed of coverage holds the same fields. */
const quietOf = (at) => recordsOf(at, 'quiet');

function recordsOf(at, name) {
  const file = join(at, `feeds/${name}.ndjson`);
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8').split('\n').filter(Boolean).map((l) => JSON.parse(l)).map((r) => r.record ?? r);
}
