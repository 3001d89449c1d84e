// Signing in: right, wrong, too often, at every width, in three languages, by keyboard.
import assert from 'node:assert/strict';
import { officers } from './officers.mjs';
import { noSidewaysScroll, violations, visit } from './visit.mjs';

export const browser = true;
export const tests = {};
const people = () => ({ verifier: { role: 'verification', password: 'right' } });
const form = async (tab, server, more = '') => { await tab.goto(`${server.url}/?page=signin${more}`); await tab.waitForSelector('#si-name'); };

for (const [width, height] of [[320, 640], [390, 844], [1280, 800], [2560, 1440]]) {
  for (const dark of [false, true]) {
    tests[`the form at ${width} ${dark ? 'dark' : 'light'}: no sideways scroll, axe finds nothing`] = (world) => visit(world, world.sixty, { width, height, dark }, async (tab, server) => {
      officers(server, people());
      await form(tab, server);
      await tab.screenshot({ path: `${world.out}signin-${width}-${dark ? 'dark' : 'light'}.png` });
      await noSidewaysScroll(tab);
      assert.deepEqual(await violations(tab), []);
    });
  }
}

for (const language of ['uk', 'ru']) {
  tests[`the form in ${language}`] = (world) => visit(world, world.sixty, { width: 320, height: 640 }, async (tab, server) => {
    officers(server, people());
    await form(tab, server, `&lang=${language}`);
    await noSidewaysScroll(tab);
    assert.doesNotMatch(await tab.locator('main').innerText(), /[a-z]{4}/i);
    assert.deepEqual(await violations(tab), []);
  });
}

tests['a wrong password is told, the field is empty and has the focus; nothing of it is in the address'] = (world) => visit(world, world.sixty, {}, async (tab, server) => {
  officers(server, people());
  await form(tab, server);
  await tab.fill('#si-name', 'verifier');
  await tab.fill('#si-word', 'guess-123');
  await tab.press('#si-word', 'Enter');
  await tab.waitForFunction(() => document.querySelector('#si-wrong').textContent.length > 0);
  assert.equal(await tab.locator('#si-wrong').innerText(), 'Name or password is wrong.');
  await tab.waitForFunction(() => document.activeElement.id === 'si-word' && document.activeElement.value === '');
  assert.equal(await tab.inputValue('#si-name'), 'verifier');
  assert.doesNotMatch(tab.url(), /guess|verifier/);
  assert.deepEqual(await violations(tab), []);
});

tests['after too many tries it says how long to wait, and waits'] = (world) => visit(world, world.sixty, {}, async (tab, server) => {
  const desk = officers(server, people());
  desk.hold_s = 2;
  await form(tab, server);
  await tab.fill('#si-name', 'verifier');
  await tab.fill('#si-word', 'right');
  await tab.press('#si-word', 'Enter');
  await tab.waitForFunction(() => /Too many tries/.test(document.querySelector('#si-wrong').textContent));
  assert.match(await tab.locator('#si-wrong').innerText(), /in [12] seconds?\./);
  assert.ok(await tab.locator('form [type=submit]').isDisabled());
  desk.hold_s = 0;
  await tab.waitForFunction(() => !document.querySelector('form [type=submit]').disabled);
  await tab.fill('#si-word', 'right');
  await tab.press('#si-word', 'Enter');
  await tab.waitForSelector('truce-who .as');
});

tests['a server that is not there is told as that, not as a wrong password'] = (world) => visit(world, world.sixty, {}, async (tab, server) => {
  officers(server, people());
  await form(tab, server);
  await tab.context().setOffline(true);
  await tab.fill('#si-name', 'verifier');
  await tab.fill('#si-word', 'right');
  await tab.press('#si-word', 'Enter');
  await tab.waitForFunction(() => /cannot be reached/.test(document.querySelector('#si-wrong').textContent));
});

tests['by keyboard: name, password, sign in, in this order, with what a password manager looks for'] = (world) => visit(world, world.sixty, {}, async (tab, server) => {
  officers(server, people());
  await form(tab, server, '&back=board');
  await tab.focus('#si-name');
  await tab.keyboard.type('verifier');
  await tab.keyboard.press('Tab');
  assert.equal(await tab.evaluate(() => document.activeElement.id), 'si-word');
  await tab.keyboard.type('right');
  await tab.keyboard.press('Tab');
  assert.equal(await tab.evaluate(() => document.activeElement.type), 'submit');
  assert.deepEqual(await tab.evaluate(() => ['#si-name', '#si-word'].map((s) => document.querySelector(s).autocomplete)), ['username', 'current-password']);
  assert.equal(await tab.evaluate(() => document.querySelector('#si-name').form.method), 'post');
  await tab.keyboard.press('Enter');
  await tab.waitForFunction(() => location.search.includes('page=board'));
});
