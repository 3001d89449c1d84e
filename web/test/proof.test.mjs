// Proof: what the browser recomputes, what it notices, and that it always says what is not proved.
import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { canonical, officers } from './officers.mjs';
import { body, logOf } from './log.mjs';
import { noSidewaysScroll, violations, visit } from './visit.mjs';

export const browser = true;
export const tests = {};

const first = (server) => server.mission.collections.incidents[0];
async function at(tab, server, id = first(server).id, more = '') {
  await tab.goto(`${server.url}/?page=proof&sel=${id}${more}`);
  await tab.waitForSelector('.pft');
}
const results = (tab) => tab.locator('.pft tbody tr td:last-child').allInnerTexts();

tests['each report behind an incident is found in the log, its hash and record agreeing'] = (world) => visit(world, world.sixty, {}, async (tab, server) => {
  logOf(server);
  await at(tab, server);
  const reports = first(server).properties.evidence.length;
  assert.deepEqual((await results(tab)).map((r) => r.trim()), Array(reports).fill('hash and record agree'));
  assert.match(await tab.locator('.verdict').first().innerText(), new RegExp(`${reports} of ${reports} entries recomputed`));
  const last = await tab.locator('main section').last().innerText();
  assert.match(last, /does not prove[\s\S]*no witness has signed[\s\S]*no Merkle checkpoint[\s\S]*came from the same server/);
  await tab.screenshot({ path: `${world.out}proof.png`, fullPage: true });
});

tests['behind an effect that was located stand the arrivals it was derived from; where an observer stood is no position of the log'] = (world) => visit(world, world.sixty, {}, async (tab, server) => {
  const { observations } = server.mission.collections;
  const incident = first(server);
  const from = incident.properties.evidence.map((e) => e.observation);
  observations.find((o) => o.id === from[0]).properties.position = 'the ridge west of the road';
  const log = logOf(server);
  const located = structuredClone(observations.find((o) => o.id === from[0]));
  located.id = located.properties.id = 'o-located';
  located.properties.derived_from = from;
  located.position = log.entries();
  observations.push(located);
  incident.properties.evidence = [{ ...incident.properties.evidence[0], observation: 'o-located' }];
  for (const id of [incident.id, 'o-located']) {
    await at(tab, server, id);
    assert.deepEqual((await results(tab)).map((r) => r.trim()), from.map(() => 'hash and record agree'), id);
    assert.match(await tab.locator('.verdict').first().innerText(), new RegExp(`${from.length} of ${from.length} entries recomputed`));
  }
});

tests['bytes that were changed, and bytes of another record, are told'] = (world) => visit(world, world.sixty, {}, async (tab, server) => {
  const log = logOf(server);
  const [a, b] = first(server).properties.evidence.map((e) => server.mission.collections.observations.findIndex((f) => f.id === e.observation));
  const spoiled = Buffer.from(log.bodies[a]);
  spoiled[spoiled.length - 10] ^= 1;
  log.forged.set(a, spoiled);
  log.bodies[b] = body(1, { ...server.mission.collections.observations[b].properties, source: 'somebody' });
  await at(tab, server);
  assert.deepEqual((await results(tab)).map((r) => r.trim()), ['the bytes have another hash', 'the bytes hold another record']);
  assert.match(await tab.locator('.verdict').first().innerText(), /2 entries are not what they should be/);
  assert.deepEqual(await violations(tab), []);
});

tests['the signature of an act is verified, and one that is of another text is told'] = (world) => visit(world, world.sixty, {}, async (tab, server) => {
  const log = logOf(server);
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const key = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('hex');
  const incident = first(server).id;
  const acts = ['seen', 'heard'].map((note, n) => {
    const s = { act: 'note', at: `2030-03-0${n + 2}T10:00:00Z`, by: 'verifier', incident, mission: 'sixty', nonce: String(n).repeat(32), note };
    const statement = canonical(s);
    const id = `a${n}-${createHash('sha256').update(statement).digest('hex').slice(0, 24)}`;
    const record = { ...s, id, key, signature: sign(null, Buffer.from(n === 1 ? `${statement} ` : statement), privateKey).toString('hex'), statement };
    log.bodies.push(body(18, record));
    return { type: 'Feature', id, geometry: null, properties: { ...record, position: log.bodies.length, undone_by: null } };
  });
  server.mission.collections.acts = acts;
  log.lay();
  await at(tab, server);
  const said = (await results(tab)).map((r) => r.trim()).slice(first(server).properties.evidence.length).sort();
  assert.deepEqual(said, ['hash, record and signature agree', 'the signature is not of this key and text']);
});

tests['the log is remembered: the same, grown, recomputed, shortened, and changed behind the back'] = (world) => visit(world, world.sixty, {}, async (tab, server) => {
  const log = logOf(server);
  const stands = async () => { await at(tab, server); return tab.locator('.cols > div').nth(1).innerText(); };
  assert.match(await stands(), /for the first time/);
  assert.match(await stands(), new RegExp(`The same ${log.entries()} entries with the same hash`));
  const before = log.entries();
  log.bodies.push(body(9, { time: '2030-05-01T00:00:00Z' }));
  log.lay();
  assert.match(await stands(), new RegExp(`1 more than the ${before}`));
  await tab.click('button:has-text("Recompute all")');
  await tab.waitForFunction(() => /together they have the hash/.test(document.querySelector('main')?.innerText ?? ''));
  assert.match(await tab.locator('.cols > div').nth(1).innerText(), new RegExp(`Its first ${before} entries are those that this browser remembers`));
  assert.match(await stands(), new RegExp(`The same ${before + 1} entries`), 'what was recomputed is what is remembered');
  const kept = log.bodies.pop();
  assert.match(await stands(), new RegExp(`has ${before} entries; on .* this browser saw ${before + 1}`));
  log.bodies.push(kept);
  const last = log.bodies.length - 2;
  log.bodies[last] = body(1, { ...server.mission.collections.observations[last].properties, source: 'somebody' });
  log.bodies.push(body(9, { time: '2030-05-02T00:00:00Z' }));
  log.lay();
  assert.match(await stands(), /1 more than/, 'that the past was changed is not seen from the length alone');
  await tab.click('button:has-text("Recompute all")');
  await tab.waitForFunction(() => /the past of the log was changed/.test(document.querySelector('main')?.innerText ?? ''));
  assert.match(await stands(), /1 more than/, 'a log with another past does not take the place of the one remembered');
  await tab.screenshot({ path: `${world.out}proof-changed.png`, fullPage: true });
});

tests['an entry that this browser saw with another hash is told'] = (world) => visit(world, world.sixty, {}, async (tab, server) => {
  const log = logOf(server);
  await at(tab, server);
  const n = server.mission.collections.observations.findIndex((f) => f.id === first(server).properties.evidence[0].observation);
  server.mission.collections.observations[n].properties.text = 'rewritten';
  log.bodies[n] = body(1, server.mission.collections.observations[n].properties);
  log.lay();
  await at(tab, server);
  assert.equal((await results(tab))[0].trim(), 'this browser saw another hash here before');
});

tests['with the network off, what was fetched is computed again and stands; the page says that it is off'] = (world) => visit(world, world.sixty, {}, async (tab, server) => {
  const log = logOf(server);
  await at(tab, server);
  const asked = log.asked;
  await tab.context().setOffline(true);
  await tab.click('text=Check again');
  await tab.waitForFunction(() => /Not reachable now; what was checked before stands/.test(document.querySelector('main')?.innerText ?? ''));
  assert.equal((await results(tab))[0].trim(), 'hash and record agree');
  assert.equal(log.asked, asked);
  await tab.evaluate(() => { history.pushState(null, '', '/?page=room'); dispatchEvent(new PopStateEvent('popstate')); });
  await tab.waitForSelector('truce-list');
});

tests['a record that is not there, and a log that cannot be read, say so'] = (world) => visit(world, world.sixty, {}, async (tab, server) => {
  await tab.goto(`${server.url}/?page=proof&sel=i-none`);
  await tab.waitForFunction(() => /No record has this id/.test(document.querySelector('main')?.innerText ?? ''));
  await tab.waitForFunction(() => /The state of the log could not be read/.test(document.querySelector('main')?.innerText ?? ''));
  assert.deepEqual(await violations(tab), []);
});

tests['who may not read the log is told who may'] = (world) => visit(world, world.sixty, {}, async (tab, server) => {
  officers(server, {});
  await tab.goto(`${server.url}/?page=proof`);
  await tab.waitForSelector('.state.narrow');
  assert.match(await tab.locator('main').innerText(), /Entries of the log hold what was reported[\s\S]*Duty and verification officers/);
});

for (const [width, height, dark, language] of [[320, 640, false, 'uk'], [390, 844, true, 'ru'], [1280, 800, false, 'en'], [1280, 800, true, 'uk'], [2560, 1440, true, 'en']]) {
  tests[`proof at ${width} ${dark ? 'dark' : 'light'} in ${language}`] = (world) => visit(world, world.sixty, { width, height, dark }, async (tab, server) => {
    logOf(server);
    await at(tab, server, first(server).id, `&lang=${language}`);
    await tab.screenshot({ path: `${world.out}proof-${width}-${language}.png`, fullPage: true });
    await noSidewaysScroll(tab);
    assert.deepEqual(await violations(tab), []);
  });
}
