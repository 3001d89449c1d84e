// What the server does with accounts and acts: sessions, tokens, keys, and statements whose signatures are verified as the engine does.
import { createHash, createPublicKey, randomBytes, verify } from 'node:crypto';

const rights = {
  duty: ['act', 'key', 'live', 'read_evidence', 'read_log'], verification: ['act', 'key', 'live', 'read_evidence', 'read_log'],
  commission: ['live'], liaison: ['live'], force: ['live'], public: ['live'],
};
const kFresh_ms = 15 * 60_000;
const ed25519 = (hex) => createPublicKey({ key: Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), Buffer.from(hex, 'hex')]), format: 'der', type: 'spki' });

export const canonical = (v) => (Array.isArray(v) ? `[${v.map(canonical).join(',')}]`
  : v && typeof v === 'object' ? `{${Object.keys(v).sort().map((k) => `${JSON.stringify(k)}:${canonical(v[k])}`).join(',')}}` : JSON.stringify(v));

const body = (q) => new Promise((done) => { let text = ''; q.on('data', (c) => { text += c; }); q.on('end', () => done(text)); });
const problem = (status, detail, headers = {}) => ({ status, headers, body: { detail, status, title: 'Refused', type: 'about:blank' } });

/** Lays accounts over a server: `people` is name to { role, password, key?, party? }. Gives what the tests look at. */
export function officers(server, people) {
  const desk = { people, sessions: new Map(), posted: [], refused: [], tries: 0, hold_s: 0, take: true };
  const who = (q) => desk.sessions.get(/truce_session=(\w+)/.exec(q.headers.cookie ?? '')?.[1]);
  const said = (q) => {
    const s = who(q);
    const person = s && people[s.name];
    return person
      ? { account: { key: person.key ?? null, name: s.name, party: person.party ?? null, role: person.role }, accounts: true, csrf: s.csrf, delay_s: 0, may: rights[person.role], role: person.role }
      : { account: null, accounts: true, csrf: null, delay_s: 0, may: rights.public, role: 'public' };
  };
  const writes = (q, url) => {
    if (q.headers['content-type'] !== 'application/json') return problem(415, 'the body must be application/json');
    if (q.headers.origin && q.headers.origin !== server.url) return problem(403, 'another origin');
    if (q.method !== 'POST' || url.pathname !== '/api/session') {
      if (!who(q)) return problem(401, 'nobody is signed in');
      if (q.headers['x-truce-csrf'] !== who(q).csrf) return problem(403, 'the token is wrong');
    }
    return null;
  };

  server.answers.set('/api/session', async (q, url) => {
    if (q.method === 'GET') return { body: said(q) };
    const no = writes(q, url);
    if (no) return no;
    if (q.method === 'DELETE') { desk.sessions.delete(/truce_session=(\w+)/.exec(q.headers.cookie)[1]); return { status: 204, body: '' }; }
    desk.tries++;
    if (desk.hold_s) return problem(429, 'too many tries', { 'Retry-After': String(desk.hold_s) });
    const { name, password } = JSON.parse(await body(q));
    if (people[name]?.password !== password) return problem(401, 'name or password is wrong');
    const id = randomBytes(16).toString('hex');
    desk.sessions.set(id, { name, csrf: randomBytes(16).toString('hex') });
    q.headers.cookie = `truce_session=${id}`;
    return { body: said(q), headers: { 'Set-Cookie': `truce_session=${id}; HttpOnly; SameSite=Strict; Path=/` } };
  });
  server.answers.set('/api/session/key', async (q, url) => {
    const no = writes(q, url);
    if (no) return no;
    const { key } = JSON.parse(await body(q));
    if (people[who(q).name].key) return problem(409, 'the account has a key');
    people[who(q).name].key = key;
    return { body: said(q) };
  });

  const known = (id) => server.mission.collections.incidents.some((f) => f.id === id);
  const refuse = (s, { key, signature, statement }, name) => {
    if (!verify(null, Buffer.from(statement), ed25519(key), Buffer.from(signature, 'hex'))) return 'the signature is not of this statement';
    if (key !== people[name].key || s.by !== name) return 'the key is not the account’s';
    if (canonical(s) !== statement) return 'the statement is not canonical JSON';
    if (s.mission !== (server.mission.landing.mission ?? server.mission.landing.title)) return 'the statement is of another mission';
    if (Math.abs(Date.now() - Date.parse(s.at)) > kFresh_ms) return 'the statement is not of now';
    if (!/^[0-9a-f]{32}$/.test(s.nonce) || desk.posted.some((p) => p.nonce === s.nonce)) return 'the nonce was used';
    for (const id of s.incidents ?? (s.incident ? [s.incident] : [])) if (!known(id)) return `there is no incident "${id}"`;
    if (s.undoes && !server.mission.collections.acts.some((f) => f.id === s.undoes)) return 'there is no such act';
    return null;
  };
  server.mission.collections.acts ??= [];
  server.answers.set('/api/acts', async (q, url) => {
    const no = writes(q, url);
    if (no) return no;
    const name = who(q).name;
    if (!rights[people[name].role].includes('act')) return problem(403, 'duty and verification officers may act');
    const sent = JSON.parse(await body(q));
    const s = JSON.parse(sent.statement);
    const why = refuse(s, sent, name);
    if (why) { desk.refused.push(why); return problem(422, why); }
    desk.posted.push(s);
    const id = `a${s.at.replace(/[-:Z]/g, '')}-${createHash('sha256').update(sent.statement).digest('hex').slice(0, 24)}`;
    const position = desk.take ? server.mission.landing.log_position + desk.posted.length : null;
    if (desk.take) {
      const acts = server.mission.collections.acts;
      if (s.undoes) acts.find((f) => f.id === s.undoes).properties.undone_by = id;
      acts.push({ type: 'Feature', id, geometry: null, properties: { ...s, id, ...sent, undone_by: null, position } });
    }
    return { status: 201, body: { id, position } };
  });
  return desk;
}

/** Signs in through the page. */
export async function signIn(tab, server, name, password, back = 'room') {
  await tab.goto(`${server.url}/?page=signin&back=${back}`);
  await tab.fill('#si-name', name);
  await tab.fill('#si-word', password);
  await tab.press('#si-word', 'Enter');
  await tab.waitForFunction((n) => document.querySelector('truce-who .as')?.textContent === n, name);
}
