// The desk: its queue and order, one case through by keyboard alone, acts whose signatures a server verifies, and acts that wait.
import assert from 'node:assert/strict';
import { officers, signIn } from './officers.mjs';
import { noSidewaysScroll, violations, visit } from './visit.mjs';

export const browser = true;
export const tests = {};
const people = () => ({ verifier: { role: 'verification', password: 'one' }, watch: { role: 'duty', password: 'two' } });

/** Claims, complaints, a difference and a flag beside what the engine made of the mission. */
function withMore(mission) {
  const m = structuredClone(mission);
  const feature = (id, p) => ({ type: 'Feature', id, geometry: null, properties: { id, ...p } });
  const claim = (id, value, when, more = {}) => feature(id, { claimant: 'Command of Amber', metric: 'shellings', unit: 'shells', count: { kind: 'exact', value }, as_of: when.end, when, ...more });
  const first = m.collections.incidents[0].properties.when;
  m.collections.claims = [
    claim('c-none', 24, { start: '2030-06-01T00:00:00Z', end: '2030-06-01T01:00:00Z' }),
    claim('c-more', 5000, { start: '2030-03-01T00:00:00Z', end: '2030-03-24T00:00:00Z' }, { period_text: 'since 1 March' }),
    claim('c-met', 1, first),
    claim('c-open', 400, { start: '2030-05-01T00:00:00Z', end: '2030-05-02T00:00:00Z' }),
    claim('c-denied', 9, { start: '2030-06-01T00:00:00Z', end: '2030-06-01T01:00:00Z' }, { denial: true }),
  ];
  m.collections.complaints = [feature('q1', { kind: 'place_contradicts_gazetteer', origin: { feed: 'posts', file: 'feeds/reports.ndjson', line: 7 }, text: 'the place contradicts the gazetteer' })];
  m.collections.incidents[1].properties.flags = ['chain_too_large', 'joined_by_act'];
  // One incident of which only a least number is known: a claim above what was counted still asks.
  const open = structuredClone(m.collections.incidents[0]);
  open.id = open.properties.id = 'i20300501T060000-open';
  Object.assign(open.properties, { when: { start: '2030-05-01T06:00:00Z', end: '2030-05-01T06:05:00Z' }, violations: { low: 3, best: 3, unbounded: true } });
  m.collections.incidents.push(open);
  const two = m.collections.incidents[2].properties.id;
  m.collections.differences = [feature(`${two}/fire`, { subject: two, provision: 'fire', facts: ['place'], sides: [{ reading: 'base', value: 'breach', probability: 0.93 }, { reading: 'clear', value: 'undeterminable', probability: 0.51 }] })];
  return m;
}

/** Signed in at the desk, with a key of this browser. */
async function atDesk(tab, server, name = 'verifier', more = '') {
  await signIn(tab, server, name, people()[name].password, 'desk');
  await tab.goto(`${server.url}/?page=desk${more}`);
  await tab.waitForSelector('.qi a', { state: 'attached' });  // on a phone an open case hides the queue
  if (await tab.locator('.make-key').count() === 0 && !more) { await tab.locator('.qi a').last().click(); }
  await tab.waitForFunction(() => document.querySelector('.make-key, [data-act], .signs'));
  if (await tab.locator('.make-key').count()) { await tab.click('.make-key'); await tab.waitForFunction(() => !document.querySelector('.make-key')); }
}
const asked = (f) => `&case=incident:${f.id}&sel=${f.id}`;
const undecided = (mission) => mission.collections.findings.find((f) => f.properties.value === 'undeterminable').properties.subject;

tests['the queue: who asks, in which group and order, each with its rule'] = (world) => visit(world, withMore(world.sixty), {}, async (tab, server) => {
  officers(server, people());
  await signIn(tab, server, 'verifier', 'one', 'desk');
  await tab.waitForSelector('.qg');
  const keys = await tab.evaluate(() => [...document.querySelectorAll('[data-case]')].map((a) => a.dataset.case));
  const i = server.mission.collections.incidents;
  assert.deepEqual(keys.slice(0, 4), ['claim:c-none', 'claim:c-open', 'claim:c-more', `incident:${undecided(world.sixty)}`], 'a claim that no incident answers stands first; what is met or denied asks nothing');
  assert.ok(!keys.includes('claim:c-met') && !keys.includes('claim:c-denied'));
  assert.ok(keys.indexOf(`incident:${i[2].id}`) < keys.indexOf(`incident:${i[1].id}`), 'differences before flags');
  assert.equal(keys.at(-1), 'complaint:q1');
  assert.equal(new Set(keys).size, keys.length, 'a record asks once');
  const heads = await tab.locator('.qg').allInnerTexts();
  assert.ok(heads.every((h) => / · .*(first|newest|as they came)$/.test(h)), heads.join('|'));
  assert.equal(await tab.locator('.qh h2').innerText(), `${keys.length} to decide`);
  await tab.click('[data-case="claim:c-more"]');
  await tab.waitForSelector('.cmp');
  assert.match(await tab.locator('.mid').innerText(), /5,000 shellings[\s\S]*In that time \d+ incidents were found[\s\S]*A claim is compared, never counted/);
  await tab.screenshot({ path: `${world.out}desk-claim.png` });
  assert.deepEqual(await violations(tab), []);
});

tests['one case by keyboard alone: taken, read, reclassified, signed, seen in the history, undone by another officer'] = (world) => visit(world, world.sixty, { width: 1440, height: 900 }, async (tab, server) => {
  const desk = officers(server, people());
  const press = async (...all) => { for (const k of all) await tab.keyboard.press(k); };
  /** By Tab until the focus is there, as a person would. */
  const tabTo = async (selector) => {
    for (let n = 0; n < 80; n++) {
      if (await tab.evaluate((s) => document.activeElement?.matches(s), selector)) return;
      await press('Tab');
    }
    assert.fail(`Tab does not reach ${selector}`);
  };
  const enter = async (name, password) => {
    await tab.goto(`${server.url}/?page=signin&back=desk`);
    await tab.waitForSelector('#si-name');
    await tabTo('#si-name');
    await tab.keyboard.type(name);
    await press('Tab');
    await tab.keyboard.type(password);
    await press('Enter');
    await tab.waitForSelector('.qi a, .queue .state');
  };
  await enter('verifier', 'one');
  await press('j');
  await tab.waitForSelector('.mid .h1');
  const id = undecided(world.sixty);
  assert.match(tab.url(), new RegExp(`sel=${id}`));
  assert.match(await tab.locator('.mid').innerText(), /undeterminable[\s\S]*Not known: whether it happened[\s\S]*traveller/, 'the evidence stands beside the question');
  await tabTo('.make-key');
  await press('Enter');
  await tab.waitForSelector('[data-act=reclassify]');
  await press('r');
  await tab.waitForFunction(() => document.activeElement?.matches('.actf select'));
  await tabTo('select[name=to]');
  await press('o', 'u', 't', 'g');
  assert.equal(await tab.inputValue('select[name=to]'), 'explosion_outgoing');
  await tabTo('#actf-note');
  await tab.keyboard.type('Heard as an outgoing round.');
  await tabTo('.actf [type=submit]');
  await press('Enter');
  await tab.waitForSelector('.review .raw');
  const shown = await tab.locator('.raw').textContent();
  assert.match(await tab.locator('.review').innerText(), /impact explosion[\s\S]*outgoing explosion[\s\S]*Effects moved[\s\S]*stands in the log for good/);
  assert.equal(desk.posted.length, 0, 'nothing was sent before the hand');
  await tab.screenshot({ path: `${world.out}desk-review.png` });
  assert.deepEqual(await violations(tab), []);
  await tabTo('.sign');
  await press('Enter');
  await tab.waitForSelector('.hist [data-act-id]');
  assert.deepEqual(desk.refused, []);
  assert.equal(desk.posted[0].act, 'reclassify');
  assert.equal(server.mission.collections.acts[0].properties.statement, shown, 'what was signed is what was shown, to the byte');
  assert.match(await tab.locator('.hist').first().innerText(), /verifier[\s\S]*Heard as an outgoing round/);
  await tab.screenshot({ path: `${world.out}desk-signed.png` });

  await tab.evaluate(() => fetch('/api/session').then((a) => a.json()).then((s) => fetch('/api/session', { method: 'DELETE', headers: { 'content-type': 'application/json', 'x-truce-csrf': s.csrf } })));
  await enter('watch', 'two');
  await tab.goto(`${server.url}/?page=desk&case=incident:${id}&sel=${id}`);
  await tab.waitForSelector('.make-key');
  await tabTo('.make-key');
  await press('Enter');
  await tab.waitForSelector('.undo');
  await press('u');
  await tab.waitForSelector('.actf');
  await tab.waitForFunction(() => document.activeElement?.matches('#actf-note'));
  await tab.keyboard.type('It was incoming: crater seen.');
  await tabTo('.actf [type=submit]');
  await press('Enter');
  await tab.waitForSelector('.review');
  assert.match(await tab.locator('.says').innerText(), /undone is the act of verifier/i);
  await tabTo('.sign');
  await press('Enter');
  await tab.waitForSelector('.hist del');
  assert.deepEqual(desk.refused, []);
  assert.equal(desk.posted[1].undoes, server.mission.collections.acts[0].id);
  assert.match(await tab.locator('.hist').first().innerText(), /undone by watch/);
  await tab.screenshot({ path: `${world.out}desk-undone.png` });
});

tests['join, split, visit and note: each says what it does and arrives as the engine wants it'] = (world) => {
  const m = structuredClone(world.sixty);
  // A second incident near the first in time and place, so that there is something to join.
  const [a, b] = m.collections.incidents;
  b.properties.when = { start: '2030-03-01T02:00:00Z', end: '2030-03-01T02:05:00Z' };
  b.properties.place = structuredClone(a.properties.place);
  return visit(world, m, {}, async (tab, server) => {
    const desk = officers(server, people());
    await atDesk(tab, server, 'verifier', asked(a));
    const act = async (kind, fill) => {
      await tab.click(`[data-act=${kind}]`);
      await tab.waitForSelector('.actf');
      await tab.click('.actf [type=submit]');
      await tab.waitForFunction(() => document.querySelector('#actf-wrong').textContent !== '');
      await fill();
      await tab.click('.actf [type=submit]');
      await tab.waitForSelector('.review');
      const said = await tab.locator('.review').innerText();
      await tab.click('.sign');
      await tab.waitForSelector('.done');
      return said;
    };
    assert.match(await act('join', () => tab.locator('.pick input').first().check()), /these incidents are one[\s\S]*2 incidents become one/i);
    assert.match(await act('split', () => tab.locator('.pick input').first().check()), /Reports that leave: 1; that stay: 1/);
    assert.match(await act('visit', () => tab.fill('#actf-note', 'Look for craters.')), /No figure changes[\s\S]*waiting for a visit/);
    assert.match(await act('note', () => tab.fill('#actf-note', '“Quoted” \\ line\nbreak, ґ 🕊')), /No figure changes/);
    assert.deepEqual(desk.refused, []);
    const [join, split, visit_, note] = desk.posted;
    assert.deepEqual(join.incidents, [a.id, b.id].sort());
    assert.deepEqual([split.incident, split.observations.length], [a.id, 1]);
    assert.deepEqual([visit_.incident, visit_.note], [a.id, 'Look for craters.']);
    assert.equal(note.note, '“Quoted” \\ line\nbreak, ґ 🕊');
    assert.equal(new Set(desk.posted.map((s) => s.nonce)).size, 4);
  });
};

tests['signed with the network off it waits, says so, survives a reload, and is sent when the connection is back'] = (world) => visit(world, world.sixty, {}, async (tab, server) => {
  const desk = officers(server, people());
  const id = undecided(world.sixty);
  await atDesk(tab, server, 'verifier', asked({ id }));
  await tab.context().setOffline(true);
  await tab.click('[data-act=note]');
  await tab.fill('#actf-note', 'Written in a cellar.');
  await tab.click('.actf [type=submit]');
  await tab.click('.sign');
  await tab.waitForSelector('.waits li');
  assert.match(await tab.locator('.done').innerText(), /waits in this browser/);
  assert.match(await tab.locator('.waits').innerText(), /1 signed act waits here[\s\S]*not been reached since[\s\S]*Sent when the connection is back/);
  await tab.screenshot({ path: `${world.out}desk-offline.png` });
  assert.deepEqual(await violations(tab), []);
  assert.equal(desk.posted.length, 0);
  server.answers.set('/api/acts', ((real) => (q, url) => (desk.down ? { status: 503, body: {} } : real(q, url)))(server.answers.get('/api/acts')));
  desk.down = true;
  await tab.context().setOffline(false);
  await tab.reload();
  await tab.waitForSelector('.waits li');
  desk.down = false;
  await tab.evaluate(() => dispatchEvent(new Event('online')));
  await tab.waitForSelector('.waits', { state: 'detached' });
  assert.deepEqual(desk.posted.map((s) => s.note), ['Written in a cellar.'], 'once, not twice');
});

tests['what waited too long is signed anew, and a refusal is told with its reason'] = (world) => visit(world, world.sixty, {}, async (tab, server) => {
  const desk = officers(server, people());
  const id = undecided(world.sixty);
  await tab.clock.install({ time: Date.now() });
  await atDesk(tab, server, 'verifier', asked({ id }));
  const down = server.answers.get('/api/acts');
  server.answers.set('/api/acts', { status: 503, body: {} });
  await tab.click('[data-act=visit]');
  await tab.fill('#actf-note', 'Look at the mast.');
  await tab.click('.actf [type=submit]');
  await tab.click('.sign');
  await tab.waitForSelector('.waits li');
  await tab.clock.fastForward(16 * 60_000);
  await tab.waitForFunction(() => /more than 15 min ago/.test(document.querySelector('.waits')?.innerText ?? ''));
  server.answers.set('/api/acts', down);
  await tab.click('text=Sign anew');
  await tab.waitForSelector('.actf');
  assert.equal(await tab.inputValue('#actf-note'), 'Look at the mast.');
  await tab.click('.actf [type=submit]');
  await tab.waitForSelector('.review');
  await tab.click('.sign');
  // The page's clock is ahead of the server's by 16 minutes: the server says so, and nothing is lost.
  await tab.waitForFunction(() => /The server refused it: the statement is not of now/.test(document.querySelector('.done')?.innerText ?? ''));
  assert.deepEqual(desk.refused, ['the statement is not of now']);
  assert.equal(await tab.locator('.waits li').count(), 1);
  await tab.click('text=Take back');
  await tab.waitForSelector('.waits', { state: 'detached' });
});

tests['letters can be switched off, and help tells every key'] = (world) => visit(world, world.sixty, {}, async (tab, server) => {
  officers(server, people());
  await atDesk(tab, server, 'verifier', asked({ id: undecided(world.sixty) }));
  await tab.keyboard.press('?');
  await tab.waitForSelector('dialog.help[open]');
  assert.match(await tab.locator('dialog.help').innerText(), /reclassify|change a class/);
  assert.deepEqual(await violations(tab), []);
  await tab.keyboard.press('Escape');
  await tab.waitForSelector('dialog.help', { state: 'hidden' });
  await tab.click('[role=switch]');
  assert.equal(await tab.getAttribute('[role=switch]', 'aria-checked'), 'false');
  await tab.keyboard.press('n');
  await tab.keyboard.press('?');
  await tab.waitForTimeout(100);
  assert.equal(await tab.locator('.actf').count(), 0);
  assert.equal(await tab.locator('dialog.help[open]').count(), 0);
  await tab.reload();
  await tab.waitForSelector('[role=switch]');
  assert.equal(await tab.getAttribute('[role=switch]', 'aria-checked'), 'false', 'it is remembered');
  await tab.click('[role=switch]');
  await tab.locator('h2#case-t').click();
  await tab.keyboard.press('n');
  await tab.waitForSelector('.actf');
  await tab.keyboard.type('jn');
  assert.equal(await tab.inputValue('#actf-note'), 'jn', 'letters typed into a field are letters');
  await tab.keyboard.press('Escape');
  await tab.waitForSelector('.actf', { state: 'detached' });
});

tests['a part that cannot be read is named; nothing waiting says what that means'] = (world) => {
  const empty = structuredClone(world.sixty);
  for (const name of ['incidents', 'findings', 'observations']) empty.collections[name] = [];
  return visit(world, empty, {}, async (tab, server) => {
    officers(server, people());
    server.failing.add('complaints');
    server.mission.collections.complaints = [];
    await signIn(tab, server, 'verifier', 'one', 'desk');
    await tab.waitForSelector('.queue .state');
    assert.match(await tab.locator('.queue').innerText(), /Not read: questions about input[\s\S]*Nothing waits[\s\S]*What was not watched is not here/);
    assert.deepEqual(await violations(tab), []);
  });
};

for (const [width, height] of [[320, 640], [390, 844], [900, 1000], [1280, 800], [2560, 1440]]) {
  for (const dark of [false, true]) {
    tests[`the desk at ${width} ${dark ? 'dark' : 'light'}: no sideways scroll, axe finds nothing`] = (world) => visit(world, withMore(world.sixty), { width, height, dark }, async (tab, server) => {
      officers(server, people());
      await atDesk(tab, server, 'verifier', asked({ id: undecided(world.sixty) }));
      await tab.waitForSelector('[data-act]');
      await tab.waitForTimeout(300);
      await tab.screenshot({ path: `${world.out}desk-${width}-${dark ? 'dark' : 'light'}.png`, fullPage: width <= 720 });
      await noSidewaysScroll(tab);
      assert.deepEqual(await violations(tab), []);
      await tab.goto(`${server.url}/?page=desk`);
      await tab.waitForSelector('.qi a');
      await noSidewaysScroll(tab);
      assert.deepEqual(await violations(tab), []);
    });
  }
}

for (const language of ['uk', 'ru']) {
  tests[`the desk in ${language}`] = (world) => visit(world, withMore(world.sixty), { width: 390, height: 844 }, async (tab, server) => {
    officers(server, people());
    await atDesk(tab, server, 'verifier', `&lang=${language}${asked({ id: undecided(world.sixty) })}`);
    await tab.waitForSelector('[data-act]');
    await tab.click('[data-act=reclassify]');
    await tab.selectOption('select[name=to]', 'explosion_outgoing');
    await tab.click('.actf [type=submit]');
    await tab.waitForSelector('.review');
    await tab.screenshot({ path: `${world.out}desk-${language}.png`, fullPage: true });
    await noSidewaysScroll(tab);
    assert.deepEqual(await violations(tab), []);
    assert.doesNotMatch(await tab.locator('.review .dash').innerText(), /[a-z]{5}/i);
  });
}
