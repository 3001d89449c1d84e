// What the public is told, and that what it is not told is never shown as nothing.
import assert from 'node:assert/strict';
import { ready } from './browser.mjs';
import { logOf } from './log.mjs';
import { officers } from './officers.mjs';
import { refuse, released } from './released.mjs';
import { noSidewaysScroll, violations, visit } from './visit.mjs';

export const browser = true;
export const tests = {};

const as_public = (world, options, what) => visit(world, released(world.easter), options, async (tab, server) => {
  officers(server, { watch: { role: 'duty', password: 'one' } });
  refuse(server);
  await what(tab, server, server.mission.collections.incidents[0].id);
});

for (const [width, height] of [[390, 844], [1280, 800], [2560, 1440]]) for (const dark of [false, true]) {
  tests[`to the public at ${width} ${dark ? 'dark' : 'light'} a place is its block, and what is not told is no zero`] = (world) => as_public(world, { width, height, dark }, async (tab, server, id) => {
    await ready(tab, `${server.url}/?sel=${id}`);
    await tab.waitForFunction(() => /cells of 10 km/.test(document.querySelector('.list .released')?.innerText ?? ''));
    const row = await tab.locator(`tr:has(a[data-id="${id}"])`).innerText();
    assert.match(row, /within 30 × 30 km around \d+\.\d+°\sN \d+\.\d+°\sE/);
    assert.match(row, /finding not told to your role/);
    assert.doesNotMatch(row, /±|chain|no finding/);
    assert.match(await tab.locator('.evid .hd').innerText(), /within 30 × 30 km around/);
    assert.doesNotMatch(await tab.locator('.evid').innerText(), /version|±|chains|no finding yet/);
    assert.match(await tab.locator('.evid').innerText(), /Evidence\s+not told to your role[\s\S]*a block of 30 × 30 km/);
    assert.match(await tab.locator('.evid').innerText(), /P\(real\) (0\.\d|> 0\.9|< 0\.1)(?!\d)/, 'tenths and no more, and no certainty');
    assert.match(await tab.locator('.mfoot').innerText(), /Coverage is not told to your role/);
    assert.deepEqual(await tab.locator('.mlay button').allInnerTexts(), ['Events'], 'no layer of what is not told');
    assert.equal(await tab.locator('.bar.err').count(), 0);
    await noSidewaysScroll(tab);
    assert.deepEqual(await violations(tab), []);
    await ready(tab, `${server.url}/?page=incident&sel=${id}`);
    await tab.waitForFunction(() => /Findings under each reading\s+finding not told/.test(document.querySelector('main').innerText));
    const page = await tab.locator('main').innerText();
    assert.match(page, /Near\s+not told to your role\s+Notices\s+not told to your role[\s\S]*Origin\s+not told to your role[\s\S]*Evidence\s+not told to your role[\s\S]*Versions\s+not told to your role/);
    assert.doesNotMatch(page, /version \d|±|no finding yet|none for this place|not attributed|0 (independent )?chains|From 0|likeliest/);
    await noSidewaysScroll(tab);
    assert.deepEqual(await violations(tab), []);
  });
}

tests['the board of the public has gates alone, says so, and asks for nothing that would be refused'] = (world) => as_public(world, {}, async (tab, server) => {
  const asked = [];
  tab.on('request', (r) => asked.push(new URL(r.url()).pathname));
  await tab.goto(`${server.url}/?page=board`);
  await tab.waitForSelector('text=are not told to your role');
  await tab.waitForSelector('text=The agreement states no gate.');
  assert.equal(await tab.locator('.bd, .lack').count(), 0);
  assert.ok(!asked.includes('/api/board') && !asked.some((p) => p.startsWith('/api/reports')));
  assert.deepEqual(await violations(tab), []);
});

tests['nothing told yet is not nothing recorded'] = (world) => as_public(world, {}, async (tab, server) => {
  server.mission.collections.incidents = [];
  await ready(tab, server.url);
  await tab.waitForFunction(() => /0\s+incidents told to your role so far\s+Coverage is not told to your role/.test(document.querySelector('truce-list').innerText));
  assert.doesNotMatch(await tab.locator('truce-list').innerText(), /recorded/);
  assert.deepEqual(await violations(tab), []);
});

tests['findings that could not be read are not called missing'] = (world) => visit(world, world.easter, {}, async (tab, server) => {
  server.failing.add('findings');
  await ready(tab, server.url);
  const rows = await tab.locator('truce-list tr:not(.day)').allInnerTexts();
  assert.ok(rows.some((r) => /finding not read/.test(r)) && !rows.some((r) => /no finding yet/.test(r)));
});

const proof = async (tab, server, id) => {
  await ready(tab, `${server.url}/?page=incident&sel=${id}`, false);
  await tab.waitForSelector('.prf .q');
  return tab.locator('.prf li').first().innerText();
};

tests['the line of proof says what was not checked, and calls nothing checked that was not'] = (world) => visit(world, world.easter, {}, async (tab, server) => {
  const f = world.easter.collections.incidents.find((i) => i.properties.evidence.length > 1);
  const n = f.properties.evidence.length;
  assert.match(await proof(tab, server, f.id), new RegExp(`^${n} are not in the log yet\\. checked at`));
  const log = logOf(server);
  assert.match(await proof(tab, server, f.id), new RegExp(`In the log: ${n} of ${n} entries recomputed in this browser, each as shown\\.`));
  const at = server.mission.collections.observations.findIndex((o) => o.id === f.properties.evidence[0].observation);
  for (const i of [at, at + 1]) server.answers.set(`/api/log/entries/${i}`, { status: 500, body: { detail: 'block 71 fails its checksum' } });
  const some = await proof(tab, server, f.id);
  assert.match(some, new RegExp(`In the log: \\d+ of ${n} entries[\\s\\S]*could not be fetched and (is|are) not checked: block 71 fails its checksum\\.`));
  for (let i = 0; i <= log.entries(); i++) server.answers.set(`/api/log/entries/${i}`, { status: 500, body: { detail: 'block 71 fails its checksum' } });
  const none = await proof(tab, server, f.id);
  assert.match(none, new RegExp(`^${n} entries could not be fetched and are not checked`));
  assert.doesNotMatch(none, /In the log/);
});

tests['the foot of the map is read whole beside its legend, in every language'] = (world) => visit(world, world.easter, {}, async (tab, server) => {
  for (const language of ['en', 'uk', 'ru']) for (const width of [390, 1280, 2560]) {
    await tab.setViewportSize({ width, height: 800 });
    await ready(tab, `${server.url}/?lang=${language}`);
    const covered = await tab.evaluate(() => {
      const key = document.querySelector('.mfoot summary').getBoundingClientRect();
      const range = document.createRange();
      return [...document.querySelectorAll('.mfoot p')].flatMap((p) => { range.selectNodeContents(p); return [...range.getClientRects()]; })
        .filter((r) => r.width && r.right > key.left && r.left < key.right && r.bottom > key.top && r.top < key.bottom).length;
    });
    assert.equal(covered, 0, `${language} at ${width}`);
  }
});

// One incident in two minutes, over seventeen days: more than fit, and this reader is told no counts.
tests['where nobody counts for the reader the newest days that fit are read, and the time chosen instead'] = (world) => {
  const many = released(world.easter);
  const like = many.collections.incidents;
  many.landing = { ...many.landing, report_days: { first: '2024-01-01', last: '2024-01-17' } };
  many.collections.incidents = Array.from({ length: 12_000 }, (_, i) => {
    const f = like[i % like.length];
    const t = new Date(Date.parse('2024-01-01T00:00:00Z') + i * 120_000).toISOString();
    return { ...f, id: `i${i}`, when: { start: t, end: t }, properties: { ...f.properties, id: `i${i}`, when: { start: t, end: t } } };
  });
  return visit(world, many, {}, async (tab, server) => {
    officers(server, { watch: { role: 'duty', password: 'one' } });
    refuse(server);
    server.page_max = 1000;
    const read = async () => Number((await tab.locator('.list .hd h2').innerText()).replace(/\D/g, ''));
    await ready(tab, `${server.url}/`);
    await tab.waitForFunction(() => /Read from 15 Jan on/.test(document.querySelector('truce-list').innerText));
    await tab.waitForFunction(() => /^1,9\d\d/.test(document.querySelector('.list .hd h2').innerText));
    assert.equal(await read(), 12_000 - 14 * 720, 'from the first instant of the fifteenth on');
    await ready(tab, `${server.url}/?from=2024-01-03T00:00:00Z&to=2024-01-03T23:59:00Z`);
    await tab.waitForFunction(() => /^720/.test(document.querySelector('.list .hd h2').innerText));
    assert.equal(await read(), 720);
  });
};
