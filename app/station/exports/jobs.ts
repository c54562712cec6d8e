/** Exports as jobs. One runs at a time; its file is kept in the station's folder until the next one. */
import { mkdir, open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../contract/clock.ts';
import { StationError } from '../../contract/errors.ts';
import type { ExportFormat, ExportJob, ExportScope } from '../../contract/exports.ts';
import { hands } from '../../files/index.ts';
import { asStationError } from '../../line/index.ts';
import { paths } from '../folder/folder.ts';

export type ExportMaker = {
  /** Makes the file; it appears when it is whole. @throws call.cancelled – `stop` */
  run(
    asked: { format: ExportFormat; scope: ExportScope },
    file: string,
    onProgress: (progress: { done: number; of: number }) => void,
  ): Promise<{ entries: number; size: number; root: string }>;
  stop(): void;
  /** The PDF. @throws unit.notFound */
  birthRecord(unitSerial: string, language: 'en' | 'de'): Promise<Uint8Array>;
};

export type ExportJobs = ReturnType<typeof createExportJobs>;
type Options = {
  /** The station's folder. */
  dir: string;
  maker?: ExportMaker | undefined;
  clock: Clock;
  onChange: (event: 'exports.changed') => void;
  /** A file is there. */
  onMade: () => void;
};

const extensions: Record<ExportFormat, string> = { bundle: 'zip', csv: 'csv', jsonl: 'jsonl' };
const isOurs = (name: string): boolean => /^birthmark-.*\.(zip|csv|jsonl)$/.test(name);
const partBytes = 1024 * 1024;

/** The exports of a station. */
export function createExportJobs({ dir, maker, clock, onChange: tell, onMade }: Options) {
  const folder = paths(dir).exports;
  const onChange = () => tell('exports.changed');
  let job: ExportJob | null = null;
  let running: Promise<void> | undefined;
  let lastId = 0;

  const there = (): ExportMaker => {
    if (maker === undefined)
      throw new StationError('call.badParams', 'this program makes no exports: use audit export');
    return maker;
  };
  const run = async (current: ExportJob): Promise<void> => {
    const { format, scope } = current;
    const name = fileName(scope, current);
    await mkdir(folder, { recursive: true });
    for (const old of await readdir(folder)) if (isOurs(old)) await hands.remove(join(folder, old));
    const made = await there().run({ format, scope }, join(folder, name), (progress) => {
      Object.assign(current, progress);
      onChange();
    });
    const { size: bytes } = await stat(join(folder, name));
    const { entries, size, root } = made;
    current.file = { name, bytes, entries, size, root };
  };

  return {
    /** @throws call.badParams – one is running */
    start({ format, scope }: { format: ExportFormat; scope: ExportScope }): void {
      there();
      if (running !== undefined) throw new StationError('call.badParams', 'an export is running: stop it first');
      lastId += 1;
      const startedAt = clock.now().toISOString();
      const current: ExportJob = {
        ...{ exportId: lastId, state: 'running', format, scope, startedAt, endedAt: null },
        ...{ done: 0, of: 0, file: null, error: null },
      };
      job = current;
      const end = (state: ExportJob['state'], error: ExportJob['error'] = null) =>
        void Object.assign(current, { state, error, endedAt: clock.now().toISOString() });
      running = run(current)
        .then(
          () => {
            end('done');
            onMade();
          },
          (thrown: unknown) => {
            const error = asStationError(thrown);
            end(
              error.code === 'call.cancelled' ? 'stopped' : 'failed',
              error.code === 'call.cancelled' ? null : error.toJSON(),
            );
          },
        )
        .finally(() => {
          running = undefined;
          onChange();
        });
      onChange();
    },
    stop: (): void => maker?.stop(),
    /** Resolves when no export runs. */
    idle: async (): Promise<void> => running,
    snapshot: (): { job: ExportJob | null } => ({ job }),
    /** @throws call.stale – the file is not that of the export any more */
    async filePart({ exportId, offset }: { exportId: number; offset: number }) {
      const file = job?.exportId === exportId ? job.file : null;
      const handle = file && (await open(join(folder, file.name), 'r').catch(() => null));
      if (!file || !handle)
        throw new StationError('call.stale', 'the file of this export is not there any more: make it again');
      try {
        const { buffer, bytesRead } = await handle.read(Buffer.alloc(partBytes), 0, partBytes, offset);
        const next = offset + bytesRead;
        const isLast = bytesRead === 0 || next >= file.bytes;
        return { bytes: buffer.toString('base64', 0, bytesRead), next: isLast ? null : next };
      } finally {
        await handle.close();
      }
    },
    birthRecord: async (unitSerial: string, language: 'en' | 'de') => ({
      pdf: Buffer.from(await there().birthRecord(unitSerial, language)).toString('base64'),
    }),
    async close(): Promise<void> {
      maker?.stop();
      await running;
    },
  };
}

/** Says what is in it, in letters that every file system takes. */
function fileName({ orderId, batchId, unitSerial, operator }: ExportScope, { startedAt, format }: ExportJob): string {
  const what = [unitSerial, batchId, orderId, operator].filter((one) => one !== undefined);
  const words = ['birthmark', ...what, startedAt.slice(0, 19)].join('-');
  return `${words.replaceAll(/[^A-Za-z0-9._-]/g, '_').slice(0, 100)}.${extensions[format]}`;
}
