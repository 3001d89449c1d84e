// A record of a hundred thousand incidents: counted by the server, drawn from its tiles, read window by window.
import assert from 'node:assert/strict';
import { histogram } from './answers.mjs';
import { ready } from './browser.mjs';
import { visit } from './visit.mjs';

export const browser = true;

const kMany = 100_000;
const kMinute = 60_000;
const begin = Date.parse('2030-01-01T00:00:00Z');

/** The least of a vector tile (Mapbox Vector Tile 2.1): one layer of squares or points with number attributes. */
function tile(features) {
  const varint = (n) => { const out = []; for (; n > 127; n = Math.floor(n / 128)) out.push((n % 128) | 128); return [...out, n]; };
  const field = (id, bytes) => [...varint(id * 8 + 2), ...varint(bytes.length), ...bytes];
  const number = (id, n) => [...varint(id * 8), ...varint(n)];
  const text = (s) => [...Buffer.from(s)];
  const zigzag = (n) => (n < 0 ? -2 * n - 1 : 2 * n);
  const keys = [];
  const values = [];
  const body = features.flatMap(({ at: [x, y], square, properties }) => {
    const tags = Object.entries(properties).flatMap(([k, v]) => {
      if (!keys.includes(k)) keys.push(k);
      values.push(typeof v === 'number' ? number(4, v) : field(1, text(v)));
      return [keys.indexOf(k), values.length - 1];
    });
    const s = square;
    const geometry = s ? [9, zigzag(x), zigzag(y), 26, zigzag(s), 0, 0, zigzag(s), zigzag(-s), 0, 15] : [9, zigzag(x), zigzag(y)];
    return field(2, [...field(2, tags.flatMap(varint)), ...number(3, s ? 3 : 1), ...field(4, geometry.flatMap(varint))]);
  });
  const layer = [...number(15, 2), ...field(1, text('incidents')), ...body, ...keys.flatMap((k) => field(3, text(k))), ...values.flatMap((v) => field(4, v)), ...number(5, 4096)];
  return Buffer.from(field(3, layer));
}

function mission(world) {
  const like = world.line.collections.incidents;
  const many = { landing: world.line.landing, collections: { ...world.line.collections, observations: [], findings: [], differences: [], quiet: [], health: [] } };
  many.collections.incidents = Array.from({ length: kMany }, (_, i) => {
    const f = like[i % like.length];
    const t = new Date(begin + i * kMinute).toISOString();
    return { ...f, id: `i${i}`, when: { start: t, end: t }, properties: { ...f.properties, id: `i${i}`, when: { start: t, end: t } } };
  });
  return many;
}

async function large(world, what) {
  const all = mission(world);
  const small = { ...all, collections: { ...all.collections, incidents: [] } };
  return visit(world, small, { width: 1600, height: 900 }, async (tab, server) => {
    server.mission.collections.incidents = all.collections.incidents;
    server.page_max = 1000;
    server.answers.set('/api/histogram', histogram(all.collections.incidents.map((f) => Date.parse(f.properties.when.start))));
    const asked = [];
    server.routes.push([/^\/api\/tiles\/incidents\/(\d+)\/(\d+)\/(\d+)$/, ([, z], url) => {
      asked.push(url);
      const old = { id: 'i7', start_s: begin / 1000 + 420, end_s: begin / 1000 + 420, value: 'breach', class: 'explosion_impact', best: 3 };
      return { type: 'application/vnd.mapbox-vector-tile', body: Number(z) < 8 ? tile([{ at: [600, 3500], properties: { n: 412 } }]) : tile([{ at: [1000, 2400], square: 400, properties: old }]) };
    }]);
    await what(tab, server, asked);
  });
}
const shown = (tab) => tab.evaluate(() => document.querySelectorAll('truce-list a[data-id]').length);

export const tests = {
  'a hundred thousand: the newest are read, the page holds a stretch of them, the rest is counted and asked for'(world) {
    return large(world, async (tab, server) => {
      const begun = Date.now();
      await ready(tab, `${server.url}/?map=9.4/0.15/0.3`, false);
      await tab.waitForFunction(() => /of 100,000 in the time shown/.test(document.querySelector('.list .hd').textContent));
      await tab.waitForSelector('truce-list a[data-id]');
      await tab.waitForFunction(() => !/reading/.test(document.querySelector('.feed')?.textContent ?? ''));
      console.log(`      list of 100,000 after ${Date.now() - begun} ms`);
      const read = Number((await tab.locator('.list .hd h2').innerText()).replace(/\D/g, ''));
      assert.ok(read >= 500 && read < 2000, `${read} are read`);
      assert.ok((await shown(tab)) <= 120);
      assert.equal(await tab.locator('truce-list a[data-id]').first().getAttribute('data-id'), `i${kMany - 1}`);
      await tab.locator('truce-list button.sm:has-text("older")').click();
      assert.ok((await shown(tab)) > 120);
      await tab.click('text=Read older ones');
      await tab.waitForFunction((n) => Number(document.querySelector('.list .hd h2').textContent.replace(/\D/g, '')) > n, read);
      const after = Number((await tab.locator('.list .hd h2').innerText()).replace(/\D/g, ''));
      assert.ok(after <= read + 2000);
      assert.equal(await tab.locator('.bar.err').count(), 0);
    });
  },
  'its history is drawn from tiles: clusters over the time shown far out, regions near, what is read left out'(world) {
    return large(world, async (tab, server, asked) => {
      await ready(tab, `${server.url}/?map=9.4/0.15/0.3`);
      await tab.waitForFunction(() => document.querySelector('truce-map').drawn.rendered('hist-fill').length > 0);
      assert.ok(asked.every((u) => u.search === ''), 'near, time is filtered where it is drawn');
      await ready(tab, `${server.url}/?map=5/0.15/0.3&from=2030-01-02T00:00:00Z`);
      await tab.waitForFunction(() => document.querySelector('truce-map').drawn.rendered('hist-n').length > 0);
      assert.ok(asked.some((u) => u.searchParams.get('from') === '2030-01-02T00:00:00Z'));
      assert.match(await tab.locator('.mfoot').innerText(), /Older incidents are drawn from the whole record/);
      await tab.screenshot({ path: `${world.out}many.png` });
    });
  },
  'a time short enough is read whole, and then picture and list are one again'(world) {
    return large(world, async (tab, server) => {
      await ready(tab, `${server.url}/?map=9.4/0.15/0.3&from=2030-01-05T00:00:00Z&to=2030-01-05T01:00:00Z`);
      await tab.waitForFunction(() => document.querySelector('.list .hd h2').textContent.trim() === '61 incidents', null, { timeout: 10_000 }).catch(() => {});
      assert.match(await tab.locator('.list .hd h2').innerText(), /^6[01] incidents$/);
      await tab.waitForFunction(() => document.querySelector('truce-map').drawn.idle());
      await tab.waitForTimeout(200);
      const [listed, drawn] = await tab.evaluate(() => [[...document.querySelectorAll('truce-list a[data-id]')].map((a) => a.dataset.id).sort(), document.querySelector('truce-map').drawn.drawnIds().sort()]);
      assert.deepEqual(drawn, listed);
    });
  },
};
