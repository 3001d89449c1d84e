// A mission as the public is told it: blocks of whole cells, few fields, and no other collection but the gates.
const kFields = ['effects', 'id', 'p_real', 'violations', 'when'];
const kCell_m = 10_000;

/** The cell of the likeliest place and one around it on every side. */
function block([lon, lat]) {
  const north = kCell_m / 111_320;
  const south = Math.floor(lat / north) * north;
  const east = north / Math.cos((south * Math.PI) / 180);
  const west = Math.floor(lon / east) * east;
  const [x0, x1, y0, y1] = [west - east, west + 2 * east, south - north, south + 2 * north];
  return { type: 'Polygon', coordinates: [[[x0, y0], [x1, y0], [x1, y1], [x0, y1], [x0, y0]]] };
}

export function released(mission) {
  const out = structuredClone(mission);
  out.landing.log_position = null;
  out.collections = { gates: mission.collections.gates, incidents: mission.collections.incidents.map((f) => ({ ...f, geometry: block(f.properties.place.best),
    properties: { ...Object.fromEntries(kFields.map((k) => [k, f.properties[k]])), released: { delay_s: 259_200, place_km: 10 } } })) };
  return out;
}

/** What the server refuses to the public, besides what officers() says of sessions. */
export function refuse(server) {
  for (const c of ['findings', 'differences', 'attributions', 'observations', 'quiet', 'sources', 'areas', 'health', 'acts', 'events', 'signatures']) server.refused.add(c);
  for (const path of ['agreement', 'board', 'histogram', 'log', 'reports']) server.answers.set(`/api/${path}`, { status: 403, body: { title: 'Forbidden', status: 403 } });
}
