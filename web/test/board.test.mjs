// The board of sectors and days: marks, coverage, keyboard, what is said where something is missing.
import assert from 'node:assert/strict';
import { noSidewaysScroll, violations, visit } from './visit.mjs';
import { busy, serve } from './views.mjs';

export const browser = true;
export const tests = {};

const open = async (tab, server, query = '') => {
  await tab.goto(`${server.url}/?page=board${query}`);
  await tab.waitForSelector('truce-board .bd td.c');
  await tab.waitForFunction(() => !document.querySelector('truce-board .reading'));
};

for (const [width, height] of [[390, 844], [1280, 800], [2560, 1440]]) {
  for (const dark of [false, true]) {
    const at = `${width}-${dark ? 'dark' : 'light'}`;
    tests[`board at ${at}: thirteen sectors by 28 days, and a mission with a gate`] = (world) =>
      visit(world, world.sixty, { width, height, dark }, async (tab, server) => {
        serve(server, world.sixty);
        const board = busy();
        server.answers.set('/api/board', { body: board });
        await open(tab, server);
        await tab.screenshot({ path: `${world.out}board-${at}.png`, fullPage: true });
        await noSidewaysScroll(tab);
        assert.deepEqual(await violations(tab), []);
        assert.equal(await tab.locator('.bd tbody tr:not(.tot)').count(), 13);
        assert.match(await tab.locator('.bd tr.tot .ch').innerText(), /^up ×1\.2/, 'all together have a trend as each has');
        const box = await tab.locator('.bd').evaluate((e) => [e.scrollLeft + e.clientWidth, e.scrollWidth]);
        assert.ok(Math.abs(box[0] - box[1]) < 2, 'the last day is in sight');
      });
  }
}

for (const language of ['en', 'uk', 'ru']) {
  tests[`board of the sixty days in ${language}: gate by day, tiers, duties, events`] = (world) =>
    visit(world, world.sixty, {}, async (tab, server) => {
      serve(server, world.sixty);
      await open(tab, server, `&span=56&lang=${language}`);
      await tab.screenshot({ path: `${world.out}board-sixty-${language}.png`, fullPage: true });
      await noSidewaysScroll(tab);
      assert.deepEqual(await violations(tab), []);
      const text = await tab.locator('truce-board').innerText();
      assert.doesNotMatch(text, /board\.|ask\.|trend\.|gate_state|tier_state|duty_state/);
      assert.equal(await tab.locator('.gate span[lang=en], .clk span[lang=en]').count(), 0, 'no reason is left in English');
      assert.ok(world.sixty.report.gates[0].days.at(-1).why_message.key);
      const gate = world.sixty.report.gates[0];
      assert.equal(await tab.locator('.gdays li').count(), Math.min(45, gate.days.length));
      assert.equal(await tab.locator('.gdays li.z').count(), gate.days.slice(-45).filter((d) => d.verdict === 'breach' && !['open', 'done'].includes(d.state)).length);
      // All eight views stand in the bar, none clipped.
      const bar = await tab.evaluate(() => [...document.querySelectorAll('.top nav > a')].map((a) => a.getBoundingClientRect().right));
      assert.equal(bar.length, 8);
      assert.ok(await tab.evaluate(() => document.querySelector('.top').scrollWidth <= document.querySelector('.top').clientWidth));
    });
}

tests['what a cell shows is what the server said, and it leads to the incidents of that day and sector'] = (world) =>
  visit(world, world.sixty, {}, async (tab, server) => {
    serve(server, world.sixty);
    await open(tab, server, '&day=2030-03-28');
    const cell = tab.getByRole('gridcell').locator('a[aria-label^="western sector, Friday, 1 March"]');
    assert.match(await cell.getAttribute('aria-label'), /violations counted, \(\d+–\d+\), \d incidents?, breach 1/);
    assert.match(await cell.locator('b').getAttribute('class'), /breach/);
    await cell.click();
    await tab.waitForSelector('truce-list tr.day');
    assert.match(tab.url(), /sector=west/);
    assert.match(tab.url(), /from=2030-02-28T22:00:00Z&to=2030-03-01T21:59:59Z/, 'the day is that of the mission, not of the reader');
    const shown = await tab.locator('truce-list a[data-id]').evaluateAll((all) => all.map((a) => a.dataset.id));
    const expected = world.sixty.collections.incidents.filter(({ properties: i }) => i.when.start < '2030-03-01T22' && i.place.best[0] < 0.3).map((f) => f.id);
    assert.deepEqual(shown.sort(), expected.sort());
    await tab.goBack();
    await tab.waitForSelector('truce-board .bd');
    const zero = tab.locator('.bd td.c a[aria-label*="nothing counted"]').first();
    assert.match(await zero.getAttribute('href'), /page=quiet.*sector=.*day=|page=quiet.*day=.*sector=|sector=.*day=.*page=quiet/);
  });

tests['an open count has a band to twice its best, and says so; no days before the first are offered'] = (world) =>
  visit(world, world.easter, {}, async (tab, server) => {
    serve(server, world.easter);
    await open(tab, server);
    assert.match(await tab.locator('.low').innerText(), /drawn to twice the best value/);
    const band = await tab.locator('.chart .band').first().evaluate((e) => e.getBBox().height);
    assert.ok(band > 10, `${band}`);
    assert.equal(await tab.locator('text=Earlier days').count(), 0);
    assert.ok(await tab.locator('.bd td.c.x').count() > 0, 'where nobody says what was watched the cells are hatched');
    await tab.screenshot({ path: `${world.out}board-easter.png`, fullPage: true });
    await tab.goto(`${server.url}/?page=board&span=7&day=2025-04-19`);
    await tab.waitForSelector('.bd td.c');
    assert.equal(await tab.locator('.bd thead .dd').count(), 2, 'the report begins on 18 April');
  });

tests['the board by keyboard: one stop for Tab, arrows move, Enter opens'] = (world) =>
  visit(world, world.sixty, {}, async (tab, server) => {
    serve(server, world.sixty);
    server.answers.set('/api/board', { body: busy() });
    await open(tab, server);
    assert.equal(await tab.locator('.bd [data-at][tabindex="0"]').count(), 1);
    await tab.locator('.bd [data-at][tabindex="0"]').focus();
    const at = () => tab.evaluate(() => document.activeElement.dataset.at);
    assert.equal(await at(), '0 27');
    for (const key of ['ArrowDown', 'ArrowDown', 'ArrowLeft']) await tab.keyboard.press(key);
    await tab.waitForFunction(() => document.activeElement.dataset.at === '2 26');
    await tab.keyboard.press('Home');
    await tab.waitForFunction(() => document.activeElement.dataset.at === '2 0');
    await tab.keyboard.press('End');
    await tab.waitForFunction(() => document.activeElement.dataset.at === '2 27');
    assert.equal(await tab.evaluate(() => getComputedStyle(document.activeElement).outlineStyle), 'solid');
    await tab.keyboard.press('Enter');
    await tab.waitForFunction(() => /page=quiet|from=/.test(location.search));
    assert.match(tab.url(), /sector=S-20/);
  });

tests['class and span stand in the address; a server that cannot count by class says so'] = (world) =>
  visit(world, world.sixty, {}, async (tab, server) => {
    serve(server, world.sixty);
    const asked = [];
    const given = server.answers.get('/api/board');
    server.answers.set('/api/board', (q, url) => {
      asked.push(url.search);
      return url.searchParams.has('class') ? { status: 400, body: { title: 'asked wrongly', detail: 'parameter class is not known' } } : given(q, url);
    });
    await open(tab, server);
    await tab.selectOption('select[aria-label="Days shown"]', '7');
    await tab.waitForFunction(() => location.search.includes('span=7') && document.querySelectorAll('.bd thead .dd').length === 7);
    assert.equal(asked.at(-1), '?from=2030-04-23&to=2030-04-29');
    await tab.selectOption('select[aria-label="Class of effect"]', 'explosion_impact');
    await tab.waitForSelector('text=This server does not count the board by class');
    assert.match(tab.url(), /class=explosion_impact/);
    await tab.click('text=All classes >> visible=true');
    await tab.waitForSelector('.bd td.c');
  });

tests['the board of the past is asked for as of then, trend and all'] = (world) =>
  visit(world, world.sixty, {}, async (tab, server) => {
    serve(server, world.sixty);
    const asked = [];
    const given = server.answers.get('/api/board');
    server.answers.set('/api/board', (q, url) => { asked.push(url.searchParams.get('as-of')); return given(q, url); });
    await tab.goto(`${server.url}/?page=board&known=100`);
    await tab.waitForSelector('.bd td.c');
    assert.match(await tab.locator('.bhead').innerText(), /as known at entry 100 of the log/);
    assert.doesNotMatch(await tab.locator('.low').innerText(), /could not be read/);
    await tab.click('.bar.past button');
    await tab.waitForFunction(() => !location.search.includes('known='));
    await tab.waitForFunction(() => !document.querySelector('.bar.past'));
    await tab.waitForSelector('.bd td.c');
    assert.deepEqual([asked[0], asked.at(-1)], ['100', null]);
  });

tests['board: failed, offline and empty are told apart'] = (world) =>
  visit(world, world.sixty, {}, async (tab, server) => {
    serve(server, world.sixty);
    server.answers.set('/api/collections/signatures/items', { status: 403, body: { title: 'Forbidden', detail: 'for staff' } });
    server.answers.set('/api/board', { status: 500, body: { title: 'The store cannot be read', detail: 'block 71 fails its checksum' } });
    server.answers.set('/api/collections/gates/items', { body: { type: 'FeatureCollection', features: [], links: [] } });
    await tab.goto(`${server.url}/?page=board`);
    await tab.waitForSelector('text=block 71');
    const text = await tab.locator('truce-board').innerText();
    assert.match(text, /Not read since \d\d:\d\d [+−]\d\d:\d\d: the board/);
    assert.doesNotMatch(text, /Not for this reader/, 'what a role is not told of clocks is left out');
    assert.match(text, /The agreement states no gate\./);
    await tab.screenshot({ path: `${world.out}board-states.png`, fullPage: true });
    assert.deepEqual(await violations(tab), []);
    serve(server, world.sixty);
    await tab.locator('truce-board button:has-text("Try now")').first().click();
    await tab.waitForSelector('.bd td.c');
    await tab.route('**/api/board*', (r) => r.abort());
    await tab.selectOption('select[aria-label="Days shown"]', '14');
    await tab.waitForSelector('text=Not connected since');
    assert.ok((await tab.locator('.bd td.c').count()) > 0, 'the last picture stays');
    assert.match(await tab.locator('truce-board .lack').first().innerText(), /stands as it was read at/);
  });

tests['on a phone four tabs of 56 px and the rest under More, by keyboard too'] = (world) =>
  visit(world, world.sixty, { width: 390, height: 844 }, async (tab, server) => {
    serve(server, world.sixty);
    await open(tab, server);
    const tabs = tab.locator('nav.tabs > a');
    assert.equal(await tabs.count(), 4);
    for (const box of await tabs.evaluateAll((all) => all.map((a) => a.getBoundingClientRect().height))) assert.ok(box >= 55.5 && box <= 57, `${box}`);
    const more = tab.locator('nav.tabs .more');
    await more.focus();
    await tab.keyboard.press('Enter');
    assert.equal(await more.getAttribute('aria-expanded'), 'true');
    await tab.screenshot({ path: `${world.out}more-390.png` });
    assert.deepEqual(await violations(tab), []);
    assert.equal(await tab.locator('nav.tabs .menu a').count(), 4);
    await tab.keyboard.press('Escape');
    assert.equal(await more.getAttribute('aria-expanded'), 'false');
    assert.ok(await more.evaluate((e) => e === document.activeElement), 'focus goes back');
    await more.click();
    await tab.locator('nav.tabs .menu a', { hasText: 'Agreement' }).click();
    await tab.waitForFunction(() => location.search.includes('page=agreement'));
    assert.equal(await more.getAttribute('data-current'), 'true');
  });

tests['the bar drops views into More as it narrows, and takes them back'] = (world) =>
  visit(world, world.sixty, { width: 800, height: 800 }, async (tab, server) => {
    serve(server, world.sixty);
    for (const language of ['uk', 'ru', 'en']) {
      await open(tab, server, `&lang=${language}`);
      for (const width of [730, 860, 1000, 1100, 1280, 1440]) {
        await tab.setViewportSize({ width, height: 800 });
        await tab.waitForFunction((w) => innerWidth === w && document.querySelector('.top').scrollWidth <= document.querySelector('.top').clientWidth, width);
        if (width >= 1280) await tab.waitForFunction(() => document.querySelectorAll('.top nav > a').length === 8, null, { timeout: 5000 }).catch(() => { /* said below */ });
        const bar = await tab.evaluate(() => {
          const top = document.querySelector('.top');
          return { over: top.scrollWidth - top.clientWidth, seen: top.querySelectorAll('nav > a').length, hidden: top.querySelectorAll('.menu a').length };
        });
        assert.ok(bar.over <= 0, `${language} at ${width}: ${JSON.stringify(bar)}`);
        assert.equal(bar.seen + bar.hidden, 8);
        if (width >= 1280) assert.equal(bar.seen, 8, `${language} at ${width}`);
        if (width === 860) await tab.screenshot({ path: `${world.out}bar-${language}-860.png`, clip: { x: 0, y: 0, width, height: 60 } });
        if (width === 1280) await tab.screenshot({ path: `${world.out}bar-${language}-1280.png`, clip: { x: 0, y: 0, width, height: 60 } });
      }
    }
  });
