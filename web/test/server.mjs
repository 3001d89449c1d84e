// The published API over plain files, with the headers that the engine's server sends: what the app may rely on.
import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';

const dist = new URL('../dist/', import.meta.url).pathname;
const types = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.mjs': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.woff2': 'font/woff2', '.json': 'application/json' };
export const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; worker-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Of the report's page: a document by itself, shown in a frame without scripts. */
export const report_policy = "default-src 'none'; style-src 'unsafe-inline'; font-src data:; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";
/** A server without accounts. */
const alone = { account: null, accounts: false, csrf: null, delay_s: 0, may: ['live', 'read_evidence', 'read_log'], role: 'duty' };

export class Server {
  constructor(mission) {
    this.mission = mission;
    this.clients = new Set();
    this.log = [];           // of live events: [position, kind, record]
    this.failing = new Set(); // collections that answer 500
    this.slow_ms = 0;
    this.page_max = 40;
    this.answers = new Map(); // by path: what a test wants answered there, { status, body, headers } or a function of the request that gives it
    this.routes = [];        // [pattern of a path, function of its match that gives { body, type }]
    this.refused = new Set(); // collections that this reader may not see
    this.rules = 'first';
    this.resumed = [];
    this.http = createServer((q, a) => void this.answer(q, a));
  }

  async listen(port = 0) {
    await new Promise((done) => this.http.listen(port, '127.0.0.1', done));
    this.port = this.http.address().port;
    this.url = `http://127.0.0.1:${this.port}`;
    return this;
  }

  async close() {
    const closed = new Promise((done) => this.http.close(done));
    this.drop();
    this.http.closeAllConnections();
    await closed;
  }

  /** Ends every live stream, as a network would. */
  drop() { for (const c of this.clients) c.destroy(); this.clients.clear(); }

  /** As the engine's server sends it: an incident with its findings, behind the position it became known at. */
  push(feature, findings = []) {
    const position = this.mission.landing.log_position + this.log.length + 1;
    this.log.push([position, 'incident', { feature, findings, id: feature.id, position }]);
    for (const c of this.clients) this.send(c, this.log[this.log.length - 1]);
  }

  send(client, [position, kind, record]) { client.write(`id: ${position}/${kind}/${record.id}\nevent: ${kind}\ndata: ${JSON.stringify(record)}\n\n`); }

  async answer(q, a) {
    const url = new URL(q.url, this.url);
    const headers = { 'Content-Security-Policy': policy, 'X-Content-Type-Options': 'nosniff', 'Referrer-Policy': 'no-referrer', 'Cache-Control': 'no-cache' };
    const json = (status, body, link = '') => { a.writeHead(status, { ...headers, 'Content-Type': status < 400 ? 'application/geo+json' : 'application/problem+json', ...(link && { Link: link }) }); a.end(JSON.stringify(body)); };
    const given = this.answers.get(url.pathname);
    if (given) {
      const { status = 200, body = {}, headers: more = {} } = typeof given === 'function' ? await given(q, url) : given;
      a.writeHead(status, { ...headers, 'Content-Type': status < 400 ? 'application/json' : 'application/problem+json', ...more });
      return a.end(typeof body === 'string' ? body : JSON.stringify(body));
    }
    if (url.pathname === '/api/live') {
      a.writeHead(200, { ...headers, 'Content-Type': 'text/event-stream' });
      const last = parseInt(q.headers['last-event-id'] ?? url.searchParams.get('since'), 10);
      const position = Number.isNaN(last) ? this.mission.landing.log_position + this.log.length : last;
      a.write(`retry: 1000\nid: ${position}\nevent: hello\ndata: ${JSON.stringify({ position, rules: this.rules })}\n\n`);
      this.resumed.push(last);
      if (!Number.isNaN(last)) for (const e of this.log) if (e[0] > last) this.send(a, e);
      this.clients.add(a);
      a.on('close', () => this.clients.delete(a));
      return;
    }
    if (url.pathname === '/api/session') return json(200, alone);
    if (url.pathname === '/api') return json(200, this.mission.landing);
    for (const [path, answer] of this.routes) {
      const found = url.pathname.match(path);
      if (found) { const { body, type } = answer(found, url); a.writeHead(200, { ...headers, 'Content-Type': type }); return a.end(body); }
    }
    const items = url.pathname.match(/^\/api\/collections\/(\w+)\/items(?:\/(.+))?$/);
    if (items) return this.items(url, items, json, q.method === 'HEAD' ? Infinity : this.page_max);
    const path = normalize(decodeURIComponent(url.pathname === '/' ? '/index.html' : url.pathname));
    const file = join(dist, path);
    if (!file.startsWith(dist) || !existsSync(file) || !statSync(file).isFile()) return json(404, { title: 'Not found', status: 404 });
    a.writeHead(200, { ...headers, 'Content-Type': types[extname(file)] ?? 'application/octet-stream' });
    createReadStream(file).pipe(a);
  }

  async items(url, [, name, id], json, most) {
    if (this.slow_ms) await new Promise((done) => setTimeout(done, this.slow_ms));
    if (this.failing.has(name)) return json(500, { title: 'The store cannot be read', status: 500, detail: 'block 71 fails its checksum' });
    if (this.refused.has(name)) return json(403, { title: 'Forbidden', status: 403, detail: 'for the staff of the mission' });
    const all = this.mission.collections[name];
    if (!all) return json(404, { title: 'No such collection', status: 404 });
    const known = url.searchParams.get('as-of');
    const seen = known === null ? all : (this.mission.earlier?.(name, Number(known)) ?? all);
    if (id) {
      const found = seen.find((f) => f.id === decodeURIComponent(id));
      return found ? json(200, found) : json(404, { title: 'Not there', status: 404 });
    }
    const [first, last] = (url.searchParams.get('datetime') ?? '../..').split('/').map((t) => Date.parse(t));
    const lies = (w) => !w || (!(Date.parse(w.end) < first) && !(Date.parse(w.start) > last));
    const asked = url.searchParams.has('datetime') ? seen.filter((f) => lies(f.when ?? f.properties.when)) : seen;
    // A small page, so that paging is walked.
    const after = Number(url.searchParams.get('after') ?? 0);
    const limit = Math.min(Number(url.searchParams.get('limit') ?? 100), most);
    const page = asked.slice(after, after + limit);
    const links = [];
    if (after + limit < asked.length) {
      const next = new URL(url);
      next.searchParams.set('after', String(after + limit));
      links.push({ rel: 'next', type: 'application/geo+json', href: next.href });
    }
    json(200, { type: 'FeatureCollection', features: page, links, numberReturned: page.length }, links.map((l) => `<${l.href}>; rel="${l.rel}"`).join(', '));
  }
}
