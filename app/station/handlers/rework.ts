/** Acts of two people: one person asks, and a person of QA or engineering agrees with badge and PIN. */
import type { Agreement } from '../../contract/agreement.ts';
import type { StationParts } from '../composition.ts';
import type { Handlers } from '../dispatch.ts';

type Names = 'units.rework' | 'units.scrap';

/** By the method table no one does these acts alone. */
function agreedBy(agreement: Agreement | undefined): string {
  if (agreement && 'agreedBy' in agreement) return agreement.agreedBy;
  throw new Error('an act of two people came without its agreement');
}

/** Methods that rework, scrap, revoke and put back. */
export const flowHandlers = (parts: StationParts): Pick<Handlers, Names> => {
  const { ledger, bench, crlJobs } = parts;

  /** Runs after a revocation: makes the CRL at once if it can be signed, then informs AWS and the screens. */
  const settled = async () => {
    await crlJobs.settle();
    await bench.refresh();
    parts.changed('station.changed', 'batches.changed');
    return {};
  };

  return {
    'units.rework': async ({ unitSerial, reason }, { actor, agreement }) => {
      await ledger.reworkUnit({ unitSerial, reason, actor, agreedBy: agreedBy(agreement) });
      return settled();
    },
    'units.scrap': async ({ unitSerial, reason }, { actor, agreement }) => {
      await ledger.scrapUnit({ unitSerial, reason, actor, agreedBy: agreedBy(agreement) });
      return settled();
    },
  };
};
