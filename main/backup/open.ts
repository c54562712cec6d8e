/** Backups of a running station, on a thread that is started when it is needed and given up when a drive does not answer. */
import type { BackupRow, BackupSent, BackupTry } from '../../app/contract/backups.ts';
import { StationError } from '../../app/contract/errors.ts';
import type { CloudTarget } from '../../app/contract/model.ts';
import type { BucketConnection } from '../../app/registration/index.ts';
import type { BackupMaker, ToBucket } from '../../app/station/index.ts';
import type { InBucket, MakeParams, SendParams } from '../threads/backups.ts';
import { besides, startThread, type Thread } from '../threads/thread.ts';
import { readHistory } from './history.ts';
import type { BackupProgress } from './make.ts';

/** A thread that has not said for so long how far it is, waits for a drive that does not answer. */
const patienceMs = 120_000;
const askEveryMs = 500;

export type OpeningBackups = {
  /** The target with the credentials that it is given, if any. The default is the target alone. */
  connectionOf?: (target: CloudTarget) => BucketConnection;
  /** How long the thread may be silent. A test may give less. */
  silentMs?: number | undefined;
};

/** The backups of the station in `dir`. */
export function openBackups(
  dir: string,
  { connectionOf = (target) => target, silentMs = patienceMs }: OpeningBackups = {},
): BackupMaker {
  const silent = () =>
    new StationError('backup.noPlace', `the folder of backups has not answered for ${silentMs / 1000} s`);
  const inBucket = ({ target, bucket, prefix, place }: ToBucket): InBucket => ({
    connection: { ...connectionOf(target), bucket },
    prefix,
    place,
  });
  let making: Thread | undefined;
  /** A thread that hangs in a call of the system. The next one would hang in the same one. */
  let hung: Thread | undefined;
  let closed = false;
  const start = async (): Promise<Thread> => {
    if (closed) throw cancelled();
    if (hung) throw silent();
    return startThread(besides('backups'), 'backups', { file: dir, create: false }, owner);
  };
  const giveUp = (thread: Thread, reason: StationError) => {
    thread.abandon(reason);
    hung = thread;
    process.once('exit', endByForce);
    void thread.exited.then(() => {
      hung = undefined;
      process.off('exit', endByForce);
    });
  };

  /** Asks, and gives the thread up when it is silent for too long. */
  async function asked<T>(
    thread: Thread,
    ask: Promise<unknown>,
    onProgress?: (now: BackupProgress) => void,
  ): Promise<T> {
    let heardAt = performance.now();
    let waits = false;
    const timer = setInterval(() => {
      if (performance.now() - heardAt > silentMs) {
        clearInterval(timer);
        giveUp(thread, silent());
        return;
      }
      if (waits) return;
      waits = true;
      thread.ask('progress', null).then(
        (now) => {
          waits = false;
          heardAt = performance.now();
          if (now !== null) onProgress?.(now as BackupProgress);
        },
        () => {},
      );
    }, askEveryMs);
    try {
      return (await ask) as T;
    } finally {
      clearInterval(timer);
      if (hung !== thread) await thread.close();
    }
  }

  async function worked<T>(name: string, params: unknown, onProgress: (now: BackupProgress) => void): Promise<T> {
    const thread = await start();
    making = thread;
    try {
      return await asked<T>(thread, thread.ask(name, params), onProgress);
    } finally {
      making = undefined;
    }
  }

  return {
    make({ folder, keep, by, madeAt, onProgress }) {
      const params: MakeParams = { dir, place: folder, by, madeAt, keep };
      return worked<BackupTry>('make', params, onProgress);
    },
    send({ folder, name, keep, by, at, to, onProgress }) {
      const params: SendParams = { dir, folder, name, keep, by, at, to: inBucket(to) };
      return worked<BackupSent>('send', params, onProgress);
    },
    async listBucket(to, stationId) {
      const thread = await start();
      return asked<BackupRow[]>(thread, thread.ask('listBucket', { to: inBucket(to), stationId }));
    },
    async tryBucket(to) {
      const thread = await start();
      await asked(thread, thread.ask('tryBucket', inBucket(to)));
    },
    async list(folder, stationId) {
      const thread = await start();
      return asked<BackupRow[]>(thread, thread.ask('list', { place: folder, stationId }));
    },
    async tryPlace(folder) {
      const thread = await start();
      await asked(thread, thread.ask('try', { dir, place: folder }));
    },
    history: () => readHistory(dir),
    stop: () => void making?.ask('stop', null).catch(() => {}),
    close() {
      closed = true;
      making?.abandon(cancelled());
    },
  };
}

const owner = { code: 'records.failed', what: 'the backups' } as const;
const cancelled = () => new StationError('call.cancelled', 'the station is closing');

/** See `oneatatime.ts`: a process waits for its threads, and this one may never end. */
function endByForce(): void {
  process.kill(process.pid, 'SIGKILL');
}
