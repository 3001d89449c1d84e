// Time in hand: from months to seconds, in motion and by steps, by keys alone, with what was known when.
import assert from 'node:assert/strict';
import { give, histogram, rich } from './answers.mjs';
import { ready } from './browser.mjs';
import { violations, visit } from './visit.mjs';

export const browser = true;
const param = (tab, key) => tab.evaluate((k) => new URLSearchParams(location.search).get(k), key);
const wait = (tab, key, value) => tab.waitForFunction(([k, v]) => new URLSearchParams(location.search).get(k) === v, [key, value]);

export const tests = {
  'the stretch shown narrows to seconds and widens to all, by button, key and wheel'(world) {
    return visit(world, world.line, {}, async (tab, server) => {
      await ready(tab, server.url, false);
      const per = () => tab.locator('.tl-key b').innerText();
      assert.match(await per(), /per hour/);
      await tab.focus('.tl-plot');
      for (let i = 0; i < 5; i++) await tab.keyboard.press('+');
      await tab.waitForFunction(() => /per (minute|5 minutes|15 minutes)/.test(document.querySelector('.tl-key b').textContent));
      await tab.waitForFunction(() => location.search.includes('tfrom='));
      const at = await param(tab, 'tfrom');
      await tab.keyboard.press('ArrowRight');
      await tab.waitForFunction((t) => new URLSearchParams(location.search).get('tfrom') > t, at);
      for (let i = 0; i < 9; i++) await tab.keyboard.press('+');
      await tab.waitForFunction(() => /per (second|5 seconds)/.test(document.querySelector('.tl-key b').textContent));
      await tab.keyboard.press('Home');
      await tab.waitForFunction(() => !location.search.includes('tfrom='));
      await tab.click('.tl-tools button[aria-label="Shorter stretch"]');
      await tab.waitForFunction(() => location.search.includes('tfrom='));
      const narrow = await param(tab, 'tfrom');
      await tab.locator('.tl-bars').hover();
      await tab.mouse.wheel(0, -120);
      await tab.waitForFunction((t) => new URLSearchParams(location.search).get('tfrom') > t, narrow);
      const kept = await param(tab, 'tfrom');
      await ready(tab, tab.url(), false);
      assert.equal(await param(tab, 'tfrom'), kept, 'a link opens the same stretch');
    });
  },
  'the handles are moved by keys alone, and list and fields follow'(world) {
    return visit(world, world.line, {}, async (tab, server) => {
      await ready(tab, server.url, false);
      await tab.focus('.rails .from');
      for (let i = 0; i < 6; i++) await tab.keyboard.press('ArrowRight');
      await wait(tab, 'from', '2030-06-03T09:00:00Z');
      assert.equal(await tab.locator('.fields .when').first().inputValue(), '2030-06-03 09:00');
      assert.match(await tab.locator('.rails .from').getAttribute('aria-valuetext'), /3 Jun 09:00 \+00:00/);
      const expected = world.line.collections.incidents.filter((f) => f.properties.when.end >= '2030-06-03T09:00:00Z').length;
      assert.equal(await tab.locator('truce-list a[data-id]').count(), expected);
      await tab.keyboard.press('Home');
      await tab.waitForFunction(() => !/[?&]from=/.test(location.search));
    });
  },
  'play moves in steps for who asked for less motion, stops when told, and nothing plays by itself'(world) {
    return visit(world, world.line, {}, async (tab, server) => {
      await ready(tab, `${server.url}/?speed=600`, false);
      await tab.waitForSelector('.tl-cover');  // what was watched reaches farther than the incidents
      const end = () => tab.locator('.fields .when').nth(1).inputValue();
      const still = await end();
      await tab.waitForTimeout(400);
      assert.equal(await end(), still);
      assert.equal(await param(tab, 'to'), null);
      const steps = await tab.evaluate(() => new Promise((done) => {
        const seen = new Set();
        const begun = performance.now();
        document.querySelector('.play').click();
        const look = setInterval(() => {
          seen.add(document.querySelectorAll('.fields .when')[1].value);
          if (seen.size < 4) return;
          clearInterval(look);
          done({ steps: seen.size - 1, seconds: (performance.now() - begun) / 1000 });
        }, 20);
      }));
      assert.ok(steps.steps <= steps.seconds + 1, `a step a second, not a glide: ${JSON.stringify(steps)}`);
      await tab.click('.play');
      const held = await tab.locator('.fields .when').nth(1).inputValue();
      await tab.waitForTimeout(1300);
      assert.equal(await tab.locator('.fields .when').nth(1).inputValue(), held);
      assert.notEqual(await param(tab, 'to'), null, 'where it stopped is in the address');
    });
  },
  'a step to the next event selects it and takes the window along'(world) {
    const sorted = [...world.line.collections.incidents].map((f) => f.properties).sort((a, b) => (a.when.start < b.when.start ? -1 : 1));
    return visit(world, world.line, {}, async (tab, server) => {
      await ready(tab, `${server.url}/?from=2030-06-03T03:00:00Z&to=2030-06-03T04:30:00Z`, false);
      await tab.click('text=Next event');
      const first = sorted.find((i) => i.when.start > '2030-06-03T04:30:00Z');
      await wait(tab, 'sel', first.id);
      assert.ok((await param(tab, 'to')) > first.when.start);
      assert.ok((await param(tab, 'from')) > '2030-06-03T03:00:00Z');
    });
  },
  'following says how far behind the last record came, as measured'(world) {
    return visit(world, world.line, {}, async (tab, server) => {
      await ready(tab, server.url, false);
      await tab.click('text=Follow');
      await tab.waitForFunction(() => /No record has come since/.test(document.querySelector('.latency').textContent));
      const f = structuredClone(world.line.collections.incidents[0]);
      f.id = f.properties.id = 'live-1';
      const t = new Date(Date.now() - 90_000).toISOString();
      f.properties.when = { start: t, end: t };
      server.push(f);
      await tab.waitForFunction(() => /came 9\d s after its event/.test(document.querySelector('.latency').textContent));
      assert.match(tab.url(), /live=1/);
      assert.doesNotMatch(await tab.locator('.tl-tools').innerText(), /LIVE/);
    });
  },
  'versions of the selection are ticks on what was known, and open that time; changes of rate are marks'(world) {
    const one = rich(world.line);
    return visit(world, world.line, {}, async (tab, server) => {
      give(server, world.line, one.id);
      const times = world.line.collections.incidents.map((f) => Date.parse(f.properties.when.start));
      server.answers.set('/api/histogram', histogram(times, [Date.parse('2030-06-04T06:00:00Z')]));
      await ready(tab, `${server.url}/?sel=${one.id}`, false);
      await tab.waitForFunction(() => document.querySelectorAll('.vticks line').length === 3);
      await tab.waitForFunction(() => document.querySelectorAll('.change').length === 1);
      await tab.screenshot({ path: `${world.out}time.png` });
      await tab.click('.vbtns button:has-text("v2")');
      await wait(tab, 'known', '60');
      assert.deepEqual(await violations(tab), []);
    });
  },
};
