// Missions that the engine itself has worked through, as the API would serve them. Nothing here is committed data.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
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

const bare = (records) => records.map((r, i) => ({ type: 'Feature', id: r.id ?? String(i), geometry: null, properties: r }));

export function work(name) {
  const from = join(root, 'examples/missions', name);
  const at = mkdtempSync(join(tmpdir(), 'truce-web-'));
  try {
    cpSync(from, at, { recursive: true, filter: (p) => !p.endsWith('/var') });
    execFileSync(engine(), ['run', at, '--once'], { stdio: 'ignore' });
    const file = readdirSync(join(at, 'var/reports')).find((f) => f.endsWith('.json'));
    const report = JSON.parse(readFileSync(join(at, 'var/reports', file), 'utf8'));
    const mission = parse(readFileSync(join(at, 'mission.toml'), 'utf8'));
    const agreement = parse(readFileSync(join(at, 'agreement.toml'), 'utf8'));
    const areas = readdirSync(join(at, 'geo')).flatMap((f) => JSON.parse(readFileSync(join(at, 'geo', f), 'utf8')).features);
    return {
      landing: {
        title: mission.name, time_zone: mission.time_zone, boundary_view: mission.boundary_view, log_position: report.log.entries,
        provisions: agreement.provision.map((p) => ({ id: p.id, words: p.words, source: p.source })),
      },
      collections: {
        incidents: report.incidents.map((r) => ({ type: 'Feature', id: r.id, geometry: outline(r.place), properties: r })),
        findings: bare(report.findings), differences: bare(report.differences), attributions: [], observations: bare(report.observations),
        quiet: bare(quietOf(at)), sources: bare(report.sources), areas,
      },
    };
  } finally { rmSync(at, { recursive: true, force: true }); }
}

/** The report does not list single windows; the feed of coverage holds the same fields. */
function quietOf(at) {
  const file = join(at, 'feeds/quiet.ndjson');
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8').split('\n').filter(Boolean).map((l) => JSON.parse(l)).map((r) => r.record ?? r);
}
