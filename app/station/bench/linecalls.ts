/** "Connect now" at a port that the command line names; see `line.connect`. */
import { StationError } from '../../contract/errors.ts';
import type { CallJob } from '../../contract/issuingmethods.ts';
import type { HomeCall, HomeCallView } from '../../contract/model.ts';
import { usualDriver } from '../../device/drivers/index.ts';
import { connectUnit, type LineTools } from '../../line/index.ts';
import type { PortParts } from './portwork.ts';

type Parts = Pick<PortParts, 'config' | 'ports' | 'recipes'> & { tools: LineTools };

/** The port of the job, and what is said about the device there. */
export function placeOf({ port, slotId, driver, settings, line }: CallJob, { config }: Pick<Parts, 'config'>) {
  if (port !== undefined) return { port, driver: driver ?? usualDriver, settings, line };
  const slot = config.current().slots.find((one) => one.slotId === slotId);
  if (!slot) throw new StationError('call.badParams', `there is no slot ${slotId}`, { data: { path: 'slotId' } });
  return slot;
}

/**
 * The device connects with what it holds.
 *
 * @throws as `connectUnit`, for a device that did not come to a connection; `unit.notFound`; `recipe.*`
 */
export async function callFrom(
  place: ReturnType<typeof placeOf>,
  { unitSerial, target }: CallJob,
  { tools, ports, recipes, actor, signal }: Parts & { actor: string; signal: AbortSignal },
): Promise<HomeCall> {
  const { ledger } = tools;
  const { orderId, attempts } = await ledger.showUnit(unitSerial);
  const standing = await ledger.standing(unitSerial);
  if (!standing.certificate)
    throw new StationError('unit.notFound', `${unitSerial} has no certificate of this station`, {
      data: { unitSerial },
    });
  const found = await recipes.forOrder(orderId, place);
  const recipe = target === undefined ? found : { ...found, home: { ...found.home, target } };
  const job = { unitSerial, orderId, slotId: null, actor };
  let last: HomeCallView | undefined;
  try {
    await connectUnit({
      job,
      start: { attempt: attempts, standing, recipe },
      tools,
      open: (line) => ports.open(place.port, line),
      onSteps: () => {},
      onHomeCall: (view) => {
        last = view;
      },
      signal,
    });
  } catch (thrown) {
    if (last?.state !== 'notConnected') throw thrown;
  }
  if (!last) throw new Error('a connection without a word about it');
  const { host, port, clientId, topic, tries, phases, state } = last;
  return { connected: state === 'connected', host, port, clientId, topic, tries, phases };
}
