/** Results on their way to the records. */
import { StationError } from '../contract/errors.ts';
import type { MemberResult } from './reconcile.ts';

/** Whole statements of the log, as `candidatePage` has them: the results come in the order of the lines. */
const pageResults = 512;
/** So many pages wait for their commit together, and share it. */
const pagesAhead = 3;

/**
 * Records results page by page. However many there are and however slow the disk is, only a few pages wait for it: the next
 * results are made when the oldest page is on disk.
 *
 * @throws what `record` throws
 * @throws call.cancelled – `signal` fired; pages that wait are recorded
 */
export async function recordByPages(
  results: Iterable<MemberResult>,
  record: (page: readonly MemberResult[]) => Promise<void>,
  signal?: AbortSignal,
): Promise<void> {
  const recording: Promise<void>[] = [];
  for (const page of pagesOf(results)) {
    if (signal?.aborted) throw new StationError('call.cancelled', 'reconciling was cancelled');
    const recorded = record(page);
    // It is awaited below; a failure must not end the process until then.
    recorded.catch(() => {});
    recording.push(recorded);
    if (recording.length > pagesAhead) await recording.shift();
  }
  await Promise.all(recording);
}

function* pagesOf(results: Iterable<MemberResult>): Iterable<readonly MemberResult[]> {
  let page: MemberResult[] = [];
  for (const result of results) {
    page.push(result);
    if (page.length < pageResults) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}
