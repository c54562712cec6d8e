/** Exports of a station's records, on a thread of their own. */
import { StationError } from '../../app/contract/errors.ts';
import type { Progress } from '../../app/records/log/verdict.ts';
import type { ExportAsked, ExportMade } from '../exports/steps.ts';
import { makeWhole } from '../exports/whole.ts';
import { besides, startThread, type Thread } from './thread.ts';

export type Exports = {
  /**
   * Makes an export; `out` appears when it is whole.
   *
   * @throws call.cancelled – `stop` or `close`; as `exportSteps` and `makeWhole`
   */
  run(asked: ExportAsked, out: string, onProgress: (progress: Progress) => void): Promise<ExportMade>;
  /** Ends the export that is under way; nothing of it stays. */
  stop(): void;
  /** @throws unit.notFound, call.cancelled */
  birthRecord(unitSerial: string, language: 'en' | 'de'): Promise<Uint8Array>;
  close(): void;
};

const lookMs = 200;

/** Exports of the records in `recordsFile`. */
export function openExports(recordsFile: string): Exports {
  const threads = new Set<Thread>();
  let running: Thread | undefined;
  let closed = false;
  const cancelled = () => new StationError('call.cancelled', 'the station is closing');
  const onThread = async <R>(act: (thread: Thread) => Promise<R>): Promise<R> => {
    if (closed) throw cancelled();
    const thread = await startThread(besides('exporter'), 'exporter', { file: recordsFile, create: false });
    threads.add(thread);
    try {
      if (closed) throw cancelled();
      return await act(thread);
    } finally {
      threads.delete(thread);
      if (closed) thread.abandon(cancelled());
      else await thread.close();
    }
  };
  return {
    run: (asked, out, onProgress) =>
      makeWhole(out, (temporary) =>
        onThread(async (thread) => {
          running = thread;
          const looking = setInterval(() => {
            thread.ask('progress', null).then(
              (progress) => onProgress(progress as Progress),
              () => {},
            );
          }, lookMs);
          try {
            return (await thread.ask('export', { ...asked, temporary })) as ExportMade;
          } finally {
            clearInterval(looking);
            running = undefined;
          }
        }),
      ),
    stop: () => void running?.ask('stop', null).catch(() => {}),
    birthRecord: (unitSerial, language) =>
      onThread(async (thread) => (await thread.ask('record', { unitSerial, language })) as Uint8Array),
    close() {
      closed = true;
      for (const thread of threads) thread.abandon(cancelled());
    },
  };
}
