/** The hook for an MES, the webhook and the drop folder, on a station that runs. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { createServer as createHttpsServer, request as httpsRequest } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { createClient } from '../../app/contract/index.ts';
import type { HookConfig } from '../../app/contract/model.ts';
import { importFile } from '../../app/station/index.ts';
import { watchDropFolder } from '../../main/intake/dropfolder.ts';
import { openApi } from '../../main/intake/openapi.ts';
import { openStation } from '../../main/openstation.ts';
import { refuses } from '../records/support.ts';
import { makeStation } from '../support.ts';
import { makeCertificates } from '../tlscertificates.ts';

const engineer = { personId: 0, name: 'Erin', badge: 'EN-1', role: 'engineer' as const };
const root = join(import.meta.dirname, '../..');
const makeFolder = () => mkdtempSync(join(tmpdir(), 'birthmark-in-'));

async function openBed(t: TestContext, dir?: string) {
  const folder = dir ?? (await makeStation());
  const station = await openStation({ dir: folder, kind: 'host', threads: false });
  let isOpen = true;
  const close = async () => {
    if (isOpen) await station.close();
    isOpen = false;
  };
  t.after(close);
  return { dir: folder, station, client: createClient(station.connect('test', engineer)), close };
}

async function hookBed(t: TestContext) {
  const bed = await openBed(t);
  const { token, hook } = await bed.client.call('orders.setIntake', { hook: { host: '127.0.0.1', port: 0 } });
  const url = hook?.url ?? '';
  const ask = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
    fetch(`${url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
  return { ...bed, url, token: token ?? '', ask };
}

const ajv = new Ajv2020({ strict: false });
(addFormats as unknown as (of: Ajv2020) => void)(ajv);
ajv.addSchema({ ...openApi, $id: 'hook' });

/** Checks an answer against the description that the hook itself serves. */
async function agrees(answer: Response, path: keyof typeof openApi.paths, method: string): Promise<unknown> {
  const operation = (openApi.paths[path] as unknown as Record<string, { responses: Record<string, object> }>)[method];
  const response = operation?.responses[String(answer.status)] as {
    content: Record<string, { schema: { $ref: string } }>;
  };
  assert.ok(response, `${answer.status} of ${method} ${path} is described`);
  const type = answer.headers.get('content-type')?.split(';')[0] ?? '';
  const { schema } = response.content[type] ?? {};
  assert.ok(schema, `${type} is described`);
  const value = await answer.json();
  const isValid = ajv.compile({ $ref: `hook${schema.$ref}` });
  assert.ok(isValid(value), JSON.stringify(isValid.errors));
  return value;
}

const order = { orderId: 'WO-77', model: 'BM-1', quantity: 5 };

test('the description is OpenAPI 3.1 to a foreign validator, is the file in docs, and is what the hook serves', async (t) => {
  const file = join(root, 'docs/hook.openapi.json');
  const text = `${JSON.stringify(openApi, null, 2)}\n`;
  if (process.env.UPDATE === '1') writeFileSync(file, text);
  assert.deepEqual(
    JSON.parse(readFileSync(file, 'utf8')),
    JSON.parse(text),
    'UPDATE=1 node --test this file writes it, and biome formats it',
  );
  const { valid, errors } = await new Validator().validate(JSON.parse(text));
  assert.ok(valid, JSON.stringify(errors));
  const { url } = await hookBed(t);
  assert.deepEqual(await (await fetch(`${url}/openapi.json`)).json(), JSON.parse(text));
});

test('orders come in once, change, pause and close; every answer is as described', async (t) => {
  const { ask, client, station } = await hookBed(t);
  const key = { 'idempotency-key': 'k-1' };
  const first = await ask('POST', '/v1/orders', order, key);
  assert.equal(first.status, 201);
  assert.equal(first.headers.get('location'), '/v1/orders/WO-77');
  await agrees(first, '/v1/orders', 'post');
  const again = await Promise.all([1, 2, 3].map(() => ask('POST', '/v1/orders', order, key)));
  for (const answer of again) {
    assert.equal(answer.status, 200);
    await agrees(answer, '/v1/orders', 'post');
  }
  const other = await ask('POST', '/v1/orders', { ...order, quantity: 6 }, key);
  assert.equal(other.status, 422);
  await agrees(other, '/v1/orders', 'post');
  assert.equal((await ask('POST', '/v1/orders', order)).status, 409);

  const path = '/v1/orders/WO-77';
  const changed = await ask('PUT', path, { quantity: 7, dueAt: '2027-01-01T00:00:00Z', state: 'paused' });
  const view = (await agrees(changed, '/v1/orders/{orderId}', 'put')) as { state: string; quantity: number };
  assert.deepEqual([view.state, view.quantity], ['paused', 7]);
  assert.equal((await client.call('orders.list', {})).find(({ orderId }) => orderId === 'WO-77')?.state, 'paused');
  assert.equal((await ask('PUT', path, { model: 'other' })).status, 409);
  assert.equal((await ask('PUT', path, { state: 'closed' })).status, 200);
  const late = await ask('PUT', path, { quantity: 9 });
  assert.equal(late.status, 409);
  await agrees(late, '/v1/orders/{orderId}', 'put');
  assert.equal((await ask('PUT', '/v1/orders/WO-78', { model: 'M', quantity: 1, serials: ['A1'] })).status, 201);
  assert.equal((await ask('PUT', '/v1/orders/WO-78', { serials: ['A1'] })).status, 200);
  assert.equal((await ask('PUT', '/v1/orders/WO-78', { serials: ['A2'] })).status, 409);
  await agrees(await ask('GET', '/v1/orders/NONE'), '/v1/orders/{orderId}', 'get');
  await agrees(await ask('GET', '/v1/orders?state=open'), '/v1/orders', 'get');
  const wrong = await ask('POST', '/v1/orders', { ...order, orderId: 'X', serialFrom: 'A9', serialTo: 'A1' });
  assert.equal(wrong.status, 400);
  await agrees(wrong, '/v1/orders', 'post');

  const short = await ask('PUT', '/v1/orders/X', { model: 'M', quantity: 9, serialFrom: 'A1', serialTo: 'A5' });
  const problem = (await agrees(short, '/v1/orders/{orderId}', 'put')) as { detail: string; path: string };
  assert.deepEqual([short.status, problem.path], [400, 'quantity']);
  assert.match(problem.detail, /9.* 5 serials/);
  const sharing = await ask('POST', '/v1/orders', {
    orderId: 'X',
    model: 'M',
    quantity: 5,
    serialFrom: 'A1',
    serialTo: 'A5',
  });
  const { overlaps } = (await agrees(sharing, '/v1/orders', 'post')) as { overlaps: object };
  assert.deepEqual(overlaps, [{ orderId: 'WO-78', serials: 'A1' }]);

  const seen: { type: string; seq: number }[] = [];
  for (let after = 0, more = true; more; ) {
    const page = (await agrees(
      await ask('GET', `/v1/events?after=${after}&limit=3&orderId=WO-77`),
      '/v1/events',
      'get',
    )) as {
      events: typeof seen;
      next: number;
      more: boolean;
    };
    seen.push(...page.events);
    ({ next: after, more } = page);
  }
  assert.deepEqual(
    seen.map(({ type }) => type),
    ['order.made', 'order.changed', 'order.paused', 'order.closed'],
  );
  assert.deepEqual(await station.parts.ledger.integrityCheck(), []);
});

test('only who has the token is heard, and no page of a browser; nothing that is sent makes it fall', async (t) => {
  const { ask, url, token, dir, client } = await hookBed(t);
  for (const headers of [{ authorization: '' }, { authorization: 'Bearer x' }, { authorization: `Basic ${token}` }])
    assert.equal((await ask('GET', '/v1/orders', undefined, headers)).status, 401);
  assert.equal((await ask('GET', '/v1/orders', undefined, { origin: url })).status, 403);
  assert.equal((await ask('GET', '/v1/orders')).headers.get('access-control-allow-origin'), null);
  assert.ok(!readFileSync(join(dir, 'station.json'), 'utf8').includes(token));
  assert.equal((await ask('POST', '/v1/orders', `{"orderId":"${'x'.repeat(9 * 1024 * 1024)}"}`)).status, 413);
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/xml', 'nonsense']) {
    const other = await ask('POST', '/v1/orders', 'x=1', { 'content-type': type });
    assert.equal(other.status, 415, type);
    await agrees(other, '/v1/orders', 'post');
  }
  const other = await ask('PUT', '/v1/orders/WO-1', 'x=1', { 'content-type': 'text/csv' });
  assert.equal(other.status, 415);
  await agrees(other, '/v1/orders/{orderId}', 'put');
  assert.equal(
    (await ask('POST', '/v1/orders', '{', { 'content-type': 'application/json; charset=utf-8' })).status,
    400,
  );
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(
        'POST /v1/orders',
        'PUT /v1/orders/F',
        'PUT /v1/orders/%00',
        'GET /v1/events?after=-1',
        'GET /v1/orders?state=x',
      ),
      fc.oneof(
        fc.json(),
        fc.string(),
        fc
          .record({ orderId: fc.string(), model: fc.string(), quantity: fc.anything() })
          .map((one) => JSON.stringify(one) ?? ''),
      ),
      async (request, body) => {
        const [method = '', path = ''] = request.split(' ');
        const answer = await ask(method, path, method === 'GET' ? undefined : body);
        assert.ok(answer.status >= 200 && answer.status < 500, `${answer.status} to ${request} ${body}`);
        if (!answer.ok) assert.equal(typeof ((await answer.json()) as { code: string }).code, 'string');
      },
    ),
    { numRuns: 60 },
  );
  const { token: next, hook } = await client.call('orders.setIntake', { newToken: true });
  const bearer = (with_: string) => fetch(`${hook?.url}/v1/orders`, { headers: { authorization: `Bearer ${with_}` } });
  assert.deepEqual([(await bearer(token)).status, (await bearer(next ?? '')).status], [401, 200]);
  const open = { hook: { host: '0.0.0.0', port: 0 } };
  await assert.rejects(client.call('orders.setIntake', open), refuses('call.badParams'));
  await assert.rejects(
    client.call('orders.setIntake', { webhook: { url: 'http://mes.example/' } }),
    refuses('call.badParams'),
  );
});

test('a name that stands twice in a request is refused by its place: one of its values would be lost', async (t) => {
  const { ask } = await hookBed(t);
  const twice = await ask('POST', '/v1/orders', '{"orderId":"WO-1","model":"M","quantity":5,\n "quantity":500}');
  assert.equal(twice.status, 400);
  const { code, detail, path } = (await agrees(twice, '/v1/orders', 'post')) as Record<string, string>;
  assert.deepEqual([code, path], ['call.badParams', 'quantity']);
  assert.match(detail ?? '', /line 2, column 2: "quantity" stands twice/);
  assert.equal((await ask('GET', '/v1/orders/WO-1')).status, 404);
});

type Heard = { headers: IncomingHttpHeaders; body: string };

test('events are sent signed and in order; a receiver that refuses pauses them, and nothing is lost over a restart', async (t) => {
  let answer = 200;
  const heard: Heard[] = [];
  const told = () => {};
  const receiver = createServer(async (request, response) => {
    let body = '';
    for await (const piece of request) body += piece;
    if (answer === 200) heard.push({ headers: request.headers, body });
    response.writeHead(answer).end();
    told();
  }).listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  t.after(() => receiver.close());
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;
  const until = async (fits: () => boolean | Promise<boolean>) => {
    while (!(await fits())) await new Promise<void>((resolve) => setTimeout(resolve, 50));
  };
  const first = await openBed(t);
  const secret = (await first.client.call('orders.setIntake', { webhook: { url } })).secret ?? '';
  assert.match(secret, /^whsec_/);
  await first.client.call('orders.make', { ...order, activate: false });
  await until(() => heard.length === 1);
  answer = 410;
  await first.client.call('orders.pause', { orderId: order.orderId });
  await until(async () => (await first.client.call('orders.intake', {})).webhook?.pausedAt !== null);
  await first.client.call('orders.resume', { orderId: order.orderId });
  assert.equal((await first.client.call('orders.intake', {})).webhook?.waiting, 2);
  const refused = (await first.client.call('orders.intake', {})).webhook;
  assert.deepEqual(refused?.trouble, { what: 'answers', status: 410 });
  assert.equal(refused?.error, 'the receiver answers 410', 'commands say it in a sentence');
  await first.close();
  answer = 200;
  const second = await openBed(t, first.dir);
  assert.equal((await second.client.call('orders.intake', {})).webhook?.waiting, 2);
  await second.client.call('orders.setIntake', { resumeWebhook: true });
  await until(() => heard.length === 3);
  const types = heard.map(({ body }) => (JSON.parse(body) as { type: string }).type);
  assert.deepEqual(types, ['order.made', 'order.paused', 'order.resumed']);
  for (const { headers, body } of heard) {
    const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
    const mac = createHmac('sha256', key).update(`${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`);
    assert.equal(headers['webhook-signature'], `v1,${mac.digest('base64')}`);
  }
  assert.equal(new Set(heard.map(({ headers }) => headers['webhook-id'])).size, 3);
});

test('a file in the drop folder makes its orders and goes to done with a report; a wrong one gives its rows back', async (t) => {
  const { client } = await openBed(t);
  const folder = makeFolder();
  await client.call('orders.setIntake', { dropFolder: folder });
  writeFileSync(join(folder, '.half.csv'), 'order,model,quantity\nD-1,M,2\nD-2,M,zero\n');
  renameSync(join(folder, '.half.csv'), join(folder, 'orders.csv'));
  const done = join(folder, 'done');
  const waits = async (name: string) => {
    while (!existsSync(join(done, name))) await new Promise<void>((resolve) => setTimeout(resolve, 100));
  };
  await waits('orders.csv');
  const report = JSON.parse(readFileSync(join(done, 'orders.csv.report.json'), 'utf8'));
  assert.deepEqual([report.made, report.badRows], [['D-1'], 1]);
  const refused = readFileSync(join(done, 'orders.csv.refused.csv'), 'utf8');
  assert.match(refused, /^order,model,quantity,reason\r\nD-2,M,zero,/);
  assert.ok((await client.call('orders.list', {})).some(({ orderId }) => orderId === 'D-1'));
  writeFileSync(join(folder, 'orders.csv'), refused.replace('zero', '3'));
  await waits('orders-2.csv');
  assert.ok(
    (await client.call('orders.list', {})).some(({ orderId, quantity }) => orderId === 'D-2' && quantity === 3),
  );
  assert.deepEqual(
    readdirSync(folder).filter((name) => name !== 'done'),
    [],
  );
});

test('a file whose station ends in the middle of it ends between two orders, and the records say how many', async (t) => {
  const { dir, station, client } = await openBed(t);
  const { ledger } = station.parts;
  let count = 0;
  let ended: Promise<void> | undefined;
  const makeOrder: typeof ledger.makeOrder = async (terms) => {
    const made = await ledger.makeOrder(terms);
    count += 1;
    if (count === 3) ended = station.close();
    return made;
  };
  const parts = { ...station.parts, ledger: { ...ledger, makeOrder } };
  const list = ['A', 'B', 'C', 'D', 'E'].map((orderId) => ({ orderId, model: 'M', quantity: 1 }));
  const bytes = new TextEncoder().encode(JSON.stringify(list));
  const file = { name: 'o.json', bytes, table: await station.parts.readOrderFile('o.json', bytes) };
  const taken = importFile(parts, file, { actor: 'E', partial: false });
  await assert.rejects(taken, refuses('call.cancelled'));
  await ended;
  await assert.rejects(client.call('orders.list', {}), 'the station is closed');

  const again = await openBed(t, dir);
  const known = (await again.client.call('orders.list', {}))
    .map(({ orderId }) => orderId)
    .filter((id) => id.length === 1);
  assert.deepEqual(known.sort(), ['A', 'B', 'C']);
  const imported = async () => {
    const { rows } = await again.station.parts.ledger.listAudit({ limit: 60, offset: 0 });
    return rows.filter(({ entry }) => entry === 'order.imported').map(({ data }) => [data.made, data.left]);
  };
  assert.deepEqual(await imported(), [[3, 2]]);
  const params = { name: 'o.json', base64: Buffer.from(bytes).toString('base64') };
  assert.deepEqual((await again.client.call('orders.import', params)).made, ['D', 'E']);
  assert.deepEqual(new Set((await imported()).map(String)), new Set(['3,2', '2,']));
});

test('a file that cannot be moved holds up no other one, is taken once, and moves when it can; so does one with a long name', async (t) => {
  const { client, station } = await openBed(t);
  const folder = makeFolder();
  const done = join(folder, 'done');
  writeFileSync(done, 'a file in the way');
  await client.call('orders.setIntake', { dropFolder: folder });
  const long = `${'ü'.repeat(125)}.csv`;
  for (const [index, name] of ['a.csv', long].entries())
    writeFileSync(join(folder, name), `order,model,quantity\nD-${index},M,2\n`);
  const orders = async () => (await client.call('orders.list', {})).map(({ orderId }) => orderId);
  const until = async (is: () => Promise<boolean> | boolean) => {
    while (!(await is())) await new Promise<void>((resolve) => setTimeout(resolve, 100));
  };
  await until(async () => (await orders()).includes('D-1'));
  assert.ok((await orders()).includes('D-0'));
  // Two more looks, which move nothing.
  await new Promise<void>((resolve) => setTimeout(resolve, 4500));
  assert.notEqual((await client.call('orders.intake', {})).dropFolder?.trouble, null);
  rmSync(done);
  await until(() => existsSync(join(done, 'a.csv')) && !existsSync(join(folder, long)));
  const { rows } = await station.parts.ledger.listAudit({ limit: 60, offset: 0 });
  const imported = rows.filter(({ entry }) => entry === 'order.imported');
  assert.equal(imported.length, 2, 'a look that moves nothing takes nothing again');
  const reports = readdirSync(done).filter((name) => name.endsWith('.report.json'));
  assert.equal(reports.length, 2);
});

test('a file that is written while it is read goes to done only when all of it was taken', async (t) => {
  const { client, station } = await openBed(t);
  const folder = makeFolder();
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'a.csv');
  let looks = 0;
  const readOrderFile: typeof station.parts.readOrderFile = (name, bytes) => {
    looks += 1;
    if (looks === 1) writeFileSync(file, 'order,model,quantity\nC-1,M,2\nC-2,M,3\n');
    return station.parts.readOrderFile(name, bytes);
  };
  writeFileSync(file, 'order,model,quantity\nC-1,M,2\n');
  const { parts } = station;
  const watching = watchDropFolder({ parts: { ...parts, readOrderFile }, folder, log: parts.log, everyMs: 10 });
  while (!existsSync(join(folder, 'done', 'a.csv'))) await new Promise<void>((resolve) => setTimeout(resolve, 20));
  await watching.close();
  const orders = (await client.call('orders.list', {})).map(({ orderId, quantity }) => `${orderId} ${quantity}`);
  assert.deepEqual(orders.filter((order) => order.startsWith('C-')).sort(), ['C-1 2', 'C-2 3']);
  assert.match(readFileSync(join(folder, 'done', 'a.csv'), 'utf8'), /C-2/);
  assert.equal(watching.status().taken, 1);
});

test('what lies in the drop folder and is not taken is named, and no longer than it lies there', async (t) => {
  const { station } = await openBed(t);
  const folder = makeFolder();
  const elsewhere = join(makeFolder(), 'real.csv');
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const at = (name: string) => join(folder, name);
  writeFileSync(elsewhere, 'order,model,quantity\nL-1,M,2\n');
  symlinkSync(elsewhere, at('link.csv'));
  mkdirSync(at('orders.json'));
  writeFileSync(at('empty.xlsx'), '');
  writeFileSync(at('old.xls'), 'a workbook');
  // These are written, and get another name when they are whole.
  for (const name of ['.hidden.csv', 'orders.part', 'notes.txt']) writeFileSync(at(name), '');
  const { parts } = station;
  const watching = watchDropFolder({ parts, folder, log: parts.log, everyMs: 10 });
  t.after(() => watching.close());
  const until = async (code: string | undefined) => {
    while (watching.status().trouble?.code !== code) await new Promise<void>((resolve) => setTimeout(resolve, 20));
  };
  await until('empty.xlsx, link.csv, old.xls, …');
  assert.equal(watching.status().trouble?.what, 'passedOver');
  for (const name of ['empty.xlsx', 'old.xls']) rmSync(at(name));
  await until('link.csv, orders.json');
  rmSync(at('link.csv'));
  rmSync(at('orders.json'), { recursive: true });
  await until(undefined);
});

test('what keeps the hook and the drop folder from running has a name for the screens, and a sentence for commands', async (t) => {
  const { dir, client } = await openBed(t);
  const taken = createServer();
  taken.listen(0, '127.0.0.1');
  await once(taken, 'listening');
  t.after(() => taken.close());
  const { port } = taken.address() as AddressInfo;
  const host = '127.0.0.1';
  const hookSays = async (hook: HookConfig) => (await client.call('orders.setIntake', { hook })).hook;
  const busy = await hookSays({ host, port });
  assert.deepEqual([busy?.trouble, busy?.url], [{ what: 'portTaken', code: 'EADDRINUSE' }, null]);
  assert.match(busy?.error ?? '', /another program listens on this port/);
  const file = join(dir, 'none.pem');
  const unread = await hookSays({ host, port: 0, certificateFile: file, keyFile: file });
  assert.deepEqual(unread?.trouble, { what: 'tlsFiles', code: 'ENOENT' });
  writeFileSync(file, 'no certificate');
  assert.equal((await hookSays({ host, port: 0, certificateFile: file, keyFile: file }))?.trouble?.what, 'tlsFiles');
  assert.equal((await hookSays({ host: '192.0.2.1', port: 0, certificateFile: file, keyFile: file }))?.url, null);
  assert.equal((await hookSays({ host, port: 0 }))?.trouble, null, 'and it runs once its settings are right');
  await assert.rejects(
    client.call('orders.setIntake', { hook: { host: '192.0.2.1', port: 0 } }),
    refuses('call.badParams', { path: 'certificateFile', reason: 'hookTls' }),
  );

  const gone = makeFolder();
  await client.call('orders.setIntake', { dropFolder: gone });
  rmSync(gone, { recursive: true });
  const folder = async () => (await client.call('orders.intake', {})).dropFolder;
  while ((await folder())?.trouble == null) await new Promise<void>((resolve) => setTimeout(resolve, 100));
  assert.deepEqual((await folder())?.trouble, { what: 'noFolder', code: 'ENOENT' });
});

test('an address says which methods it takes, HEAD among them, and what it cannot read', async (t) => {
  const { ask } = await hookBed(t);
  assert.equal((await ask('HEAD', '/v1/orders')).status, 200);
  for (const [path, allow] of [
    ['/v1/orders', 'GET, HEAD, POST'],
    ['/v1/orders/WO-1?x', 'GET, HEAD, PUT'],
    ['/v1/events', 'GET, HEAD'],
  ] as const) {
    const answer = await ask('DELETE', path);
    assert.deepEqual([answer.status, answer.headers.get('allow')], [405, allow]);
  }
  for (const path of ['/v1', '/v1/orders/', '/v1/orders/a/b']) assert.equal((await ask('DELETE', path)).status, 404);
  const unread = await ask('GET', '/v1/orders/%E0%A4%A');
  assert.deepEqual([unread.status, ((await unread.json()) as { code: string }).code], [400, 'call.malformed']);
});

test('an end that has passed is refused when an order is changed, and left alone when it stands there', async (t) => {
  const { ask, client, station } = await hookBed(t);
  await ask('POST', '/v1/orders', order);
  const put = (endsAt: string) => ask('PUT', `/v1/orders/${order.orderId}`, { endsAt });
  assert.equal((await put('2020-01-01T00:00:00.000Z')).status, 422);
  const endsAt = '2026-01-01T00:00:00.000Z';
  await station.parts.ledger.changeOrder({ orderId: order.orderId, actor: 'test', endsAt });
  assert.equal((await put(endsAt)).status, 200);
  await assert.rejects(
    client.call('orders.change', { orderId: order.orderId, endsAt: '2020-01-01T00:00:00.000Z' }),
    refuses('order.ended'),
  );
});

test('what is no drop folder is refused when it is set: the station would move its own files to "done"', async (t) => {
  const { dir, client } = await openBed(t);
  const link = join(makeFolder(), 'link');
  symlinkSync(dir, link);
  for (const [dropFolder, reason] of [
    [join(dir, 'station.json'), 'dropFolderFile'],
    [join(dir, 'not there'), 'dropFolderLost'],
    [dir, 'dropFolderOwn'],
    [join(dir, 'ca'), 'dropFolderOwn'],
    [link, 'dropFolderOwn'],
  ] as const)
    await assert.rejects(
      client.call('orders.setIntake', { dropFolder }),
      refuses('call.badParams', { path: 'dropFolder', reason }),
    );
  assert.equal((await client.call('orders.intake', {})).dropFolder, null);
});

test('the rule for events is a setting, works at once, and a reader of the feed learns what it missed', async (t) => {
  const { ask, client, station, token } = await hookBed(t);
  assert.equal((await client.call('orders.intake', {})).eventDays, 90);
  await ask('POST', '/v1/orders', order, { 'idempotency-key': 'k-1' });
  const { ledger, clock } = station.parts;
  const before = await ledger.listEvents({ after: 0, limit: 10 });
  assert.ok(before.events.length > 0);
  const later = clock.now().getTime() + 3 * 86_400_000;
  t.mock.method(clock, 'now', () => new Date(later));
  const { eventDays, hook } = await client.call('orders.setIntake', { eventDays: 2 });
  assert.equal(eventDays, 2);
  await station.parts.retention.look();
  const answer = await fetch(`${hook?.url}/v1/events?after=0`, { headers: { authorization: `Bearer ${token}` } });
  const { events, removed } = (await agrees(answer, '/v1/events', 'get')) as { events: object[]; removed: number };
  assert.deepEqual([events, removed], [[], before.events.at(-1)!.seq]);
});

test('the hook speaks TLS to those who trust its CA, and asks for the token there, too', async (t) => {
  const { file, text } = makeCertificates();
  const { client } = await openBed(t);
  // Any address of this PC: other machines reach it.
  const hook = { host: '0.0.0.0', port: 0, certificateFile: file('server.pem'), keyFile: file('server.key') };
  const { token, hook: now } = await client.call('orders.setIntake', { hook });
  assert.deepEqual([now?.tls, now?.trouble, now?.url?.startsWith('https://')], [true, null, true]);
  const port = Number(new URL(now?.url ?? '').port);
  const ask = (path: string, ca: string, authorization?: string) =>
    new Promise<number | undefined>((resolve, reject) => {
      const headers = authorization === undefined ? {} : { authorization };
      const asked = httpsRequest({ host: 'localhost', port, path, ca, headers, agent: false }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      });
      asked.on('error', reject).end();
    });
  const root = text('root.pem');
  assert.equal(await ask('/v1/orders', root, `Bearer ${token}`), 200);
  assert.equal(await ask('/v1/orders', root), 401);
  assert.equal(await ask('/v1/orders', root, 'Bearer wrong'), 401);
  await assert.rejects(ask('/v1/orders', text('stranger.pem'), `Bearer ${token}`), 'another CA');
  await assert.rejects(fetch(`http://localhost:${port}/openapi.json`), 'no plain HTTP');

  // OpenSSL judges: the chain, the name, the version, and an answer over it.
  const judge = (...args: string[]) =>
    new Promise<string>((resolve) => {
      const given = ['s_client', '-connect', `localhost:${port}`, '-CAfile', file('root.pem'), '-verify_return_error'];
      const child = execFile('openssl', [...given, ...args], (_, out, err) => resolve(out + err));
      child.stdin?.end('GET /v1/orders HTTP/1.0\r\n\r\n');
    });
  const good = await judge('-verify_hostname', 'localhost', '-ign_eof');
  assert.match(good, /Verify return code: 0 \(ok\)/);
  assert.match(good, /TLSv1\.3/);
  assert.match(good, /HTTP\/1\.1 401/);
  assert.match(await judge('-verify_hostname', 'other.example'), /hostname mismatch/i);
  assert.match(await judge('-tls1_2', '-verify_hostname', 'localhost'), /Verify return code: 0 \(ok\)/);
  assert.doesNotMatch(await judge('-tls1_1', '-cipher', 'ALL:@SECLEVEL=0'), /Cipher is (?!\(NONE\))/);
});

/** Receivers over https, each with a certificate of its own. `heard`: the names of those that got an event. */
function receivers(t: TestContext, file: (of: string) => string) {
  const heard: string[] = [];
  const receiver = async (name: string): Promise<string> => {
    const server = createHttpsServer({
      cert: readFileSync(file(`${name}.pem`)),
      key: readFileSync(file(`${name}.key`)),
    });
    server.on('request', (request, response) => {
      request.resume();
      heard.push(name);
      response.end();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    t.after(() => server.close());
    return `https://localhost:${(server.address() as AddressInfo).port}/`;
  };
  return { heard, receiver };
}

test('a webhook over https goes to a receiver whose certificate passes; why another one waits is told', async (t) => {
  const { file, text, issue } = makeCertificates();
  issue('other', 'mes', '30', 'subjectAltName=DNS:other.example');
  const known = getCACertificates('default');
  t.after(() => setDefaultCACertificates(known));
  setDefaultCACertificates([...known, text('root.pem')]);
  const { heard, receiver } = receivers(t, file);
  const { client } = await openBed(t);
  const state = async () => (await client.call('orders.intake', {})).webhook;
  await client.call('orders.setIntake', { webhook: { url: await receiver('old') } });
  await client.call('orders.make', { ...order, activate: false });
  for (const [name, what] of [
    ['old', 'expired'],
    ['other', 'otherName'],
    ['stranger', 'untrusted'],
  ] as const) {
    await client.call('orders.setIntake', { webhook: { url: await receiver(name) }, resumeWebhook: true });
    while ((await state())?.trouble?.what !== what) await new Promise<void>((resolve) => setTimeout(resolve, 50));
    assert.equal((await state())?.waiting, 1, name);
  }
  await client.call('orders.setIntake', { webhook: { url: await receiver('server') }, resumeWebhook: true });
  while ((await state())?.waiting !== 0) await new Promise<void>((resolve) => setTimeout(resolve, 50));
  assert.deepEqual(heard, ['server'], 'nothing went to the others');
});

test('the CA of a factory is named for the webhook alone; a wrong file is refused by name, and a renewed one counts at once', async (t) => {
  const { file, text, issue } = makeCertificates();
  issue('issuing', 'issuing', '30', 'basicConstraints=critical,CA:true');
  issue('below', 'mes', '30', 'subjectAltName=DNS:localhost', 'issuing');
  issue('oldca', 'oldca', '-1', 'basicConstraints=critical,CA:true');
  issue('last', 'mes', '30', 'subjectAltName=DNS:localhost', 'oldca');
  const { heard, receiver } = receivers(t, file);
  const { client, dir } = await openBed(t);
  const state = async () => (await client.call('orders.intake', {})).webhook;
  const waits = async (what: string) => {
    while ((await state())?.trouble?.what !== what) await new Promise<void>((resolve) => setTimeout(resolve, 50));
  };
  const arrives = async (names: string[]) => {
    while ((await state())?.waiting !== 0) await new Promise<void>((resolve) => setTimeout(resolve, 50));
    assert.deepEqual(heard, names);
  };
  const alone = client.call('orders.setIntake', { webhookCa: file('root.pem') });
  await assert.rejects(alone, refuses('call.badParams', { path: 'webhookCa', reason: 'receiverCaAlone' }));
  await client.call('orders.setIntake', { webhook: { url: await receiver('server') } });
  await client.call('orders.make', { ...order, activate: false });
  await waits('untrusted');

  for (const [name, reason, said] of [
    ['none.pem', 'receiverCaUnread', /none\.pem cannot be read/],
    ['root.key', 'receiverCaPem', /root\.key has no certificate/],
    ['server.pem', 'receiverCaNone', /CN=plant in .*server\.pem is no CA/],
    ['oldca.pem', 'receiverCaExpired', /CN=oldca expired on \d{4}-\d\d-\d\d/],
  ] as const)
    await assert.rejects(client.call('orders.setIntake', { webhookCa: file(name) }), (thrown: unknown) => {
      const { data, detail } = thrown as { data: { path: string; reason: string }; detail: string };
      assert.deepEqual([data.path, data.reason], ['webhookCa', reason]);
      assert.match(detail, said);
      return true;
    });
  assert.equal((await state())?.ca, null, 'a refused file is not kept');

  const ca = join(dir, 'factory.pem');
  writeFileSync(ca, text('root.pem'));
  const { webhook } = await client.call('orders.setIntake', { webhookCa: ca });
  const [only] = webhook?.ca?.certificates ?? [];
  assert.deepEqual([webhook?.ca?.file, only?.subject], [ca, 'CN=root']);
  assert.ok(Date.parse(only?.notAfterAt ?? '') > Date.now());
  await arrives(['server']);
  const url = webhook?.url ?? '';
  await assert.rejects(fetch(url), 'and nothing else of the program trusts it');

  writeFileSync(ca, 'no certificate');
  await client.call('orders.pause', { orderId: order.orderId });
  await waits('noCa');
  assert.deepEqual((await state())?.ca, { file: ca, certificates: [] });
  writeFileSync(ca, text('root.pem'));
  await arrives(['server', 'server']);

  await client.call('orders.setIntake', { webhook: { url: await receiver('below') } });
  writeFileSync(ca, text('issuing.pem'));
  await client.call('orders.resume', { orderId: order.orderId });
  await arrives(['server', 'server', 'below']);
  await client.call('orders.setIntake', { webhook: { url: await receiver('last') } });
  writeFileSync(ca, text('oldca.pem'));
  await client.call('orders.pause', { orderId: order.orderId });
  await waits('caExpired');
  await client.call('orders.setIntake', { webhookCa: null });
  await waits('untrusted');
  assert.equal((await state())?.ca, null);
});

/** What comes back for bytes that no client of HTTP would send. */
async function sent(url: string, bytes: string | Buffer): Promise<{ status: number; type: string; body: string }> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  const pieces: Buffer[] = [];
  socket.on('data', (piece) => pieces.push(piece));
  socket.write(bytes);
  await once(socket, 'close');
  const [head = '', body = ''] = Buffer.concat(pieces).toString('utf8').split('\r\n\r\n');
  const status = Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1]);
  return { status, type: /^content-type: ([^;\r]*)/im.exec(head)?.[1] ?? '', body };
}

test('bytes that are no request, and what two programs may read in two ways, are refused in the form of the hook', async (t) => {
  const { url, token, client } = await hookBed(t);
  const body = JSON.stringify(order);
  const length = `Content-Length: ${body.length}`;
  const request = (first: string, headers: string[], content: string | Buffer = '') =>
    Buffer.concat([
      Buffer.from(
        [
          first,
          `Host: ${new URL(url).host}`,
          `Authorization: Bearer ${token}`,
          'Connection: close',
          ...headers,
          '',
          '',
        ].join('\r\n'),
      ),
      Buffer.from(content),
    ]);
  const post = (headers: string[], content: string | Buffer = body) =>
    request('POST /v1/orders HTTP/1.1', ['Content-Type: application/json', ...headers], content);
  const get = (...headers: string[]) => request('GET /v1/orders HTTP/1.1', headers);
  const cases: [string, Buffer, number][] = [
    ['a preface of HTTP/2', Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), 400],
    ['a client of TLS', Buffer.from(`16030100a5010000a10303${'00'.repeat(150)}`, 'hex'), 400],
    ['two lengths', post([length, 'Content-Length: 2']), 400],
    ['a length and pieces', post([length, 'Transfer-Encoding: chunked'], `2\r\n{}\r\n0\r\n\r\n`), 400],
    ['a piece without a size', post(['Transfer-Encoding: chunked'], `zz\r\n${body}\r\n0\r\n\r\n`), 400],
    ['long headers', get(`X: ${'a'.repeat(20_000)}`), 431],
    ['two tokens', get('Authorization: Bearer other'), 400],
    ['two hosts', get('Host: other'), 400],
    ['two keys', post([length, 'Idempotency-Key: k-1', 'Idempotency-Key: k-2']), 400],
    ['a packed body', post([length, 'Content-Encoding: gzip']), 415],
    ['no text', post(['Content-Length: 4'], Buffer.from('"\xff\xfe"', 'latin1')), 400],
  ];
  for (const [what, bytes, status] of cases) {
    const answer = await sent(url, bytes);
    assert.deepEqual([answer.status, answer.type], [status, 'application/problem+json'], what);
    const problem = JSON.parse(answer.body) as { status: number; code: string; detail: string };
    assert.deepEqual([problem.status, typeof problem.code, problem.detail.length > 20], [status, 'string', true], what);
  }
  assert.equal((await sent(url, post([length]))).status, 201, 'a good one is taken after all of them');
  const made = (await client.call('orders.list', {})).filter(({ orderId }) => orderId === order.orderId);
  assert.equal(made.length, 1);
});
