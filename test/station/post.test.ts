/** One POST to receivers whose answer does not end. */
import assert from 'node:assert/strict';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { connectionsTrusting, post } from '../../main/intake/post.ts';

async function receiver(t: TestContext, answer: RequestListener) {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const connections = connectionsTrusting([]);
  return { server, send: (signal: AbortSignal) => post({ url, headers: {}, body: '{}', signal, connections }) };
}

test('an answer without an end is read up to its bound, and its connection is given up', async (t) => {
  const over = Promise.withResolvers<void>();
  const { send } = await receiver(t, (_request, response) => {
    response.writeHead(200);
    const write = () => {
      while (response.write('x'.repeat(16_384)));
    };
    response.on('drain', write).on('close', over.resolve);
    write();
  });
  assert.equal(await send(new AbortController().signal), 200);
  await over.promise;
});

test('an answer that comes in drops is waited for, so that no second request goes meanwhile; the status stands', async (t) => {
  const headRead = Promise.withResolvers<void>();
  const channel = 'http.client.response.finish';
  const onHead = () => headRead.resolve();
  subscribe(channel, onHead);
  t.after(() => unsubscribe(channel, onHead));
  const { send } = await receiver(t, (_request, response) => {
    response.writeHead(202);
    response.write('a');
  });
  const stop = new AbortController();
  let isOver = false;
  const sent = send(stop.signal).finally(() => {
    isOver = true;
  });
  await headRead.promise;
  await new Promise(setImmediate);
  assert.equal(isOver, false);
  stop.abort();
  assert.equal(await sent, 202);
});
