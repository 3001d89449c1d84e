// One incident: what stands without a source, sound by distance, how it came to be, and what other readers see of it.
import assert from 'node:assert/strict';
import { give, record, rich } from './answers.mjs';
import { ready } from './browser.mjs';
import { noSidewaysScroll, violations, visit } from './visit.mjs';

export const browser = true;
const open = (tab, server, id, more = '') => ready(tab, `${server.url}/?page=incident&sel=${id}${more}`, false);

export const tests = {
  'a source switched off: count, place, probability, findings and whether the finding stands, beside those with it'(world) {
    const breach = new Set(world.line.collections.findings.filter((f) => f.properties.value === 'breach' && f.properties.reading === 'base').map((f) => f.properties.subject));
    const one = world.line.collections.incidents.find((f) => breach.has(f.id) && new Set(f.properties.evidence.map((e) => e.source)).size > 1);
    const source = one.properties.evidence[0].source;
    return visit(world, world.line, {}, async (tab, server) => {
      give(server, world.line, one.id);
      await open(tab, server, one.id);
      await tab.waitForSelector('.rd .f');
      await tab.locator('.use .sw').first().focus();
      await tab.keyboard.press('Space');
      await tab.waitForSelector('.wo .df');
      assert.equal(await tab.locator('.use .sw').first().getAttribute('aria-checked'), 'false');
      assert.match(tab.url(), new RegExp(`without=${source}`));
      const text = await tab.locator('.wo').innerText();
      assert.match(text, /The finding does not stand: breach becomes undeterminable/);
      assert.match(text, /Count[\s\S]*3 \(2–9\)/);
      assert.match(text, /Probability that it is real[\s\S]*0\.71/);
      assert.ok((await tab.locator('.wo .df tr.diff .f.undet').count()) > 0, 'each finding that changes has its line');
      assert.deepEqual(await violations(tab), []);
      for (const other of new Set(one.properties.evidence.map((e) => e.source))) {
        if (other === source) continue;
        await tab.locator(`tr:has-text("${world.line.collections.sources.find((f) => f.id === other).properties.name}") .use .sw`).first().click();
      }
      await tab.waitForFunction(() => /Nothing is left of the incident/.test(document.querySelector('.wo')?.textContent ?? ''));
      await tab.click('.wo button:has-text("All on")');
      await tab.waitForSelector('.wo', { state: 'detached' });
    });
  },
  'sound by distance: a row for each sensor, a tick for each arrival, a line where it must have been, figures in a table'(world) {
    const one = rich(world.line);
    return visit(world, world.line, {}, async (tab, server) => {
      give(server, world.line, one.id);
      await open(tab, server, one.id);
      await tab.waitForSelector('.arrivals .pick');
      assert.equal(await tab.locator('.arrivals > svg .pick').count(), 18);
      assert.equal(await tab.locator('.arrivals > svg .pick.unused').count(), 1);
      assert.equal(await tab.locator('.arrivals > svg .front').count(), 3, 'of each effect one');
      assert.equal(await tab.locator('.arrivals > svg .tb').count(), 6, 'a sensor has one row, though the effects lie apart');
      await tab.click('.arrivals summary');
      assert.match(await tab.locator('.arrivals table').innerText(), /N-10\s+3\.8 km\s+−180\s+120\s+yes/);
      assert.equal(await tab.locator('.evt a:has-text("original bytes")').first().getAttribute('href').then((h) => new URLSearchParams(h.slice(2)).get('sel')), one.properties.evidence[0].observation);
      await tab.screenshot({ path: `${world.out}incident-whole.png`, fullPage: true });
      assert.deepEqual(await violations(tab), []);
      await tab.setViewportSize({ width: 390, height: 844 });
      await noSidewaysScroll(tab);
      await tab.screenshot({ path: `${world.out}incident-whole-390.png`, fullPage: true });
    });
  },
  'what was recorded stands behind it: a waveform on the line of its sensor, a photo beside its report; looking back, what had come by then'(world) {
    const one = rich(world.line);
    return visit(world, world.line, {}, async (tab, server) => {
      await ready(tab, server.url, false);
      record(server, world.line, one.id, await tab.screenshot({ clip: { x: 0, y: 0, width: 320, height: 180 } }));
      give(server, world.line, one.id);
      await open(tab, server, one.id);
      await tab.waitForFunction(() => document.querySelectorAll('.arrivals .wave').length === 2);
      const strokes = await tab.locator('.arrivals .wave').evaluateAll((all) => all.map((p) => p.getAttribute('d').split('M').length - 1));
      assert.deepEqual(strokes, [1, 2], 'a gap is left open');
      const photo = tab.locator('.evt .rec img');
      assert.equal(await photo.count(), 1);
      await photo.scrollIntoViewIfNeeded();
      await tab.waitForFunction(() => document.querySelector('.rec img').naturalWidth === 320);
      assert.match(await photo.getAttribute('alt'), /^Photo from .+ \+00:00$/);
      assert.deepEqual(await violations(tab), []);
      await tab.screenshot({ path: `${world.out}recordings.png`, fullPage: true });
      await tab.setViewportSize({ width: 390, height: 844 });
      await noSidewaysScroll(tab);
      await tab.screenshot({ path: `${world.out}recordings-390.png`, fullPage: true });
      await open(tab, server, one.id, '&known=60');
      await tab.waitForFunction(() => document.querySelectorAll('.arrivals .wave').length === 2);
      assert.equal(await tab.locator('.evt .rec').count(), 0, 'the photo came later');
    });
  },
  'versions as a difference with its reasons, and acts of officers'(world) {
    const changed = structuredClone(world.line);
    const one = rich(changed);
    const act = (id, more) => ({ type: 'Feature', id, geometry: null, properties: { id, by: 'o.kovalenko', at: '2030-06-05T09:00:00Z', incident: one.id, undone_by: null, ...more } });
    changed.collections.acts = [act('a1', { act: 'reclassify', from: 'explosion_impact', to: 'explosion_outgoing', note: 'heard so by two patrols', position: 55 }), act('a2', { act: 'note', note: 'of another', incident: 'other', position: 56 })];
    return visit(world, changed, {}, async (tab, server) => {
      give(server, changed, one.id);
      await open(tab, server, one.id);
      await tab.waitForSelector('.actl');
      await tab.click('.seg button:has-text("1 with 2")');
      const text = await tab.locator('.df[role=status]').innerText();
      assert.match(text, /Version 1, entry 40\s+Version 2, entry 60/);
      assert.match(text, /Count\s+2 \(1–4\)/);
      assert.match(text, /report[s]? came: .*Reclassified by o\.kovalenko/);
      assert.match(await tab.locator('.actl').innerText(), /Reclassified[\s\S]*impact explosion → outgoing explosion[\s\S]*heard so by two patrols/);
      assert.doesNotMatch(await tab.locator('.actl').innerText(), /of another/);
    });
  },
  'who is not of the staff is told what was blurred and held back, and reads no reports'(world) {
    const outside = structuredClone(world.line);
    for (const f of outside.collections.incidents) { f.properties.released = { delay_s: 86_400, place_km: 5 }; f.properties.evidence = []; }
    return visit(world, outside, {}, async (tab, server) => {
      for (const c of ['observations', 'sources', 'health', 'quiet', 'acts']) server.refused.add(c);
      const id = outside.collections.incidents[0].id;
      await ready(tab, `${server.url}/?sel=${id}`);
      assert.match(await tab.locator('.list .released').innerText(), /cells of 5 km or more, 24 h late/);
      assert.match(await tab.locator('.mfoot').innerText(), /cells of 5 km or more, 24 h late/);
      assert.equal(await tab.locator('.bar.err').count(), 0, 'what may not be read is no fault');
      await tab.waitForFunction(() => /not told to your role/.test(document.querySelector('.tl-cover').innerText));
      await tab.screenshot({ path: `${world.out}state-public.png` });
      assert.deepEqual(await violations(tab), []);
      await open(tab, server, id);
      await tab.waitForSelector('truce-incident .released');
      assert.match(await tab.locator('truce-incident').innerText(), /cells of 5 km or more, 24 h late[\s\S]*Reports and sources are for the mission's staff/);
      server.refused.add('incidents');
      await ready(tab, server.url, false);
      await tab.waitForSelector('truce-list .state');
      assert.match(await tab.locator('truce-list').innerText(), /Incidents are not for this role/);
    });
  },
};
