// The region drawn by the app's figures is the one that the engine drew by its own: then other shares follow the same rule.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { transformSync } from 'esbuild';

const code = transformSync(readFileSync(new URL('../src/map/region.ts', import.meta.url), 'utf8'), { loader: 'ts', format: 'esm' }).code;
const { region } = await import(`data:text/javascript;base64,${Buffer.from(code).toString('base64')}`);

const outer = (g) => (g.type === 'MultiPolygon' ? g.coordinates[0] : g.coordinates)[0];
const km2 = (g) => {
  const rings = g.type === 'MultiPolygon' ? g.coordinates.flat() : g.coordinates;
  return rings.reduce((sum, ring, i) => {
    let twice = 0;
    for (let j = 1; j < ring.length; j++) twice += ring[j - 1][0] * ring[j][1] - ring[j][0] * ring[j - 1][1];
    return sum + (i === 0 ? 1 : -1) * Math.abs(twice / 2) * 111.3 * 111.3 * Math.cos((ring[0][1] * Math.PI) / 180);
  }, 0);
};
const box = (g) => outer(g).reduce((b, [x, y]) => [Math.min(b[0], x), Math.min(b[1], y), Math.max(b[2], x), Math.max(b[3], y)], [Infinity, Infinity, -Infinity, -Infinity]);

export const browser = true;  // it needs the engine's own mission, as those do
export const tests = {
  'nine tenths by the figures of a record are the outline that the engine gave it, for every kind that is drawn'(world) {
    const seen = new Map();
    const shapes = [...world.line.collections.incidents.map((f) => [f, f.properties.place.region]), ...world.line.collections.observations.map((f) => [f, f.properties.shape])];
    for (const [f, shape] of shapes) {
      const mine = region(shape, 0.9);
      if (!mine || !f.geometry || f.geometry.type === 'Point') continue;
      seen.set(shape.kind, (seen.get(shape.kind) ?? 0) + 1);
      const [a, b] = [box(mine), box(f.geometry)];
      const wide = Math.max(b[2] - b[0], b[3] - b[1]);
      for (let i = 0; i < 4; i++) assert.ok(Math.abs(a[i] - b[i]) < 0.02 * wide, `${f.id}, a ${shape.kind}: ${a} is not ${b}`);
      assert.ok(Math.abs(km2(mine) / km2(f.geometry) - 1) < 0.02, `${f.id}: area`);
    }
    for (const kind of ['point', 'annular_sector', 'named_place']) assert.ok(seen.get(kind) > 0, `no ${kind} was compared`);
  },
  'the half of a normal is ln 2 / ln 10 of its nine tenths; of what needs more than its figures nothing is drawn'(world) {
    const normal = world.line.collections.incidents.find((f) => f.properties.place.region.kind === 'point').properties.place.region;
    assert.ok(Math.abs(km2(region(normal, 0.5)) / km2(region(normal, 0.9)) - Math.log(2) / Math.log(10)) < 1e-3);
    const sector = world.line.collections.observations.find((f) => f.properties.shape.kind === 'annular_sector').properties.shape;
    const share = km2(region(sector, 0.5)) / km2(region(sector, 0.9));
    assert.ok(share > 0.3 && share < 0.7, String(share));
    for (const kind of ['polygon', 'track', 'nowhere', 'arrival']) assert.equal(region({ kind }, 0.5), null);
    assert.equal(region(undefined, 0.5), null);
  },
};
