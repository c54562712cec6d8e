import { StationError } from '../../contract/errors.ts';
import { type ScanReading, unitSerial } from '../../contract/model.ts';
import type { Handlers } from '../dispatch.ts';
import type { StationParts } from '../parts.ts';

type Names = Extract<keyof Handlers, `scan.${string}`>;

export const scanHandlers = ({ ledger }: StationParts): Pick<Handlers, Names> => {
  const read = async (raw: string): Promise<ScanReading> => {
    const text = raw.trim();
    const people = await ledger.listPeople();
    if (people.some(({ active, badge }) => active && badge === text)) return { kind: 'badge', badge: text };
    if ((await ledger.listOrders()).some(({ orderId }) => orderId === text)) return { kind: 'order', orderId: text };
    const serial = unitSerial.safeParse(text);
    if (serial.success) return { kind: 'unit', unitSerial: serial.data };
    return { kind: 'unknown', error: { code: 'unit.badSerial', detail: 'this is no unit serial' } };
  };
  return {
    'scan.read': ({ text }) => read(text),
    'scan.preview': ({ text }) => read(text),
    'scan.take': () => {
      throw new StationError('call.stale', 'another page has taken this scan, or it is too old');
    },
  };
};
