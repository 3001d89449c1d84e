// The agreement: text, parties, readings side by side, what leads to the room and the map.
import assert from 'node:assert/strict';
import { noSidewaysScroll, violations, visit } from './visit.mjs';
import { agreement, serve } from './views.mjs';

export const browser = true;
export const tests = {};

const open = async (tab, server, query = '') => {
  await tab.goto(`${server.url}/?page=agreement${query}`);
  await tab.waitForSelector('.agr article, .agr .lack');
  await tab.waitForFunction(() => !document.querySelector('.agr .reading'));
};

for (const [width, height] of [[390, 844], [1280, 800], [2560, 1440]]) {
  for (const dark of [false, true]) {
    const at = `${width}-${dark ? 'dark' : 'light'}`;
    tests[`agreement at ${at}: sixty days, and the Easter truce with its readings`] = (world) => visit(world, world.sixty, { width, height, dark }, async (tab, server) => {
      serve(server, world.sixty);
      await open(tab, server);
      await tab.screenshot({ path: `${world.out}agreement-${at}.png`, fullPage: true });
      await noSidewaysScroll(tab);
      assert.deepEqual(await violations(tab), []);
      server.answers.set('/api/agreement', { body: agreement(world.easter) });
      await open(tab, server);
      await tab.screenshot({ path: `${world.out}agreement-easter-${at}.png`, fullPage: true });
      await noSidewaysScroll(tab);
      assert.deepEqual(await violations(tab), []);
    });
  }
}

for (const language of ['uk', 'ru']) {
  tests[`agreement in ${language}`] = (world) => visit(world, world.easter, {}, async (tab, server) => {
    serve(server, world.easter);
    await open(tab, server, `&lang=${language}`);
    await tab.screenshot({ path: `${world.out}agreement-${language}.png`, fullPage: true });
    await noSidewaysScroll(tab);
    assert.doesNotMatch(await tab.locator('.agr').innerText(), /agreement\.|field\.|norm\.|defined\.|board\.|filter\./);
  });
}

tests['provisions with words and source, readings side by side, exceptions, definitions'] = (world) => visit(world, world.easter, {}, async (tab, server) => {
  const a = agreement(world.easter);
  a.languages = ['en'];
  a.provisions[0].exceptions = [{ id: 'demining', words: 'controlled demining that was announced', notice_kinds: ['demining'] }];
  a.provisions.push({ id: '2', words: 'only the base text holds this', source: 's', readings: [{ id: 'clear', changes: null }] });
  a.definitions.push({ kind: 'circumstance', id: 'self-defence', words: 'fire in answer to fire' });
  server.answers.set('/api/agreement', { body: a });
  await open(tab, server);
  const first = tab.locator('article').first();
  const text = await first.innerText();
  assert.ok(text.includes(a.provisions[0].words) && text.includes(a.provisions[0].source));
  assert.match(text, /controlled demining that was announced if announced: demining/);
  assert.equal(await first.locator('.words').getAttribute('lang'), 'en');
  assert.match(await first.locator('.rdt').innerText(), /Standard of proof\s+preponderance \(0\.65\)\s+clear \(0\.80\)/);
  assert.match(await tab.locator('article').nth(1).innerText(), /holds\s+does not hold it/);
  assert.match(await tab.locator('aside').innerText(), /Ukraine[\s\S]*fire in answer to fire[\s\S]*circumstance/);
  assert.match(await tab.locator('aside').innerText(), /nothing is excepted by notice/);
});

tests['a provision and a reading lead to the room filtered by them, a zone to the map at its place'] = (world) => visit(world, world.easter, {}, async (tab, server) => {
  serve(server, world.easter);
  await open(tab, server);
  await tab.locator('article .rdt thead a').focus();
  await tab.keyboard.press('Enter');
  await tab.waitForSelector('truce-list');
  assert.match(tab.url(), /provision=1&reading=clear/);
  await tab.goBack();
  await tab.waitForSelector('.agr article');
  await tab.locator('.defs a', { hasText: 'Ukraine' }).click();
  await tab.waitForSelector('truce-list');
  const [, zoom, lat, lon] = tab.url().match(/map=([\d.]+)\/([\d.]+)\/([\d.]+)/).map(Number);
  assert.ok(zoom > 3 && zoom < 6 && Math.abs(lat - 48.4) < 0.6 && Math.abs(lon - 31.2) < 0.6, `${zoom}/${lat}/${lon}`);
});

tests['statements, notices and events with their times; a hostile address is no link'] = (world) => visit(world, world.sixty, {}, async (tab, server) => {
  serve(server, world.sixty);
  const feature = (id, properties) => ({ type: 'Feature', id, geometry: null, properties });
  server.mission.collections.notices = [feature('n1', { id: 'n1', kind: 'demining', party: 'amber', text: 'field 4', shape: { kind: 'nowhere' }, when: { start: '2030-03-30T22:30:00Z', end: '2030-03-31T04:00:00Z' } })];
  server.mission.collections.statements[0].properties.url = 'javascript:window.owned=1';
  server.mission.collections.statements[1].properties.url = 'https://example.org/statement';
  await open(tab, server);
  const text = await tab.locator('.agr').innerText();
  assert.match(text, /31 Mar 00:30 – 07:00 \+02:00\s+30 Mar 22:30 – 31 Mar 04:00 UTC\s+demining · amber · field 4/, 'over the change to summer time');
  for (const f of world.sixty.collections.statements) assert.ok(text.includes(f.properties.quote));
  assert.deepEqual(await tab.locator('.agr a[rel]').evaluateAll((all) => all.map((a) => a.href)), ['https://example.org/statement']);
  assert.match(text, new RegExp(`All ${world.sixty.collections.events.length}`));
});

for (const [status, words] of [[403, /Not for this reader: the agreement[\s\S]*once signed in/], [500, /Not read since[\s\S]*block 71/]]) {
  tests[`agreement where the server answers ${status}`] = (world) => visit(world, world.sixty, {}, async (tab, server) => {
    server.answers.set('/api/agreement', { status, body: { detail: 'block 71' } });
    await open(tab, server);
    assert.match(await tab.locator('.agr').innerText(), words);
    assert.deepEqual(await violations(tab), []);
  });
}
