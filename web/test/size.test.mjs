// What a reader must fetch before the frame stands, and what the map adds.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const dist = new URL('../dist/', import.meta.url);
const size = (path) => gzipSync(readFileSync(new URL(path, dist)), { level: 9 }).length;

/** What these files import before they run, with themselves. */
function closure(files) {
  const found = new Set(files);
  for (const f of found) {
    if (!f.endsWith('.js')) continue;
    for (const m of readFileSync(new URL(`assets/${f}`, dist), 'utf8').matchAll(/(?:from|import)"\.\/([\w-]+\.js)"/g)) found.add(m[1]);
  }
  return found;
}

export const tests = existsSync(dist) ? {
  'the entry is at most 100 kB gzipped, a page besides at most 40 kB, map and worker together at most 480 kB'() {
    const code = readdirSync(new URL('assets/', dist)).filter((f) => /\.(m?js|css)$/.test(f));
    const all = (files) => [...files].reduce((n, f) => n + size(`assets/${f}`), 0);
    const heavy = (f) => /^(draw-|maplibre)/.test(f);
    const first = closure(code.filter((f) => /^(index|app|en)-/.test(f)));
    const entry = size('index.html') + all(first);
    const map = all(code.filter((f) => heavy(f) && !f.endsWith('.css')));
    const pages = code.filter((f) => !first.has(f) && !heavy(f) && !/^(uk|ru)-/.test(f));
    const besides = pages.map((f) => all([...closure([f])].filter((g) => !first.has(g))));
    console.log(`      entry ${entry} bytes, the largest page ${Math.max(...besides)} bytes, map and worker ${map} bytes`);
    assert.ok([...first].some((f) => f.startsWith('app-')) && pages.length > 0);
    assert.ok(entry <= 100_000);
    assert.ok(Math.max(...besides) <= 40_000);
    assert.ok(map <= 480_000);
  },
  'the licences of what is shipped are beside it'() {
    const text = readFileSync(new URL('licences.txt', dist), 'utf8');
    for (const words of [/SIL OPEN FONT LICENSE/i, /IBM Plex Mono/, /MapLibre/, /BSD 3-Clause|Redistribution and use/]) assert.match(text, words);
  },
  'no inline script or style in the page'() {
    const html = readFileSync(new URL('index.html', dist), 'utf8');
    assert.doesNotMatch(html, /<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)/);
  },
} : {};
