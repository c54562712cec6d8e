/** A claim on an agent, a connection and a provisioning: what is sent in which order, and which answers are believed. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readAnswer } from '../../app/device/drivers/agent/answer.ts';
import { converse } from '../../app/device/drivers/agent/device.ts';
import { encodeConfig, frameLimit } from '../../app/device/drivers/agent/frame.ts';
import type { Command, Heard } from '../../app/device/drivers/agent/requests.ts';
import { isError, sha256 } from './support.ts';

const hello = 'ok proto=1 model=M hw=A fw=1 hwid=00 keys=P-256 chunk=10 window=1000 item=100 key=1 cert=0 sealed=0';

/** An agent that answers by its store, but where `over` has an answer; it tells these words before its answer. */
function agentOf(over: Record<string, string> = {}, words: readonly string[] = []) {
  const store = new Map<string, Buffer>();
  const sent: Command[] = [];
  const windows: number[] = [];
  const answer = ([verb = '', item = '', at = '', data = '']: Command): string => {
    const fixed = over[`${verb} ${item}`] ?? over[verb];
    if (fixed !== undefined) return fixed;
    const held = store.get(item) ?? Buffer.alloc(0);
    if (verb === 'hello') return hello;
    if (verb === 'stored') return held.length === 0 ? 'ok len=0' : `ok len=${held.length} sha256=${sha256(held)}`;
    if (verb === 'read') return `ok ${held.subarray(Number(at), Number(at) + 10).toString('base64')}`;
    if (verb === 'data') {
      const before = at === '0' ? Buffer.alloc(0) : held;
      store.set(item, Buffer.concat([before, Buffer.from(data, 'base64')]));
    }
    return 'ok';
  };
  const device = converse({
    async exchange(commands: readonly Command[], windowBytes: number, heard: Heard = {}) {
      windows.push(windowBytes);
      return commands.map((command, index) => {
        sent.push(command);
        for (const word of words) heard.onWord?.(index, word);
        const [word = '', ...rest] = answer(command).split(' ');
        heard.onAnswer?.(index);
        return readAnswer(word, rest);
      });
    },
    tally: () => ({ bytesSent: 0, bytesReceived: 0, deviceMs: 0 }),
    close: async () => {},
  });
  const verbs = () => sent.map(([verb, item = '']) => `${verb} ${item}`.trim());
  return { device, store, sent, windows, verbs };
}

const claim = {
  certificateDer: Buffer.alloc(25, 1),
  privateKeyDer: Buffer.alloc(12, 2),
  rootCaDer: Buffer.alloc(15, 3),
  config: { endpoint: 'a.example', template: 'fleet' },
};
const configBytes = encodeConfig(claim.config).length;

describe('a claim', () => {
  test('is written root and config first, then its key, and last its certificate: with it the claim is whole', async () => {
    const { device, verbs, store, windows } = agentOf();
    const done: [number, number][] = [];
    const { items, unread, bytes } = await device.installClaim(claim, (...of) => done.push(of));
    const commits = verbs().filter((each) => each.startsWith('commit'));
    assert.deepEqual(commits, ['commit root', 'commit config', 'commit claimkey', 'commit claim']);
    assert.deepEqual(
      items.map(({ name, same, how }) => [name, same, how]),
      [
        ['rootCa', true, 'digest'],
        ['config', true, 'digest'],
        ['key', true, 'digest'],
        ['certificate', true, 'digest'],
      ],
    );
    const total = 25 + 12 + 15 + configBytes;
    assert.deepEqual([unread, bytes, done.at(-1)], [[], total, [total, total]]);
    assert.ok(store.get('claimkey')?.equals(claim.privateKeyDer));
    assert.deepEqual(windows.slice(0, 2), [frameLimit, 1000], 'the first line is one that any device takes');
    const before = verbs().length;
    await device.installClaim(claim, () => {});
    assert.ok(
      verbs()
        .slice(before)
        .every((each) => each.startsWith('stored')),
      'what is there is not written again',
    );
  });

  test('that the device does not hold as it was sent is told item by item', async () => {
    const { device } = agentOf({ 'stored claimkey': `ok len=12 sha256=${'0'.repeat(64)}`, commit: 'ok' });
    const { items } = await device.installClaim(claim, () => {});
    assert.deepEqual(
      items.filter(({ same }) => !same).map(({ name }) => name),
      ['key'],
    );
  });

  test('is refused by firmware of before, before anything is written; another refusal is its own', async () => {
    const old = agentOf({ 'stored claim': 'err field' });
    await assert.rejects(
      old.device.installClaim(claim, () => {}),
      isError('device.incompatible'),
    );
    assert.deepEqual(old.verbs(), ['hello', 'stored claim']);
    const sealed = agentOf({ data: 'err sealed' });
    await assert.rejects(
      sealed.device.installClaim(claim, () => {}),
      isError('device.sealed'),
    );
  });
});

describe('a device that connects', () => {
  const home = { host: 'a.example', port: 8883, clientId: 'U-1', topic: 't' };
  const times = 'dns=1 tcp=2 tls=3 connect=4 policy=5 publish=6';

  test('tells the phases that it has begun, and no other word', async () => {
    const { device, sent } = agentOf({ connect: `ok ${times}` }, ['dns', 'later', 'tls']);
    const begun: string[] = [];
    const phases = await device.callHome(home, (phase) => begun.push(phase));
    assert.deepEqual(begun, ['dns', 'tls']);
    assert.ok(phases.every(({ state }) => state === 'ok'));
    assert.deepEqual(sent.at(-1), ['connect', 'a.example', '8883', 'U-1', 't']);
  });

  test('has no network where it does not know the command, and else its own refusal', async () => {
    for (const [answer, code] of [
      ['err command', 'device.noNetwork'],
      ['err sealed', 'device.sealed'],
      ['err refused', 'device.refused'],
    ] as const) {
      await assert.rejects(
        agentOf({ connect: answer }).device.callHome(home, () => {}),
        isError(code),
      );
      await assert.rejects(
        agentOf({ provision: answer }).device.provision(home, () => {}),
        isError(code),
      );
    }
  });
});

describe('a device that uses its claim', () => {
  const place = { host: 'a.example', port: 8883, clientId: 'U-1' };
  const config = { endpoint: 'a.example', thingName: 'T-1' };
  const holding = (certificate: number, values: Record<string, string>, words: readonly string[] = []) => {
    const agent = agentOf({}, words);
    if (certificate > 0) agent.store.set('cert', Buffer.alloc(certificate, 9));
    if (Object.keys(values).length > 0) agent.store.set('config', Buffer.from(encodeConfig(values)));
    return agent;
  };

  test('has the certificate and the name that it was given, and tells its phases', async () => {
    const { device } = holding(25, config, ['dns', 'later', 'thing']);
    const begun: string[] = [];
    const got = await device.provision(place, (phase) => begun.push(phase));
    assert.deepEqual(got, { certificateDer: Buffer.alloc(25, 9), thingName: 'T-1', config });
    assert.deepEqual(begun, ['dns', 'thing']);
  });

  test('is not believed without a certificate or without a name, and nothing is read that is not there', async () => {
    for (const [certificate, values, reads] of [
      [0, config, ['read config']],
      [25, { endpoint: 'a.example' }, ['read cert', 'read config']],
      [0, {}, []],
    ] as const) {
      const { device, verbs } = holding(certificate, values);
      await assert.rejects(
        device.provision(place, () => {}),
        isError('device.badAnswer'),
      );
      const read = verbs().filter((each) => each.startsWith('read'));
      assert.deepEqual([...new Set(read)], reads);
    }
  });

  test('tells where it failed: an answer, and nothing is read', async () => {
    const { device, verbs } = agentOf({ provision: 'ok failed=thing reason=rejected detail=no' });
    assert.deepEqual(await device.provision(place, () => {}), { failed: 'thing', fault: 'rejected', reason: 'no' });
    assert.deepEqual(verbs(), ['hello', 'provision a.example']);
  });
});
