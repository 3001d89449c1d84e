// What can be said of the words and colours without a browser.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';

const here = (path) => new URL(path, import.meta.url);
const catalogue = Object.fromEntries(['en', 'uk', 'ru'].map((l) => [l, JSON.parse(readFileSync(here(`../locales/${l}.json`), 'utf8'))]));
const sources = readdirSync(here('../src/'), { recursive: true }).filter((f) => f.endsWith('.ts')).map((f) => readFileSync(here(`../src/${f}`), 'utf8')).join('\n');
const places = (form) => [...new Set(JSON.stringify(form).match(/\{\w+\}/g) ?? [])].sort();

export const tests = {
  'every key is in all three languages, with the same arguments'() {
    const keys = Object.keys(catalogue.en);
    for (const l of ['uk', 'ru']) {
      assert.deepEqual(Object.keys(catalogue[l]), keys);
      for (const k of keys) assert.deepEqual(places(catalogue[l][k]), places(catalogue.en[k]), `${l} ${k}`);
    }
  },
  'the words inside the engine’s words are among those that the app takes along'() {
    const taken = /const tables = \[(.*)\]/.exec(readFileSync(here('../vite.config.mjs'), 'utf8'))[1];
    const judge = new URL('../../src/stages/judge/', import.meta.url);
    const code = readdirSync(judge).filter((f) => f.endsWith('.cpp') && !f.endsWith('_test.cpp')).map((f) => readFileSync(new URL(f, judge), 'utf8')).join('\n');
    const used = [...code.matchAll(/(?:"@|as_argument\(\{")([a-z_]+)\./g)].map(([, table]) => table);
    assert.ok(used.length > 10);
    assert.deepEqual([...new Set(used)].filter((table) => !taken.includes(`'${table}'`)), []);
  },
  'every plural has the forms that its language needs'() {
    for (const [l, words] of Object.entries(catalogue)) {
      const needed = new Intl.PluralRules(l).resolvedOptions().pluralCategories;
      for (const [k, form] of Object.entries(words)) {
        if (typeof form !== 'string') assert.deepEqual(Object.keys(form).sort(), [...needed].sort(), `${l} ${k}`);
      }
    }
  },
  'no translation was left in English'() {
    const same = new Set(['kind.exact', 'unit.percent', 'watch.share', 'sources.offset']);
    for (const k of Object.keys(catalogue.en)) {
      if (!same.has(k)) assert.notDeepEqual(catalogue.uk[k], catalogue.en[k], k);
      if (!same.has(k)) assert.notDeepEqual(catalogue.ru[k], catalogue.en[k], k);
    }
  },
  'every key that the sources name is there, and every key there is named'() {
    const named = [...sources.matchAll(/say\(\s*(?:[^'`()]*\? *)?'([\w.]+)'/g)].map((m) => m[1]);
    for (const k of named) assert.ok(k in catalogue.en, k);
    const families = [...sources.matchAll(/`([a-z]+)\.(?:unit\.)?\$\{/g)].map((m) => `${m[1]}.`);
    for (const k of Object.keys(catalogue.en)) assert.ok(sources.includes(`'${k}'`) || families.some((f) => k.startsWith(f)), `unused: ${k}`);
  },
  'the colours keep their contrast and their distance'() {
    execFileSync(process.execPath, [here('../src/check-colours.mjs').pathname]);
  },
};
