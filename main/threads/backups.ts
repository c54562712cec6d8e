/** The thread that makes backups, lists them and answers how far it is. It rests between its steps, so that the line has the PC. */
import { setTimeout as rest } from 'node:timers/promises';
import type { BackupKeep } from '../../app/contract/backups.ts';
import { StationError } from '../../app/contract/errors.ts';
import { type BackupProgress, makeBackup } from '../backup/make.ts';
import { listPlace, openPlace } from '../backup/place.ts';
import { serve } from './serve.ts';

export type MakeParams = { dir: string; place: string; by: string; madeAt: string; keep: BackupKeep };

const stepMs = 20;
const restMs = 20;

serve(() => {
  let progress: BackupProgress | undefined;
  let isStopped = false;
  let restedAt = performance.now();
  const pause = async (): Promise<void> => {
    if (isStopped) throw new StationError('call.cancelled', 'the backup was stopped');
    if (performance.now() - restedAt < stepMs) return;
    await rest(restMs);
    restedAt = performance.now();
  };
  return {
    async answer(name, params) {
      switch (name) {
        case 'make': {
          isStopped = false;
          const onProgress = (now: BackupProgress) => {
            if (isStopped) throw new StationError('call.cancelled', 'the backup was stopped');
            progress = now;
          };
          return makeBackup({ ...(params as MakeParams), onProgress, pause }).finally(() => {
            progress = undefined;
          });
        }
        case 'progress':
          return progress ?? null;
        case 'stop':
          isStopped = true;
          return null;
        case 'list': {
          const { place, stationId } = params as { place: string; stationId: string };
          return listPlace(place, stationId).map(({ log: _, ...row }) => row);
        }
        case 'try': {
          const { dir, place } = params as Pick<MakeParams, 'dir' | 'place'>;
          openPlace(place, dir);
          return null;
        }
        default:
          throw new Error(`the thread of backups has no ${name}`);
      }
    },
    close: () => {
      isStopped = true;
    },
  };
});
