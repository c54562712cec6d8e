/** The acts on a Zephyr shell, each against answers that the test writes: what is believed, and when it is given up. */
import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync } from 'node:crypto';
import { describe, test } from 'node:test';
import { type ErrorCode, StationError } from '../../app/contract/errors.ts';
import type { ByteChannel } from '../../app/device/channel.ts';
import { converse } from '../../app/device/drivers/zephyr/device.ts';
import { zephyrDriver } from '../../app/device/drivers/zephyr/index.ts';
import { openTalk, type Talk } from '../../app/device/drivers/zephyr/talk.ts';
import { type Form, itemsOf } from '../../app/device/drivers/zephyr/words.ts';
import { paced } from '../../app/device/pace.ts';
import { makeCsr } from '../../app/practice/devices/csr.ts';
import { createJumpingClock } from './support.ts';

type Answer = string[] | ErrorCode;
type Answers = Record<string, Answer | Answer[] | ((text: string, time: number) => Answer)>;

const digestOf = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('base64');
const listOf = (held: Record<string, string>, tag = 7) => [
  ...Object.entries(held).map(([type, digest]) => `${tag},${type},${digest},0`),
  `${Object.keys(held).length} credentials found.`,
];
const refusal = (code: ErrorCode, reason?: string) => ({ code, ...(reason === undefined ? {} : { data: { reason } }) });

/** A shell that answers a command by its beginning: always the same, in turn, or by a function. */
function shellOf(answers: Answers) {
  const said: string[] = [];
  const how = new Map<string, { sure?: boolean; times?: number; raw?: boolean; limitMs?: number }>();
  const talk = {
    async say(text: string, until: RegExp, options: object = {}) {
      how.set(text, options);
      const key = Object.keys(answers)
        .sort((one, other) => other.length - one.length)
        .find((each) => text.startsWith(each));
      if (key === undefined) throw new Error(`nobody answers ${text}`);
      const time = said.filter((each) => each.startsWith(key)).length;
      said.push(text);
      const found = answers[key] as Answers[string];
      const inTurn = Array.isArray(found) && Array.isArray(found[0]) ? (found as Answer[]) : [found as Answer];
      const answer = typeof found === 'function' ? found(text, time) : inTurn[Math.min(time, inTurn.length - 1)]!;
      if (typeof answer === 'string') throw new StationError(answer, 'of the line');
      const end = answer.at(-1) ?? '';
      assert.match(end, until, text);
      return { lines: answer.slice(0, -1), end };
    },
    doubt: () => void said.push('(doubt)'),
    console: { tally: () => ({ bytesSent: 0, bytesReceived: 0, deviceMs: 0 }), close: async () => {} },
  } as unknown as Talk;
  const count = (begin: string) => said.filter((each) => each.startsWith(begin)).length;
  return { device: converse(talk, 7), said, how, count };
}

const digest = digestOf('one');
const listing = (...lists: string[][]): Answers => ({ 'cred list': lists });

describe('the list of credentials', () => {
  const identity = {
    'kernel version': ['Zephyr version 4.1.0'],
    'app version': ['v2.0.1'],
    'hwinfo devid': ['Length: 2', 'ID: 0xab12'],
    nrf_cloud_cred: ['nrf_cloud_cred - commands'],
  };

  test('says which key and certificate are there, under our tag only', async () => {
    const { device } = shellOf({ ...identity, ...listing(listOf({ PK_PSA: digest, SERV: digest })) });
    const { hasKey, hasCertificate, hardwareId, firmware, sealed } = await device.identify();
    assert.deepEqual([hasKey, hasCertificate, hardwareId, sealed], [true, true, 'ab12', false]);
    assert.equal(firmware, 'v2.0.1 (Zephyr 4.1.0)');
    const empty = await shellOf({ ...identity, ...listing(listOf({})) }).device.identify();
    assert.deepEqual([empty.hasKey, empty.hasCertificate], [false, false]);
  });

  test('that came damaged is asked for again, three times in all', async () => {
    const damaged = ['7,SE', '1 credentials found.'];
    const once = shellOf({ ...identity, ...listing(damaged, damaged, listOf({ SERV: digest })) });
    assert.equal((await once.device.identify()).hasCertificate, true);
    const always = shellOf({ ...identity, ...listing(damaged) });
    await assert.rejects(always.device.identify(), refusal('device.badAnswer'));
    assert.equal(always.count('cred list'), 3);
  });

  test('an application that does not tell its version is none, a port that is gone is an error', async () => {
    const firmwareOf = async (app: Answer, kernel: Answer = ['Zephyr version 4.1.0']) =>
      (
        await shellOf({
          ...{ ...identity, 'app version': app, 'kernel version': kernel },
          ...listing(listOf({})),
        }).device.identify()
      ).firmware;
    assert.equal(await firmwareOf('link.timeout'), 'Zephyr 4.1.0');
    assert.equal(await firmwareOf(['app: command not found']), 'Zephyr 4.1.0');
    assert.equal(await firmwareOf(['app: command not found'], ['kernel: command not found']), 'Zephyr');
    assert.equal(await firmwareOf(['v2.0.1'], ['kernel: command not found']), 'v2.0.1');
    await assert.rejects(firmwareOf('link.lost'), refusal('link.lost'));
    const shell = shellOf({ ...identity, ...listing(listOf({})) });
    await shell.device.identify();
    assert.equal(shell.how.get('app version')?.times, 2, 'nobody waits long for what may be missing');
  });

  test('firmware without its parts is told what to build', async () => {
    const none = shellOf({ ...identity, ...listing(['cred: command not found']) });
    await assert.rejects(none.device.identify(), /CONFIG_TLS_CREDENTIALS_SHELL/);
    const blank = shellOf({ ...identity, ...listing(listOf({ SERV: 'ERROR' })) });
    await assert.rejects(blank.device.identify(), /CONFIG_PSA_WANT_ALG_SHA_256/);
    assert.equal(blank.count('cred list'), 1);
    const noKeys = shellOf({ ...identity, nrf_cloud_cred: ['nrf_cloud_cred: command not found'] });
    await assert.rejects(noKeys.device.identify(), /KEYGEN_SHELL/);
  });

  test('the id of the chip counts when it was read twice alike', async () => {
    const ids = (...read: string[]) => ({
      ...identity,
      ...listing(listOf({})),
      'hwinfo devid': read.map((id) => [`Length: ${id.length / 2}`, `ID: 0x${id}`]),
    });
    const third = shellOf(ids('ab12', 'ab13', 'ab13'));
    assert.equal((await third.device.identify()).hardwareId, 'ab13');
    assert.equal(third.count('hwinfo'), 3);
    const never = shellOf(ids('ab11', 'ab12', 'ab13', 'ab14', 'ab15', 'ab15'));
    await assert.rejects(never.device.identify(), refusal('device.badAnswer'));
    const late = shellOf(ids('ab11', 'ab12', 'ab13', 'ab15', 'ab15'));
    assert.equal((await late.device.identify()).hardwareId, 'ab15');
    const wrongLength = { ...identity, 'hwinfo devid': ['Length: 9', 'ID: 0xab12'] };
    await assert.rejects(shellOf(wrongLength).device.identify(), refusal('device.badAnswer'));
  });
});

const what = {
  certificateDer: Buffer.alloc(40, 1),
  chainDer: [Buffer.alloc(40, 2)],
  rootCaDer: Buffer.alloc(0),
  config: { endpoint: 'a.example' },
};
const [item] = itemsOf(what);
const [whole, bare] = item!.forms as [Form, Form];

describe('what was read back', () => {
  test('counts when two readings agree, five in all', async () => {
    const right = listOf({ SERV: whole.digest });
    const wrong = (at: number) => listOf({ SERV: digestOf(`${at}`) });
    const sameIn = async (...lists: string[][]) => {
      const { device, count } = shellOf(listing(...lists));
      const { items } = await device.readBack(what);
      return [items[0]?.same, count('cred list')];
    };
    assert.deepEqual(await sameIn(right), [true, 2]);
    assert.deepEqual(await sameIn(wrong(1), right), [true, 3]);
    assert.deepEqual(await sameIn(wrong(1)), [false, 2]);
    assert.deepEqual(await sameIn(wrong(1), wrong(2), wrong(3), right), [true, 5]);
    assert.deepEqual(await sameIn(listOf({ SERV: whole.digest, CA: digest }), right), [true, 3]);
    const never = [1, 2, 3, 4, 5, 5].map(wrong);
    await assert.rejects(shellOf(listing(...never)).device.readBack(what), refusal('device.badAnswer'));
  });

  test('the chain is there with the certificate, or is not; nothing stored is nothing found', async () => {
    const readOf = async (held: Record<string, string>, chainDer = what.chainDer) => {
      const { items, unread } = await shellOf(listing(listOf(held))).device.readBack({ ...what, chainDer });
      return [...items.map(({ name, same, found }) => [name, same, found === undefined]), unread];
    };
    assert.deepEqual(await readOf({ SERV: whole.digest }), [
      ['certificate', true, false],
      ['chain', true, false],
      ['endpoint'],
    ]);
    assert.deepEqual(await readOf({ SERV: bare.digest }), [
      ['certificate', true, false],
      ['chain', 'endpoint'],
    ]);
    assert.deepEqual(await readOf({ SERV: bare.digest }, []), [['certificate', true, false], ['endpoint']]);
    assert.deepEqual(await readOf({}), [
      ['certificate', false, true],
      ['chain', 'endpoint'],
    ]);
  });
});

describe('a request', () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const csr = (name = 'SN-1', damage?: [at: number, by: number]) => {
    const der = Buffer.from(makeCsr(privateKey, name));
    const at = damage && (damage[0] < 0 ? der.length + damage[0] : damage[0]);
    if (damage && at !== undefined) der[at] = (der[at] ?? 0) ^ damage[1];
    return [`CSR: ${der.toString('base64')}`, 'CSR generation complete'];
  };
  const ask = (...answers: Answer[]) => {
    const shell = shellOf({ 'nrf_cloud_cred csr 7 CN=SN-1': answers });
    return { ...shell, read: () => shell.device.readCsr('SN-1') };
  };

  test('with a good signature counts at once; damaged, cut or of another name it is asked for again', async () => {
    const { read, count } = ask(csr('SN-2'), csr('SN-1', [-1, 1]), ['CSR: AAA', 'CSR generation complete'], csr());
    const { csrDer, notes } = await read();
    assert.deepEqual([csrDer.length > 100, notes, count('nrf_cloud_cred csr')], [true, [], 4]);
  });

  test('six times damaged is a bad line; the same words each time with a bad signature are the device’s own', async () => {
    const inKey = (at: number): Answer => csr('SN-1', [90, at + 1]);
    const bad = ask(...[0, 1, 2, 3, 4, 5].map(inKey));
    await assert.rejects(bad.read(), refusal('device.badAnswer'));
    assert.equal(bad.count('nrf_cloud_cred csr'), 6);
    const own = (alike: number) =>
      ask(...Array.from({ length: alike }, () => csr('SN-1', [-1, 1])), ...[0, 1, 2, 3].map(inKey)).read();
    assert.ok((await own(4)).csrDer);
    await assert.rejects(own(3), refusal('device.badAnswer'));
  });

  test('what the device refuses is told at once, and a proof is of this nonce', async () => {
    await assert.rejects(ask(['CSR generation failed: -22']).read(), refusal('device.refused', '-22'));
    await assert.rejects(ask(['Base64 encoding failed: -12']).read(), refusal('device.refused', '-12'));
    const nonce = Buffer.alloc(40, 0xab);
    const name = 'ab'.repeat(32);
    const { device, said } = shellOf({ 'nrf_cloud_cred csr': csr(name) });
    assert.equal((await device.prove(nonce)).kind, 'freshCsr');
    assert.deepEqual(said, [`nrf_cloud_cred csr 7 CN=${name}`]);
  });

  test('a key is made, or kept, or cannot be', async () => {
    const make = (answer: string) => shellOf({ 'nrf_cloud_cred keygen 7': [answer] }).device.makeKey(request);
    const request = { keyType: 'P-256', subject: 'SN-1', mayReplace: true };
    assert.deepEqual(await make('Generated device key in sec tag 7'), { created: true });
    assert.deepEqual(await make('Key already exists in sec tag 7. Delete it first'), { created: false });
    await assert.rejects(make('Key generation failed: -12'), refusal('device.storageFull'));
    const { device, said } = shellOf({});
    await assert.rejects(device.makeKey({ ...request, keyType: 'P-384' }), refusal('device.incompatible', 'keyType'));
    assert.deepEqual(said, []);
  });
});

/** A shell with a store and a buffer, as the firmware has them; `room` is what its buffer takes. */
function storeOf({ room = 4000, load = false, held = {} as Record<string, string> } = {}, over: Answers = {}) {
  const store = new Map(Object.entries(held));
  let buffer = '';
  const empty = (answer: Answer): Answer => {
    buffer = '';
    return answer;
  };
  const take = (text: string): Answer => {
    if (buffer.length + text.length > room) return empty(['Not enough room in credential buffer, cleared']);
    buffer += text;
    return [`Stored ${text.length} bytes.`];
  };
  const add = (text: string): Answer => {
    const [, , , slot = '', , format, data = buffer] = text.split(' ');
    buffer = data;
    if (buffer === '') return ['Please provide a credential to add.'];
    const bytes = Buffer.from(buffer, 'base64');
    const digest = digestOf(format === 'BINT' ? Buffer.concat([bytes, Buffer.of(0)]) : bytes);
    buffer = '';
    if (store.has(slot)) return [`TLS credential with sectag 7 and type ${slot} already exists.`];
    store.set(slot, digest);
    return [`Added TLS credential of type ${slot}, sectag 7, and length ${bytes.length} bytes.`];
  };
  const shell = shellOf({
    'cred list': () => listOf(Object.fromEntries(store)),
    'cred buf load': () => (load ? empty(['Input credential, finish with CTRL+C.']) : take('load')),
    'cred buf clear': () => empty(['Credential buffer cleared.']),
    'cred buf': (text) => take(text.slice('cred buf '.length)),
    'cred add 7': add,
    'cred del 7': (text) => {
      const slot = text.split(' ')[3] ?? '';
      store.delete(slot);
      return [`Deleted TLS credential with sectag 7 and type ${slot}.`];
    },
    '': (text) => take(text.replace('\x03', '')),
    ...over,
  });
  return { ...shell, store, take };
}

describe('a claim', () => {
  const claim = { ...what, privateKeyDer: Buffer.alloc(138, 7) };
  const key = { 'nrf_cloud_cred delete 7': ['Deleted device key in sec tag 7'] };

  test('is there with its key, which is typed once and as a secret; the own key of the device goes first', async () => {
    const { device, store, said, how } = storeOf({ held: { PK_PSA: digest } }, key);
    const { items, unread, bytes } = await device.installClaim(claim, () => {});
    assert.deepEqual(
      items.map(({ name, same }) => `${name} ${same}`),
      ['certificate true', 'privateKey true'],
    );
    assert.deepEqual([unread, store.get('PK')], [['endpoint'], digestOf(claim.privateKeyDer)]);
    const typed = `cred add 7 PK DEFAULT BIN ${claim.privateKeyDer.toString('base64')}`;
    assert.deepEqual(
      said.filter((text) => text.includes(typed.slice(-40))),
      [typed],
    );
    assert.equal((how.get(typed) as { secret?: boolean }).secret, true);
    assert.ok(said.indexOf('nrf_cloud_cred delete 7') < said.findIndex((text) => text.startsWith('cred add')));
    assert.ok(bytes > 184);
    // What is there is not written again.
    const before = said.length;
    await device.installClaim(claim, () => {});
    assert.ok(said.slice(before).every((text) => !text.startsWith('cred add')));
  });

  test('of before gives way to the own certificate: its key goes', async () => {
    const { device, store } = storeOf({ held: { PK: digest, SERV: digest } });
    await device.install(what, () => {});
    assert.deepEqual([...store.keys()], ['SERV']);
  });
});

describe('a certificate', () => {
  test('is typed in pieces, added, and found by its digest; its progress is told', async () => {
    const { device, store, said } = storeOf();
    const done: [number, number][] = [];
    await device.install(what, (...of) => done.push(of));
    assert.equal(store.get('SERV'), whole.digest);
    const size = whole.base64.length;
    assert.deepEqual(done.at(-1), [size, size]);
    assert.ok(done.every(([bytes], at) => at === 0 || bytes >= done[at - 1]![0]));
    assert.ok(said.includes('cred buf clear'), 'the word "load" was stored by this firmware');
    assert.ok(said.every((text) => text.length <= 48 + 'cred buf '.length));
    assert.equal(said.filter((text) => text.startsWith('cred del')).length, 0);
  });

  test('what adds to the buffer is never sent twice, and what changes the device is asked for until it is sure', async () => {
    const typed = storeOf(
      { held: { SERV: digest } },
      { 'nrf_cloud_cred delete 7': ['Deleted device key in sec tag 7'] },
    );
    await typed.device.install(what, () => {});
    await typed.device.erase();
    for (const [text, { times, sure, raw }] of typed.how) {
      if (text.startsWith('cred buf')) assert.deepEqual([times, raw], [1, false], text);
      if (/^cred (add|del)|delete/.test(text)) assert.equal(sure, true, text);
      if (text.startsWith('cred add')) assert.equal(times, 1, text);
    }
    const whole1 = storeOf({ load: true });
    await whole1.device.install(what, () => {});
    const { times, raw, limitMs = 0 } = whole1.how.get(`${whole.base64}\x03`) ?? {};
    assert.deepEqual([times, raw], [1, true]);
    assert.ok(limitMs < (whole1.how.get('cred buf load')?.limitMs ?? 0), 'raw input answers at once or never');
  });

  test('of firmware that takes raw input is typed in pieces only after that input was ended, as raw', async () => {
    const lossy = storeOf(
      { load: true },
      { [whole.base64]: [`Stored ${whole.base64.length - 1} bytes.`], '\x03': ['Stored 0 bytes.'] },
    );
    await lossy.device.install(what, () => {});
    const { times, raw } = lossy.how.get('\x03') ?? {};
    assert.deepEqual([times, raw], [1, true]);
    const from = lossy.said.lastIndexOf('cred buf load');
    assert.equal(lossy.said[from + 1], '\x03');
    assert.ok(lossy.said[from + 2]?.startsWith('cred buf '));
  });

  test('that is told to be too long once was only typed twice by the line: it goes with its chain', async () => {
    const first = `cred buf ${whole.base64.slice(0, 48)}`;
    const room = ['Not enough room in credential buffer, cleared'];
    const shell = storeOf({}, { [first]: (text, time) => (time === 0 ? room : shell.take(text.slice(9))) });
    await shell.device.install(what, () => {});
    assert.equal(shell.store.get('SERV'), whole.digest);
  });

  test('that is there counts as done at once; of two the progress goes on where the first ended', async () => {
    const both = { ...what, rootCaDer: Buffer.alloc(60, 3) };
    const [root, leaf] = itemsOf(both);
    const [one, other] = [root!.forms[0].base64.length, leaf!.forms[0].base64.length];
    const done: number[] = [];
    await storeOf({ held: { CA: root!.forms[0].digest } }).device.install(both, (bytes, total) => {
      assert.equal(total, one + other);
      done.push(bytes);
    });
    assert.equal(done[0], one);
    assert.equal(done.at(-1), one + other);
    assert.ok(done.length > 3, 'each piece is told');
  });

  test('that is there in either form is left alone; another one gives way', async () => {
    for (const { digest } of [whole, bare]) {
      const there = storeOf({ held: { SERV: digest } });
      await there.device.install(what, () => {});
      assert.equal(there.count('cred add'), 0);
    }
    const other = storeOf({ held: { SERV: digest } });
    await other.device.install(what, () => {});
    assert.deepEqual([other.store.get('SERV'), other.count('cred del')], [whole.digest, 1]);
  });

  test('goes in one piece where the firmware takes it so, and in many after that has failed', async () => {
    const quick = storeOf({ load: true });
    await quick.device.install(what, () => {});
    assert.equal(quick.store.get('SERV'), whole.digest);
    assert.ok(quick.said.includes(`${whole.base64}\x03`));
    assert.equal(quick.said.includes('(doubt)'), false);
    const lossy = storeOf(
      { load: true },
      { [whole.base64]: [`Stored ${whole.base64.length - 1} bytes.`], '\x03': ['Stored 0 bytes.'] },
    );
    await lossy.device.install(what, () => {});
    assert.equal(lossy.store.get('SERV'), whole.digest);
    assert.deepEqual([lossy.count(whole.base64), lossy.count('(doubt)')], [1, 1]);
  });

  test('that has no room with its chain goes without it; one that has none at all is told what to build', async () => {
    for (const load of [false, true]) {
      const small = storeOf({ room: bare.base64.length, load }, load ? { '\x03': ['Stored 0 bytes.'] } : {});
      await small.device.install(what, () => {});
      assert.equal(small.store.get('SERV'), bare.digest, String(load));
    }
    const tiny = storeOf({ room: bare.base64.length - 1 });
    await assert.rejects(
      tiny.device.install(what, () => {}),
      /CRED_BUF_SIZE/,
    );
    assert.equal(tiny.store.size, 0);
  });

  test('a piece that came short, or a silence, begins again; five times are enough', async () => {
    const first = `cred buf ${whole.base64.slice(0, 48)}`;
    const always = storeOf({}, { [first]: ['Stored 47 bytes.'] });
    await assert.rejects(
      always.device.install(what, () => {}),
      refusal('link.garbled'),
    );
    assert.equal(always.count(first), 5);
    const silent = storeOf({}, { [first]: () => 'link.timeout' });
    await assert.rejects(
      silent.device.install(what, () => {}),
      refusal('link.timeout'),
    );
    assert.equal(silent.count(first), 5);
    const lost = storeOf({}, { [first]: () => 'link.lost' });
    await assert.rejects(
      lost.device.install(what, () => {}),
      refusal('link.lost'),
    );
    assert.equal(lost.count(first), 1);
  });

  test('that is not held though it was added is given up; what the device refuses is told at once', async () => {
    const forgets = storeOf({}, { 'cred list': listOf({}) });
    await assert.rejects(
      forgets.device.install(what, () => {}),
      refusal('link.garbled'),
    );
    assert.equal(forgets.count('cred add'), 5);
    const full = storeOf({}, { 'cred add 7': ['Not enough heap for TLS credential of size 9.'] });
    await assert.rejects(
      full.device.install(what, () => {}),
      refusal('device.storageFull', 'heap'),
    );
    assert.equal(full.count('cred add'), 1);
  });

  test('in RAM only, it is removed again and no unit passes with it', async () => {
    const added = [
      'Credential has been copied to heap.',
      'Added TLS credential of type SERV, sectag 7, and length 9 bytes.',
    ];
    const { device, count } = storeOf({}, { 'cred add 7': added });
    await assert.rejects(
      device.install(what, () => {}),
      refusal('device.incompatible', 'volatile'),
    );
    assert.equal(count('cred del 7 SERV'), 1);
  });

  test('is erased with its key and its root, and each refusal is told', async () => {
    const key = { 'nrf_cloud_cred delete 7': ['Deleted device key in sec tag 7'] };
    const { device, said } = storeOf({ held: { SERV: digest, CA: digest } }, key);
    await device.erase();
    assert.deepEqual(said, ['nrf_cloud_cred delete 7', 'cred del 7 SERV', 'cred del 7 CA', 'cred del 7 PK']);
    const failed = ['Deleting TLS credential with sectag 7 and type SERV failed with error: -16.'];
    const stuck = storeOf({}, { ...key, 'cred del 7': failed });
    await assert.rejects(stuck.device.erase(), refusal('device.refused', '-16'));
    const stuckRoot = storeOf({}, { ...key, 'cred del 7 CA': failed });
    await assert.rejects(stuckRoot.device.erase(), refusal('device.refused', '-16'));
    const keep = { 'nrf_cloud_cred delete 7': ['Key deletion failed: -2'] };
    const kept = storeOf({}, keep);
    await assert.rejects(kept.device.erase(), refusal('device.refused', '-2'));
    assert.equal(kept.count('cred del'), 0);
  });
});

test('a shell that is silent is brought back to its prompt and asked again, as often as was said and no more', async () => {
  for (const times of [1, 2, 3]) {
    const written: string[] = [];
    const channel: ByteChannel = {
      write: async (bytes) => void written.push(Buffer.from(bytes).toString('latin1').trim()),
      onData: () => () => {},
      onClose: () => () => {},
      close: async () => {},
    };
    const clock = createJumpingClock();
    const { line } = zephyrDriver;
    const talk = openTalk(paced(channel, { ...line, pieceBytes: 65_536 }, clock), { clock, line });
    await assert.rejects(talk.say('cred list', /found/, { times }), refusal('link.timeout'));
    assert.deepEqual(written, Array.from({ length: times }, () => ['\x03', 'cred list']).flat());
  }
});
