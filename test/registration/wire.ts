/** A server in the place of AWS that answers what it is told, one answer after the other, and keeps what it was asked. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { type Cloud, createAwsCloud } from '../../app/registration/index.ts';

export type Asked = { line: string; body: unknown; principal: string | undefined };

/** A JSON value, or the text of an XML answer. */
type Answer = object | string;

const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' };
const target = { region: 'eu-central-1', bucket: 'devices', roleArn: 'arn:aws:iam::123456789012:role/r' };

function bodyOf(text: string): unknown {
  if (text === '') return undefined;
  return text.startsWith('{') ? JSON.parse(text) : Object.fromEntries(new URLSearchParams(text));
}

/** An error of AWS IoT as an answer. */
export class Refusal {
  readonly name: string;
  readonly status: number;
  constructor(name: string, status: number) {
    this.name = name;
    this.status = status;
  }
}

/** A cloud whose calls get these answers; the last one stays. */
export async function wire(t: TestContext, ...answers: (Answer | Refusal)[]) {
  const asked: Asked[] = [];
  const http = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const { 'x-amzn-principal': principal } = request.headers;
    response.setHeader('x-amzn-requestid', 'r-1');
    const url = decodeURIComponent(request.url ?? '');
    asked.push({
      line: `${request.method} ${url}`,
      body: bodyOf(Buffer.concat(parts).toString()),
      principal: principal?.toString(),
    });
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    if (answer instanceof Refusal) {
      response.writeHead(answer.status, { 'x-amzn-errortype': answer.name }).end('{"message":"no"}');
    } else if (typeof answer === 'string') response.writeHead(200, { 'content-type': 'text/xml' }).end(answer);
    else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer ?? {}));
  });
  http.listen(0, '127.0.0.1');
  await new Promise((resolve) => http.once('listening', resolve));
  const endpointUrl = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  const cloud: Cloud = await createAwsCloud({ ...target, endpointUrl, credentials });
  const connections = () => new Promise<number>((resolve) => http.getConnections((_, count) => resolve(count)));
  t.after(() => {
    cloud.close();
    http.closeAllConnections();
    http.close();
  });
  return { cloud, asked, connections };
}
