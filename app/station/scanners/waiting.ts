/**
 * Scans on their way to a page: they are shown one after the other, each goes to one page, and none is kept for long.
 */
import { randomUUID } from 'node:crypto';
import type { Clock } from '../../contract/clock.ts';
import { StationError } from '../../contract/errors.ts';
import type { ScannersSnapshot } from '../../contract/model.ts';

type Last = NonNullable<ScannersSnapshot['last']>;
type Waiting = { shown: Last; text?: string; expiresAtMs: number };

/** If no page has taken a scan by then, its screen is not there. */
const keptMs = 5000;
/** A refusal stays visible this long, so that every page sees it: events come at most 20 times a second. */
const refusalMs = 150;
/** More scans wait only when there is no page. */
const mostWaiting = 16;

/** The queue of scans for the pages. `onExpired` is told of a scan that no page took. */
export function createWaiting(tools: { clock: Clock; onChange: () => void; onExpired: (scannerId: number) => void }) {
  const { clock, onChange, onExpired } = tools;
  const queue: Waiting[] = [];
  let last: Last | undefined;
  let cancel = () => {};

  /** Shows the first waiting scan, and looks again when it is over. */
  const show = () => {
    cancel();
    for (let first = queue[0]; first && first.expiresAtMs <= clock.monotonicMs(); first = queue[0]) {
      queue.shift();
      if (first.text !== undefined) onExpired(first.shown.scannerId);
    }
    const [first] = queue;
    if (!first) return;
    if (last !== first.shown) {
      last = first.shown;
      if (first.text === undefined) first.expiresAtMs = clock.monotonicMs() + refusalMs;
      onChange();
    }
    cancel = clock.after(Math.max(0, first.expiresAtMs - clock.monotonicMs()), show);
  };

  const add = (scannerId: number, rest: { text: string } | { refused: NonNullable<Last['refused']> }) => {
    const { refused, text } = 'text' in rest ? { text: rest.text, refused: undefined } : { ...rest, text: undefined };
    const shown: Last = {
      scanId: randomUUID(),
      scannerId,
      at: clock.now().toISOString(),
      ...(refused ? { refused } : {}),
    };
    if (queue.length >= mostWaiting) queue.shift();
    queue.push({ shown, expiresAtMs: clock.monotonicMs() + keptMs, ...(text === undefined ? {} : { text }) });
    show();
  };

  return {
    add,
    last: () => last,
    /** @throws `call.stale` */
    take(scanId: string): { text: string; scannerId: number } {
      const at = queue.findIndex(({ shown }) => shown.scanId === scanId);
      const found = queue[at];
      if (found?.text === undefined || found.expiresAtMs <= clock.monotonicMs())
        throw new StationError('call.stale', 'another page has taken this scan, or it is too old');
      queue.splice(at, 1);
      show();
      return { text: found.text, scannerId: found.shown.scannerId };
    },
    close() {
      cancel();
      queue.length = 0;
    },
  };
}
