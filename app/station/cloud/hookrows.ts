/** Keeps the tables of the accounts' hooks as the records say, where a template has the hook that the station wrote. */
import { StationError } from '../../contract/errors.ts';
import type { Ledger } from '../../records/index.ts';
import { deviceTable, isHookOf, type Patience, rowsAtOnce } from '../../registration/index.ts';
import type { CloudLink } from './cloudlink.ts';

type Tools = {
  ledger: Pick<Ledger, 'hookWork' | 'dueHookRows' | 'hookRowsToGo' | 'beginHookRows' | 'noteHookRows'>;
  cloudLink: CloudLink;
};
/** `template` is null for rows that are to go. */
type Place = { target: string; template: string | null };
type Spoken = { target: string; template: string; unitSerial: string; orderId: string };
export type HookRows = ReturnType<typeof createHookRows>;

/** See `createAllowLists`, whose worker tells the rows. */
export function createHookRows({ ledger, cloudLink }: Tools) {
  /** A row that goes and the same row that a unit needs now must not overtake each other. */
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(act: () => Promise<T>): Promise<T> => {
    const mine = turn.then(act);
    turn = mine.catch(() => {});
    return mine;
  };
  const rowsOf = async (target: string) => (await cloudLink.cloud(target)).claims.hookRows(deviceTable(target));
  const isHooked = async (target: string, template: string, signal?: AbortSignal) => {
    const { templates } = await cloudLink.cloud(target);
    return isHookOf(target, (await templates.describeTemplate(template, signal))?.hook);
  };

  /** One page. @returns whether there was anything to tell */
  const tellPage = async ({ target, template }: Place, signal: AbortSignal): Promise<boolean> => {
    const table = await rowsOf(target);
    if (template === null) {
      const rows = await ledger.hookRowsToGo({ target, limit: rowsAtOnce });
      if (rows.length === 0) return false;
      await table.remove(rows, signal);
      await ledger.noteHookRows({ target, rows, state: 'gone' });
      return true;
    }
    const rows = await ledger.dueHookRows({ target, template, limit: rowsAtOnce });
    if (rows.length === 0) return false;
    await ledger.beginHookRows({ target, rows });
    await table.put(rows, { signal });
    await ledger.noteHookRows({ target, rows, state: 'told' });
    return true;
  };
  const tellPlace = async (place: Place, patience: Pick<Patience, 'through'>, signal: AbortSignal) => {
    const page = () => inTurn(() => tellPage(place, signal));
    while (!signal.aborted && (await patience.through(page, () => {})));
  };

  return {
    /** Where something is due. */
    work: () => ledger.hookWork(),
    /**
     * Tells what is due there. A template without our hook is told nothing, unless a person asks for it.
     * @throws cloud.…, `cloud.noTable`
     */
    async tell(place: Place, patience: Pick<Patience, 'through'>, signal: AbortSignal, asked = false): Promise<void> {
      const { target, template } = place;
      const hooked =
        asked ||
        template === null ||
        (await patience.through(
          () => isHooked(target, template, signal),
          () => {},
        ));
      if (hooked) await tellPlace(place, patience, signal);
    },
    /**
     * Lets the hook know the unit for which the station is about to speak, if the template has our hook. AWS has been
     * asked for nothing then. What an earlier try has noted is forgotten: its certificate is lost, and is revoked.
     * @throws cloud.…, `cloud.noTable`
     */
    async admit({ target, template, unitSerial, orderId }: Spoken): Promise<void> {
      const hooked = await isHooked(target, template).catch((thrown: unknown) => {
        // Whether there is a hook may not be asked. If there is one, it refuses, and AWS says so.
        if (thrown instanceof StationError && thrown.code === 'cloud.denied') return false;
        throw thrown;
      });
      if (!hooked) return;
      const rows = [{ kind: 'serial', name: unitSerial, orderId, maxUnits: null }] as const;
      await inTurn(async () => {
        await ledger.beginHookRows({ target, rows });
        await (await rowsOf(target)).put(rows, { anew: true });
        await ledger.noteHookRows({ target, rows, state: 'told' });
      });
    },
  };
}
