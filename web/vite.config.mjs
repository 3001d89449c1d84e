import { readFileSync, readdirSync } from 'node:fs';
import { parse } from 'smol-toml';
import { defineConfig } from 'vite';

const here = (path) => new URL(path, import.meta.url);

// The engine's own words, so that the app and the report say the same: the tables that findings are made of.
const tables = ['list', 'number', 'value', 'fact', 'act', 'effect', 'weapon', 'weapon_told', 'zone', 'bound', 'excuse', 'reason', 'attribution', 'gate', 'gate_count', 'gate_state', 'escalation', 'condition', 'stance', 'tier_state', 'obligation', 'duty_state'];

function flatten(table, prefix, into) {
  for (const [key, value] of Object.entries(table)) {
    if (typeof value === 'string') into[prefix + key] = value;
    else flatten(value, `${prefix}${key}.`, into);
  }
  return into;
}

const catalogue = {
  name: 'engine-words',
  resolveId: (id) => (id.startsWith('engine-words/') ? `\0${id}` : null),
  load(id) {
    if (!id.startsWith('\0engine-words/')) return null;
    const file = here(`../src/model/messages/${id.slice('\0engine-words/'.length)}.toml`);
    const all = parse(readFileSync(file, 'utf8'));
    const kept = Object.fromEntries(Object.entries(all).filter(([key]) => tables.includes(key)));
    return `export default ${JSON.stringify(flatten(kept, '', {}))}`;
  },
};

// The symbols stand in the page itself: a <use> of another file would need that file before the first paint.
const symbols = {
  name: 'symbols',
  transformIndexHtml(html) {
    const drawn = readFileSync(here('src/symbols.svg'), 'utf8').match(/<symbol[\s\S]*?<\/symbol>/g).join('');
    return html.replace('<!--symbols-->', `<svg width="0" height="0" aria-hidden="true" class="symbols">${drawn}</svg>`);
  },
};

// The app waits for its words, its bytes need not.
const ahead = {
  name: 'ahead',
  transformIndexHtml: {
    order: 'post',
    handler: (_, { bundle = {} }) => Object.values(bundle).filter((c) => c.type === 'chunk' && c.name === 'app')
      .map((c) => ({ tag: 'link', attrs: { rel: 'modulepreload', crossorigin: true, href: `/${c.fileName}` }, injectTo: 'head' })),
  },
};

// What is shipped with the app keeps its licence beside it.
const shipped = { 'IBM Plex Sans': '@fontsource/ibm-plex-sans', 'IBM Plex Mono': '@fontsource/ibm-plex-mono', Lit: 'lit', 'MapLibre GL JS': 'maplibre-gl' };
const licences = {
  name: 'licences',
  generateBundle() {
    const file = (name) => here(`node_modules/${name}/${readdirSync(here(`node_modules/${name}/`)).find((f) => f.startsWith('LICENSE'))}`);
    const source = Object.entries(shipped).map(([title, name]) => `${title}\n\n${readFileSync(file(name), 'utf8').trim()}\n`).join('\n\n');
    this.emitFile({ type: 'asset', fileName: 'licences.txt', source });
  },
};

export default defineConfig({
  plugins: [catalogue, symbols, ahead, licences],
  server: { proxy: { '/api': 'http://127.0.0.1:8080' } },
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1200,
    reportCompressedSize: false,
  },
});
