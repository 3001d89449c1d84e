// A log as the engine keeps it, made of a mission's reports: bodies of docs/log-format.md, their hashes, and the hash over all.
import { createHash } from 'node:crypto';

const sha = (b) => createHash('sha256').update(b).digest();

/** u8 kind, i64 received, u32 length and payload, u32 length and raw, little-endian. */
export function body(kind, payload) {
  const text = Buffer.from(JSON.stringify(payload));
  const b = Buffer.alloc(13 + text.length + 4);
  b.writeUInt8(kind, 0);
  b.writeBigInt64LE(1_900_000_000_000_000_000n, 1);
  b.writeUInt32LE(text.length, 9);
  text.copy(b, 13);
  return b;
}

/** Lays the log over a server; what it gives can be spoiled by a test. */
export function logOf(server) {
  const log = { bodies: [], forged: new Map(), asked: 0 };
  server.mission.collections.observations.forEach((f) => { log.bodies.push(body(1, f.properties)); f.position = log.bodies.length; });
  log.entries = () => log.bodies.length;
  log.hash = () => sha(Buffer.concat(log.bodies.map(sha))).toString('hex');
  log.entry = (n) => { log.asked++; return { bytes: (log.forged.get(n) ?? log.bodies[n]).toString('base64'), hash: sha(log.bodies[n]).toString('hex'), kind: 'observation', position: n }; };
  log.lay = () => {
    server.answers.set('/api/log', () => ({ body: { entries: log.entries(), hash: log.hash() } }));
    log.bodies.forEach((_, n) => server.answers.set(`/api/log/entries/${n}`, () => ({ body: log.entry(n) })));
  };
  log.lay();
  return log;
}
