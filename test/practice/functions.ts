/** Functions of a practice AWS for tests. */
import { zipSync } from 'fflate';
import type { PracticeAws } from '../../app/practice/aws/index.ts';

const bytes = (files: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(files).map(([name, text]) => [name, new TextEncoder().encode(text)]));

export const zipped = (files: Readonly<Record<string, string>>): Buffer => Buffer.from(zipSync(bytes(files)));

/** Calls of Lambda and DynamoDB as a client makes them whose signature is not checked. */
export function unsignedDesk(aws: Pick<PracticeAws, 'endpoint'>) {
  return async (service: string, method: string, path: string, body?: unknown, more: Record<string, string> = {}) => {
    const authorization =
      `AWS4-HMAC-SHA256 Credential=x/20261129/us-east-1/${service}/aws4_request, ` +
      `SignedHeaders=host, Signature=${'0'.repeat(64)}`;
    const response = await fetch(aws.endpoint + path, {
      method,
      headers: { authorization, ...more },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, answer: text === '' ? {} : JSON.parse(text) };
  };
}
