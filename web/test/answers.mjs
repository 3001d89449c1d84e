// What the server works out on demand, made up over real records: for the tests of what the app makes of it.

const copy = (x) => structuredClone(x);
const findingsOf = (mission, id) => mission.collections.findings.filter((f) => f.properties.subject === id).map((f) => f.properties);
export const featureOf = (mission, id) => mission.collections.incidents.find((f) => f.id === id);

/** The incident with most chains of evidence. */
export function rich(mission) {
  const chains = (f) => new Set(f.properties.evidence.map((e) => e.chain)).size;
  return [...mission.collections.incidents].sort((a, b) => chains(b) - chains(a) || (a.id < b.id ? -1 : 1))[0];
}

/** Three versions: first without the last report, then with fewer effects, then as it is. */
export function versions(mission, id) {
  const now = featureOf(mission, id).properties;
  const first = copy(now);
  first.version = 1;
  first.evidence = now.evidence.slice(0, 1);
  first.violations = { low: 1, best: 2, high: 4 };
  if (first.place.radius_m) first.place.radius_m *= 2;
  const second = copy(now);
  second.version = 2;
  const last = copy(now);
  last.version = 3;
  const findings = findingsOf(mission, id);
  const before = copy(findings).map((f) => ({ ...f, value: f.value === 'breach' ? 'undeterminable' : f.value }));
  return { versions: [{ position: 40, incident: first, findings: before }, { position: 60, incident: second, findings }, { position: 90, incident: last, findings }] };
}

/** Without a source: its reports are gone, and every breach is undeterminable; without all nothing is left. */
export function without(mission, id) {
  return (q, url) => {
    const off = url.searchParams.get('source').split(',');
    const then = copy(featureOf(mission, id).properties);
    then.evidence = then.evidence.filter((e) => !off.includes(e.source));
    then.p_real = 0.71;
    then.violations = { low: 2, best: 3, high: 9 };
    const findings = findingsOf(mission, id).map((f) => ({ ...f, value: f.value === 'breach' ? 'undeterminable' : f.value, probability: 0.6 }));
    return { body: { without: off, incident: then.evidence.length ? then : null, findings, others: [] } };
  };
}

/** Three shots heard by six sensors; one arrival is not used. */
export function arrivals(mission, id) {
  const start = Date.parse(featureOf(mission, id).properties.when.start);
  const iso = (t) => new Date(t).toISOString();
  const found = [];
  for (const [i, distance_m] of [3800, 5200, 6100, 7900, 8400, 9600].entries()) {
    for (let shot = 0; shot < 3; shot++) {
      const predicted = start + shot * 7300 + (distance_m / 337) * 1000;
      const residual_s = ((i * 7 + shot * 3) % 5 - 2) * 0.09;
      found.push({ source: `N-1${i}`, effect: `e${shot}`, observation: `o${i}-${shot}`, distance_m: distance_m + 20 * shot, predicted: iso(predicted), time: iso(predicted + residual_s * 1000), residual_s, sigma_s: 0.12, used: !(i === 4 && shot === 1) });
    }
  }
  return { arrivals: found, origin: { time: iso(start) } };
}

/** Of the two nearest sensors what they wrote down while the sound came, one with a gap; and a photo behind the first report. */
export function record(server, mission, id, photo) {
  const one = featureOf(mission, id).properties;
  const start = Date.parse(one.when.start);
  const when = { start: new Date(start - 60_000).toISOString(), end: new Date(start + 120_000).toISOString() };
  const waves = ['N-10', 'N-11'].map((source, i) => ({ observations: [`o${i}-0`], position: 50 + i, recording: { id: `r${i}`, source, media_type: 'application/vnd.fdsn.mseed', bytes: 4096, when } }));
  const first = one.evidence[0];
  const shot = { observations: [first.observation], position: 70, recording: { id: 'r2', source: first.source, media_type: 'image/png', bytes: photo.length, when: { start: when.start, end: when.start } } };
  server.answers.set(`/api/incidents/${id}/recordings`, { body: { more: false, recordings: [...waves, shot] } });
  server.routes.push([/^\/api\/recordings\/r2$/, () => ({ body: photo, type: 'image/png' })]);
  server.routes.push([/^\/api\/recordings\/(r\d)\/trace$/, ([, r], url) => {
    const bins = Number(url.searchParams.get('bins'));
    const swing = (i) => 4000 + Math.round(20 * Math.sin(i) + 900 * Math.exp(-(((i - bins * 0.4) / 12) ** 2)) * Math.cos(i));
    const gap = (i) => r === 'r1' && i > bins * 0.7 && i < bins * 0.8;
    const side = (by) => Array.from({ length: bins }, (_, i) => (gap(i) ? null : swing(i) + by));
    return { body: JSON.stringify({ bins, channels: [{ channel: 'XX_TEST__BDF', high: side(8), low: side(-8), rate_hz: 100 }] }), type: 'application/json' };
  }]);
}

export function give(server, mission, id) {
  server.answers.set(`/api/incidents/${id}/versions`, { body: versions(mission, id) });
  server.answers.set(`/api/incidents/${id}/arrivals`, { body: arrivals(mission, id) });
  server.answers.set(`/api/incidents/${id}/without`, without(mission, id));
}

/** Counts over time as the server gives them, of any number of incidents by their beginning. */
export function histogram(times, changes = []) {
  return (q, url) => {
    const iso = (t) => new Date(t).toISOString().replace('.000Z', 'Z');
    const n = Number(url.searchParams.get('bins'));
    const from = Date.parse(url.searchParams.get('from') ?? iso(Math.min(...times)));
    const to = Date.parse(url.searchParams.get('to') ?? iso(Math.max(...times) + 1000));
    const bins = Array.from({ length: n }, (_, i) => ({ start: iso(from + (i * (to - from)) / n), end: iso(from + ((i + 1) * (to - from)) / n), incidents: 0, counts: { explosion_impact: [0, 0, 0] } }));
    for (const t of times) {
      if (t < from || t >= to) continue;
      const b = bins[Math.min(n - 1, Math.floor(((t - from) / (to - from)) * n))];
      b.incidents++;
      b.counts.explosion_impact = b.counts.explosion_impact.map((v) => v + 1);
    }
    return { body: { bins, change_points: changes.map(iso), from: iso(from), to: iso(to) } };
  };
}
