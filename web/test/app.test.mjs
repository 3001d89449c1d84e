// The app over missions worked by the engine, at three widths, light and dark, and under what goes wrong.
import assert from 'node:assert/strict';
import { ready } from './browser.mjs';
import { noSidewaysScroll, violations, visit } from './visit.mjs';

export const browser = true;

const first = (mission, value) => {
  const f = mission.collections.findings.find((x) => x.properties.value === value);
  return f ? f.properties.subject : mission.collections.incidents[0].id;
};

export const tests = {};
for (const [width, height] of [[390, 844], [1280, 800], [2560, 1440]]) {
  for (const dark of [false, true]) {
    const at = `${width}-${dark ? 'dark' : 'light'}`;
    tests[`room and incident at ${at}: nothing leaves the origin, axe finds nothing`] = (world) =>
      visit(world, world.easter, { width, height, dark }, async (tab, server) => {
        const id = first(world.easter, 'undeterminable');
        await ready(tab, `${server.url}/?sel=${id}`);
        await tab.waitForTimeout(300);
        await tab.screenshot({ path: `${world.out}room-${at}.png`, fullPage: width < 720 });
        await noSidewaysScroll(tab);
        assert.deepEqual(await violations(tab), []);
        await ready(tab, `${server.url}/?page=incident&sel=${id}`);
        await tab.waitForTimeout(300);
        await tab.screenshot({ path: `${world.out}incident-${at}.png`, fullPage: true });
        await noSidewaysScroll(tab);
        assert.deepEqual(await violations(tab), []);
      });
  }
}

for (const language of ['uk', 'ru']) {
  tests[`sixty days in ${language}: words, gates of coverage, reasons of the engine in that language`] = (world) =>
    visit(world, world.sixty, {}, async (tab, server) => {
      const id = first(world.sixty, 'breach');
      await ready(tab, `${server.url}/?lang=${language}&sel=${id}`);
      assert.equal(await tab.evaluate(() => document.documentElement.lang), language);
      await tab.screenshot({ path: `${world.out}room-${language}.png` });
      await noSidewaysScroll(tab);
      await ready(tab, `${server.url}/?lang=${language}&page=incident&sel=${id}`);
      await tab.screenshot({ path: `${world.out}incident-${language}.png`, fullPage: true });
      assert.doesNotMatch(await tab.locator('.why').first().innerText(), /inside|time in force|effects/);
      assert.doesNotMatch((await tab.locator('.why').allInnerTexts()).join(), /\b1,00\b|\b0,00\b/, 'what is certain has no decimals');
      assert.deepEqual(await violations(tab), []);
    });
}

tests['list, map and address agree under every filter'] = (world) => visit(world, world.easter, {}, async (tab, server) => {
  await ready(tab, server.url);
  const both = async () => {
    await tab.waitForFunction(() => document.querySelector('truce-map').drawn.idle());
    return tab.evaluate(() => [[...document.querySelectorAll('truce-list a[data-id]')].map((a) => a.dataset.id).sort(), document.querySelector('truce-map').drawn.drawnIds().sort()]);
  };
  const [all, drawn] = await both();
  assert.equal(all.length, world.easter.collections.incidents.length);
  assert.deepEqual(all, drawn);
  await tab.selectOption('select[aria-label="Reading"]', 'clear');
  await tab.selectOption('select[aria-label="Finding"]', 'undeterminable');
  const [some, someDrawn] = await both();
  const expected = world.easter.collections.findings.filter((f) => f.properties.reading === 'clear' && f.properties.value === 'undeterminable').map((f) => f.properties.subject).sort();
  assert.deepEqual(some, expected);
  assert.deepEqual(some, someDrawn);
  assert.match(tab.url(), /value=undeterminable/);
  await ready(tab, tab.url());
  assert.deepEqual((await both())[0], expected, 'a link opens what its writer saw');
  await tab.selectOption('select[aria-label="Finding"]', 'breach');
  await tab.waitForSelector('truce-list .state');
  await tab.screenshot({ path: `${world.out}state-none.png` });
  await tab.click('text=Clear all filters');
  assert.equal((await both())[0].length, all.length);
});

tests['times stand in the zone of the mission with its offset, whatever the zone of the reader'] = (world) => visit(world, world.easter, {}, async (tab, server) => {
  const incident = world.easter.collections.incidents[0].properties;
  await ready(tab, `${server.url}/?sel=${incident.id}`, false);
  const line = await tab.locator('.evid .hd').innerText();
  assert.equal(incident.when.start, '2025-04-17T18:14:00Z');
  assert.match(line, /17 Apr 21:14 – 19 Apr 03:00 \+03:00\s+17 Apr 18:14 – 19 Apr 00:00 UTC/);
});

tests['the zone keeps the change to summer time'] = (world) => visit(world, world.sixty, {}, async (tab, server) => {
  const [early, late] = [world.sixty.collections.incidents[0].id, world.sixty.collections.incidents.at(-1).id];
  for (const id of [early, late]) {
    await ready(tab, `${server.url}/?sel=${id}`, false);
    const when = world.sixty.collections.incidents.find((f) => f.id === id).properties.when.start;
    const hours = when < '2030-03-31' ? '02' : '03';
    assert.match(await tab.locator('.evid .hd').innerText(), new RegExp(`\\+${hours}:00`));
  }
});

tests['one case through by keyboard alone'] = (world) => visit(world, world.easter, {}, async (tab, server) => {
  await ready(tab, server.url);
  await tab.keyboard.press('Tab');
  assert.equal(await tab.evaluate(() => document.activeElement.className), 'skip');
  for (let i = 0; i < 40 && !(await tab.evaluate(() => document.activeElement.matches('a[data-id]'))); i++) await tab.keyboard.press('Tab');
  const at = () => tab.evaluate(() => document.activeElement.dataset.id);
  const top = await at();
  assert.ok(top, 'the list is reached by Tab');
  await tab.keyboard.press('ArrowDown');
  await tab.keyboard.press('ArrowDown');
  const chosen = await at();
  assert.notEqual(chosen, top);
  await tab.waitForFunction((id) => location.search.includes(`sel=${id}`), chosen);
  const ring = await tab.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
  assert.equal(ring, 'solid', 'focus is seen');
  await tab.keyboard.press('Enter');
  await tab.waitForSelector('truce-incident .head');
  assert.match(tab.url(), /page=incident/);
  await tab.keyboard.press('Escape');
  await tab.waitForSelector('truce-list');
  await tab.waitForFunction((id) => document.activeElement.dataset?.id === id, chosen);
  await tab.keyboard.press('Escape');
  await tab.waitForFunction(() => !location.search.includes('sel='));
});

tests['keys that run are followed by the list alone; what they rest on is made, what they ran over is not'] = (world) => visit(world, world.sixty, {}, async (tab, server) => {
  await ready(tab, server.url);
  const asked = new Set();
  tab.on('request', (r) => { const id = /\/incidents\/([^/]+)\/versions/.exec(r.url())?.[1]; if (id) asked.add(decodeURIComponent(id)); });
  await tab.locator('truce-list a[data-id]').first().focus();
  const ran = await tab.evaluate(async () => {
    const list = document.querySelector('truce-list');
    const seen = [];
    for (let i = 0; i < 4; i++) {
      document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowDown', bubbles: true, cancelable: true }));
      await list.updateComplete;
      seen.push({ row: list.querySelector('tr.sel a').dataset.id, focused: document.activeElement.dataset.id, address: location.search });
    }
    return seen;
  });
  for (const r of ran) {
    assert.equal(r.focused, r.row, 'focus goes with the row');
    assert.ok(!r.address.includes('sel='), 'nothing is selected while keys run');
  }
  assert.equal(new Set(ran.map((r) => r.row)).size, 4, 'each key moves the row');
  const last = ran.at(-1).row;
  await tab.waitForFunction((id) => location.search.includes(`sel=${id}`) && document.querySelector('.evid .id')?.textContent === id, last);
  await tab.waitForTimeout(500);
  assert.deepEqual([...asked], [last]);
  await tab.keyboard.press('ArrowDown');
  await tab.keyboard.press('Escape');
  await tab.waitForTimeout(500);
  assert.equal(await tab.locator('truce-list tr.sel').count(), 0, 'Escape ends a run with nothing selected');
});

tests['regions are areas; a glyph stands in only under 8 px'] = (world) => visit(world, world.sixty, {}, async (tab, server) => {
  await ready(tab, `${server.url}/?map=12/0.15/0.15`);
  const glyphs = () => tab.evaluate(() => document.querySelector('truce-map').drawn.glyphs());
  assert.equal(await glyphs(), 0);
  await ready(tab, `${server.url}/?map=4/0.15/0.15`);
  assert.ok((await glyphs()) > 0);
});

tests['what comes in live waits to be let in, survives a lost stream, and is there once'] = (world) => visit(world, world.sixty, {}, async (tab, server) => {
  await ready(tab, server.url);
  const before = await tab.locator('truce-list a[data-id]').count();
  const fresh = (id) => {
    const f = structuredClone(world.sixty.collections.incidents[0]);
    f.id = f.properties.id = id;
    return f;
  };
  server.push(fresh('new-1'));
  await tab.waitForSelector('.fresh');
  assert.equal(await tab.locator('.fresh').innerText(), '1 new');
  assert.equal(await tab.locator('truce-list a[data-id]').count(), before, 'nothing moves unasked');
  server.drop();
  await tab.waitForSelector('.bar.inv');
  await tab.screenshot({ path: `${world.out}state-offline.png` });
  server.push(fresh('new-2'));
  await tab.waitForSelector('.bar.inv', { state: 'detached', timeout: 15_000 });
  await tab.waitForFunction(() => document.querySelector('.fresh')?.textContent === '2 new');
  assert.deepEqual(server.resumed.slice(1), [world.sixty.landing.log_position + 1], 'it resumed from the last position that it had');
  server.push(fresh('new-2'));
  await tab.click('.fresh');
  await tab.waitForFunction((n) => document.querySelectorAll('truce-list a[data-id]').length === n, before + 2);
});

tests['other rules of the engine make the app read everything anew'] = (world) => visit(world, world.sixty, {}, async (tab, server) => {
  await ready(tab, server.url);
  server.mission.collections.incidents.pop();
  server.rules = 'second';
  server.drop();
  const left = server.mission.collections.incidents.length;
  await tab.waitForFunction((n) => document.querySelectorAll('truce-list a[data-id]').length === n, left, { timeout: 15_000 });
});

tests['what was known then: an earlier position shows the earlier record, and the page compares the two'] = (world) => visit(world, world.sixty, {}, async (tab, server) => {
  const all = world.sixty.collections.incidents;
  const then = structuredClone(all[0]);
  Object.assign(then.properties, { version: 1, violations: { low: 2, best: 2, high: 2 } });
  server.mission.earlier = (name, position) => (name === 'incidents' && position === 100 ? [then] : null);
  await ready(tab, `${server.url}/?known=100&sel=${then.id}`);
  assert.equal(await tab.locator('truce-list a[data-id]').count(), 1);
  assert.match(await tab.locator('.bar.past').innerText(), /entry 100 of the log/);
  await tab.click('.bar.past button');
  await tab.waitForFunction((n) => document.querySelectorAll('truce-list a[data-id]').length === n, all.length);
  assert.doesNotMatch(tab.url(), /known=/);
  await ready(tab, `${server.url}/?page=incident&sel=${then.id}`, false);
  await tab.fill('.ask input', '100');
  await tab.click('.ask button');
  await tab.waitForSelector('.df');
  assert.match(await tab.locator('.df').innerText(), /Count\s+2 \(exact\)\s+3 \(3–8\)/);
  await tab.screenshot({ path: `${world.out}versions.png`, fullPage: true });
});

tests['the time chosen narrows list and map, by field and by slider key'] = (world) => visit(world, world.easter, {}, async (tab, server) => {
  await ready(tab, server.url);
  const inputs = tab.locator('.fields .when');
  await inputs.nth(0).fill('2025-04-19 18:00');
  await inputs.nth(0).press('Tab');
  await tab.waitForFunction(() => location.search.includes('from=2025-04-19T15:00:00Z'));
  await inputs.nth(1).fill('2025-04-21 00:00');
  await inputs.nth(1).press('Tab');
  const expected = world.easter.collections.incidents.filter((f) => f.properties.when.end >= '2025-04-19T15:00:00Z' && f.properties.when.start <= '2025-04-20T21:00:00Z').length;
  await tab.waitForFunction((n) => document.querySelectorAll('truce-list a[data-id]').length === n, expected);
  await inputs.nth(0).fill('yesterday');
  await inputs.nth(0).press('Tab');
  assert.equal(await inputs.nth(0).getAttribute('aria-invalid'), 'true');
  const before = tab.url();
  await tab.locator('.rails .to').first().press('ArrowLeft');
  await tab.waitForFunction((u) => location.href !== u, before);
});

tests['a part that cannot be read is named, and the rest stands'] = (world) => visit(world, world.easter, {}, async (tab, server) => {
  server.failing.add('findings');
  await ready(tab, server.url);
  assert.match(await tab.locator('.bar.err').innerText(), /Not read: findings[\s\S]*block 71/);
  assert.ok((await tab.locator('truce-list a[data-id]').count()) > 0);
  await tab.screenshot({ path: `${world.out}state-error.png` });
  assert.deepEqual(await violations(tab), []);
});

tests['nothing recorded and nothing watched is not called quiet'] = (world) => {
  const empty = structuredClone(world.easter);
  for (const name of ['incidents', 'findings', 'differences', 'observations']) empty.collections[name] = [];
  return visit(world, empty, {}, async (tab, server) => {
    await ready(tab, server.url);
    assert.match(await tab.locator('truce-list .state').innerText(), /No bound can be given/);
    await tab.screenshot({ path: `${world.out}state-empty.png` });
    assert.deepEqual(await violations(tab), []);
  });
};

tests['while reading the frame stands'] = (world) => visit(world, world.easter, {}, async (tab, server) => {
  server.slow_ms = 700;
  await tab.goto(server.url);
  await tab.waitForSelector('.skr');
  await tab.screenshot({ path: `${world.out}state-loading.png` });
  await tab.waitForSelector('tr.day');
});

tests['hostile text in every field shows as text'] = (world) => {
  const bad = structuredClone(world.easter);
  const text = '<img src=x onerror="window.owned=1"><script>window.owned=1</script>{{7*7}}\u202e"\'';
  const spoil = (v, key) => {
    if (typeof v === 'string' && !['id', 'subject', 'observation', 'start', 'end', 'type', 'value', 'kind', 'time_zone', 'time_basis', 'evidence', 'fact', 'missing_fact'].includes(key)) return text;
    if (Array.isArray(v)) return v.map((x) => spoil(x, key));
    if (v && typeof v === 'object') return Object.fromEntries(Object.entries(v).map(([k, x]) => [k, k === 'classes' ? { [text]: 1 } : spoil(x, k)]));
    return v;
  };
  bad.landing = spoil(bad.landing, '');
  for (const [name, list] of Object.entries(bad.collections)) {
    bad.collections[name] = list.map((f) => ({ ...f, properties: spoil(f.properties, '') }));
  }
  return visit(world, bad, {}, async (tab, server) => {
    const id = bad.collections.incidents[0].id;
    await ready(tab, `${server.url}/?sel=${id}`);
    await ready(tab, `${server.url}/?page=incident&sel=${id}`);
    await tab.screenshot({ path: `${world.out}hostile.png`, fullPage: true });
    await noSidewaysScroll(tab);
    assert.equal(await tab.evaluate(() => window.owned), undefined);
    assert.equal(await tab.locator('truce-app img').count(), 0);
    assert.match(await tab.locator('truce-incident').innerText(), /<img src=x onerror=/);
  });
};

tests['frame and list are there before the map is drawn'] = (world) => visit(world, world.easter, {}, async (tab, server) => {
  const begun = Date.now();
  await tab.goto(server.url);
  await tab.waitForSelector('tr.day');
  const list_ms = Date.now() - begun;
  assert.ok(!(await tab.evaluate(() => document.querySelector('truce-map')?.drawn?.idle())), 'the list did not wait for the map');
  await tab.waitForFunction(() => document.querySelector('truce-map')?.drawn?.idle());
  console.log(`      list ${list_ms} ms, map ${Date.now() - begun} ms`);
});
