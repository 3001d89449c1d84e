// The app on the engine's own server: every page, what comes in live, and a server that is killed.
import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { page, ready } from './browser.mjs';
import { Run } from './real.mjs';
import { signIn } from './officers.mjs';
import { violations } from './visit.mjs';

export const browser = true;

async function on(world, name, what) {
  const run = await Run.of(name);
  const tab = await page(world.browser, run, {});
  try {
    await what(tab, run);
    assert.deepEqual(tab.wrong, []);
  } finally {
    await tab.context().close();
    await run.close();
  }
}

/** A shot in a second of noise: one record of miniSEED 2 with 16-bit samples, 100 a second. */
function miniseed(start) {
  const record = Buffer.alloc(512);
  const t = new Date(start);
  record.write('000001D TEST   BDFXX', 'latin1');
  record.writeUInt16BE(t.getUTCFullYear(), 20);
  record.writeUInt16BE(1 + Math.floor((start - Date.UTC(t.getUTCFullYear(), 0, 1)) / 86_400_000), 22);
  record.set([t.getUTCHours(), t.getUTCMinutes(), t.getUTCSeconds()], 24);
  for (const [at, value] of [[30, 200], [32, 100], [34, 1], [44, 64], [46, 48], [48, 1000]]) record.writeUInt16BE(value, at);
  record.set([1], 39);
  record.set([1, 1, 9], 52);
  for (let i = 0; i < 200; i++) record.writeInt16BE(Math.round(3 * Math.sin(i * 2.3) + (i < 80 ? 0 : 900 * Math.exp((80 - i) / 15) * Math.cos((i - 80) / 2))), 64 + 2 * i);
  return record;
}

/** Every answer but those of the kinds that a page expects. */
function failures(tab) {
  const found = [];
  // A map that nobody has built is no fault.
  tab.on('response', (r) => { if (r.status() >= 400 && !r.url().endsWith('/basemap/index.json')) found.push(`${r.status()} ${new URL(r.url()).pathname}`); });
  return found;
}

export const tests = {};

for (const name of ['easter-2025', 'sixty-days', 'donbas-2017']) {
  tests[`${name}: every page stands on the real server, and nothing that it asks for fails`] = (world) => on(world, name, async (tab, run) => {
    const failed = failures(tab);
    await ready(tab, run.url);
    const served = await run.get('/api/collections/incidents/items?limit=10000');
    const first = served.features[0].id;
    const listed = await tab.locator('truce-list a[data-id]').count();
    assert.ok(listed > 0 && listed <= served.features.length);
    await ready(tab, `${run.url}/?page=incident&sel=${first}`);
    for (const view of ['board', 'desk', 'quiet', 'sources', 'agreement', 'report', 'proof']) {
      await tab.goto(`${run.url}/?page=${view}&sel=${first}`);
      await tab.waitForSelector('main h1');
      await tab.waitForLoadState('networkidle').catch(() => {});
      await tab.screenshot({ path: `${world.out}real-${name}-${view}.png`, fullPage: true });
      assert.deepEqual(await violations(tab), [], view);
    }
    assert.deepEqual(failed, []);
  });
}

tests['easter-2025: a photo and a waveform that are put into the folder while it runs stand behind the report of their source'] = async (world) => {
  const run = await Run.of('easter-2025', (folder) => {
    mkdirSync(`${folder}/recordings/viina`, { recursive: true });
    appendFileSync(`${folder}/mission.toml`, '\n[[feed]]\nid = "recordings"\nformat = "recordings"\nfiles = ["recordings/"]\n');
  });
  const tab = await page(world.browser, run, {});
  try {
    const incidents = (await run.get('/api/collections/incidents/items?limit=100')).features;
    const { id, properties: { evidence: [{ observation, source }] } } = incidents[0];
    const { when } = (await run.get(`/api/collections/observations/items/${observation}`)).properties;
    await ready(tab, run.url);
    const folder = `${run.folder}/recordings/${source}`;
    mkdirSync(folder, { recursive: true });
    writeFileSync(`${folder}/${when.start.slice(0, 19).replace(/[-:]/g, '')}Z.png`, await tab.screenshot({ clip: { x: 0, y: 0, width: 320, height: 180 } }));
    writeFileSync(`${folder}/shot.mseed`, miniseed(Date.parse(when.start) + 2000));
    for (let n = 0; n < 100 && (await run.get(`/api/incidents/${id}/recordings`)).recordings.length < 2; n++) await tab.waitForTimeout(100);
    await ready(tab, `${run.url}/?page=incident&sel=${id}`, false);
    await tab.waitForFunction(() => document.querySelector('.rec img')?.naturalWidth === 320 && document.querySelector('.rec .wave')?.getAttribute('d').length > 1000);
    await tab.screenshot({ path: `${world.out}real-recordings.png`, fullPage: true });
    assert.deepEqual(await violations(tab), []);
    await tab.goto(`${run.url}/?page=proof&sel=${id}`);
    await tab.waitForFunction(() => [...document.querySelectorAll('.pft tbody tr')].filter((r) => r.textContent.includes('recording')).length === 2);
    assert.doesNotMatch(await tab.locator('.pft').innerText(), /another|could not/);
    assert.deepEqual(tab.wrong, []);
  } finally {
    await tab.context().close();
    await run.close();
  }
};

tests['a row that comes in waits until it is let in; a killed server is missed, found again, and nothing is lost'] = (world) => on(world, 'easter-2025', async (tab, run) => {
  await ready(tab, run.url);
  const ids = async () => new Set((await run.get('/api/collections/incidents/items?limit=10000')).features.map((f) => f.id));
  const before = await ids();
  await run.kill();
  await tab.waitForSelector('.bar.inv');
  run.append('feeds/strike_reports.csv', '2025-04-19 02:13:00,33.31,51.9,Seredyna-Buda,artillery|property,a report\n');
  await run.start();
  await tab.waitForSelector('.bar.inv', { state: 'detached', timeout: 40_000 });
  const came = [...await ids()].filter((id) => !before.has(id));
  assert.equal(came.length, 1);
  assert.equal(await tab.locator(`a[data-id="${came[0]}"]`).count(), 0, 'nothing moves unasked');
  await tab.click('.fresh');
  await tab.waitForSelector(`a[data-id="${came[0]}"]`);
});

const password = 'correct horse battery';
const leave = (tab) => tab.evaluate(() => fetch('/api/session').then((a) => a.json()).then((s) => fetch('/api/session', { method: 'DELETE', headers: { 'content-type': 'application/json', 'x-truce-csrf': s.csrf } })));

/** Asked of the server again and again: what a run works through comes when it comes. */
async function until(holds) {
  for (let n = 0; n < 200; n++) {
    if (await holds()) return;
    await new Promise((done) => setTimeout(done, 300));
  }
  assert.fail('it did not come about');
}

tests['an officer signs an act with a key of her own browser, the engine rules by it, another officer undoes it'] = (world) => on(world, 'sixty-days', async (tab, run) => {
  run.user('verifier', password, 'verification');
  run.user('watch', password, 'duty');
  await signIn(tab, run, 'verifier', password, 'desk');
  const all = (await run.as(tab, '/api/collections/findings/items?limit=10000')).features.map((f) => f.properties);
  const id = all.find((f) => f.value === 'undeterminable').subject;
  const effects = async () => (await run.as(tab, `/api/collections/incidents/items/${id}`)).properties;
  const before = await effects();
  const at_case = async () => {
    await tab.goto(`${run.url}/?page=desk&case=incident:${id}&sel=${id}`);
    await tab.waitForFunction(() => document.querySelector('.make-key, [data-act]'));
    if (await tab.locator('.make-key').count()) { await tab.click('.make-key'); await tab.waitForSelector('[data-act=reclassify]'); }
  };
  await at_case();
  await tab.click('[data-act=reclassify]');
  await tab.selectOption('select[name=to]', 'explosion_outgoing');
  await tab.fill('#actf-note', 'Heard as an outgoing round.');
  await tab.click('.actf [type=submit]');
  await tab.click('.sign');
  await tab.waitForSelector('.hist [data-act-id]', { timeout: 40_000 });
  await until(async () => (await effects()).flags?.includes('reclassified_by_act'));
  assert.ok((await effects()).effects.every((e) => e.effect_class === 'explosion_outgoing'));

  await leave(tab);
  await signIn(tab, run, 'watch', password, 'desk');
  await at_case();
  await tab.click('.undo');
  await tab.fill('#actf-note', 'It was incoming.');
  await tab.click('.actf [type=submit]');
  await tab.click('.sign');
  await until(async () => JSON.stringify((await effects()).effects) === JSON.stringify(before.effects));
});

tests['each role signs in and sees what it may, on every page, with no error of its own'] = (world) => on(world, 'easter-2025', async (tab, run) => {
  const roles = [['verification'], ['commission'], ['liaison', '--party', 'ua'], ['force'], ['duty']];
  for (const as of roles) run.user(`as-${as[0]}`, password, ...as);
  for (const as of [null, ...roles.map((r) => r[0])]) {
    if (as) await signIn(tab, run, `as-${as}`, password);
    for (const view of ['room', 'board', 'desk', 'quiet', 'sources', 'agreement', 'report', 'proof']) {
      await tab.goto(`${run.url}/?page=${view}`);
      await tab.waitForSelector('main h1', { state: 'attached' });
      await tab.waitForLoadState('networkidle').catch(() => {});
      await tab.screenshot({ path: `${world.out}role-${as ?? 'public'}-${view}.png` });
    }
    await tab.goto(`${run.url}/?page=room`);
    if (as === null || as === 'liaison') {  // told late: the log has had all of it for moments only
      await tab.waitForFunction(() => /0\s+incidents told to your role so far/.test(document.querySelector('truce-list')?.innerText ?? ''));
    } else {
      await tab.waitForSelector('a[data-id]');
      await tab.click('a[data-id]');
      await tab.waitForSelector('main h1');
    }
    const sources = await tab.evaluate(() => fetch('/api/collections/sources/items').then((a) => a.status));
    assert.equal(sources, ['verification', 'duty'].includes(as) ? 200 : 403, String(as));
    if (as) await leave(tab);
  }
});
