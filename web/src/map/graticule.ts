// Meridians and parallels: all that can be drawn of the world where no basemap is installed.

export function graticule(): unknown {
  const features: unknown[] = [];
  const line = (coordinates: number[][], step: number) => features.push({ type: 'Feature', properties: { step }, geometry: { type: 'LineString', coordinates } });
  const step = (d: number) => (d % 10 === 0 ? 10 : d % 1 === 0 ? 1 : 0.5);
  for (let lon = -180; lon <= 180; lon += 0.5) line([[lon, -80], [lon, 80]], step(lon));
  for (let lat = -80; lat <= 80; lat += 0.5) line([[-180, lat], [0, lat], [180, lat]], step(lat));
  return { type: 'FeatureCollection', features };
}
