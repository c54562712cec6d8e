/** The watch of one target: AWS's stream of messages, and rounds through the registry. */
import { randomBytes } from 'node:crypto';
import type { Clock } from '../../contract/clock.ts';
import { StationError } from '../../contract/errors.ts';
import type { CloudTarget, ConnectionWatch, ConnectionWay } from '../../contract/model.ts';
import { asStationError } from '../../line/index.ts';
import type { Ledger } from '../../records/index.ts';
import { type Cloud, graceMs, listen } from '../../registration/index.ts';
import type { Log } from '../log.ts';
import { createAsking } from './asking.ts';
import { createMessages } from './messages.ts';

type Tools = { ledger: Ledger; clock: Clock; log: Log; target: CloudTarget; cloud: Cloud; onChange: () => void };
export type TargetWatch = ReturnType<typeof createTargetWatch>;

/** With the stream, a round only finds what it missed. Without it, a round is all there is. */
const [seldomMs, oftenMs] = [10 * 60_000, 60_000];
const newsMs = 1_000;
const asksOfARound = 200;
const pageSize = 50;
/** Ways whose certificates come into the lists of our CAs when their devices first connect. */
const listed: readonly ConnectionWay[] = ['jitp', 'jitr'];

/** Watches a target until it is closed. */
export function createTargetWatch({ ledger, clock, log, target, cloud, onChange }: Tools) {
  const { name } = target;
  const view: ConnectionWatch = { target: name, events: 'connecting', lookedAt: null, error: null };
  const stop = new AbortController();
  const { signal } = stop;
  const asking = createAsking({ ledger, clock, cloud, target, signal, onWaiting: () => {} });
  let stopTimer: (() => void) | undefined;
  let nextMs = Number.POSITIVE_INFINITY;
  /** When the account has had its time with the latest device that came: then what is not well has failed. */
  let newsDueMs = Number.POSITIVE_INFINITY;
  let isBusy = false;
  let running = Promise.resolve();

  const plan = (ms: number) => {
    const atMs = clock.monotonicMs() + ms;
    if (signal.aborted || (stopTimer && nextMs <= atMs)) return;
    stopTimer?.();
    nextMs = atMs;
    stopTimer = clock.after(ms, () => {
      stopTimer = undefined;
      begin();
    });
  };

  const round = async () => {
    const ways = (await ledger.watchedTargets({ targets: [name] }))[0]?.ways ?? [];
    if (ways.some((way) => listed.includes(way))) {
      const authorities = await ledger.authorities();
      const ids = authorities.filter(({ kind }) => kind === 'issuing').map(({ issuerId }) => issuerId);
      if ((await asking.lookInLists(ids)) > 0) onChange();
    }
    let left = asksOfARound;
    while (left > 0 && !signal.aborted) {
      const rows = await ledger.connectionsToAsk({ target: name, ways, limit: Math.min(left, pageSize) });
      if (rows.length === 0) break;
      if ((await asking.ask(rows)) > 0) onChange();
      left -= rows.length;
    }
    view.lookedAt = clock.now().toISOString();
    return left > 0 ? 'done' : 'more';
  };

  function begin(): void {
    if (isBusy || signal.aborted) return;
    isBusy = true;
    if (clock.monotonicMs() >= newsDueMs) newsDueMs = Number.POSITIVE_INFINITY;
    running = round()
      .then(
        (ended) => {
          view.error = null;
          return ended === 'more' ? 0 : view.events === 'on' ? seldomMs : oftenMs;
        },
        (thrown: unknown) => {
          view.error = asStationError(thrown).toJSON();
          if (!signal.aborted) log.info({ err: thrown, target: name }, 'first connections were not looked for');
          return oftenMs;
        },
      )
      .then((againMs) => {
        isBusy = false;
        onChange();
        plan(Math.min(againMs, Math.max(0, newsDueMs - clock.monotonicMs())));
      });
  }

  const messages = createMessages({
    ...{ ledger, clock, target: name, asking, onChange },
    onNews: () => {
      newsDueMs = clock.monotonicMs() + graceMs + newsMs;
      plan(newsMs);
    },
    onTrouble: (thrown) => {
      if (!signal.aborted) log.warn({ err: thrown, target: name }, 'messages of AWS were not recorded');
    },
  });
  const listening = listen({
    ...{ clock, signal, url: () => cloud.connections.eventsUrl(), onMessage: messages.take },
    clientId: `birthmark-watch-${randomBytes(8).toString('hex')}`,
    onState(state, error) {
      view.events = state;
      // What came before this is in the registry.
      if (state === 'on') plan(0);
      else if (error) log.info({ target: name, code: error.code, detail: error.detail }, 'no messages from AWS');
      onChange();
    },
  });
  begin();

  return {
    target,
    view: (): ConnectionWatch => ({ ...view }),
    /** Looks through the registry as soon as may be. */
    look: () => plan(0),
    async close(): Promise<void> {
      stop.abort(new StationError('call.cancelled', 'the station closes'));
      stopTimer?.();
      await Promise.all([listening, running, messages.close()]);
    },
  };
}
