import { viewOf } from '../bench/view.ts';
import type { StationParts } from '../composition.ts';
import type { Caller, Handlers } from '../dispatch.ts';
import { nextSeq } from '../snapshots.ts';

type Names =
  | 'bench.snapshot'
  | 'bench.scan'
  | 'bench.retry'
  | 'bench.abort'
  | 'bench.drop'
  | 'bench.connect'
  | 'bench.release';

const byOf = ({ actor, person }: Caller) => ({ actor, engineer: person?.role === 'engineer' });

/** Methods about the bench. */
export const benchHandlers = ({ bench, ledger }: StationParts): Pick<Handlers, Names> => ({
  'bench.snapshot': (_, { session }) => viewOf({ seq: nextSeq(), ...bench.snapshot() }, session),
  'bench.scan': ({ text, promptId, as }, caller) => bench.scan(text, { promptId, chosen: as === 'unit' }, byOf(caller)),

  'bench.drop': () => {
    bench.drop();
    return {};
  },

  'bench.retry': async ({ slotId, promptId }, caller) => {
    await bench.retry(slotId, promptId, byOf(caller));
    return {};
  },

  'bench.connect': ({ slotId }, caller) => {
    bench.connect(slotId, byOf(caller));
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
