/** One request to a witness over HTTP. */
import type { AskWitness } from '../../app/station/index.ts';

const answerMs = 15_000;
/** An answer has a line for each key of the witness. */
const mostBytes = 64 * 1024;

/** Follows no redirect. @throws Error – no answer came in time, or it is too long */
export const askWitness: AskWitness = async ({ method, url, body }) => {
  try {
    const answer = await fetch(url, {
      ...{ method, redirect: 'manual', signal: AbortSignal.timeout(answerMs) },
      ...(body === undefined ? {} : { body, headers: { 'content-type': 'text/plain; charset=utf-8' } }),
    });
    return {
      status: answer.status,
      contentType: answer.headers.get('content-type') ?? '',
      text: await boundedText(answer),
    };
  } catch (thrown) {
    // fetch hides what the system said behind its own error.
    throw thrown instanceof TypeError && thrown.cause instanceof Error ? thrown.cause : thrown;
  }
};

async function boundedText(answer: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of answer.body ?? []) {
    bytes += part.length;
    if (bytes > mostBytes) throw new Error('the answer is too long');
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}
