/** The acts of the agent's protocol, each against a store that the test can damage: what is sent, and what is believed. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type ErrorCode, StationError } from '../../app/contract/errors.ts';
import { readAnswer } from '../../app/device/drivers/agent/answer.ts';
import { converse } from '../../app/device/drivers/agent/device.ts';
import { encodeConfig, unescapeText } from '../../app/device/drivers/agent/frame.ts';
import type { Command } from '../../app/device/drivers/agent/requests.ts';
import { sha256 } from './support.ts';

const hello = {
  ...{ proto: '1', model: 'M', hw: 'A', fw: '1', hwid: '00', keys: 'P-256,P-384', chunk: '10', window: '1000' },
  ...{ item: '100', key: '1', cert: '0', sealed: '0' },
};
const pairs = (values: Record<string, string>) => Object.entries(values).map(([name, value]) => `${name}=${value}`);
const ok = (...rest: string[]) => ['ok', ...rest];

/** What a command is answered, where the device below would answer otherwise; the first, second… time that it comes. */
type Over = (command: Command, time: number) => string[] | undefined;

function agentOf({ over = () => undefined, greets = {} }: { over?: Over; greets?: Record<string, string> } = {}) {
  const store = new Map<string, Buffer>();
  const staged = new Map<string, Map<number, Buffer>>();
  const sent: Command[] = [];
  const windows: number[] = [];
  const answerTo = (command: Command): string[] => {
    const [verb = '', item = '', ...rest] = command;
    const held = store.get(item) ?? Buffer.alloc(0);
    switch (verb) {
      case 'hello':
        return ok(...pairs({ ...hello, ...greets }));
      case 'stored':
        return held.length === 0 ? ok('len=0') : ok(`len=${held.length}`, `sha256=${sha256(held)}`);
      case 'read':
        return ok(held.subarray(Number(rest[0]), Number(rest[0]) + 10).toString('base64'));
      case 'data': {
        const pieces = staged.get(item) ?? new Map<number, Buffer>();
        staged.set(item, pieces.set(Number(rest[0]), Buffer.from(rest[1] ?? '', 'base64')));
        return ok();
      }
      case 'commit': {
        const whole = Buffer.concat([...(staged.get(item) ?? [])].sort(([a], [b]) => a - b).map(([, bytes]) => bytes));
        if (whole.length !== Number(rest[0]) || sha256(whole) !== rest[1]) return ['err', 'digest'];
        store.set(item, whole);
        return ok();
      }
      default:
        return ok();
    }
  };
  const device = converse({
    async exchange(commands, windowBytes, heard) {
      windows.push(windowBytes);
      return commands.map((command, index) => {
        const time = sent.filter((each) => each.join() === command.join()).length;
        sent.push(command);
        const [word = '', ...rest] = over(command, time) ?? answerTo(command);
        heard?.onAnswer?.(index);
        return readAnswer(word, rest);
      });
    },
    tally: () => ({ bytesSent: 0, bytesReceived: 0, deviceMs: 0 }),
    close: async () => {},
  });
  const verbs = () => sent.map(([verb]) => verb);
  return { device, store, sent, verbs, windows };
}

const refusal = (code: ErrorCode, reason?: string) => (thrown: unknown) =>
  thrown instanceof StationError && thrown.code === code && (reason === undefined || thrown.data?.reason === reason);
const answers =
  (verb: string, ...answer: string[]): Over =>
  ([first]) =>
    first === verb ? answer : undefined;

const what = {
  certificateDer: Buffer.alloc(25, 1),
  chainDer: [Buffer.alloc(12, 2), Buffer.alloc(3, 3)],
  rootCaDer: Buffer.alloc(10, 4),
  config: { endpoint: 'a.example', thingName: 'T 1' },
};

describe('identify', () => {
  test('what the device says of itself', async () => {
    const { device } = agentOf({ greets: { unit: 'SN-1', cert: '1', sealed: '1', key: '0', net: '1' } });
    assert.deepEqual(await device.identify(), {
      ...{ protocol: 'agent/1', model: 'M', hardwareRevision: 'A', firmware: '1', hardwareId: '00' },
      ...{ keyTypes: ['P-256', 'P-384'], hasKey: false, hasCertificate: true, sealed: true, callsHome: true },
      unitSerial: 'SN-1',
    });
    assert.equal('unitSerial' in (await agentOf().device.identify()), false);
  });

  test('limits that no device has are a bad answer', async () => {
    for (const [name, good, bad] of [
      ['chunk', ['1', '162'], ['0', '163', 'x']],
      ['window', ['256', '65535'], ['255', '65536', '1']],
      ['item', ['1', '1000000'], ['0', '1000001', '']],
    ] as const) {
      for (const value of good) await agentOf({ greets: { [name]: value } }).device.identify();
      for (const value of bad)
        await assert.rejects(
          agentOf({ greets: { [name]: value } }).device.identify(),
          refusal('device.badAnswer'),
          `${name}=${value}`,
        );
    }
    await assert.rejects(agentOf({ greets: { proto: '2' } }).device.identify(), refusal('device.incompatible'));
  });

  test('is asked once by whatever comes first, and its window is used from then on', async () => {
    const acts: [string, (device: ReturnType<typeof agentOf>['device']) => Promise<unknown>][] = [
      ['key', (device) => device.makeKey({ keyType: 'P-256', subject: 's', mayReplace: true })],
      ['erase', (device) => device.erase()],
      ['seal', (device) => device.seal()],
    ];
    for (const [verb, act] of acts) {
      const { device, verbs, windows } = agentOf();
      await act(device);
      await act(device);
      assert.deepEqual(verbs(), ['hello', verb, verb]);
      assert.deepEqual(windows.slice(1), [1000, 1000]);
      assert.ok(windows[0] !== 1000);
    }
  });
});

describe('install', () => {
  test('each item in pieces, with its commit; the config last; progress to the end', async () => {
    const { device, store, sent } = agentOf();
    const done: number[] = [];
    const bytes = [25, 15, 10, encodeConfig(what.config).length];
    const total = bytes.reduce((sum, each) => sum + each, 0);
    await device.install(what, (count, of) => {
      assert.equal(of, total);
      done.push(count);
    });
    assert.deepEqual(
      ['cert', 'chain', 'root', 'config'].map((item) => store.get(item)?.length),
      bytes,
    );
    const commits = sent.filter(([verb]) => verb === 'commit').map(([, item]) => item);
    assert.deepEqual(commits, ['cert', 'chain', 'root', 'config']);
    assert.deepEqual(done.slice(0, 3), [10, 20, 25]);
    assert.equal(done.at(-1), total);
    assert.ok(done.every((count, at) => at === 0 || count >= (done[at - 1] ?? 0)));
  });

  test('what is stored is not sent again, and empty items are none', async () => {
    const { device, store, verbs } = agentOf();
    store.set('cert', what.certificateDer);
    const done: number[] = [];
    const bare = { ...what, chainDer: [], rootCaDer: Buffer.alloc(0), config: {} };
    await device.install(bare, (count) => done.push(count));
    assert.deepEqual([verbs().filter((verb) => verb !== 'hello' && verb !== 'stored'), done.at(-1)], [[], 25]);
    assert.deepEqual([...store.keys()], ['cert']);
  });

  test('a piece that was lost is sent again with the commit, once', async () => {
    const lossy = agentOf({
      over: ([verb, item], time) => (verb === 'data' && item === 'root' && time === 0 ? ok() : undefined),
    });
    await lossy.device.install(what, () => {});
    assert.ok(lossy.store.get('root')?.equals(what.rootCaDer));
    assert.equal(lossy.sent.filter(([verb, item]) => verb === 'commit' && item === 'root').length, 2);
    const never = agentOf({ over: answers('commit', 'err', 'digest') });
    await assert.rejects(
      never.device.install(what, () => {}),
      refusal('device.refused', 'digest'),
    );
    assert.equal(never.sent.filter(([verb]) => verb === 'commit').length, 2);
  });

  test('a refusal of a piece or of a commit is told with its reason', async () => {
    const cases: [Over, ErrorCode][] = [
      [answers('data', 'err', 'storage'), 'device.storageFull'],
      [answers('commit', 'err', 'sealed'), 'device.sealed'],
      [answers('stored', 'err', 'whatever'), 'device.refused'],
    ];
    for (const [over, code] of cases)
      await assert.rejects(
        agentOf({ over }).device.install(what, () => {}),
        refusal(code),
      );
    const again: Over = ([verb], time) =>
      verb === 'commit' ? ['err', 'digest'] : verb === 'data' && time === 1 ? ['err', 'storage'] : undefined;
    await assert.rejects(
      agentOf({ over: again }).device.install(what, () => {}),
      refusal('device.storageFull'),
    );
  });

  test('an item may be as long as the device takes, and no longer: nothing is sent then', async () => {
    const longest = { ...what, certificateDer: Buffer.alloc(100, 1) };
    await agentOf().device.install(longest, () => {});
    const { device, verbs } = agentOf();
    const tooLong = { ...what, rootCaDer: Buffer.alloc(101, 1) };
    await assert.rejects(
      device.install(tooLong, () => {}),
      (thrown) =>
        thrown instanceof StationError && thrown.code === 'device.storageFull' && thrown.data?.item === 'root',
    );
    assert.deepEqual(verbs(), ['hello']);
  });
});

describe('what the device holds', () => {
  const full = async (change: Partial<typeof what> = {}) => {
    const agent = agentOf();
    await agent.device.install({ ...what, ...change }, () => {});
    return agent;
  };
  const differing = async (agent: Awaited<ReturnType<typeof full>>, expected: typeof what) =>
    (await agent.device.readBack(expected)).items.filter(({ same }) => !same).map(({ name }) => name);

  test('is compared item by item, in this order', async () => {
    const agent = await full();
    const { items, unread } = await agent.device.readBack(what);
    assert.deepEqual(
      items.map(({ name, same, how }) => [name, same, how]),
      [
        ['certificate', true, 'digest'],
        ['chain', true, 'digest'],
        ['rootCa', true, 'digest'],
        ['endpoint', true, 'value'],
        ['thingName', true, 'value'],
      ],
    );
    assert.deepEqual([unread, items[0]?.found, items[4]?.found], [[], sha256(what.certificateDer), 'T 1']);
    assert.deepEqual(await differing(agent, { ...what, certificateDer: Buffer.alloc(25, 9) }), ['certificate']);
    assert.deepEqual(await differing(agent, { ...what, chainDer: [] }), ['chain']);
    assert.deepEqual(await differing(agent, { ...what, config: { ...what.config, thingName: 'T 2' } }), ['thingName']);
    const other = { ...what, config: { ...what.config, toString: 'x' } };
    assert.deepEqual(await differing(agent, other), ['toString']);
  });

  test('nothing is nothing, and what should be empty has to be', async () => {
    const empty = { ...what, chainDer: [], config: {} } as unknown as typeof what;
    const { items } = await agentOf().device.readBack(empty);
    assert.deepEqual(
      items.map(({ name, same, found }) => [name, same, found]),
      [
        ['certificate', false, undefined],
        ['chain', true, undefined],
        ['rootCa', false, undefined],
      ],
    );
  });

  test('a config or a CSR that did not come whole is a bad answer', async () => {
    const cut = agentOf({ over: answers('read', 'ok', 'AAAA') });
    cut.store.set('config', Buffer.from(encodeConfig(what.config)));
    await assert.rejects(cut.device.readBack(what), refusal('device.badAnswer'));
    const malformed = agentOf();
    malformed.store.set('config', Buffer.from('no line of a config'));
    await assert.rejects(malformed.device.readBack(what), refusal('device.badAnswer'));
    const long = agentOf();
    long.store.set('cert', Buffer.alloc(101));
    await assert.rejects(long.device.readBack(what), refusal('device.badAnswer'));
  });

  test('a CSR is read in pieces and has to be what its digest says', async () => {
    const csr = Buffer.alloc(33, 5);
    const withCsr = (digest: string, length = csr.length) => {
      const agent = agentOf({ over: answers('csr', 'ok', `len=${length}`, `sha256=${digest}`) });
      agent.store.set('csr', csr);
      return agent;
    };
    const good = withCsr(sha256(csr));
    assert.ok(Buffer.from((await good.device.readCsr('SN 1')).csrDer).equals(csr));
    assert.equal(good.sent.filter(([verb]) => verb === 'read').length, 4);
    const asked = good.sent.find(([verb]) => verb === 'csr')?.[1] ?? '';
    assert.equal(unescapeText(asked), 'SN 1');
    await assert.rejects(withCsr(sha256(Buffer.from('x'))).device.readCsr('SN'), refusal('device.badAnswer'));
    for (const length of [0, 101])
      await assert.rejects(withCsr(sha256(csr), length).device.readCsr('SN'), refusal('device.badAnswer'));
  });
});

describe('the key', () => {
  test('is made or kept, and proved by a signature over the nonce', async () => {
    const request = { keyType: 'P-256', subject: 's', mayReplace: true };
    const make = (created: string) => agentOf({ over: answers('key', 'ok', `created=${created}`) }).device;
    assert.deepEqual(await make('1').makeKey(request), { created: true });
    assert.deepEqual(await make('0').makeKey(request), { created: false });
    const { device, sent } = agentOf({ over: answers('prove', 'ok', 'sig=AQID') });
    const proof = await device.prove(Buffer.from([7, 8]));
    assert.deepEqual(proof, { kind: 'nonce', signatureDer: Buffer.from([1, 2, 3]) });
    assert.deepEqual(sent.at(-1), ['prove', Buffer.from([7, 8]).toString('base64')]);
    for (const sig of [[], ['sig=AQI'], ['sig=!!!!']])
      await assert.rejects(
        agentOf({ over: answers('prove', 'ok', ...sig) }).device.prove(Buffer.from([7])),
        refusal('device.badAnswer'),
      );
  });

  test('what is refused is told, by the seal and the eraser, too', async () => {
    const refused = (verb: string, name: string) => agentOf({ over: answers(verb, 'err', name, 'why%20so') }).device;
    await assert.rejects(refused('seal', 'storage').seal(), refusal('device.storageFull', 'storage'));
    await assert.rejects(refused('erase', 'sealed').erase(), refusal('device.sealed', 'sealed'));
    await assert.rejects(refused('prove', 'keyFailed').prove(Buffer.from([7])), refusal('device.keyFailed'));
    await assert.rejects(refused('seal', 'new').seal(), /the device answered "new" to seal: why/);
  });
});
