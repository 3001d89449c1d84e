// Sources: health over time, last heard, chains; what was refused, with file and line.
import assert from 'node:assert/strict';
import { noSidewaysScroll, violations, visit } from './visit.mjs';

export const browser = true;
export const tests = {};
const feature = (id, properties) => ({ type: 'Feature', id, geometry: null, properties });

function watched(world) {
  const m = structuredClone(world.sixty);
  m.collections.sources = [
    feature('west-a', { id: 'west-a', kind: 'acoustic_array', name: 'array west A', owner: 'mission', at: [0.16, 0.16], clock_sigma_s: 0.02 }),
    feature('east-a', { id: 'east-a', kind: 'camera', name: 'camera east A', owner: 'mission', at: [0.44, 0.16], upstream: ['east-b'] }),
    feature('mute', { id: 'mute', kind: 'drone' }), feature('traveller', { id: 'traveller', kind: 'hotline', name: 'a traveller' })];
  m.collections.health = [
    feature('h1', { source: 'west-a', why: 'off', when: { start: '2030-03-07T22:00:00Z', end: '2030-03-08T22:00:00Z' }, offset_s: 0.4, sigma_s: 0.1 }),
    feature('h2', { source: 'east-a', why: 'blinded', note: 'glare', when: { start: '2030-04-25T06:00:00Z', end: '2030-05-02T00:00:00Z' } })];
  m.collections.rejected = [feature('r1', { reason: 'is no number', expected: 'a count', field: 'n', origin: { feed: 'posts', file: 'feeds/reports.ndjson', line: 7, offset: 812, format: 'ndjson' } })];
  m.collections.complaints = [feature('c1', { kind: 'place_contradicts_gazetteer', text: 'the place lies 40 km from its name', origin: { file: 'feeds/reports.ndjson', line: 9 } })];
  return m;
}

const open = async (tab, server, query = '') => {
  await tab.goto(`${server.url}/?page=sources${query}`);
  await tab.waitForSelector('.srct tbody tr, .sources .state, .sources .lack');
  await tab.waitForFunction(() => !document.querySelector('.sources .reading'));
};

for (const [width, height] of [[390, 844], [1280, 800], [2560, 1440]]) {
  for (const dark of [false, true]) {
    const at = `${width}-${dark ? 'dark' : 'light'}`;
    tests[`sources at ${at}`] = (world) => visit(world, watched(world), { width, height, dark }, async (tab, server) => {
      await open(tab, server);
      await tab.screenshot({ path: `${world.out}sources-${at}.png`, fullPage: true });
      await noSidewaysScroll(tab);
      assert.deepEqual(await violations(tab), []);
    });
  }
}

for (const language of ['uk', 'ru']) {
  tests[`sources in ${language}`] = (world) => visit(world, watched(world), {}, async (tab, server) => {
    await open(tab, server, `&lang=${language}`);
    await tab.screenshot({ path: `${world.out}sources-${language}.png`, fullPage: true });
    await noSidewaysScroll(tab);
    assert.doesNotMatch(await tab.locator('.srct').innerText(), /sources\.|health\.|sort\.|why\.|chain|heard/);
  });
}

tests['each source says its state, last report, clock and chain; a filter narrows by state'] = (world) => visit(world, watched(world), {}, async (tab, server) => {
  await open(tab, server);
  const row = (name) => tab.locator('.srct tbody tr', { hasText: name }).first().innerText();
  const last = (id) => world.sixty.collections.observations.filter((f) => f.properties.source === id).map((f) => f.properties.when.start).sort().at(-1);
  assert.match(await row('array west A'), /1 spell without: off[\s\S]*\+0\.400 s ± 0\.100 s[\s\S]*mission\s+a chain of its own[\s\S]*0\.16°\sN 0\.16°\sE/);
  assert.ok((await row('array west A')).includes(`${last('west-a').slice(11, 16)} UTC`));
  assert.match(await row('camera east A'), /blinded since 25 Apr 09:00 · glare[\s\S]*depends on east-b: counts once with it/);
  assert.match(await row('mute'), /neither reports nor health recorded[\s\S]*no report/);
  assert.match(await row('west-b'), /not in the mission's list/, 'a source that reports and is on no list is shown');
  const all = await tab.locator('.srct tbody tr').count();
  await tab.locator('.filters button', { hasText: 'not watching' }).click();
  assert.equal(await tab.locator('.srct tbody tr').count(), 1);
  assert.match(tab.url(), /health=not_watching/);
  await tab.locator('.filters button').first().focus();
  await tab.keyboard.press('Enter');
  await tab.waitForFunction((n) => document.querySelectorAll('.srct tbody tr').length === n, all);
  const bad = await tab.locator('.hstrip').first().locator('.bad').evaluate((e) => [Number(e.getAttribute('x')), Number(e.getAttribute('width'))]);
  const day = 1000 / 60;
  assert.ok(Math.abs(bad[0] - 7 * day) < 1 && Math.abs(bad[1] - day) < 1, `the eighth of sixty days: ${bad}`);
});

tests['refused input with reason, expectation, field, file, line and byte'] = (world) => visit(world, watched(world), {}, async (tab, server) => {
  await open(tab, server);
  const text = await tab.locator('.inputs').innerText();
  assert.match(text, /is no number; expected: a count · field n\s+feeds\/reports\.ndjson, line 7, byte 812/);
  assert.match(text, /place contradicts gazetteer: the place lies 40 km from its name\s+feeds\/reports\.ndjson, line 9/);
  assert.match(text, /posts\s+feeds\/reports\.ndjson · 1,000 bytes\s+taken in whole\s+10\s+1/);
});

tests['sources: none, forbidden, failed'] = (world) => visit(world, world.sixty, {}, async (tab, server) => {
  server.mission.collections.sources = [];
  server.mission.collections.observations = [];
  server.answers.set('/api/collections/rejected/items', { status: 403, body: { detail: 'for staff' } });
  server.failing.add('complaints');
  await open(tab, server);
  const text = await tab.locator('.sources').innerText();
  assert.match(text, /No source is named[\s\S]*nothing was watching that this app knows of/);
  assert.match(text, /Not for this reader: rejected input[\s\S]*officers may read this/);
  assert.match(text, /Not read since[\s\S]*: questions about input[\s\S]*block 71/);
  await tab.screenshot({ path: `${world.out}sources-states.png`, fullPage: true });
  assert.deepEqual(await violations(tab), []);
});

tests['where health cannot be read no source is said to watch'] = (world) => visit(world, watched(world), {}, async (tab, server) => {
  server.answers.set('/api/collections/health/items', { status: 403, body: { detail: 'for staff' } });
  await open(tab, server);
  await tab.waitForSelector('text=Not for this reader: health of sources');
  assert.match(await tab.locator('.filters').innerText(), /watching 0\s+not watching 0\s+not known 6/);
  assert.match(await tab.locator('.srct tbody tr').first().innerText(), /health not read/);
});
