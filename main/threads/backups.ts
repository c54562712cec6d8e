/** The thread that makes backups, lists them and answers how far it is. It rests between its steps, so that the line has the PC. */
import { setTimeout as rest } from 'node:timers/promises';
import type { BackupKeep } from '../../app/contract/backups.ts';
import { StationError } from '../../app/contract/errors.ts';
import type { BucketConnection, ObjectStore } from '../../app/registration/index.ts';
import { bucketBackups, sendBackup } from '../backup/bucket.ts';
import { type BackupProgress, makeBackup } from '../backup/make.ts';
import { listPlace, openPlace, type PlacedBackup } from '../backup/place.ts';
import { serve } from './serve.ts';

export type MakeParams = { dir: string; place: string; by: string; madeAt: string; keep: BackupKeep };
/** The bucket of the connection, which is that of the target or another one. */
export type InBucket = { connection: BucketConnection; prefix: string; place: string };
export type SendParams = {
  dir: string;
  folder: string;
  name: string;
  by: string;
  at: string;
  keep: BackupKeep;
  to: InBucket;
};

const stepMs = 20;
const restMs = 20;

serve(() => {
  let progress: BackupProgress | undefined;
  let isStopped = false;
  let stopping = new AbortController();
  let restedAt = performance.now();
  const pause = async (): Promise<void> => {
    if (isStopped) throw new StationError('call.cancelled', 'the backup was stopped');
    if (performance.now() - restedAt < stepMs) return;
    await rest(restMs);
    restedAt = performance.now();
  };
  const onProgress = (now: BackupProgress) => {
    if (isStopped) throw new StationError('call.cancelled', 'the backup was stopped');
    progress = now;
  };
  const begin = () => {
    isStopped = false;
    stopping = new AbortController();
  };
  const end = () => {
    progress = undefined;
  };
  return {
    async answer(name, params) {
      switch (name) {
        case 'make':
          begin();
          return makeBackup({ ...(params as MakeParams), onProgress, pause }).finally(end);
        case 'send': {
          begin();
          const { to, ...rest } = params as SendParams;
          const { signal } = stopping;
          return inBucket(to, (store, { prefix, place }) =>
            sendBackup({ ...rest, store, prefix, place, onProgress, pause, signal }),
          ).finally(end);
        }
        case 'progress':
          return progress ?? null;
        case 'stop':
          isStopped = true;
          stopping.abort();
          return null;
        case 'list': {
          const { place, stationId } = params as { place: string; stationId: string };
          return listPlace(place, stationId).map(withoutLog);
        }
        case 'listBucket': {
          const { to, stationId } = params as { to: InBucket; stationId: string };
          const rows = await inBucket(to, (store, { prefix }) => bucketBackups(store, prefix, stationId));
          return rows.map(withoutLog);
        }
        case 'tryBucket':
          await inBucket(params as InBucket, (store) => store.assertUsable());
          return null;
        case 'try': {
          const { dir, place } = params as Pick<MakeParams, 'dir' | 'place'>;
          await openPlace(place, dir);
          return null;
        }
        default:
          throw new Error(`the thread of backups has no ${name}`);
      }
    },
    close: () => {
      isStopped = true;
      stopping.abort();
    },
  };
});

const withoutLog = ({ log: _, ...row }: PlacedBackup) => row;

async function inBucket<T>(to: InBucket, act: (store: ObjectStore, to: InBucket) => Promise<T>): Promise<T> {
  // Loaded late: most stations have no bucket.
  const { createObjectStore } = await import('../../app/registration/index.ts');
  const store = await createObjectStore(to.connection);
  try {
    return await act(store, to);
  } finally {
    store.close();
  }
}
