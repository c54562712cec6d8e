/** Messages of AWS's stream, put on record a page at a time. */
import type { Clock } from '../../contract/clock.ts';
import type { FirstConnection } from '../../contract/model.ts';
import type { Ledger, NotedConnection } from '../../records/index.ts';
import type { AwsMessage } from '../../registration/index.ts';
import type { Asking } from './asking.ts';

type Tools = {
  ledger: Ledger;
  clock: Clock;
  target: string;
  asking: Asking;
  /** Something came that the registry is to be asked about. */
  onNews: () => void;
  onChange: () => void;
  onTrouble: (thrown: unknown) => void;
};

/** Devices of a whole fleet come and go in one account. A page is one look into the records. */
const gatherMs = 50;
const mostAtOnce = 200;
/** A message that is lost here is found again in the registry. */
const mostWaiting = 20_000;

/** Takes messages, and records those that concern units that are waited for. */
export function createMessages({ ledger, clock, target, asking, onNews, onChange, onTrouble }: Tools) {
  let waiting: AwsMessage[] = [];
  let stopTimer: (() => void) | undefined;
  let working: Promise<void> | undefined;

  const factOf = (message: AwsMessage, { unitSerial }: FirstConnection): NotedConnection => {
    const at = message.at.toISOString();
    if (message.kind === 'registered')
      return { unitSerial, target, fact: { kind: 'tried', triedAt: at }, askAt: asking.soon() };
    const { clientId, sourceIp } = message;
    const fact = { kind: 'seen', connectedAt: at, source: 'presence', clientId, sourceIp } as const;
    return { unitSerial, target, fact, askAt: clock.now().toISOString() };
  };

  const page = async (messages: readonly AwsMessage[]): Promise<void> => {
    const certificateIds = messages.map(({ certificateId }) => certificateId);
    const clientIds = messages.flatMap((message) => (message.kind === 'connected' ? message.clientId : []));
    const named = await ledger.connectionsNamed({ target, certificateIds, clientIds });
    // A unit whose certificate AWS has only just made: the registry says whether it is this client's.
    const unknown = named.filter(({ certificateId }) => certificateId === null);
    if (unknown.length > 0) await asking.ask(unknown);
    const rows =
      unknown.length === 0 ? named : await ledger.connectionsNamed({ target, certificateIds, clientIds: [] });
    const byId = new Map(rows.map((row) => [row.certificateId, row]));
    const noted = messages.flatMap((message) => {
      const row = byId.get(message.certificateId);
      // A device that is known to have connected comes and goes as it likes.
      return row && (row.clientId === null || row.state !== 'connected') ? factOf(message, row) : [];
    });
    if (noted.length === 0) return;
    await ledger.noteConnections({ noted });
    onChange();
    onNews();
  };

  const work = async () => {
    while (waiting.length > 0) await page(waiting.splice(0, mostAtOnce));
  };

  const flush = () => {
    working ??= work()
      .catch(onTrouble)
      .finally(() => {
        working = undefined;
        if (waiting.length > 0) flush();
      });
  };

  return {
    take(message: AwsMessage): void {
      if (waiting.length >= mostWaiting) return;
      waiting.push(message);
      stopTimer ??= clock.after(gatherMs, () => {
        stopTimer = undefined;
        flush();
      });
    },
    async close(): Promise<void> {
      stopTimer?.();
      waiting = [];
      await working;
    },
  };
}
