import { whyNot } from '../cloud/index.ts';
import type { StationParts } from '../composition.ts';
import type { Handlers } from '../dispatch.ts';

/** Whether a unit would connect, by what is known without its device. */
export const wouldConnectHandlers = (parts: StationParts): Pick<Handlers, 'connections.why'> => ({
  'connections.why': (asked) => whyNot(asked, parts),
});
