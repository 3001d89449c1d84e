// The app on the engine's own server: every page, what comes in live, and a server that is killed.
import assert from 'node:assert/strict';
import { page, ready } from './browser.mjs';
import { Run } from './real.mjs';
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

/** Every answer but those of the kinds that a page expects. */
function failures(tab) {
  const found = [];
  tab.on('response', (r) => { if (r.status() >= 400) found.push(`${r.status()} ${new URL(r.url()).pathname}`); });
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
