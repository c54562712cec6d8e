/** Results on their way to the records. */
import { StationError } from '../contract/errors.ts';
import { type MemberResult, resultsAPage } from './reconcile.ts';

/** So many pages wait for their commit together, and share it. */
const pagesAhead = 3;

export type Recording = {
  /**
   * Takes some results, a page at most. However many there are and however slow the disk is, only a few pages wait for it:
   * this resolves when the next results may be made.
   *
   * @throws what `record` throws
   * @throws call.cancelled – `signal` fired; pages that wait are recorded
   */
  page(results: readonly MemberResult[]): Promise<void>;
  /** Takes all results that are left, page by page, and resolves when all that was taken is on disk. @throws as `page` */
  rest(results: Iterable<MemberResult>): Promise<void>;
};

export function createRecording(
  record: (page: readonly MemberResult[]) => Promise<void>,
  signal?: AbortSignal,
): Recording {
  const waiting: Promise<void>[] = [];
  const page = async (results: readonly MemberResult[]): Promise<void> => {
    if (signal?.aborted) throw new StationError('call.cancelled', 'reconciling was cancelled');
    const recorded = record(results);
    // It is awaited below; a failure must not end the process until then.
    recorded.catch(() => {});
    waiting.push(recorded);
    if (waiting.length > pagesAhead) await waiting.shift();
  };
  return {
    page,
    async rest(results) {
      for (const some of pagesOf(results)) await page(some);
      await Promise.all(waiting);
    },
  };
}

function* pagesOf(results: Iterable<MemberResult>): Iterable<readonly MemberResult[]> {
  let page: MemberResult[] = [];
  for (const result of results) {
    page.push(result);
    if (page.length < resultsAPage) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}
