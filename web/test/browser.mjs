// Chromium as the reader's browser, drawing in software; every page fails the test on a request to anywhere else.
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';

export const executable = [process.env.CHROMIUM, '/usr/bin/chromium'].find((p) => p && existsSync(p)) ?? null;

export async function open() {
  return chromium.launch({ executablePath: executable, args: ['--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--ignore-gpu-blocklist'] });
}

/** A page that collects what must not be: foreign requests, errors, words of the content policy. */
export async function page(browser, server, { width = 1280, height = 800, dark = false, locale = 'en-GB' } = {}) {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme: dark ? 'dark' : 'light', locale, reducedMotion: 'reduce', timezoneId: 'Asia/Tokyo' });
  const tab = await context.newPage();
  tab.wrong = [];
  await context.route('**/*', (route) => {
    const url = new URL(route.request().url());
    if (url.origin === server.url || url.protocol === 'data:' || url.protocol === 'blob:') return route.continue();
    tab.wrong.push(`a request left the origin: ${url.href}`);
    return route.abort();
  });
  tab.on('pageerror', (e) => tab.wrong.push(`error: ${e.message}`));
  tab.on('console', (m) => {
    if (m.type() !== 'error' && !/Content Security Policy/.test(m.text())) return;
    if (/Failed to load resource|ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED/.test(m.text())) return;
    tab.wrong.push(`console: ${m.text()}`);
  });
  return tab;
}

export async function ready(tab, url, map = true) {
  await tab.goto(url);
  await tab.waitForFunction(() => document.querySelector('truce-list tr.day, truce-list .state, truce-incident .head h1'));
  if (map) await tab.waitForFunction(() => document.querySelector('truce-map')?.drawn?.idle(), null, { timeout: 30_000 });
}
