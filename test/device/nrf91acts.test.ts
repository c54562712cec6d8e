/** The acts on a modem, each against answers that the test writes: what is tried again, and what is believed. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type ErrorCode, StationError } from '../../app/contract/errors.ts';
import type { ByteChannel } from '../../app/device/channel.ts';
import type { Verdict } from '../../app/device/drivers/nrf91/at.ts';
import { digestsOf, itemsOf } from '../../app/device/drivers/nrf91/credentials.ts';
import { converse } from '../../app/device/drivers/nrf91/device.ts';
import { nrf91Driver } from '../../app/device/drivers/nrf91/index.ts';
import { type Modem, openModem } from '../../app/device/drivers/nrf91/modem.ts';
import { paced } from '../../app/device/pace.ts';
import { createJumpingClock } from './support.ts';

type Given = {
  /** What is stored under each type at the beginning: digests in upper case. */
  held?: Record<number, string>;
  /** What an order comes to, the first, second… time; without an answer the modem carries it out. */
  order?: (command: string, time: number) => Verdict | 'lost' | undefined;
  /** Whether what was ordered takes effect. */
  keeps?: boolean;
  query?: (command: string) => string | undefined;
  /** After so many orders to go offline the modem is. */
  offlineAfter?: number;
};

const imei = '490154203237518';

function modemOf({ held = {}, order, keeps = true, query, offlineAfter = 1 }: Given = {}) {
  const store = new Map(Object.entries(held).map(([type, digest]) => [Number(type), digest]));
  const said: string[] = [];
  const answers: Record<string, string> = {
    'AT+CGSN': imei,
    'AT+CGMR': 'mfw_nrf91x1_2.0.1',
    'AT+CGMM': 'nRF9161-LACA',
  };
  const count = (begin: string) => said.filter((each) => each.startsWith(begin)).length;
  const modem = {
    form: async () => 'raw',
    async query(command: string, wanted: RegExp) {
      said.push(command);
      const told = query?.(command);
      if (told !== undefined) return told;
      if (command === 'AT+CFUN?') return `+CFUN: ${count('AT+CFUN=4') >= offlineAfter ? 4 : 1}`;
      const type = /^AT%CMNG=1,7,(\d)$/.exec(command)?.[1];
      if (type === undefined) return answers[command];
      const digest = store.get(Number(type));
      if (digest === undefined) return undefined;
      const line = `%CMNG: 7,${type},"${digest}"`;
      assert.match(line, wanted);
      return line;
    },
    async order(command: string) {
      const time = count(command);
      said.push(command);
      const verdict = order?.(command, time) ?? 'ok';
      const [, act, type, , text] = /^AT%CMNG=([03]),7,(\d)(,"(.*)")?$/s.exec(command) ?? [];
      if (verdict === 'ok' && keeps && act === '3') store.delete(Number(type));
      if (verdict === 'ok' && keeps && act === '0') store.set(Number(type), digestsOf(text ?? '')[1] ?? '');
      return { verdict, line: undefined };
    },
    console: { tally: () => ({ bytesSent: 0, bytesReceived: 0, deviceMs: 0 }), close: async () => {} },
  } as unknown as Modem;
  return { device: converse(modem, 7), store, said, count };
}

const refusal = (code: ErrorCode, reason?: string) => (thrown: unknown) =>
  thrown instanceof StationError && thrown.code === code && (reason === undefined || thrown.data?.reason === reason);

const what = {
  certificateDer: Buffer.alloc(40, 1),
  chainDer: [Buffer.alloc(30, 2)],
  rootCaDer: Buffer.alloc(20, 3),
  config: { endpoint: 'a.example' },
};
const [leaf, root] = itemsOf(what);
const digest = 'AB'.repeat(32);

test('identify: who it is, and which key and certificate it lists under our tag', async () => {
  const { device } = modemOf({ held: { 2: digest } });
  const { hardwareId, firmware, model, hasKey, hasCertificate, sealed } = await device.identify();
  assert.deepEqual([hardwareId, firmware, model], [imei, 'mfw_nrf91x1_2.0.1', 'nRF9161-LACA']);
  assert.deepEqual([hasKey, hasCertificate, sealed], [true, false, false]);
  const other = await modemOf({ held: { 1: digest } }).device.identify();
  assert.deepEqual([other.hasKey, other.hasCertificate], [false, true]);
  const wrong = modemOf({ query: (command) => (command === 'AT+CGSN' ? '490154203237519' : undefined) });
  await assert.rejects(wrong.device.identify(), refusal('device.badImei'));
  const old = modemOf({ query: (command) => (command === 'AT+CGMR' ? 'mfw_nrf9160_1.3.1' : undefined) });
  await assert.rejects(old.device.identify(), refusal('device.incompatible'));
});

describe('a modem that falls silent', () => {
  /** It answers so many times to AT+CGSN, and to nothing else. */
  const silentAfter = (answers: number) => {
    const asked: string[] = [];
    let say = (_: Uint8Array) => {};
    const channel: ByteChannel = {
      async write(bytes) {
        const line = Buffer.from(bytes).toString('latin1').trim();
        asked.push(line);
        if (line === 'AT+CGSN' && asked.filter((each) => each === line).length <= answers)
          queueMicrotask(() => say(Buffer.from(`${imei}\r\nOK\r\n`)));
      },
      onData(listener) {
        say = listener;
        return () => {};
      },
      onClose: () => () => {},
      close: async () => {},
    };
    const clock = createJumpingClock();
    const { line } = nrf91Driver;
    const modem = openModem(paced(channel, { ...line, pieceBytes: 65_536 }, clock), { clock, line }, 'raw');
    return { modem, count: () => asked.filter((each) => each === 'AT+CGSN').length };
  };

  test('is asked four times whether it is there, and then is not', async () => {
    const { modem, count } = silentAfter(1);
    await assert.rejects(modem.order('AT+CFUN=4', /^$/, 1000), refusal('link.timeout'));
    assert.ok(count() >= 4);
  });

  test('and answers again: the order is lost, and the conversation goes on', async () => {
    const { modem } = silentAfter(9);
    assert.equal((await modem.order('AT+CFUN=4', /^$/, 1000)).verdict, 'lost');
  });
});

describe('a question', () => {
  /** Asked for its version, it says these one after the other. */
  const saying = (versions: readonly string[]) => {
    let asked = 0;
    let say = (_: Uint8Array) => {};
    const channel: ByteChannel = {
      async write(bytes) {
        const line = Buffer.from(bytes).toString('latin1').trim();
        if (line === 'AT+CGMR') asked += 1;
        const told = line === 'AT+CGMR' ? versions[asked - 1] : imei;
        queueMicrotask(() => say(Buffer.from(`${told}\r\nOK\r\n`)));
      },
      onData(listener) {
        say = listener;
        return () => {};
      },
      onClose: () => () => {},
      close: async () => {},
    };
    const clock = createJumpingClock();
    const { line } = nrf91Driver;
    const modem = openModem(paced(channel, { ...line, pieceBytes: 65_536 }, clock), { clock, line }, 'raw');
    return { version: () => modem.query('AT+CGMR', /^v\d$/), asked: () => asked };
  };

  test('is answered by the first answer that comes twice', async () => {
    const good = saying(['v1', 'v1']);
    assert.equal(await good.version(), 'v1');
    assert.equal(good.asked(), 2);
    const late = saying(['v1', 'v2', 'v3', 'v4', 'v5', 'v6', 'v7', 'v4']);
    assert.equal(await late.version(), 'v4');
  });

  test('has no answer when no two of eight are alike', async () => {
    const bad = saying(['v1', 'v2', 'v3', 'v4', 'v5', 'v6', 'v7', 'v8', 'v8']);
    await assert.rejects(bad.version(), refusal('link.garbled'));
    assert.equal(bad.asked(), 8);
  });
});

describe('offline', () => {
  test('it is taken off the network once, and asked whether it is', async () => {
    const { device, count } = modemOf();
    await device.install(what, () => {});
    await device.erase();
    assert.deepEqual([count('AT+CFUN=4'), count('AT+CMEE=1'), count('AT+CFUN?')], [1, 1, 1]);
  });

  test('six tries are enough', async () => {
    const late = modemOf({ offlineAfter: 6 });
    await late.device.install(what, () => {});
    const never = modemOf({ offlineAfter: 7 });
    await assert.rejects(
      never.device.install(what, () => {}),
      refusal('device.refused', 'CFUN'),
    );
    assert.equal(never.count('AT+CFUN=4'), 6);
    assert.equal(never.count('AT%CMNG=0'), 0);
  });
});

describe('install', () => {
  test('certificate with chain, then the root; what is there is left alone, what is another one is cleared', async () => {
    const { device, store, said } = modemOf({ held: { 1: digest, 0: digestsOf(root?.text ?? '')[0] ?? '' } });
    const done: [number, number][] = [];
    await device.install(what, (...of) => done.push(of));
    const changes = said.filter((each) => /CMNG=[03]/.test(each)).map((each) => each.slice(0, 13));
    assert.deepEqual(changes, ['AT%CMNG=3,7,1', 'AT%CMNG=0,7,1']);
    assert.ok(digestsOf(leaf?.text ?? '').includes(store.get(1) ?? ''));
    const [first, second] = [leaf?.text.length ?? 0, root?.text.length ?? 0];
    assert.deepEqual(done, [
      [first, first + second],
      [first + second, first + second],
    ]);
  });

  test('what was lost is sent again, six times; what does not take effect is a bad line', async () => {
    const once = modemOf({
      order: (command, time) => (command.startsWith('AT%CMNG=0') && time === 0 ? 'lost' : undefined),
    });
    await once.device.install(what, () => {});
    assert.equal(once.count('AT%CMNG=0,7,1'), 2);
    for (const order of [() => 'lost' as const, () => undefined]) {
      const never = modemOf({
        order: (command) => (command.startsWith('AT%CMNG') ? order() : undefined),
        keeps: false,
      });
      await assert.rejects(
        never.device.install(what, () => {}),
        refusal('link.garbled'),
      );
      assert.equal(never.count('AT%CMNG=0,7,1'), 6);
    }
  });

  test('a refusal that would come again is told at once, another is tried again', async () => {
    for (const [code, error, times] of [
      [514, 'device.refused', 1],
      [515, 'device.storageFull', 1],
      [520, 'device.refused', 1],
      [528, 'device.refused', 1],
      [527, 'device.refused', 6],
    ] as const) {
      const { device, count } = modemOf({ order: (command) => (command.startsWith('AT%CMNG=0') ? code : undefined) });
      await assert.rejects(
        device.install(what, () => {}),
        refusal(error, `CME ${code}`),
      );
      assert.equal(count('AT%CMNG=0'), times, String(code));
    }
  });

  test('an item that does not go away stops it', async () => {
    const stuck = modemOf({ held: { 1: digest }, keeps: false });
    await assert.rejects(
      stuck.device.install(what, () => {}),
      refusal('link.garbled'),
    );
    assert.equal(stuck.count('AT%CMNG=3,7,1'), 6);
    const locked = modemOf({
      held: { 1: digest },
      order: (command) => (command.startsWith('AT%CMNG=3') ? 520 : undefined),
    });
    await assert.rejects(
      locked.device.install(what, () => {}),
      refusal('device.refused', 'CME 520'),
    );
    assert.equal(locked.count('AT%CMNG=3,7,1'), 1);
  });
});

describe('what it holds', () => {
  test('is compared by digest, with either line end; the chain goes with its certificate', async () => {
    const readOf = async (held: Record<number, string>, over = {}) => {
      const { items, unread } = await modemOf({ held }).device.readBack({ ...what, ...over });
      return [...items.map(({ name, same, found }) => [name, same, found]), unread];
    };
    const [crlf = '', lf = ''] = digestsOf(leaf?.text ?? '');
    assert.deepEqual(await readOf({ 1: lf }), [
      ['certificate', true, lf.toLowerCase()],
      ['chain', true, lf.toLowerCase()],
      ['rootCa', false, undefined],
      ['endpoint'],
    ]);
    assert.deepEqual((await readOf({ 1: crlf }))[0], ['certificate', true, crlf.toLowerCase()]);
    assert.deepEqual((await readOf({ 1: digest }))[1], ['chain', false, digest.toLowerCase()]);
    const long = { chainDer: [Buffer.alloc(3500, 2)], rootCaDer: Buffer.alloc(0) };
    assert.deepEqual(await readOf({}, long), [
      ['certificate', false, undefined],
      ['chain', 'endpoint'],
    ]);
    assert.deepEqual((await readOf({}, { ...long, chainDer: [] })).at(-1), ['endpoint']);
  });

  test('erased: certificate, key and root', async () => {
    const { device, store, said } = modemOf({ held: { 0: digest, 1: digest, 2: digest } });
    await device.erase();
    assert.equal(store.size, 0);
    const cleared = said.filter((each) => each.startsWith('AT%CMNG=3'));
    assert.deepEqual(cleared, ['AT%CMNG=3,7,1', 'AT%CMNG=3,7,2', 'AT%CMNG=3,7,0']);
  });
});

describe('the key', () => {
  const request = { keyType: 'P-256', subject: 'SN-1', mayReplace: true };
  const make = 'AT%KEYGEN=7,2,0,"CN=SN-1"';

  test('whose CSR is on record is kept, with its mark as its proof', async () => {
    const known = { csrDer: Buffer.from([1, 2]), keyMark: digest };
    const { device, count } = modemOf({ held: { 2: digest } });
    await assert.rejects(device.readCsr('SN-1'), refusal('device.refused'));
    assert.deepEqual(await device.makeKey({ ...request, mayReplace: false, known }), {
      created: false,
      keyMark: digest,
    });
    assert.ok(Buffer.from((await device.readCsr('SN-1')).csrDer).equals(known.csrDer));
    assert.deepEqual(await device.makeKey({ ...request, mayReplace: false }), { created: false, keyMark: digest });
    assert.deepEqual(await device.prove(Buffer.alloc(32)), { kind: 'csr', keyMark: digest });
    assert.deepEqual([count('AT%KEYGEN'), count('AT%CMNG=3')], [0, 0]);
    await device.erase();
    await assert.rejects(device.readCsr('SN-1'), refusal('device.refused'), 'it is another one’s');
    assert.deepEqual(await device.prove(Buffer.alloc(32)), { kind: 'csr' });
  });

  test('that nobody knows is left alone where the unit has a certificate, and cleared otherwise', async () => {
    const known = { csrDer: Buffer.from([1]), keyMark: 'CD'.repeat(32) };
    const left = modemOf({ held: { 2: digest } });
    for (const more of [{}, { known }])
      await assert.rejects(
        left.device.makeKey({ ...request, ...more, mayReplace: false }),
        refusal('device.keyUnknown'),
      );
    assert.equal(left.count('AT%CMNG=3'), 0);
    const cleared = modemOf({ held: { 2: digest }, order: (command) => (command === make ? 523 : undefined) });
    await assert.rejects(cleared.device.makeKey(request), refusal('device.keyFailed'));
    assert.equal(cleared.count('AT%CMNG=3,7,2'), 1);
  });

  test('that cannot be made is told at once; what may be damage is tried six times', async () => {
    for (const [verdict, code, times] of [
      [523, 'device.keyFailed', 1],
      [514, 'device.refused', 1],
      ['refused', 'device.refused', 6],
      ['lost', 'link.garbled', 6],
      ['ok', 'device.badAnswer', 6],
    ] as const) {
      const { device, count } = modemOf({ order: (command) => (command === make ? verdict : undefined) });
      await assert.rejects(device.makeKey(request), refusal(code), String(verdict));
      assert.equal(count('AT%KEYGEN'), times, String(verdict));
    }
  });
});
