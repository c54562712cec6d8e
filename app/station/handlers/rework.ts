/** Acts of two people: one person asks, and a person of QA or engineering agrees with badge and PIN. */
import type { CheckedParams } from '../../contract/methods.ts';
import type { StationParts } from '../composition.ts';
import type { Caller, Handlers } from '../dispatch.ts';
import { secondPerson } from '../people/secondperson.ts';

type Names = 'units.rework' | 'units.scrap';

/** Methods that rework, scrap, revoke and put back. */
export const flowHandlers = (parts: StationParts): Pick<Handlers, Names> => {
  const { ledger, bench, crlJobs } = parts;

  const agreed = async ({ unitSerial, reason, second }: CheckedParams<Names>, caller: Caller) => {
    const agreedBy = await secondPerson(ledger, second, caller);
    return { unitSerial, reason, actor: caller.actor, agreedBy };
  };
  /** Runs after a revocation: makes the CRL at once if it can be signed, then informs AWS and the screens. */
  const settled = async () => {
    await crlJobs.settle();
    await bench.refresh();
    parts.changed('station.changed', 'batches.changed');
    return {};
  };

  return {
    'units.rework': async (params, caller) => {
      await ledger.reworkUnit(await agreed(params, caller));
      return settled();
    },
    'units.scrap': async (params, caller) => {
      await ledger.scrapUnit(await agreed(params, caller));
      return settled();
    },
  };
};
