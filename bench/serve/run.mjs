// The server and the app under load, each figure beside what it should be. usage: node run.mjs TRUCE [requests|clients|pages|screen]…
// The server runs on one core and whoever asks on the other, where there are two.
import { execFileSync, spawn } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { make_mission, report } from './mission.mjs';
import { screen } from './screen.mjs';

const [truce, ...asked] = process.argv.slice(2);
const wanted = (part) => asked.length === 0 || asked.includes(part);
const kIncidents = 100_000;
const kWeather = 1_000_000;
const pinned = cpus().length > 1;

export function say(what, figure, target, holds) {
  console.log(`${holds === undefined ? '    ' : holds ? 'yes ' : 'NO  '} ${what}: ${figure}${target ? `  (wanted: ${target})` : ''}`);
}

const port = 21_000 + Math.floor(Math.random() * 20_000);
const base = `http://127.0.0.1:${port}`;

async function serve(folder) {
  const command = [truce, 'run', folder, '--port', String(port)];
  const run = pinned ? spawn('taskset', ['-c', '0', ...command]) : spawn(command[0], command.slice(1));
  let text = '';
  await new Promise((done, fail) => {
    const look = (t) => { text += t; if (text.includes(base) && text.includes('report: ')) done(); };
    run.stdout.setEncoding('utf8').on('data', look);
    run.stderr.setEncoding('utf8').on('data', look);
    run.on('exit', (code) => fail(new Error(`the run ended with ${code}: ${text}`)));
  });
  run.removeAllListeners('exit');
  return run;
}

/** Of the server's processor, whatever else the machine does meanwhile. */
const processor_s = (run) => {
  const fields = readFileSync(`/proc/${run.pid}/stat`, 'utf8').replace(/^.*\) /, '').split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
};
const resident_mb = (run) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${run.pid}/status`, 'utf8'))[1]) / 1024;
const stop = (run) => new Promise((done) => { run.on('exit', done); run.kill('SIGTERM'); });
const json = async (path) => (await fetch(base + path)).json();
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

function wrk(path, header, script) {
  const command = ['-t1', '-c64', '-d5s', '--latency', ...(header ? ['-H', header] : []), ...(script ? ['-s', script] : []), base + path];
  const out = execFileSync(pinned ? 'taskset' : 'wrk', pinned ? ['-c', '1', 'wrk', ...command] : command, { encoding: 'utf8' });
  return { requests: Number(/(\d+) requests in/.exec(out)[1]), per_second: Number(/Requests\/sec:\s+([\d.]+)/.exec(out)[1]), p99: /99%\s+(\S+)/.exec(out)[1], failed: /Non-2xx or 3xx responses: (\d+)/.exec(out)?.[1] ?? '0' };
}

const others = new URL('others.lua', import.meta.url).pathname;

async function requests(run) {
  const one = (await json('/api/collections/incidents/items?limit=1')).features[0].id;
  const path = `/api/collections/incidents/items/${one}`;
  const tag = (await fetch(base + path)).headers.get('etag');
  const before = resident_mb(run);
  for (const [what, target, header, script] of [
    ['the landing page', '/api', ''], ['one incident', path, ''], ['one incident that has not changed (304)', path, `If-None-Match: ${tag}`],
    ['ten incidents', '/api/collections/incidents/items?limit=10', ''],
    ['ten incidents, others each time', '/', '', others], ['the page of the app', '/', 'Accept-Encoding: br']]) {
    const begun_s = processor_s(run);
    const { requests, per_second, p99, failed } = wrk(target, header, script);
    const of_processor = requests / (processor_s(run) - begun_s);
    say(`requests a second of one core, ${what}`, `${Math.round(of_processor)} of its processor's, ${Math.round(per_second)} by the clock, p99 ${p99}, ${failed} failed`, '5,000', of_processor >= 5000 && failed === '0');
  }
  say('memory before and after', `${before.toFixed(0)} MB, ${resident_mb(run).toFixed(0)} MB`);
}

/** A client of the stream that notes when each incident came. */
function listen(agent, came) {
  return new Promise((done, fail) => {
    const ask = get(`${base}/api/live`, { agent }, (answer) => {
      if (answer.statusCode !== 200) return fail(new Error(`the stream was refused with ${answer.statusCode}`));
      let left = '';
      answer.setEncoding('utf8').on('data', (text) => {
        left += text;
        for (let end = left.indexOf('\n\n'); end >= 0; end = left.indexOf('\n\n')) {
          const id = /^id: \d+\/incident\/(\S+)/m.exec(left.slice(0, end))?.[1];
          if (id) came(id);
          left = left.slice(end + 2);
        }
      });
      done(ask);
    });
    ask.on('error', fail);
  });
}

const quantile = (sorted, q) => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];

async function clients(run, folder) {
  const agent = new Agent({ keepAlive: true, maxSockets: Infinity });
  const before = resident_mb(run);
  const heard = [];
  const all = [];
  for (let i = 0; i < 2000; i++) {
    const mine = new Map();
    heard.push(mine);
    all.push(await listen(agent, (id) => { if (!mine.has(id)) mine.set(id, performance.now()); }));
  }
  const kRows = 50;
  const written = [];
  const begun_s = processor_s(run);
  for (let i = 0; i < kRows; i++) {
    written.push(performance.now());
    appendFileSync(join(folder, 'feeds/reports.ndjson'), report(Date.UTC(2030, 5, 1) + i * 3_600_000, 31 + i / 100, 47, 'post-1'));
    await sleep(200);
  }
  const busy = (processor_s(run) - begun_s) / (kRows * 0.2);
  await sleep(5000);
  const missed = heard.filter((mine) => mine.size < kRows).length;
  const waits = heard.flatMap((mine) => [...mine].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, at], i) => at - written[i])).sort((a, b) => a - b);
  say('live clients at once', `${all.length}, of whom ${missed} missed a row`, '2,000, none', missed === 0);
  say('from a row of the feed to a client, 5 rows a second', `median ${quantile(waits, 0.5).toFixed(0)} ms, 99 % ${quantile(waits, 0.99).toFixed(0)} ms, ${(100 * busy).toFixed(0)} % of the server's core`);
  say('memory without and with them', `${before.toFixed(0)} MB, ${resident_mb(run).toFixed(0)} MB`);
  for (const ask of all) ask.destroy();
  agent.destroy();
}

async function pages() {
  const times = [];
  let rows = 0;
  for (let url = '/api/collections/weather/items?limit=10000'; url;) {
    const begun = performance.now();
    const page = await json(url);
    times.push(performance.now() - begun);
    rows += page.features.length;
    const next = page.links.find((l) => l.rel === 'next');
    url = next && new URL(next.href).pathname + new URL(next.href).search;
  }
  const mean = (list) => list.reduce((a, b) => a + b, 0) / list.length;
  const [first, last] = [mean(times.slice(1, 11)), mean(times.slice(-12, -2))];
  say(`a page of 10,000 rows at the first and at the last of ${rows}`, `${first.toFixed(0)} ms, ${last.toFixed(0)} ms`, 'no slower', last < 1.25 * first);
}

const folder = mkdtempSync(join(tmpdir(), 'truce-bench-'));
try {
  await make_mission(folder, kIncidents, wanted('pages') ? kWeather : 0);
  console.log(`a mission of ${kIncidents} incidents${wanted('pages') ? ` and ${kWeather} rows of weather` : ''}`);
  const run = await serve(folder);
  try {
    say('memory once all is worked through', `${resident_mb(run).toFixed(0)} MB`);
    const parts = { requests: () => requests(run), pages, clients: () => clients(run, folder), screen: () => screen(base, folder, say) };
    for (const [name, part] of Object.entries(parts)) {
      if (!wanted(name)) continue;
      console.log(`${name}, beside a load of ${loadavg()[0].toFixed(1)} on ${cpus().length} cores`);
      await part();
    }
  } finally { await stop(run); }
} finally { rmSync(folder, { recursive: true, force: true }); }
