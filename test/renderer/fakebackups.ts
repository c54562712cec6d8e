/** Backups of the fake station. */
import type { BackupRow, BackupsSnapshot } from '../../app/contract/index.ts';

const key = Buffer.alloc(32, 7).toString('base64');
const names = ['20261121T060000Z', '20261120T060000Z', '20261119T060000Z'].map((at) => `birthmark-1a2b3c4d-${at}`);

/** A station whose last backup is good. */
export const someBackups = (change: Partial<BackupsSnapshot> = {}): BackupsSnapshot => ({
  seq: 1,
  config: {
    folder: '/mnt/backups',
    everyHours: 24,
    keep: { daily: 7, weekly: 5, monthly: 12 },
    overdueHours: 48,
  },
  running: null,
  lastGood: {
    ...{ at: '2026-11-21T06:00:00.000Z', by: 'schedule', folder: '/mnt/backups', name: names[0]! },
    ...{ bytes: 48_000_000, size: 120_431, root: key },
  },
  lastFailed: null,
  bucket: null,
  overdue: false,
  nextAt: '2026-11-22T06:00:00.000Z',
  ...change,
});

export const backupRows: BackupRow[] = names.map((name, index) => ({
  ...{ name, stationId: '1a2b3c4d-0000-4000-8000-000000000000', publicKey: key },
  ...{
    madeAt: `2026-11-${21 - index}T06:00:00.000Z`,
    bytes: 48_000_000 - index * 300_000,
    size: 120_431 - index * 900,
  },
  problem: index === 2 ? 'records.db is missing or has another size' : null,
}));
