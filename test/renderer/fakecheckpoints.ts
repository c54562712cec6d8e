/** Published checkpoints of the fake station. */
import { type CheckpointsSnapshot, usualCheckpoints } from '../../app/contract/index.ts';

const root = Buffer.alloc(32, 7).toString('base64');
const stationId = '1a2b3c4d-0000-4000-8000-000000000000';
const last = (at: string, size: number) => ({ at, size, root });
export const logKey = `birthmark/${stationId}+0a1b2c3d+${Buffer.alloc(33, 1).toString('base64')}`;
export const witnessOf = {
  url: 'https://witness.plant.example',
  key: `plant.example/w1+5e6f7a8b+${Buffer.alloc(33, 4).toString('base64')}`,
};

/** A station whose folder and witness have the last checkpoint. */
export const someCheckpoints = (change: Partial<CheckpointsSnapshot> = {}): CheckpointsSnapshot => ({
  ...{ seq: 1, running: false, contradictions: [], overdue: false, logKey },
  config: { ...usualCheckpoints, folder: '/mnt/qa/checkpoints', witnesses: [witnessOf] },
  places: [
    {
      ...{ kind: 'folder', name: '/mnt/qa/checkpoints', failed: null, nextAt: '2026-11-22T06:00:00.000Z' },
      last: last('2026-11-21T06:00:00.000Z', 120_431),
    },
    {
      ...{ kind: 'witness', name: 'plant.example/w1', failed: null, nextAt: '2026-11-22T06:00:00.000Z' },
      last: last('2026-11-21T06:00:00.000Z', 120_431),
    },
  ],
  ...change,
});
