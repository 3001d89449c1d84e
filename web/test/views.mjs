// The views that the server makes, over a mission's records: what pages ask for beside the collections.

const day_ms = 86_400_000;
export const plus = (day, n) => new Date(Date.parse(`${day}T00:00:00Z`) + n * day_ms).toISOString().slice(0, 10);
export const civil = (instant, zone) => new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(new Date(instant));

const inside = ([x, y], rings) => {
  let odd = false;
  for (const ring of rings) {
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
      const [[xi, yi], [xj, yj]] = [ring[i], ring[j]];
      if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) odd = !odd;
    }
  }
  return odd;
};

/** GET /api/board of days that feeds have told of. */
export function board(mission, from, to) {
  const zone = mission.landing.time_zone;
  const c = mission.collections;
  const sectors = c.areas.filter((a) => ['sector', 'region'].includes(a.properties.kind)).map((a) => ({ id: a.id, name: a.properties.name, rings: a.geometry.coordinates }));
  const days = [];
  for (let d = from; d <= to; d = plus(d, 1)) days.push(d);
  const told = [...c.incidents.map((f) => civil(f.properties.when.start, zone)), ...c.quiet.map((f) => civil(f.properties.when.start, zone))].sort();
  const found = new Map();
  for (const f of c.findings) {
    if (f.properties.reading === 'base') found.set(f.properties.subject, [...(found.get(f.properties.subject) ?? []), f.properties.value]);
  }
  const cells = [];
  for (const day of days.filter((d) => d >= told[0] && d <= told.at(-1))) {
    for (const sector of [...sectors, null]) {
      const here = c.incidents.filter(({ properties: i }) => civil(i.when.start, zone) === day
        && (sector ? inside(i.place.best, sector.rings) : !sectors.some((s) => inside(i.place.best, s.rings))));
      const q = sector && c.quiet.find((f) => f.properties.sector === sector.id && civil(f.properties.when.start, zone) === day);
      const value = (i) => ['breach', 'undeterminable', 'compliant', 'not_applicable'].find((v) => (found.get(i.id) ?? []).includes(v));
      const n = (v) => here.filter((f) => value(f.properties) === v).length;
      const sum = (k) => here.reduce((s, f) => s + (f.properties.violations[k] ?? 0), 0);
      const open = here.length === 0 || here.some((f) => f.properties.violations.unbounded);
      cells.push({ breach: n('breach'), compliant: n('compliant'), coverage: q?.properties.coverage ?? null, day, incidents: here.length, sector: sector?.id ?? null,
        undeterminable: n('undeterminable'), violations: { best: sum('best'), ...(open ? { unbounded: true } : { high: sum('high') }), low: sum('low') } });
    }
  }
  return { cells, changes: [], days, sectors: sectors.map(({ id, name }) => ({ id, name })), trend: [...sectors, null].map((s) => ({ ratio: { best: 1, high: 2, low: 0.5 }, sector: s?.id ?? null, words: 'too_few' })), trend_of_all: { ratio: { best: 1, high: 2, low: 0.5 }, words: 'too_few' } };
}

/** GET /api/agreement, of the mission's agreement.toml. */
export function agreement(mission) {
  const a = mission.agreement;
  const changed = (id) => (a.reading ?? []).flatMap((r) => (r.change ?? []).filter((c) => c.provision === id).map(({ provision, ...changes }) => ({ changes, id: r.id })));
  return {
    definitions: (a.zone ?? []).map((z) => ({ area: z.geometry ?? z.id, id: z.id, kind: 'zone', name: z.name ?? '' })),
    gates: (a.gate ?? []).map((g) => g.id), hash: 'cd'.repeat(32), languages: [],
    mechanism: { attributes: false, severities: [], standards_of_proof: a.standard_of_proof, time_zone: a.time_zone },
    parties: a.party.map((p) => ({ answers_for: p.answers_for ?? [], id: p.id, name: p.name })),
    provisions: a.provision.map(({ from, until, ...p }) => ({ norm: 'prohibition', ...p, ...(from ? { in_force: { start: new Date(`${String(from).slice(0, 16)}Z`).toISOString() } } : {}), readings: changed(p.id) })),
    readings: [{ id: 'base' }, ...(a.reading ?? []).map((r) => ({ id: r.id, ...(r.party ? { party: r.party } : {}), words: r.words }))],
    source: a.source, title: a.title,
  };
}

/** The views of this mission at the server of a test. */
export function serve(server, mission) {
  server.answers.set('/api/board', (_, url) => ({ body: board(mission, url.searchParams.get('from'), url.searchParams.get('to')) }));
  server.answers.set('/api/agreement', () => ({ body: agreement(mission) }));
  const { first, last } = mission.landing.report_days;
  server.answers.set(`/api/reports/${first}_${last}.json`, () => ({ body: mission.report }));
}

/** Thirteen sectors, four weeks: some fire, some quiet, some blind; always the same. */
export function busy(last = '2026-04-17') {
  let seed = 7;
  const random = () => (seed = (seed * 48271) % 2147483647) / 2147483647;
  const days = Array.from({ length: 28 }, (_, i) => plus(last, i - 27));
  const sectors = Array.from({ length: 13 }, (_, i) => ({ id: `S-${18 + i}`, name: `S-${18 + i} km ${340 + 13 * i}` }));
  const rates = [0.1, 0.1, 0.1, 3, 6, 4, 8, 6, 3, 0.1, 0.2, 0.4, 0.1];
  const cells = days.flatMap((day, d) => [...sectors, null].map((s, i) => {
    const n = s && random() < rates[i] / (rates[i] + 1.2) ? Math.ceil(random() * rates[i] * 3) : 0;
    const coverage = !s ? null : i === 12 ? (d % 3 ? 0.45 : 0.2) : i === 11 ? 0.55 : d === 13 ? 0.5 : i < 3 && d > 5 && d < 8 ? 0.1 : i === 2 && d > 21 ? 0.57 : 0.78 + 0.15 * random();
    const kind = random();
    return { breach: n && kind < 0.8 ? 1 : 0, compliant: n && kind > 0.97 ? 1 : 0, coverage, day, incidents: n ? Math.ceil(n / 3) : 0, sector: s?.id ?? null,
      undeterminable: n && kind >= 0.8 && kind < 0.93 ? 1 : 0, violations: n ? { best: n, high: Math.ceil(n * 1.4), low: Math.floor(n * 0.8) } : { best: 0, low: 0, unbounded: true } };
  }));
  const trend = [...sectors, null].map((s, i) => ({ ratio: { best: 1.1 + i / 20, high: 2.1, low: 0.8 }, sector: s?.id ?? null, words: rates[i] > 2 ? (i % 3 ? 'level' : 'up') : 'too_few' }));
  return { cells, changes: [{ after_mean: 2.1, before_mean: 4.4, day: days[8], rule: 'poisson_pelt_3_ln_n', sector: 'S-24' }], days, sectors, trend, trend_of_all: { ratio: { best: 1.2, high: 1.5, low: 1.05 }, words: 'up' } };
}
