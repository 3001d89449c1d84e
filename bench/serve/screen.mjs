// What a reader in a browser waits for.
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { open } from '../../web/test/browser.mjs';
import { report } from './mission.mjs';

const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

async function first_view(browser, base, say) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const tab = await context.newPage();
  let bytes = 0;
  const session = await context.newCDPSession(tab);
  await session.send('Network.enable');
  session.on('Network.loadingFinished', (e) => { bytes += e.encodedDataLength; });
  await tab.goto('about:blank');  // the browser has been open for a while
  await sleep(3000);
  await tab.goto(`${base}/`);
  const begun = await tab.evaluate(() => performance.timeOrigin);
  const list_ms = await tab.waitForFunction(() => document.querySelector('truce-list tr.day') && performance.now(), null, { polling: 'raf', timeout: 60_000 }).then((h) => h.jsonValue());
  await tab.waitForFunction(() => document.querySelector('truce-map')?.drawn?.idle(), null, { polling: 50, timeout: 120_000 });
  const map_ms = await tab.evaluate(() => performance.now());
  const paint_ms = await tab.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN);
  say('first paint of the frame', `${paint_ms.toFixed(0)} ms`, '1,000 ms', paint_ms <= 1000);
  say('the list has rows', `${list_ms.toFixed(0)} ms`, '1,000 ms', list_ms <= 1000);
  say('the map is drawn', `${map_ms.toFixed(0)} ms`, '2,500 ms', map_ms <= 2500);
  say('bytes over the wire until then', `${(bytes / 1000).toFixed(0)} kB`);
  return { context, tab, begun };
}

/** Frames a second; how long an input waits to be heard, and until what it changed is painted. */
async function smooth(tab, say) {
  await tab.evaluate(() => {
    window.frames_seen = 0;
    window.inputs = [];
    const tick = () => { window.frames_seen++; requestAnimationFrame(tick); };
    requestAnimationFrame(tick);
    const note = (e) => {
      const input = { waits: performance.now() - e.timeStamp, painted: NaN };
      window.inputs.push(input);
      // A task that is posted as a frame begins runs when that frame is drawn.
      requestAnimationFrame(() => { const c = new MessageChannel(); c.port1.onmessage = () => { input.painted = performance.now() - e.timeStamp; }; c.port2.postMessage(0); });
    };
    for (const type of ['mousemove', 'wheel', 'keydown', 'change']) addEventListener(type, note, { capture: true, passive: true });
  });
  const middle = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)] ?? NaN;
  const measure = async (what, act) => {
    await tab.evaluate(() => { window.frames_seen = 0; window.inputs = []; });
    const begun = Date.now();
    await act();
    const s = (Date.now() - begun) / 1000;
    await sleep(300);
    await tab.waitForFunction(() => window.inputs.every((i) => Number.isFinite(i.painted)), null, { timeout: 10_000 }).catch(() => {});
    const { n, inputs } = await tab.evaluate(() => ({ n: window.frames_seen, inputs: window.inputs }));
    const of = (key) => inputs.map((i) => i[key]).filter(Number.isFinite);
    say(what, `${(n / (s + 0.3)).toFixed(0)} frames a second; of ${inputs.length} inputs one waits ${middle(of('waits')).toFixed(0)} ms in the median, ${Math.max(...of('waits')).toFixed(0)} ms at most, and is painted after ${middle(of('painted')).toFixed(0)} and ${Math.max(...of('painted')).toFixed(0)} ms`);
  };
  const box = await tab.locator('truce-map .canvas').boundingBox();
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await measure('the map dragged, software rendering', async () => {
    await tab.mouse.move(x, y);
    await tab.mouse.down();
    for (let i = 0; i < 60; i++) await tab.mouse.move(x + 2 * i, y + i);
    await tab.mouse.up();
  });
  await measure('the map zoomed by the wheel', async () => {
    for (let i = 0; i < 20; i++) { await tab.mouse.wheel(0, i < 10 ? -120 : 120); await sleep(50); }
    await sleep(700);
  });
  await tab.locator('truce-list a[data-id]').first().click();
  await sleep(2000);  // of the first selection the shaders are compiled
  await measure('forty incidents selected by key', async () => { for (let i = 0; i < 40; i++) await tab.keyboard.press('ArrowDown'); });
  await measure('the list filtered', async () => {
    for (const value of ['breach', '', 'undeterminable', '']) { await tab.locator('truce-list .filters select').nth(1).selectOption(value); await sleep(100); }
  });
  const field = tab.locator('truce-timeline input.when').first();
  const had = await field.inputValue();
  await field.focus();
  await measure('a time typed', async () => { await field.fill(''); await tab.keyboard.type(had); });
  await tab.keyboard.press('Escape');
}

/** From a row in the feed to a count on the screen, at so many rows a second. */
async function to_screen(tab, base, folder, per_second, seconds, month, say, most_ms) {
  const shown = () => tab.evaluate(() => Number(/\d[\d,.\s]*/.exec(document.querySelector('.fresh')?.textContent ?? '')?.[0].replace(/\D/g, '') ?? 0));
  const before = await shown();
  await tab.evaluate(() => {
    window.seen = [];
    new MutationObserver(() => {
      const n = Number((/\d[\d,.\s]*/.exec(document.querySelector('.fresh')?.textContent ?? '')?.[0] ?? '0').replace(/\D/g, ''));
      if (n !== window.seen.at(-1)?.[1]) window.seen.push([Date.now(), n]);
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
  });
  const written = [];
  const each_ms = per_second <= 100 ? 1000 / per_second : 50;
  const rows = Math.max(1, Math.round((per_second * each_ms) / 1000));
  for (let i = 0, begun = Date.now(); i < (seconds * 1000) / each_ms; i++) {
    const lines = Array.from({ length: rows }, (_, k) => report(Date.UTC(2030, month, 1) + (i * rows + k) * 1_800_000, 31 + (i % 300) / 60, 47 + (k % 100) / 50, 'post-2'));
    appendFileSync(join(folder, 'feeds/reports.ndjson'), lines.join(''));
    for (let k = 0; k < rows; k++) written.push(Date.now());
    await sleep(Math.max(0, begun + (i + 1) * each_ms - Date.now()));
  }
  for (let wait = 0; wait < 150 && (await shown()) < before + written.length; wait++) await sleep(200);
  const seen = await tab.evaluate(() => window.seen);
  const waits = [];
  let next = 0;
  for (const [at, n] of seen) for (; next < written.length && before + next + 1 <= n; next++) waits.push(at - written[next]);
  waits.sort((a, b) => a - b);
  const all = (await shown()) - before;
  const p99 = waits[Math.floor(0.99 * waits.length)] ?? Infinity;
  say(`from a row to the screen at ${per_second} rows a second`, `median ${waits[Math.floor(waits.length / 2)]} ms, 99 % ${p99} ms; ${all} of ${written.length} shown`,
    `${most_ms} ms, all`, p99 <= most_ms && all === written.length);
}

export async function screen(base, folder, say) {
  const begun = Date.now();
  await (await fetch(`${base}/api/histogram?bins=400`)).arrayBuffer();
  say('the first answer that counts all incidents, after they came in', `${Date.now() - begun} ms`);
  const browser = await open();
  try {
    const { context, tab } = await first_view(browser, base, say);
    await smooth(tab, say);
    await to_screen(tab, base, folder, 50, 6, 7, say, 300);
    await to_screen(tab, base, folder, 2000, 4, 9, say, 1000);
    await context.close();
  } finally { await browser.close(); }
}
