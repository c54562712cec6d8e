/** A check that a person asks for: every unit that has not connected, once. One runs at a time, and its result stays. */
import type { Clock } from '../../contract/clock.ts';
import { StationError } from '../../contract/errors.ts';
import type { ConnectionCheck } from '../../contract/model.ts';
import { asStationError } from '../../line/index.ts';
import type { Ledger } from '../../records/index.ts';
import type { CloudLink } from '../cloud/cloudlink.ts';
import { targetNamed } from '../cloud/targetnames.ts';
import { createAsking } from './asking.ts';

type Tools = { ledger: Ledger; clock: Clock; cloudLink: CloudLink; enrol: () => Promise<void>; onChange: () => void };
type Wanted = { orderId?: string | undefined; target?: string | undefined };
type Key = { unitSerial: string; target: string };

const pageSize = 50;

/** The checks that persons ask for. */
export function createConnectionChecks({ ledger, clock, cloudLink, enrol, onChange }: Tools) {
  let check: ConnectionCheck | null = null;
  let running: { done: Promise<ConnectionCheck>; stop: AbortController } | undefined;

  const run = async (current: ConnectionCheck, targets: readonly string[], signal: AbortSignal): Promise<void> => {
    await enrol();
    const orderId = current.orderId ?? undefined;
    const counts = await Promise.all(targets.map((target) => ledger.countOpenConnections({ orderId, target })));
    current.total = counts.reduce((sum, count) => sum + count, 0);
    for (const [index, name] of targets.entries()) {
      if (counts[index] === 0) continue;
      const onWaiting = (waiting: boolean) => {
        if (current.waiting === waiting) return;
        current.waiting = waiting;
        onChange();
      };
      const cloud = await cloudLink.cloud(name);
      const asking = createAsking({ ledger, clock, cloud, target: cloudLink.target(name)!, signal, onWaiting });
      let after: Key | undefined;
      for (;;) {
        const rows = await ledger.openConnections({ orderId, target: name, after, limit: pageSize });
        const last = rows.at(-1);
        if (last === undefined) break;
        current.changed += await asking.ask(rows);
        current.done += rows.length;
        after = { unitSerial: last.unitSerial, target: last.target };
        onChange();
      }
    }
  };

  return {
    /** @throws call.badParams – a check is running; order.notFound; cloud.noTarget, cloud.notConfigured */
    async begin({ orderId, target }: Wanted): Promise<void> {
      if (running) throw new StationError('call.badParams', 'a check is running');
      if (orderId !== undefined) await ledger.order(orderId);
      const targets =
        target === undefined && cloudLink.targets().length > 0
          ? cloudLink.targets().map(({ name }) => name)
          : [targetNamed(cloudLink, target)];
      const current: ConnectionCheck = {
        ...{ state: 'running', orderId: orderId ?? null, target: target ?? null, endedAt: null, error: null },
        ...{ startedAt: clock.now().toISOString(), total: 0, done: 0, changed: 0, waiting: false },
      };
      const stop = new AbortController();
      const end = (state: ConnectionCheck['state'], thrown?: unknown): ConnectionCheck =>
        Object.assign(current, {
          ...{ state, waiting: false, endedAt: clock.now().toISOString() },
          error: thrown === undefined ? null : asStationError(thrown).toJSON(),
        });
      const done = run(current, targets, stop.signal)
        .then(
          () => end('done'),
          (thrown: unknown) => (stop.signal.aborted ? end('stopped') : end('failed', thrown)),
        )
        .finally(() => {
          running = undefined;
          onChange();
        });
      check = current;
      running = { done, stop };
      onChange();
    },
    /** The running check. */
    running: (): Promise<ConnectionCheck> | undefined => running?.done,
    stop: (): void => running?.stop.abort(),
    last: (): ConnectionCheck | null => check && { ...check },
    async close(): Promise<void> {
      running?.stop.abort();
      await running?.done;
    },
  };
}
