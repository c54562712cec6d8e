import type { StationParts } from '../composition.ts';
import type { Handlers } from '../dispatch.ts';
import { nextSeq } from '../snapshots.ts';

type Names = 'exports.start' | 'exports.stop' | 'exports.snapshot' | 'exports.filePart' | 'units.birthRecord';

/** Methods about what QA takes out of the records. */
export const exportHandlers = ({ exportJobs }: StationParts): Pick<Handlers, Names> => ({
  'exports.start': async (asked) => {
    exportJobs.start(asked);
    return {};
  },
  'exports.stop': async () => {
    exportJobs.stop();
    return {};
  },
  'exports.snapshot': async () => ({ seq: nextSeq(), ...exportJobs.snapshot() }),
  'exports.filePart': (asked) => exportJobs.filePart(asked),
  'units.birthRecord': ({ unitSerial, language }) => exportJobs.birthRecord(unitSerial, language),
});
