// Reports: the engine's own page in a frame without scripts, any day or span, as known at a position; on paper it is laid out for A4.
import assert from 'node:assert/strict';
import { officers } from './officers.mjs';
import { report_policy } from './server.mjs';
import { noSidewaysScroll, violations, visit } from './visit.mjs';

export const browser = true;
export const tests = {};

const days = ['2025-04-18', '2025-04-19', '2025-04-20', '2025-04-21', '2025-04-22'];
function reports(world, server) {
  const seen = [];
  const list = [...days, '2025-04-18_2025-04-22'].map((name) => ({ first: name.slice(0, 10), last: name.slice(-10), name }));
  server.mission.landing.report_days = { first: days[0], last: days.at(-1) };
  server.answers.set('/api/reports', { body: { reports: list } });
  const page = (q, url) => {
    seen.push(url.pathname.split('/').pop() + url.search);
    return { body: world.easter.report_html, headers: { 'Content-Type': 'text/html; charset=utf-8', 'Content-Security-Policy': report_policy } };
  };
  for (const { name } of list) { server.answers.set(`/api/reports/${name}.html`, page); server.answers.set(`/api/reports/${name}.json`, { body: { days: name } }); }
  server.answers.set('/api/reports/2025-04-19_2025-04-20.html', page);
  return seen;
}
const framed = async (tab) => {
  await tab.waitForSelector('iframe.paper');
  const frame = await (await tab.$('iframe.paper')).contentFrame();
  await frame.waitForSelector('h1');
  return frame;
};
const framedDays = (tab, name) => tab.waitForFunction((n) => document.querySelector('iframe.paper')?.getAttribute('src')?.includes(n), `/${name}.html`);

tests['the newest report is shown as the engine made it, and runs no script'] = (world) => visit(world, world.easter, { width: 1440, height: 900 }, async (tab, server) => {
  reports(world, server);
  await tab.goto(`${server.url}/?page=report`);
  const frame = await framed(tab);
  assert.match(await frame.locator('h1').innerText(), /Report, 18–22 April 2025/);
  assert.equal(await tab.getAttribute('iframe.paper', 'sandbox'), '');
  assert.ok(await frame.evaluate(() => getComputedStyle(document.querySelector('h1')).fontFamily.includes('Plex')), 'its own styles hold in the frame');
  assert.match(await tab.locator('.known').innerText(), /As known now, at entry/);
  await tab.screenshot({ path: `${world.out}report.png` });
  assert.deepEqual(await tab.evaluate(() => [...document.querySelectorAll('.rlist [aria-current=true]')].map((a) => a.textContent.trim().slice(0, 10))), ['2025-04-18']);
});

tests['earlier and later by key and by button, within what is recorded'] = (world) => visit(world, world.easter, {}, async (tab, server) => {
  reports(world, server);
  await tab.goto(`${server.url}/?page=report&days=2025-04-21`);
  await framedDays(tab, '2025-04-21');
  await tab.keyboard.press('ArrowLeft');
  await framedDays(tab, '2025-04-20');
  assert.match(tab.url(), /days=2025-04-20/);
  await tab.keyboard.press('ArrowRight');
  await tab.keyboard.press('ArrowRight');
  await framedDays(tab, '2025-04-22');
  assert.ok(await tab.locator('.rtools button').nth(1).isDisabled(), 'no day is left behind it');
  await tab.keyboard.press('ArrowRight');
  assert.match(tab.url(), /days=2025-04-22/);
  await tab.locator('.rtools button').first().click();
  await framedDays(tab, '2025-04-21');
});

tests['a span is asked for as it was written; a wrong one is told'] = (world) => visit(world, world.easter, {}, async (tab, server) => {
  const seen = reports(world, server);
  await tab.goto(`${server.url}/?page=report&days=2025-04-18`);
  await framedDays(tab, '2025-04-18');
  const ask = async (first, last) => {
    await tab.fill('.rspan [name=first]', first);
    await tab.fill('.rspan [name=last]', last);
    await tab.press('.rspan [name=last]', 'Enter');
  };
  for (const [first, last, words] of [['2025-04-31', '', 'A day is written'], ['20 April', '', 'A day is written'], ['2025-04-20', '2025-04-19', 'lies before the first'], ['2026-01-01', '', 'Nothing is recorded then']]) {
    await ask(first, last);
    await tab.waitForFunction((w) => document.querySelector('#rp-wrong').textContent.includes(w), words);
  }
  await ask('2025-04-19', '2025-04-20');
  await framedDays(tab, '2025-04-19_2025-04-20');
  assert.ok(seen.includes('2025-04-19_2025-04-20.html'));
  assert.deepEqual(await tab.evaluate(() => [...document.querySelectorAll('.rtools a')].map((a) => [a.getAttribute('href'), a.getAttribute('download') ?? a.target])), [
    ['/api/reports/2025-04-19_2025-04-20.json', '2025-04-19_2025-04-20.json'], ['/api/reports/2025-04-19_2025-04-20.html', '_blank']]);
});

tests['who looks at the past is given the report of then, and told so'] = (world) => visit(world, world.easter, {}, async (tab, server) => {
  reports(world, server);
  await tab.goto(`${server.url}/?page=report&known=100`);
  await framed(tab);
  assert.match(await tab.locator('.known').innerText(), /As it was when the log had 100 entries/);
  assert.match(await tab.locator('iframe.paper').getAttribute('src'), /\.html\?as-of=100$/);
});

tests['on paper: pages of A4, no row cut, the running foot on each'] = (world) => visit(world, world.easter, {}, async (tab, server) => {
  reports(world, server);
  await tab.goto(`${server.url}/api/reports/2025-04-18_2025-04-22.html`);
  const pdf = (await tab.pdf({ preferCSSPageSize: true })).toString('latin1');
  const boxes = [...pdf.matchAll(/\/MediaBox ?\[ ?0 0 ([\d.]+) ([\d.]+)/g)].map((m) => [Math.round(m[1]), Math.round(m[2])]);
  assert.ok(boxes.length > 1);
  for (const [w, h] of boxes) assert.ok(Math.abs(w - 595) <= 1 && Math.abs(h - 842) <= 1, `${w} × ${h}`);
  await tab.emulateMedia({ media: 'print' });
  assert.equal(await tab.evaluate(() => getComputedStyle(document.querySelector('.viol tbody')).breakInside), 'avoid');
  assert.equal(await tab.evaluate(() => getComputedStyle(document.documentElement).backgroundColor), 'rgb(255, 255, 255)', 'ink on white, whatever the reader’s screen');
});

tests['a report that cannot be made is told with its reason; no day yet is said as that'] = (world) => visit(world, world.easter, {}, async (tab, server) => {
  reports(world, server);
  server.answers.set('/api/reports/2025-04-19.html', { status: 503, body: { detail: 'the store is being rebuilt', status: 503, title: 'Busy' } });
  await tab.goto(`${server.url}/?page=report&days=2025-04-19`);
  await tab.waitForSelector('.rview [role=alert]');
  assert.match(await tab.locator('.rview').innerText(), /could not be had[\s\S]*the store is being rebuilt/);
  assert.deepEqual(await violations(tab), []);
  server.answers.set('/api/reports', { body: { reports: [] } });
  server.mission.landing.report_days = null;
  await tab.goto(`${server.url}/?page=report`);
  await tab.waitForFunction(() => /No day to report yet/.test(document.querySelector('main')?.innerText ?? ''));
  assert.match(await tab.locator('main').innerText(), /not a count of zero/);
});

tests['reports are for the mission’s own staff, and the page says so'] = (world) => visit(world, world.easter, {}, async (tab, server) => {
  reports(world, server);
  officers(server, {});
  await tab.goto(`${server.url}/?page=report`);
  await tab.waitForSelector('.state.narrow');
  assert.match(await tab.locator('main').innerText(), /until a bulletin is released/);
  assert.equal(await tab.locator('iframe').count(), 0);
});

for (const [width, height, dark, language] of [[320, 640, false, 'ru'], [390, 844, true, 'uk'], [1280, 800, true, 'en'], [2560, 1440, false, 'uk']]) {
  tests[`the report at ${width} ${dark ? 'dark' : 'light'} in ${language}`] = (world) => visit(world, world.easter, { width, height, dark }, async (tab, server) => {
    reports(world, server);
    await tab.goto(`${server.url}/?page=report&lang=${language}`);
    await framed(tab);
    await tab.screenshot({ path: `${world.out}report-${width}.png` });
    await noSidewaysScroll(tab);
    assert.deepEqual(await violations(tab), []);
  });
}
