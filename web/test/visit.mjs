// What every test of a page begins with: a server, a browser's page, and nothing wrong at the end.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { page } from './browser.mjs';
import { Server } from './server.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Runs `what` with a server of the mission and a page; then nothing wrong may have come up. */
export async function visit(world, mission, options, what) {
  const server = await new Server(structuredClone(mission)).listen();
  const tab = await page(world.browser, server, options);
  try {
    await what(tab, server);
    assert.deepEqual(tab.wrong, []);
  } finally {
    await tab.context().close();
    await server.close();
  }
}

/** What the checker of accessibility finds. The page's policy forbids inline script, so it comes in beside the page. */
export async function violations(tab) {
  await tab.evaluate(axe);
  const found = await tab.evaluate(() => window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }));
  return found.violations.map((v) => `${v.id}: ${v.nodes.slice(0, 3).map((n) => `${n.target} ${n.failureSummary?.split('\n')[1] ?? ''}`).join(' | ')}`);
}

export async function noSidewaysScroll(tab) {
  const wide = await tab.evaluate(() => (document.documentElement.scrollWidth <= innerWidth ? [] : [...document.querySelectorAll('truce-app *')]
    .filter((e) => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest('.canvas, svg')).map((e) => `${e.tagName}.${e.className}`)));
  assert.deepEqual(wide.slice(0, 8), [], 'the page scrolls sideways');
}
