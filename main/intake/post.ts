/** One POST. Node's `fetch` cannot be given the CA of a factory. */
import { request as httpRequest } from 'node:http';
import { Agent, request as httpsRequest } from 'node:https';
import { getCACertificates } from 'node:tls';

/** Connections to a server whose certificate is by a CA of this PC or by one of these, also where that one is no root. */
export const connectionsTrusting = (pems: readonly string[]): Agent =>
  new Agent({
    keepAlive: true,
    ...(pems.length > 0 ? { ca: [...getCACertificates('default'), ...pems], allowPartialTrustChain: true } : {}),
  });

type Post = { url: string; headers: Record<string, string>; body: string; signal: AbortSignal; connections: Agent };

/** An answer has a few words. What it has beyond this is not read: it may never end. */
const maxAnswerBytes = 64 * 1024;

/**
 * The status of the answer, once the answer is over: a receiver that goes on writing gets no second request meanwhile. A
 * redirection is an answer. Rejects with the error of the system, of TLS or of the signal, where no status came before it.
 */
export function post({ url, headers, body, signal, connections }: Post): Promise<number> {
  return new Promise((resolve, reject) => {
    const settings = { method: 'POST', headers: { ...headers, 'content-length': Buffer.byteLength(body) }, signal };
    const asked = url.startsWith('https:')
      ? httpsRequest(url, { ...settings, agent: connections })
      : httpRequest(url, settings);
    let fail = reject;
    asked.on('response', (answer) => {
      const end = () => resolve(answer.statusCode ?? 0);
      // The text of the answer tells nothing; that it breaks off changes nothing.
      fail = end;
      let bytes = 0;
      answer.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > maxAnswerBytes) answer.destroy();
      });
      answer.on('error', () => {}).on('close', end);
    });
    asked.on('error', (thrown) => fail(thrown)).end(body);
  });
}
