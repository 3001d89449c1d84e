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
    const listed = await tab.locator('truce-list tr[data-id]').count();
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
  const before = (await run.get('/api/collections/incidents/items?limit=10000')).features.length;
  run.append('feeds/sirens.csv', 'Kherson oblast,2025-04-19T05:00:00Z,2025-04-19T06:00:00Z\n');
  const position = (await run.get('/healthz')).position;
  await run.kill();
  await tab.waitForSelector('.bar.inv');
  run.append('feeds/sirens.csv', 'Kharkiv oblast,2025-04-19T05:10:00Z,2025-04-19T06:10:00Z\n');
  await run.start();
  await tab.waitForSelector('.bar.inv', { state: 'detached', timeout: 40_000 });
  assert.ok((await run.get('/healthz')).position > position);
  const after = (await run.get('/api/collections/incidents/items?limit=10000')).features.length;
  assert.ok(after >= before);
  await tab.waitForFunction(() => document.querySelector('.fresh') || true);
});
