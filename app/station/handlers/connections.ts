import type { StationParts } from '../composition.ts';
import type { Handlers } from '../dispatch.ts';
import { nextSeq } from '../snapshots.ts';

type Names =
  | 'connections.snapshot'
  | 'connections.list'
  | 'connections.show'
  | 'connections.check'
  | 'connections.stop';

/** Methods about first connections. */
export const connectionHandlers = ({ ledger, connectionWatch }: StationParts): Pick<Handlers, Names> => ({
  'connections.snapshot': async () => ({ seq: nextSeq(), ...(await connectionWatch.snapshot()) }),
  'connections.list': async (page) => {
    if (page.orderId !== undefined) await ledger.order(page.orderId);
    return ledger.listConnections(page);
  },
  'connections.show': ({ unitSerial }) => ledger.showConnections(unitSerial),
  'connections.check': async (wanted) => {
    await connectionWatch.checks.begin(wanted);
    return {};
  },
  'connections.stop': async () => {
    connectionWatch.checks.stop();
    return {};
  },
});
