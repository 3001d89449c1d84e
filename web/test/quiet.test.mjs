// Quiet: three states that are never confused, and what a zero is worth.
import assert from 'node:assert/strict';
import { noSidewaysScroll, violations, visit } from './visit.mjs';
import { serve } from './views.mjs';

export const browser = true;
export const tests = {};

const open = async (tab, server, query = '') => {
  await tab.goto(`${server.url}/?page=quiet${query}`);
  await tab.waitForSelector('truce-quiet .bd td.c, truce-quiet .state, truce-quiet .lack');
};

/** The sixty days with a day half watched, one not watched and one of which nobody says. */
function mixed(world) {
  const m = structuredClone(world.sixty);
  const set = (day, sector, coverage, upper_bound) => {
    const q = m.collections.quiet.find((f) => f.properties.sector === sector && f.properties.when.start === `${day}T21:00:00Z`).properties;
    Object.assign(q, { coverage, detections: 0, upper_bound });
  };
  set('2030-04-19', 'west', 0.93, 3.2);
  set('2030-04-20', 'west', 0.5, 6);
  set('2030-04-21', 'west', 0.1, 30);
  set('2030-04-22', 'west', null, null);
  return m;
}

for (const [width, height] of [[390, 844], [1280, 800], [2560, 1440]]) {
  for (const dark of [false, true]) {
    const at = `${width}-${dark ? 'dark' : 'light'}`;
    tests[`quiet at ${at}`] = (world) => visit(world, mixed(world), { width, height, dark }, async (tab, server) => {
      await open(tab, server, '&sector=west&day=2030-04-21');
      await tab.screenshot({ path: `${world.out}quiet-${at}.png`, fullPage: true });
      await noSidewaysScroll(tab);
      assert.deepEqual(await violations(tab), []);
    });
  }
}

for (const language of ['uk', 'ru']) {
  tests[`quiet in ${language}`] = (world) => visit(world, mixed(world), {}, async (tab, server) => {
    await open(tab, server, `&lang=${language}&sector=west&day=2030-04-22`);
    await tab.screenshot({ path: `${world.out}quiet-${language}.png`, fullPage: true });
    await noSidewaysScroll(tab);
    assert.doesNotMatch(await tab.locator('truce-quiet').innerText(), /quiet\.|watch\.|cover\.|verdict\.|[a-z]_[a-z]/);
  });
}

tests['watched, half watched, not watched and not known are told apart in pattern, word and bound'] = (world) =>
  visit(world, mixed(world), {}, async (tab, server) => {
    await open(tab, server);
    const said = async (day) => {
      const cell = tab.locator(`.bd a[href*="day=${day}"][href*="sector=west"]`);
      await cell.click();
      await tab.waitForFunction((d) => location.search.includes(`day=${d}`), day);
      const style = await cell.evaluate((e) => getComputedStyle(e.closest('td')).backgroundImage);
      return { text: await tab.locator('.qone').innerText(), cell: await cell.innerText(), pattern: style };
    };
    const [watched, half, not, unknown] = [await said('2030-04-20'), await said('2030-04-21'), await said('2030-04-22'), await said('2030-04-23')];
    assert.match(watched.text, /Quiet, and watched\. watched, 93 %\.\s+A mean of up to 3\.2/);
    assert.match(half.text, /Quiet, but only half watched\. half watched, 50 %\.\s+A mean of up to 6\.0/);
    assert.match(not.text, /Not watched: nothing heard says nothing[\s\S]*No bound can be given\. Do not report this as quiet\./);
    assert.match(unknown.text, /nobody says what was watched[\s\S]*No bound can be given/);
    assert.equal(watched.pattern, 'none');
    assert.notEqual(half.pattern, watched.pattern);
    assert.notEqual(not.pattern, half.pattern);
    assert.deepEqual([watched.cell, half.cell, not.cell, unknown.cell], ['0', '0', '', ''], 'no zero is written where nothing could be heard');
    const all = await tab.locator('.qsum').innerText();
    const windows = server.mission.collections.quiet.filter((f) => f.properties.when.start >= '2030-04-15T21:00:00Z').length;
    assert.equal(all.match(/\d+/g).reduce((a, b) => a + Number(b), 0), windows, `${all}: every window is in one state`);
  });

tests['quiet by keyboard, and from a zero of the board to the windows behind it'] = (world) =>
  visit(world, mixed(world), {}, async (tab, server) => {
    serve(server, world.sixty);
    await tab.goto(`${server.url}/?page=board`);
    await tab.locator('.bd td.c a[aria-label*="nothing counted"]').first().focus();
    await tab.keyboard.press('Enter');
    await tab.waitForSelector('truce-quiet .qone .qw, truce-quiet .qone .zero');
    assert.equal(await tab.locator('.bd [data-at][tabindex="0"]').count(), 1);
    await tab.locator('.bd [data-at][tabindex="0"]').focus();
    await tab.keyboard.press('ArrowDown');
    await tab.waitForFunction(() => document.activeElement.dataset.at?.startsWith('1 '));
    await tab.keyboard.press('Enter');
    await tab.waitForFunction(() => location.search.includes('sector=east'));
    assert.match(await tab.locator('.qone h2').innerText(), /eastern sector/i);
  });

tests['no coverage recorded: no bound can be given'] = (world) => visit(world, world.easter, {}, async (tab, server) => {
  await open(tab, server);
  const text = await tab.locator('truce-quiet').innerText();
  assert.match(text, /No coverage is recorded[\s\S]*18 April 2025 – [\s\S]*No bound can be given\. Do not report this as quiet\./);
  await tab.screenshot({ path: `${world.out}quiet-none.png` });
  assert.deepEqual(await violations(tab), []);
});

for (const [status, words] of [[403, /Not for this reader: coverage[\s\S]*duty and verification officers/], [500, /Not read since[\s\S]*block 71/]]) {
  tests[`quiet where the server answers ${status}`] = (world) => visit(world, world.sixty, {}, async (tab, server) => {
    server.answers.set('/api/collections/quiet/items', { status, body: { detail: 'block 71' } });
    await open(tab, server);
    assert.match(await tab.locator('truce-quiet').innerText(), words);
    assert.deepEqual(await violations(tab), []);
  });
}
