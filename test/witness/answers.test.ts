/** What a station makes of the answers of witnesses that are none, and of what stands in their place. */
import assert from 'node:assert/strict';
import { createServer, type RequestListener } from 'node:http';
import { connect } from 'node:net';
import { pipeline, Readable } from 'node:stream';
import { after, before, test } from 'node:test';
import type { StationError } from '../../app/contract/errors.ts';
import { bodyOf, cosignatureLine } from '../../app/records/log/cosignature.ts';
import { cosignatureKind, readVerifierKey } from '../../app/records/log/note.ts';
import { cosign } from '../../app/station/checkpoints/witness.ts';
import { askWitness } from '../../main/witness/ask.ts';
import { serveWitness } from '../../main/witness/server.ts';
import { makeWitness, type WitnessStore } from '../../main/witness/store.ts';
import { createWitness } from '../../main/witness/witness.ts';
import { freshFolder } from '../records/support.ts';
import { makeLog } from './logs.ts';

const log = makeLog();
let store: WitnessStore;
let [url, answer] = ['', (() => {}) as RequestListener];
const server = createServer((request, response) => {
  request.resume();
  answer(request, response);
});
before(async () => {
  store = await makeWitness(freshFolder(), 'plant.example/w1');
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
});
after(() => {
  server.closeAllConnections();
  server.close();
});

const line = (size: number) => cosignatureLine(store.name, store.signer, bodyOf(log.note(size))!, 1_800_000_000);

/** What comes of asking for a checkpoint of nine leaves: the line, or why not, and what it was told to hold. */
async function asked(known = 0, ask = askWitness): Promise<{ said: string; held: number[] }> {
  const held: number[] = [];
  const { publicKey } = readVerifierKey(store.key, cosignatureKind)!;
  const said = await cosign({
    witness: { name: store.name, url, publicKey },
    head: { origin: log.origin, size: 9, note: log.note(9), verifierKey: log.key },
    ...{ known, ask },
    ledger: {
      consistencyOf: async ({ older, size }) => log.proof(older, size),
      isContradiction: async () => false,
    },
    onContradiction: async (size) => void held.push(size),
  }).catch(({ code, detail }: StationError) => `${code}: ${detail}`);
  return { said, held };
}

test('what answers in place of a witness is told as that, and is no contradiction', async () => {
  const portal = '<html>please sign in</html>';
  const cases: [number, string, string | Buffer, RegExp][] = [
    [200, 'text/html', portal, /an answer that is none of a witness: is its address right/],
    [200, 'text/plain', '', /an answer that is none of a witness/],
    [200, 'text/plain', Buffer.alloc(200_000, 'a'), /an answer that is none of a witness/],
    [200, 'application/octet-stream', Buffer.alloc(500, 255), /an answer that is none of a witness/],
    [200, 'text/plain', line(8), /another key than the one that is set/],
    [302, 'text/html', portal, /answers 302/],
    [409, 'text/html', portal, /answers 409/],
    [409, 'text/x.tlog.size', '-5\n', /an answer that is none/],
    [409, 'text/x.tlog.size', '5', /an answer that is none/],
    [422, 'text/html', portal, /answers 422/],
    [503, 'text/html', portal, /answers 503/],
  ];
  for (const [status, type, body, why] of cases) {
    answer = (_, response) => void response.writeHead(status, { 'content-type': type, location: '/x' }).end(body);
    const { said, held } = await asked();
    assert.match(
      said,
      new RegExp(`^checkpoint.witness: the witness plant.example/w1 .*${why.source}`),
      `${status} ${body}`,
    );
    assert.deepEqual(held, [], `${status}`);
  }
  answer = (_, response) => void response.end(`— other.example AAAAAAAA\n${line(9)}${'x'.repeat(200_000)}`);
  assert.equal((await asked()).said, line(9).trimEnd(), 'the line counts, whatever stands around it');
});

test('an answer without an end is not read to it, and one that does not come is told as that', async () => {
  answer = (_, response) => {
    const piece = Buffer.alloc(20_000, 'a');
    const endless = Readable.from(
      (function* () {
        for (;;) yield piece;
      })(),
    );
    pipeline(endless, response, () => {});
  };
  assert.match((await asked()).said, /an answer that is none of a witness/);
  answer = (_, response) => void response.destroy();
  assert.match((await asked()).said, /cannot be reached \(\w+\)$/);
  const late = async () => Promise.reject(new DOMException('late', 'TimeoutError'));
  assert.match((await asked(0, late)).said, /does not answer in time$/);
});

test('a witness that says that the log did not go on from what it holds contradicts it', async () => {
  answer = (_, response) => void response.writeHead(422).end('no\n');
  const { said, held } = await asked(5);
  assert.match(said, /^checkpoint.contradicted: .* holds 5 leaves of another log/);
  assert.deepEqual(held, [5]);
});

test('a request for what is no address is answered, and is no fault of the witness', async () => {
  const witness = createWitness(store, () => new Date());
  const onError = (thrown: unknown) => assert.fail(String(thrown));
  const { url: of, close } = await serveWitness(witness, { host: '127.0.0.1', port: 0, onError });
  const socket = connect(Number(new URL(of).port), '127.0.0.1');
  socket.end('GET // HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
  let said = '';
  for await (const piece of socket) said += String(piece);
  await close();
  assert.match(said, /^HTTP\/1.1 404 /);
});
