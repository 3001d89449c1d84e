// Who is signed in, what a role is offered, and what is said when a session ends or no account is there.
import assert from 'node:assert/strict';
import { ready } from './browser.mjs';
import { officers, signIn } from './officers.mjs';
import { noSidewaysScroll, violations, visit } from './visit.mjs';

export const browser = true;
export const tests = {};

const people = () => ({
  verifier: { role: 'verification', password: 'one' }, watch: { role: 'duty', password: 'two' }, clara: { role: 'liaison', party: 'p1', password: 'three' },
  dmytro: { role: 'commission', password: 'four' }, fay: { role: 'force', password: 'five' },
});
const staff = ['verification', 'duty'];
const members = [...staff, 'commission', 'liaison', 'force'];
/** Who may open a view; who is not named may not. */
const readers = { room: null, board: null, desk: staff, report: staff, quiet: [...staff, 'force'], sources: staff, agreement: members, proof: staff };
const opens = (role) => Object.keys(readers).filter((page) => !readers[page] || readers[page].includes(role));

tests['without accounts a quiet line says so and names the command'] = (world) => visit(world, world.sixty, {}, async (tab, server) => {
  await tab.goto(server.url);
  await tab.waitForFunction(() => /no accounts/.test(document.querySelector('truce-who')?.textContent ?? ''));
  await tab.click('truce-who a');
  await tab.waitForSelector('truce-signin code');
  assert.match(await tab.locator('truce-signin').innerText(), /everybody at this machine reads all, and nobody can sign acts[\s\S]*truce user add/);
  assert.equal(await tab.locator('#si-name').count(), 0, 'there is nothing to sign in to');
  await tab.goto(`${server.url}/?page=desk&sel=${server.mission.collections.incidents[0].id}`);
  await tab.waitForSelector('.signs code');
  assert.equal(await tab.locator('[data-act]').count(), 0, 'no act is offered');
});

for (const [name, { role }] of Object.entries(people())) {
  tests[`${role}: what the role may is offered, what it may not says who may`] = (world) => visit(world, world.sixty, {}, async (tab, server) => {
    officers(server, people());
    await signIn(tab, server, name, people()[name].password);
    const offered = await tab.evaluate(() => [...document.querySelectorAll('truce-nav:not([foot]) a')].map((a) => new URLSearchParams(a.search).get('page') ?? 'room'));
    assert.deepEqual(offered, opens(role));
    for (const page of Object.keys(readers).filter((p) => !offered.includes(p))) {
      await tab.goto(`${server.url}/?page=${page}`);
      await tab.waitForSelector('.state.narrow');
      assert.match(await tab.locator('main').innerText(), new RegExp(`Duty and verification officers of the mission (and force headquarters )?may read this\\.[\\s\\S]*You are signed in as ${name}`));
      assert.deepEqual(await violations(tab), []);
    }
  });
}

for (const dark of [false, true]) {
  tests[`the public, ${dark ? 'dark' : 'light'}: a view that is not for it is not offered, and its address says who may open it`] = (world) => visit(world, world.sixty, { dark }, async (tab, server) => {
    officers(server, people());
    const asked = [];
    tab.on('request', (r) => asked.push(new URL(r.url()).pathname));
    await tab.goto(server.url);
    await tab.waitForFunction(() => { const all = [...document.querySelectorAll('truce-nav:not([foot]) a')]; return all.length && !all.some((a) => /page=desk/.test(a.search)); });
    const offered = await tab.evaluate(() => [...document.querySelectorAll('truce-nav:not([foot]) a')].map((a) => new URLSearchParams(a.search).get('page') ?? 'room'));
    assert.deepEqual(offered, opens('public'));
    for (const page of Object.keys(readers).filter((p) => !offered.includes(p))) {
      asked.length = 0;
      await tab.goto(`${server.url}/?page=${page}`);
      await tab.waitForSelector('.state.narrow');
      assert.match(await tab.locator('main').innerText(), /may read this\.\s+You are not signed in/);
      assert.deepEqual(asked.filter((p) => p.startsWith(`/api/${page}`)), []);
      assert.deepEqual(await violations(tab), [], page);
    }
  });
}

tests['who is not signed in is told so, and comes back to the page after signing in'] = (world) => visit(world, world.sixty, {}, async (tab, server) => {
  officers(server, people());
  await tab.goto(`${server.url}/?page=desk`);
  await tab.waitForSelector('.state.narrow');
  assert.match(await tab.locator('main').innerText(), /You are not signed in/);
  await tab.screenshot({ path: `${world.out}denied.png` });
  await tab.click('.state.narrow a.pri');
  await tab.fill('#si-name', 'verifier');
  await tab.fill('#si-word', 'one');
  await tab.press('#si-word', 'Enter');
  await tab.waitForSelector('truce-desk .queue');
  assert.doesNotMatch(tab.url(), /page=signin|one/);
});

tests['a session that has ended is told over everything, and what was in sight stays'] = (world) => visit(world, world.sixty, {}, async (tab, server) => {
  const desk = officers(server, people());
  await signIn(tab, server, 'verifier', 'one', 'signin');
  await tab.click('.make-key');
  await tab.waitForSelector('.keyline');
  await tab.evaluate((id) => history.pushState(null, '', `/?page=desk&sel=${id}`), server.mission.collections.incidents[0].id);
  await tab.evaluate(() => dispatchEvent(new PopStateEvent('popstate')));
  await tab.waitForSelector('[data-act=note]');
  desk.sessions.clear();
  await tab.click('[data-act=note]');
  await tab.fill('#actf-note', 'Seen from the road.');
  await tab.click('.actf [type=submit]');
  await tab.click('.sign');
  await tab.waitForSelector('.bar.inv[role=alert]');
  assert.match(await tab.locator('.bar.inv[role=alert]').innerText(), /session ended at[\s\S]*wait in this browser/);
  assert.equal(desk.posted.length, 0);
  await tab.screenshot({ path: `${world.out}session-ended.png` });
  await tab.click('.bar.inv a');
  await tab.fill('#si-name', 'verifier');
  await tab.fill('#si-word', 'one');
  await tab.press('#si-word', 'Enter');
  await tab.waitForFunction(() => !document.querySelector('.bar.inv'));
  for (let i = 0; i < 50 && desk.posted.length === 0; i++) await tab.waitForTimeout(100);
  assert.equal(desk.posted[0]?.note, 'Seen from the road.', 'what was signed waits and is sent after signing in');
});

tests['signing out lays the page anew'] = (world) => visit(world, world.sixty, {}, async (tab, server) => {
  const desk = officers(server, people());
  await signIn(tab, server, 'watch', 'two', 'signin');
  await tab.evaluate(() => { window.still = true; });
  await tab.click('text=Sign out');
  await tab.waitForFunction(() => !window.still && document.querySelector('#si-name'));
  assert.equal(desk.sessions.size, 0);
});

tests['a key is made once, cannot be taken out, and another browser says where it is'] = (world) => visit(world, world.sixty, {}, async (tab, server) => {
  const desk = officers(server, people());
  await signIn(tab, server, 'verifier', 'one', 'signin');
  await tab.click('.make-key');
  await tab.waitForSelector('.keyline');
  assert.match(desk.people.verifier.key, /^[0-9a-f]{64}$/);
  const kept = await tab.evaluate(() => new Promise((done) => {
    const ask = indexedDB.open('truce');
    ask.onsuccess = () => { const all = ask.result.transaction('keys').objectStore('keys').getAll(); all.onsuccess = () => done(all.result.map((k) => [k.id, k.private.extractable, k.private.algorithm.name])); };
  }));
  assert.deepEqual(kept, [[desk.people.verifier.key, false, 'Ed25519']]);
  assert.ok(!JSON.stringify(await tab.evaluate(() => ({ ...localStorage }))).includes(desk.people.verifier.key));
  await tab.evaluate(() => new Promise((done) => { const ask = indexedDB.open('truce'); ask.onsuccess = () => { const t = ask.result.transaction('keys', 'readwrite'); t.objectStore('keys').clear(); t.oncomplete = done; }; }));
  await tab.reload();
  await tab.waitForSelector('truce-signin h2');
  await tab.waitForFunction(() => /in another browser/.test(document.querySelector('truce-signin').innerText));
  assert.match(await tab.locator('truce-signin').innerText(), /truce user forget-key verifier/);
  assert.equal(await tab.locator('.make-key').count(), 0);
  await tab.screenshot({ path: `${world.out}key-elsewhere.png` });
});

tests['a browser without Ed25519 says what to use'] = (world) => visit(world, world.sixty, {}, async (tab, server) => {
  officers(server, people());
  await tab.addInitScript(() => { crypto.subtle.generateKey = () => Promise.reject(new DOMException('no', 'NotSupportedError')); });
  await signIn(tab, server, 'verifier', 'one', 'signin');
  await tab.waitForFunction(() => /This browser cannot sign/.test(document.querySelector('truce-signin')?.innerText ?? ''));
  assert.match(await tab.locator('truce-signin').innerText(), /Chromium 137, Firefox 129 or Safari 17/);
});

tests['who is signed in has room in the bar at every width'] = async (world) => {
  for (const width of [320, 390, 1280, 2560]) {
    await visit(world, world.sixty, { width, height: 800 }, async (tab, server) => {
      officers(server, { 'a-name-that-is-rather-long-for-a-bar': { role: 'verification', password: 'x' } });
      await tab.goto(`${server.url}/?page=signin`);
      await tab.fill('#si-name', 'a-name-that-is-rather-long-for-a-bar');
      await tab.fill('#si-word', 'x');
      await tab.press('#si-word', 'Enter');
      await tab.waitForSelector('truce-who .as', { state: 'attached' });
      await tab.goto(`${server.url}/?page=signin`);
      await tab.waitForSelector('truce-signin h2');
      await noSidewaysScroll(tab);
    });
  }
};

tests['the views of staff stand in no bar before it is known who looks'] = (world) => visit(world, world.sixty, {}, async (tab, server) => {
  let tell;
  const told = new Promise((done) => { tell = done; });
  server.answers.set('/api/session', async () => { await told; return { body: { account: null, accounts: false, csrf: null, delay_s: 0, may: ['live', 'read_evidence', 'read_log'], role: 'duty' } }; });
  await ready(tab, server.url, false);
  assert.deepEqual(await tab.locator('header nav > a').allInnerTexts(), ['Map', 'Board']);
  tell();
  await tab.waitForFunction(() => document.querySelectorAll('header nav > a').length > 4);
});
