import type { StationParts } from '../composition.ts';
import type { Handlers } from '../dispatch.ts';
import { nextSeq } from '../snapshots.ts';

/** Methods about the check of AWS's registry against the records. */
export const driftHandlers = ({
  driftJobs,
}: StationParts): Pick<Handlers, 'drift.check' | 'drift.stop' | 'drift.snapshot' | 'drift.findings'> => ({
  'drift.check': async ({ target, things }) => {
    await driftJobs.begin({ target, things });
    return {};
  },
  'drift.stop': async () => {
    driftJobs.stop();
    return {};
  },
  'drift.findings': async (page) => driftJobs.findings(page),
  'drift.snapshot': async () => ({ seq: nextSeq(), ...driftJobs.snapshot() }),
});
