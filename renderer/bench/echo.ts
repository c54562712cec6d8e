import type { BenchSnapshot, WireError } from '../../app/contract/index.ts';
import { cell } from '../cell.ts';

/** Where the last scan of this screen went. */
export type Echo = { text: string; at: number; slotId?: number; error?: WireError; signedOut?: true };

export const lastEcho = cell<Echo | undefined>(undefined);

/** The newer of this screen's own last scan and the bench's. */
export function newestEcho(own: Echo | undefined, bench: BenchSnapshot['lastScan']): Echo | undefined {
  if (!bench) return own;
  const at = Date.parse(bench.at);
  if (own && own.at >= at) return own;
  return {
    text: bench.text,
    at,
    ...(bench.slotId === undefined ? {} : { slotId: bench.slotId }),
    ...(bench.error === undefined ? {} : { error: bench.error }),
  };
}
