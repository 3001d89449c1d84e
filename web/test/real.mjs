// The engine itself, serving a copy of a mission: what the app is made for.
import { execFileSync, spawn } from 'node:child_process';
import { appendFileSync, cpSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { engine } from './missions.mjs';

const root = new URL('../../', import.meta.url).pathname;

const free_port = () => new Promise((done) => {
  const probe = createServer().listen(0, '127.0.0.1', () => { const { port } = probe.address(); probe.close(() => done(port)); });
});

export class Run {
  /** A copy of the mission, with `prepare(folder)` called before it is run. */
  static async of(name, prepare = () => {}) {
    const run = new Run();
    run.folder = mkdtempSync(join(tmpdir(), 'truce-real-'));
    cpSync(join(root, 'examples/missions', name), run.folder, { recursive: true, filter: (p) => !p.endsWith('/var') });
    await prepare(run.folder);
    run.port = await free_port();
    run.url = `http://127.0.0.1:${run.port}`;
    await run.start();
    return run;
  }

  /** Until it is served and all that the feeds hold is worked through. */
  async start() {
    this.said = '';
    this.process = spawn(engine(), ['run', this.folder, '--port', String(this.port)], { stdio: ['ignore', 'pipe', 'pipe'] });
    await new Promise((done, fail) => {
      const look = (text) => { this.said += text; if (this.said.includes(this.url) && this.said.includes('report: ')) done(); };
      this.process.stdout.setEncoding('utf8').on('data', look);
      this.process.stderr.setEncoding('utf8').on('data', look);
      this.process.on('exit', (code) => fail(new Error(`the run ended with ${code}: ${this.said}`)));
    });
  }

  /** An account, as an operator makes one. */
  user(name, password, ...as) { execFileSync(engine(), ['user', 'add', this.folder, name, '--role', ...as], { input: `${password}\n`, stdio: ['pipe', 'ignore', 'pipe'] }); }

  append(file, line) { appendFileSync(join(this.folder, file), line); }
  /** As whoever is signed in there. */
  as(tab, path) { return tab.evaluate((p) => fetch(p).then((a) => a.json()), path); }
  async get(path) { return (await fetch(this.url + path)).json(); }

  /** SIGKILL: nothing is said, nothing is put in order. */
  kill(signal = 'SIGKILL') {
    this.process.removeAllListeners('exit');
    const gone = new Promise((done) => this.process.on('exit', done));
    this.process.kill(signal);
    return gone;
  }

  async close() {
    if (this.process.exitCode === null && this.process.signalCode === null) await this.kill('SIGTERM');
    rmSync(this.folder, { recursive: true, force: true });
  }
}
