import { viewOf } from '../bench/view.ts';
import type { StationParts } from '../composition.ts';
import type { Handlers } from '../dispatch.ts';
import { nextSeq } from '../snapshots.ts';

type Names = 'bench.snapshot' | 'bench.scan' | 'bench.retry' | 'bench.abort' | 'bench.drop' | 'bench.release';

/** Methods about the bench. */
export const benchHandlers = ({ bench, ledger }: StationParts): Pick<Handlers, Names> => ({
  'bench.snapshot': (_, { session }) => viewOf({ seq: nextSeq(), ...bench.snapshot() }, session),
  'bench.scan': ({ text, promptId, as }, { actor }) => bench.scan(text, { promptId, chosen: as === 'unit' }, actor),

  'bench.drop': () => {
    bench.drop();
    return {};
  },

  'bench.retry': async ({ slotId, promptId }, { actor }) => {
    await bench.retry(slotId, promptId, actor);
    return {};
  },

  'bench.abort': async ({ slotId }, { actor }) => {
    bench.abort(slotId);
    await ledger.audit({ entry: 'bench.aborted', actor, subject: `slot ${slotId}`, data: {} });
    return {};
  },

  'bench.release': async (_, { actor }) => {
    await ledger.audit({ entry: 'bench.released', actor, subject: 'bench', data: {} });
    await bench.release();
    return {};
  },
});
