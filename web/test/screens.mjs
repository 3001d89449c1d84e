// node test/screens.mjs [PART...]: pictures of every page to look at, three widths, light and dark, in test/out/screens. Only those
// whose name (SERVER-PAGE-WIDTH-THEME) has one of the parts.
import { mkdirSync } from 'node:fs';
import { request } from 'node:http';
import { give, rich } from './answers.mjs';
import { open, page } from './browser.mjs';
import { logOf } from './log.mjs';
import { work } from './missions.mjs';
import { Run } from './real.mjs';
import { Server } from './server.mjs';
import { serve } from './views.mjs';

const wanted = process.argv.slice(2);
const out = new URL('out/screens/', import.meta.url).pathname;
const pages = ['room', 'incident', 'board', 'desk', 'quiet', 'sources', 'agreement', 'report', 'proof', 'signin'];
/** A list may be as long as it likes. */
const kTallest = 3000;
const sizes = [[390, 844], [1280, 800], [2560, 1440]];

/** The app as web/dist has it now over the engine's own server, which brings the app that it was built with. */
class Front extends Server {
  constructor(run) { super(null); this.run = run; }
  async answer(q, a) {
    if (!/^\/(api|basemap|tiles)\b/.test(q.url)) return super.answer(q, a);
    const headers = { ...q.headers, host: `127.0.0.1:${this.run.port}` };
    q.pipe(request({ port: this.run.port, path: q.url, method: q.method, headers }, (r) => { a.writeHead(r.statusCode, r.headers); r.pipe(a); }));
  }
}

/** Until nothing more is fetched and the map, where there is one, is drawn. */
async function settled(tab) {
  await tab.waitForSelector('main');
  await tab.waitForLoadState('networkidle').catch(() => {});
  await tab.waitForFunction(() => { const m = document.querySelector('truce-map'); return !m || m.drawn?.idle(); }, null, { timeout: 20_000 }).catch(() => {});
}

/** Each page of a server, with `sel` the incident in sight. */
async function look(browser, server, name, sel) {
  for (const [width, height] of sizes) for (const theme of ['light', 'dark']) {
    const at = (view) => `${name}-${view}-${width}-${theme}`;
    const views = pages.filter((view) => wanted.length === 0 || wanted.some((w) => at(view).includes(w)));
    if (views.length === 0) continue;
    const tab = await page(browser, server, { width, height, dark: theme === 'dark' });
    for (const view of views) {
      await tab.goto(`${server.url}/?page=${view}&sel=${sel}`);
      await settled(tab);
      const tall = await tab.evaluate(() => document.documentElement.scrollHeight);
      await tab.setViewportSize({ width, height: view === 'room' && width > 720 ? height : Math.min(Math.max(tall, height), kTallest) });
      await tab.screenshot({ path: `${out}${at(view)}.png` });
      await tab.setViewportSize({ width, height });
    }
    if (tab.wrong.length) console.log(`${name} ${width} ${theme}: ${tab.wrong.join('; ')}`);
    await tab.context().close();
  }
}

async function first(server) {
  const found = await fetch(`${server.url}/api/collections/incidents/items?limit=10000`).then((a) => a.json());
  return found.features.at(-1).id;
}

mkdirSync(out, { recursive: true });
const browser = await open();

const mission = work('easter-2025');
const mimic = await new Server(mission).listen();
serve(mimic, mission);
logOf(mimic);
const sel = rich(mission).id;
give(mimic, mission, sel);
await look(browser, mimic, 'mimic', sel);
await mimic.close();

const real = await Run.of('easter-2025');
const front = await new Front(real).listen();
await look(browser, front, 'staff', await first(real));
real.user('watch', 'correct horse battery', 'duty');
await look(browser, front, 'public', '');  // is told nothing of what was taken in just now
await front.close();
await real.close();
await browser.close();
