// The picture equals the record: what is asked of the picture itself, not of what it was given.
import assert from 'node:assert/strict';
import { ready } from './browser.mjs';
import { violations, visit } from './visit.mjs';

export const browser = true;

const settled = async (tab) => {
  await tab.waitForTimeout(120);
  await tab.waitForFunction(() => document.querySelector('truce-map').drawn.idle());
};
const both = async (tab) => {
  await settled(tab);
  return tab.evaluate(() => [[...document.querySelectorAll('truce-list a[data-id]')].map((a) => a.dataset.id).sort(), document.querySelector('truce-map').drawn.drawnIds().sort()]);
};
const rendered = (tab, layer) => tab.evaluate((l) => document.querySelector('truce-map').drawn.rendered(l).map((f) => f.properties), layer);

const wide = 'map=9.4/0.15/0.3';  // all incidents of the simulated line in sight
export const tests = {
  'what is drawn is what is listed, under every value, class, reading and time'(world) {
    return visit(world, world.line, { width: 1600, height: 900 }, async (tab, server) => {
      const ids = new Set();
      for (const filter of ['', 'value=breach', 'value=undeterminable', 'value=not_applicable', 'class=muzzle_flash', 'class=bursts_and_shots', 'reading=cobalt-reading&value=breach',
        'from=2030-06-04T00:00:00Z', 'to=2030-06-03T20:00:00Z', 'from=2030-06-03T12:00:00Z&to=2030-06-04T12:00:00Z&value=breach']) {
        await ready(tab, `${server.url}/?${wide}&${filter}`);
        const [listed, drawn] = await both(tab);
        assert.deepEqual(drawn, listed, filter);
        ids.add(listed.length);
      }
      assert.ok(ids.size > 4, 'the filters let different incidents through');
      assert.ok([...ids].includes(world.line.collections.incidents.length));
    });
  },
  'half regions from zoom 11 on, of the selected one before; parties alone are dashed and asked about'(world) {
    return visit(world, world.line, { width: 1600, height: 900 }, async (tab, server) => {
      const kinds = new Map(world.line.collections.sources.map((f) => [f.id, f.properties.kind]));
      const claimed = world.line.collections.incidents.filter((f) => f.properties.evidence.every((e) => kinds.get(e.source) === 'party')).map((f) => f.id).sort();
      assert.ok(claimed.length > 0 && claimed.length < world.line.collections.incidents.length);
      await ready(tab, `${server.url}/?${wide}&sel=${claimed[0]}`);
      await settled(tab);
      assert.equal((await rendered(tab, 'core')).length, 0);
      assert.deepEqual([...new Set((await rendered(tab, 'core-sel')).map((p) => p.id))], [claimed[0]]);
      assert.deepEqual([...new Set((await rendered(tab, 'region-edge-claimed')).map((p) => p.id))].sort(), claimed);
      assert.ok((await rendered(tab, 'region-edge')).every((p) => !claimed.includes(p.id)));
      assert.match(await tab.locator(`tr:has(a[data-id="${claimed[0]}"]) .ct`).innerText(), /\d\?\s+claimed/);
      await ready(tab, `${server.url}/?map=11.5/0.16/0.3`);
      await settled(tab);
      assert.ok((await rendered(tab, 'core')).length > 0);
    });
  },
  'sources stand from zoom 9 with their health in the time shown, reports of the selected incident in their own shapes'(world) {
    return visit(world, world.line, { width: 1600, height: 900 }, async (tab, server) => {
      const seen = world.line.collections.incidents.find((f) => f.properties.evidence.some((e) => e.source.startsWith('camera')));
      const icon = async (time) => {
        await ready(tab, `${server.url}/?${wide}&sel=${seen.id}&${time}`);
        await settled(tab);
        return (await rendered(tab, 'source')).find((p) => p.id === 'camera-centre').icon;
      };
      assert.equal(await icon('from=2030-06-03T00:00:00Z&to=2030-06-03T12:00:00Z'), 'camera-ok');
      assert.equal(await icon('from=2030-06-04T00:00:00Z&to=2030-06-04T04:00:00Z'), 'camera-down');
      assert.equal(await icon('from=2030-06-04T00:00:00Z&to=2030-06-04T12:00:00Z'), 'camera-half');
      assert.ok((await rendered(tab, 'told-line')).length > 0);
      await ready(tab, `${server.url}/?map=8/0.15/0.3`);
      await settled(tab);
      assert.equal((await rendered(tab, 'source')).length, 0);
      server.refused.add('health');
      assert.equal(await icon('to=2030-06-03T12:00:00Z'), 'camera-unknown');
    });
  },
  'lines and zones are those in force in the time shown, under the reading chosen; a layer taken off is in the address'(world) {
    const changed = structuredClone(world.line);
    const zone = changed.collections.areas.find((a) => a.properties.name === 'buffer');
    zone.properties.valid = { start: '2030-06-04T00:00:00Z' };
    const line = changed.collections.areas.find((a) => a.properties.kind === 'line_of_contact');
    changed.collections.areas.push({ ...structuredClone(line), properties: { kind: 'reading_line', name: 'as cobalt reads it', reading: 'cobalt-reading' } });
    return visit(world, changed, { width: 1600, height: 900 }, async (tab, server) => {
      const zones = async (q) => { await ready(tab, `${server.url}/?${wide}&${q}`); await settled(tab); return (await rendered(tab, 'zone')).map((p) => p.name); };
      assert.ok(!(await zones('to=2030-06-03T20:00:00Z')).includes('buffer'));
      assert.ok((await zones('')).includes('buffer'));
      assert.equal((await rendered(tab, 'reading')).length, 0);
      await zones('reading=cobalt-reading');
      assert.ok((await rendered(tab, 'reading')).length > 0);
      assert.ok((await rendered(tab, 'line-core')).length > 0);
      await tab.click('.mlay button:has-text("Agreement")');
      await settled(tab);
      assert.match(tab.url(), /off=agreement/);
      assert.equal((await rendered(tab, 'line-core')).length, 0);
    });
  },
  'sectors are blocks of coverage by pattern, for the class and time that the foot names'(world) {
    const changed = structuredClone(world.line);
    const cell = (sector, coverage) => ({ type: 'Feature', id: sector, geometry: null, properties: { sector, coverage, detections: 0, effect_class: 'explosion_impact', when: { start: '2030-06-03T00:00:00Z', end: '2030-06-05T00:00:00Z' } } });
    changed.collections.quiet = [cell('West', 0.91), cell('Centre', 0.5), cell('East', 0.1)];
    return visit(world, changed, { width: 1600, height: 900 }, async (tab, server) => {
      await ready(tab, `${server.url}/?${wide}`);
      await settled(tab);
      assert.ok((await rendered(tab, 'cover-half')).length > 0);
      assert.ok((await rendered(tab, 'cover-unwatched')).length > 0);
      assert.match(await tab.locator('.mfoot').innerText(), /Watched for impact explosion[\s\S]*half watched/);
      await tab.screenshot({ path: `${world.out}map-coverage.png` });
      assert.deepEqual(await violations(tab), []);
    });
  },
  'the ground that is installed is drawn, and what is not is said'(world) {
    return visit(world, world.line, {}, async (tab, server) => {
      await ready(tab, `${server.url}/?${wide}`);
      assert.match(await tab.locator('.mfoot').innerText(), /Boundary view: no boundaries[\s\S]*Basemap not installed[\s\S]*Streets not installed/);
      server.answers.set('/basemap/index.json', { body: { attribution: 'ground of the tests', layers: [{ id: 'rivers', path: 'rivers.geojson' }, { id: 'places', path: 'places.geojson' }] } });
      const one = (geometry, properties) => ({ body: { type: 'FeatureCollection', features: [{ type: 'Feature', geometry, properties }] } });
      server.answers.set('/basemap/rivers.geojson', one({ type: 'LineString', coordinates: [[0, 0.1], [0.6, 0.2]] }, { name: 'Long River', rank: 1 }));
      server.answers.set('/basemap/places.geojson', one({ type: 'Point', coordinates: [0.05, 0.25] }, { name: 'Hlyboke', name_uk: 'Глибоке', rank: 1 }));
      await ready(tab, `${server.url}/?${wide}&lang=uk`);
      await settled(tab);
      await tab.waitForFunction(() => document.querySelector('truce-map').drawn.rendered('base-places').length > 0);
      assert.ok((await rendered(tab, 'base-rivers')).length > 0);
      assert.match(await tab.locator('.mfoot').innerText(), /ground of the tests/);
      assert.doesNotMatch(await tab.locator('.mfoot').innerText(), /Карту-основу|Basemap/);
    });
  },
};
