import { pathOf, useAddress } from './address.ts';

export type Route =
  | { screen: 'bench' | 'overview' | 'charts' | 'batches' | 'connections' | 'drift' | 'exports' | 'setup' }
  | { screen: 'audit'; seq?: number }
  | { screen: 'units'; order?: string }
  | { screen: 'batch'; id: string }
  | { screen: 'unit'; id: string; conversation?: { attempt: number; startedAt: string } }
  | { screen: 'plant' | 'plantUnits' }
  | { screen: 'plantUnit'; unitSerial: string; stationId: string }
  | { screen: 'station'; section: string }
  /** An address that leads to no page: unknown, or damaged on the way. */
  | { screen: 'nowhere' };

/**
 * Reads an address. Addresses are hashes, so that the same files work from a folder, from `app://station/` and from the
 * kiosk.
 */
export function parseRoute(hash: string): Route {
  try {
    return routeOf(hash);
  } catch (cause) {
    // A `%` that begins no character.
    if (cause instanceof URIError) return { screen: 'nowhere' };
    throw cause;
  }
}

function routeOf(hash: string): Route {
  const [screen = '', ...rest] = pathOf(hash).replace(/^#\/?/, '').split('/');
  const id = decodeURIComponent(rest.join('/'));
  switch (screen) {
    case 'units': {
      if (id === '') return { screen: 'units' };
      if (rest[0] === '' && rest[1] === 'order') return { screen: 'units', order: decodeURIComponent(rest[2] ?? '') };
      // A serial has no slash here, because hrefTo writes it as %2F.
      const [unit = '', part, attempt = '', startedAt = ''] = rest;
      if (part !== 'conversation' || !/^\d{1,6}$/.test(attempt) || startedAt === '') return { screen: 'unit', id };
      const conversation = { attempt: Number(attempt), startedAt: decodeURIComponent(startedAt) };
      return { screen: 'unit', id: decodeURIComponent(unit), conversation };
    }
    case 'overview':
      return { screen: 'overview' };
    case 'charts':
      return { screen: 'charts' };
    case 'audit':
      return /^[1-9]\d{0,14}$/.test(id) ? { screen: 'audit', seq: Number(id) } : { screen: 'audit' };
    case 'batches':
      return id === '' ? { screen: 'batches' } : { screen: 'batch', id };
    case 'connections':
      return { screen: 'connections' };
    case 'drift':
      return { screen: 'drift' };
    case 'exports':
      return { screen: 'exports' };
    case 'plant': {
      const [part, stationId = '', unit = ''] = rest;
      if (part === undefined) return { screen: 'plant' };
      if (part !== 'units') return { screen: 'nowhere' };
      if (unit === '') return { screen: 'plantUnits' };
      return { screen: 'plantUnit', unitSerial: decodeURIComponent(unit), stationId: decodeURIComponent(stationId) };
    }
    case 'station':
      return { screen: 'station', section: id };
    case 'setup':
      return { screen: 'setup' };
    case 'bench':
    case '':
      return { screen: 'bench' };
    default:
      return { screen: 'nowhere' };
  }
}

export const hrefTo = {
  bench: '#/bench',
  overview: '#/overview',
  charts: '#/charts',
  audit: '#/audit',
  auditEntry: (seq: number) => `#/audit/${seq}`,
  /** A list with a filter; values that are empty are left out. */
  filtered: (href: string, filter: Record<string, string>) => {
    const set = Object.entries(filter).filter(([, value]) => value !== '');
    return set.length === 0 ? href : `${href}?${new URLSearchParams(set)}`;
  },
  units: '#/units',
  /** The units of one order. */
  unitsOf: (orderId: string) => `#/units//order/${encodeURIComponent(orderId)}`,
  unit: (unitSerial: string) => `#/units/${encodeURIComponent(unitSerial)}`,
  /** Each attempt has one conversation. The checks of a golden unit (attempt 0) are told apart by their time. */
  conversation: (unitSerial: string, { attempt, startedAt }: { attempt: number; startedAt: string }) =>
    `#/units/${encodeURIComponent(unitSerial)}/conversation/${attempt}/${encodeURIComponent(startedAt)}`,
  batches: '#/batches',
  connections: '#/connections',
  drift: '#/drift',
  exports: '#/exports',
  batch: (batchId: string) => `#/batches/${encodeURIComponent(batchId)}`,
  station: (section = '') => (section === '' ? '#/station' : `#/station/${section}`),
  /** The plant of this station: its overview, its units, and one of them as a station made it. */
  plant: '#/plant',
  plantUnits: '#/plant/units',
  plantUnit: (unitSerial: string, stationId: string) =>
    `#/plant/units/${encodeURIComponent(stationId)}/${encodeURIComponent(unitSerial)}`,
  setup: '#/setup',
} as const;

export function goTo(href: string): void {
  window.location.hash = href;
}

export const useRoute = (): Route => parseRoute(useAddress());
