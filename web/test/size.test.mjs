// What a reader must fetch before the frame stands, and what the map adds.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const dist = new URL('../dist/', import.meta.url);
const size = (path) => gzipSync(readFileSync(new URL(path, dist)), { level: 9 }).length;

export const tests = existsSync(dist) ? {
  'the entry is at most 100 kB gzipped, map and worker together at most 480 kB'() {
    const assets = readdirSync(new URL('assets/', dist));
    const heavy = (f) => f.startsWith('draw-') || f.startsWith('maplibre');
    const code = assets.filter((f) => /\.(m?js|css)$/.test(f));
    const entry = size('index.html') + code.filter((f) => !heavy(f) && !/^(uk|ru)-/.test(f)).reduce((n, f) => n + size(`assets/${f}`), 0);
    const map = code.filter((f) => heavy(f) && !f.endsWith('.css')).reduce((n, f) => n + size(`assets/${f}`), 0);
    console.log(`      entry ${entry} bytes, map and worker ${map} bytes`);
    assert.ok(entry <= 100_000);
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
