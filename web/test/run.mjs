// npm test: the catalogues without a browser, then the app in a real one over missions that the engine has worked through.
import { readdirSync } from 'node:fs';
import { executable, open } from './browser.mjs';
import { engine, served, work } from './missions.mjs';
import { existsSync, mkdirSync } from 'node:fs';

const only = process.argv.slice(2);
const files = readdirSync(new URL('.', import.meta.url)).filter((f) => f.endsWith('.test.mjs') && (only.length === 0 || only.some((o) => f.startsWith(o)))).sort();
const modules = await Promise.all(files.map((f) => import(`./${f}`)));
const wanted = modules.some((m) => m.browser);
const missing = !wanted ? '' : !executable ? 'no Chromium (apt install chromium, or CHROMIUM=PATH)' : !engine() ? 'no built truce (make release, or TRUCE=PATH)'
  : !existsSync(new URL('../dist/index.html', import.meta.url)) ? 'no web/dist (npm run build)' : '';
if (missing) console.log(`SKIPPED what needs a browser: ${missing}`);

const world = missing || !wanted ? null : { browser: await open(), easter: work('easter-2025'), sixty: work('sixty-days'), line: await served('simulated-line'), out: new URL('out/', import.meta.url).pathname };
if (world) mkdirSync(world.out, { recursive: true });

let failed = 0;
let passed = 0;
for (const { tests, browser } of modules) {
  if (browser && !world) continue;
  for (const [name, run] of Object.entries(tests)) {
    const begun = Date.now();
    try {
      await run(world);
      passed++;
      console.log(`ok    ${name} (${Date.now() - begun} ms)`);
    } catch (e) {
      failed++;
      console.log(`FAIL  ${name}\n      ${String(e.stack ?? e).split('\n').slice(0, 6).join('\n      ')}`);
    }
  }
}
await world?.browser.close();
console.log(failed ? `${failed} of ${failed + passed} failed` : `${passed} passed`);
process.exit(failed ? 1 : 0);
