/** One request to a witness over HTTP. */
import type { AskWitness } from '../../app/station/index.ts';

const answerMs = 15_000;
/** An answer has a line for each key of the witness. No more is read of a longer one. */
const mostBytes = 64 * 1024;

/** Follows no redirect. @throws Error – no answer came; TimeoutError – none came in time */
export const askWitness: AskWitness = async ({ method, url, body }) => {
  try {
    const answer = await fetch(url, {
      ...{ method, redirect: 'manual', signal: AbortSignal.timeout(answerMs) },
      ...(body === undefined ? {} : { body, headers: { 'content-type': 'text/plain; charset=utf-8' } }),
    });
    return {
      status: answer.status,
      contentType: answer.headers.get('content-type') ?? '',
      text: await textOf(answer),
    };
  } catch (thrown) {
    // fetch hides what the system said behind its own error.
    throw thrown instanceof TypeError && thrown.cause instanceof Error ? thrown.cause : thrown;
  }
};

async function textOf(answer: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of answer.body ?? []) {
    parts.push(part);
    bytes += part.length;
    if (bytes > mostBytes) break;
  }
  return Buffer.concat(parts).subarray(0, mostBytes).toString('utf8');
}
