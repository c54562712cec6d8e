/** The plant of the fake station: three stations, one collision, and orders of which it holds a part. */
import type {
  LeaseHere,
  PlantOverview,
  PlantProof,
  PlantStatus,
  PlantUnit,
  PlantUnitRow,
} from '../../app/contract/index.ts';
import type { Fake } from './fake.ts';

const ids = ['1a2b3c4d-0000-4000-8000-000000000001', '1a2b3c4d-0000-4000-8000-000000000002'] as const;
const at = '2026-11-20T12:00:00.000Z';

const server = { host: 'plant.example', port: 5432, database: 'birthmark', rootFile: '/etc/plant-root.pem' };

const status = ({ joined, reads }: Fake['plant']): PlantStatus => ({
  config: joined ? { offline: 'goOn', askMs: 1000 } : null,
  ...{ plantId: joined ? 'plant-1' : null, size: 120, acknowledged: 120, reachedAt: joined ? at : null },
  ...{ error: null, problem: null, refused: 0, documents: [] },
  ...{ readable: reads, reader: reads ? { ...server, user: 'qa' } : null },
  address: joined ? { ...server, user: 'line1' } : null,
});

const collision: PlantUnit['collisions'][number] = {
  ...{ kind: 'unitSerial', value: 'BM-26-0007', unitSerial: 'BM-26-0007', station: 'Line 2', stationId: ids[1] },
  ...{ owner: 'Line 1', ownerUnit: 'BM-26-0007', foundAt: at },
};

const station = { checkpointSize: 1200, size: 1234, shippedAt: at, wholeAt: at, collisions: 0 };
const overview: PlantOverview = {
  ...{ plantId: 'plant-1', restoredAt: null, since: at },
  stations: [
    {
      ...{ ...station, login: 'line1', stationId: ids[0], name: 'Line 1' },
      results: { passed: 960, failed: 40, errors: 3, aborted: 0, first: 980, firstPassed: 931 },
    },
    {
      ...{ ...station, login: 'line2', stationId: ids[1], name: 'Line 2', wholeAt: null, collisions: 1 },
      results: { passed: 0, failed: 0, errors: 0, aborted: 0, first: 0, firstPassed: 0 },
    },
    {
      ...{ login: 'line3', stationId: null, name: null, size: 0, checkpointSize: null, shippedAt: null, wholeAt: null },
      ...{ collisions: 0, results: { passed: 0, failed: 0, errors: 0, aborted: 0, first: 0, firstPassed: 0 } },
    },
  ],
  orders: [
    {
      ...{ orderId: 'PO-7', model: 'BM-1', quantity: 50_000, left: 49_500 },
      parts: [{ station: 'Line 1', quantity: 500, made: 321, returned: 0 }],
    },
  ],
  collisions: [collision],
};

const rowAt = (index: number): PlantUnitRow => ({
  unitSerial: `BM-26-${String(index).padStart(4, '0')}`,
  ...{ stationId: ids[index % 2]!, station: `Line ${(index % 2) + 1}`, orderId: 'PO-7-3fa9c1d2', model: 'BM-1' },
  ...{ hardwareId: `hw-${index}`, state: 'passed', updatedAt: at, refused: index === 7 },
});

const unit: PlantUnit = {
  ...rowAt(7),
  certificates: [
    {
      ...{ serialHex: '0a1b2c3d', certificateId: 'ab'.repeat(32), spkiSha256: 'cd'.repeat(32), state: 'issued' },
      ...{ notAfterAt: at, issuedAt: at },
    },
  ],
  collisions: [collision],
  elsewhere: [{ ...rowAt(6), unitSerial: 'BM-26-0007' }],
  entries: (['attempt.started', 'certificate.issued', 'attempt.ended'] as const).map((entry, index) => ({
    ...{ leafIndex: 1198 + index, leaf: `{"entry":"${entry}"}`, at, entry, actor: 'Olga (OP-1)', data: {} },
    proved: [true, false, null][index]!,
  })),
};

const proof = (leafIndex: number): PlantProof | null =>
  leafIndex >= 1200
    ? null
    : {
        ...{ leafIndex, leaf: '{"entry":"attempt.started"}', leafHash: '12'.repeat(32), size: 1200 },
        ...{ root: '34'.repeat(32), path: ['56'.repeat(32), '78'.repeat(32)], key: `birthmark/${ids[1]}+0a1b2c3d+AZ` },
        checkpoint: `birthmark/${ids[1]}\n1200\nNDQ0\n\n— birthmark/${ids[1]} AAAA\n`,
        ...{ included: leafIndex === 1198, signed: true },
      };

const lease = (returned: number | null): LeaseHere => ({
  ...{ leaseId: '3fa9c1d2-0000-4000-8000-000000000000', plantOrder: 'PO-7', orderId: 'PO-7-3fa9c1d2', model: 'BM-1' },
  ...{ quantity: 500, serialFrom: 'A-000001', serialTo: 'A-000500', made: 321, returned, leasedAt: at },
  state: returned === null ? 'open' : 'closed',
});

export function plantAnswers(fake: Fake): Record<string, (params: never) => unknown> {
  return {
    'plant.status': () => status(fake.plant),
    'plant.try': () => ({ plantId: 'plant-1', keyId: 'ab'.repeat(32) }),
    'plant.join': () => {
      fake.plant.joined = true;
      return status(fake.plant);
    },
    'plant.leave': () => {
      fake.plant.joined = false;
      return {};
    },
    'plant.ship': () => status(fake.plant),
    'plant.tryReader': () => ({ plantId: 'plant-1', keyId: null }),
    'plant.readWith': ({ url }: { url?: string | null }) => {
      fake.plant.reads = url !== null;
      return status(fake.plant);
    },
    'plant.overview': () => overview,
    'plant.units': ({ query = '', offset, limit }: { query?: string; offset: number; limit: number }) => {
      const rows = Array.from({ length: 300 }, (_, index) => rowAt(index)).filter((row) =>
        row.unitSerial.startsWith(query),
      );
      return { total: rows.length, more: false, rows: rows.slice(offset, offset + limit), next: null };
    },
    'plant.unit': () => unit,
    'plant.proof': ({ leafIndex }: { leafIndex: number }) => proof(leafIndex),
    'plant.orders': () => [
      { orderId: 'PO-7', model: 'BM-1', quantity: 50_000, left: 49_500, longestRun: 49_500 },
      { orderId: 'PO-8', model: 'BM-2', quantity: 10, left: 6, longestRun: 4 },
    ],
    'plant.leases': () => [lease(fake.plant.returned ? 179 : null)],
    'plant.lease': () => [],
    'plant.giveBack': () => {
      fake.plant.returned = true;
      return {
        ...{ leaseId: lease(null).leaseId, plantOrder: 'PO-7', orderId: lease(null).orderId, quantity: 179 },
        ...{ serials: [['A-000322', 'A-000500']], told: false },
      };
    },
  };
}
