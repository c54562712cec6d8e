/** The acts on a FreeRTOS console, each against answers that the test writes: how often it asks, and what it believes. */
import assert from 'node:assert/strict';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { describe, test } from 'node:test';
import { type ErrorCode, StationError } from '../../app/contract/errors.ts';
import type { ByteChannel } from '../../app/device/channel.ts';
import type { Device } from '../../app/device/driver.ts';
import { createActs, withBlanks } from '../../app/device/drivers/freertos/acts.ts';
import { freertosDriver } from '../../app/device/drivers/freertos/index.ts';
import { makeCsr } from '../../app/practice/devices/csr.ts';
import { createFreertosDevice } from '../../app/practice/devices/freertos/device.ts';
import { createJumpingClock } from './support.ts';

type Answer = string[] | ErrorCode;
/** What the console answers to a line, the first, second… time that it gets it. */
type Firmware = (line: string, time: number) => Answer | undefined;

const atPrompt: Firmware = (line) => (line === 'conf get thing_name' ? ['thing_name="x"'] : undefined);

function consoleOf(...firmware: Firmware[]) {
  const entered: string[] = [];
  const ends: (string | undefined)[] = [];
  const terminal = {
    async enter(typed: string, _limitMs: number, end?: string) {
      const line = typed.trimEnd();
      entered.push(line);
      ends.push(end);
      const time = entered.filter((each) => each === line).length;
      const answers = [...firmware, atPrompt].map((each) => each(line, time));
      const answer = answers.find((each) => each !== undefined);
      if (answer === undefined) throw new Error(`nobody answers ${line}`);
      if (typeof answer === 'string') throw new StationError(answer, 'of the line');
      return answer;
    },
    tally: () => ({ bytesSent: 0, bytesReceived: 0, deviceMs: 0 }),
    close: async () => {},
  };
  const count = (line: string) => entered.filter((each) => each === line).length;
  return { acts: createActs(terminal, () => {}), entered, ends, count };
}

/** The same line answered each time by the next of these, and then by the last one. */
const inTurn =
  (line: string, ...answers: Answer[]): Firmware =>
  (typed, time) =>
    typed === line ? answers[Math.min(time, answers.length) - 1] : undefined;

const refusal = (code: ErrorCode, reason?: string) => (thrown: unknown) =>
  thrown instanceof StationError && thrown.code === code && (reason === undefined || thrown.data?.reason === reason);
const pem = (what: string, der: Uint8Array) => [
  `-----BEGIN ${what}-----`,
  ...(Buffer.from(der)
    .toString('base64')
    .match(/.{1,64}/g) ?? []),
  `-----END ${what}-----`,
];
const newKey = () => generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey;
const csrLines = (key: KeyObject, damaged = 0) => {
  const der = Buffer.from(makeCsr(key, 'unit'));
  if (damaged > 0) der[60] = (der[60] ?? 0) ^ damaged;
  return pem('CERTIFICATE REQUEST', der);
};

describe('the prompt', () => {
  const where = 'conf get thing_name';

  test('is looked for once; a setting that is empty is one, too', async () => {
    const { acts, entered, ends } = consoleOf(inTurn(where, ['thing_name=""']));
    await acts.begin();
    await acts.begin();
    assert.deepEqual([entered, ends], [[where], [withBlanks]]);
  });

  test('a damaged answer is asked for again, ten times in all, and a silence once', async () => {
    const damaged = consoleOf(inTurn(where, ['thing_nXme="x"'], 'link.garbled', ['thing_name="x"']));
    await damaged.acts.begin();
    assert.equal(damaged.count(where), 3);
    const bad = consoleOf(inTurn(where, ['thing_name="x']));
    await assert.rejects(bad.acts.begin(), refusal('link.garbled'));
    assert.equal(bad.count(where), 10);
    const slow = consoleOf(inTurn(where, 'link.timeout', ['thing_name="x"']));
    await slow.acts.begin();
    const silent = consoleOf(inTurn(where, 'link.timeout'));
    await assert.rejects(silent.acts.begin(), refusal('link.timeout'));
    assert.equal(silent.count(where), 2);
    const gone = consoleOf(inTurn(where, 'link.lost'));
    await assert.rejects(gone.acts.begin(), refusal('link.lost'));
    assert.equal(gone.count(where), 1);
  });

  test('that was not found is looked for again', async () => {
    const { acts, count } = consoleOf(inTurn(where, 'link.lost', ['thing_name="x"']));
    await assert.rejects(acts.begin(), refusal('link.lost'));
    await acts.begin();
    assert.equal(count(where), 2);
  });

  test('is where each act begins, whatever a conversation before has left there', async (t) => {
    const clock = createJumpingClock();
    const traits = { model: 'm', hardwareRevision: 'A', firmware: '1', hardwareId: 'none' };
    const firmware = createFreertosDevice({ clock, traits, baud: 0 });
    t.after(() => firmware.powerOff());
    const what = { certificateDer: Buffer.alloc(90, 7), chainDer: [], rootCaDer: Buffer.alloc(0), config: {} };
    const key = { keyType: 'P-256', subject: 'SN-1', mayReplace: true };
    const acts: ((device: Device) => Promise<unknown>)[] = [
      (device) => device.identify(),
      (device) => device.makeKey(key),
      (device) => device.readCsr('SN-1'),
      (device) => device.install(what, () => {}),
      (device) => device.readBack(what),
      (device) => device.prove(Buffer.alloc(32)),
    ];
    for (const act of acts) {
      const channel = firmware.connect();
      let written = '';
      const write: ByteChannel['write'] = (bytes) => {
        written += Buffer.from(bytes).toString('latin1');
        return channel.write(bytes);
      };
      const device = freertosDriver.connect({ ...channel, write }, { clock });
      // This is no certificate, which is told after the prompt was found.
      await act(device).catch(() => {});
      await device.close();
      assert.equal(written.replace(/^\x03+/, '').slice(0, 70), where.padEnd(70), String(act));
    }
  });

  test('a command that is not known each time is another firmware; once, it was damaged on its way', async () => {
    const unknown = ["Command not recognised.  Enter 'help'"];
    await consoleOf(inTurn(where, unknown, ['thing_name="x"'])).acts.begin();
    await assert.rejects(consoleOf(inTurn(where, unknown)).acts.begin(), refusal('device.incompatible'));
  });
});

describe('what the device holds', () => {
  const line = 'conf get mqtt_endpoint';
  const value = (text: string) => [`mqtt_endpoint="${text}"`];
  const held = async (...answers: Answer[]) => {
    const { acts, count } = consoleOf(inTurn(line, ...answers));
    const { same, found } = await acts.holds('mqtt_endpoint', 'a.example');
    return [same, found, count(line)];
  };

  test('is right at once, and wrong only when it was read twice alike', async () => {
    assert.deepEqual(await held(value('a.example')), [true, 'a.example', 1]);
    assert.deepEqual(await held(value('X.example'), value('a.example')), [true, 'a.example', 2]);
    assert.deepEqual(await held(value('b.example')), [false, 'b.example', 2]);
    assert.deepEqual(await held(value('c'), value('b'), value('b')), [false, 'b', 3]);
  });

  test('that is read differently each time is a bad line, after ten looks', async () => {
    const answers = Array.from({ length: 20 }, (_, at) => value(`v${at}`));
    const { acts, count } = consoleOf(inTurn(line, ...answers));
    await assert.rejects(acts.holds('mqtt_endpoint', 'a'), refusal('link.garbled'));
    assert.equal(count(line), 10);
    assert.deepEqual(await held(...answers.slice(0, 9), value('a.example')), [true, 'a.example', 10]);
  });

  test('a setting that the firmware does not have is told at once', async () => {
    const unknown = consoleOf(inTurn(line, ['Error: key: mqtt_endpoint was not recognized']));
    await assert.rejects(unknown.acts.get('mqtt_endpoint'), refusal('device.incompatible'));
    assert.equal(unknown.count(line), 1);
  });
});

describe('settings', () => {
  const saved = inTurn('conf commit', ['Configuration saved to NVM.']);
  const values: [string, string][] = [['mqtt_endpoint', 'a.example']];
  const line = 'conf get mqtt_endpoint';
  const set = 'conf set mqtt_endpoint a.example';

  test('are set, committed and read back, and then known', async () => {
    const answers = inTurn(line, ['mqtt_endpoint="old"'], ['mqtt_endpoint="a.example"']);
    const { acts, entered } = consoleOf(answers, saved, inTurn(set, ['mqtt_endpoint="a.example"']));
    await acts.configure(values);
    await acts.configure(values);
    assert.deepEqual(entered, [line, set, 'conf commit', line]);
  });

  test('that are there already are only committed, for what is staged looks like what is stored', async () => {
    const { acts, entered } = consoleOf(inTurn(line, ['mqtt_endpoint="a.example"']), saved);
    await acts.configure(values);
    assert.deepEqual(entered, [line, 'conf commit', line]);
  });

  test('an answer that did not come whole is asked for again', async () => {
    const { acts, count } = consoleOf(
      inTurn(line, ['mqtt_endpoint="old"'], ['mqtt_endpoint="a.example"']),
      inTurn(set, [], ['mqtt_endpoint="a.example"']),
      inTurn('conf commit', ['Configuration sav'], ['Configuration saved to NVM.']),
    );
    await acts.configure(values);
    assert.deepEqual([count(set), count('conf commit')], [2, 2]);
  });

  test('that the device does not keep are tried twice, and what it refuses is told at once', async () => {
    const forgets = consoleOf(inTurn(line, ['mqtt_endpoint="old"']), saved, inTurn(set, ['ok']));
    await assert.rejects(forgets.acts.configure(values), refusal('device.refused', 'notKept'));
    assert.equal(forgets.count('conf commit'), 2);
    const full = consoleOf(
      inTurn(line, ['mqtt_endpoint="a.example"']),
      inTurn('conf commit', ['Error: Could not save configuration']),
    );
    await assert.rejects(full.acts.configure(values), refusal('device.refused', 'notSaved'));
    assert.equal(full.count('conf commit'), 1);
    const refuses = consoleOf(inTurn(line, ['mqtt_endpoint="old"']), inTurn(set, ['error: no']));
    await assert.rejects(refuses.acts.configure(values), refusal('device.refused', 'error'));
    assert.deepEqual([refuses.count(set), refuses.count('conf commit')], [1, 0]);
  });

  test('that nobody can type are refused before anything is', async () => {
    const { acts, entered } = consoleOf();
    const bad: [string, string] = ['mqtt_endpoint', 'a b'];
    await assert.rejects(acts.configure([...values, bad]), refusal('device.incompatible'));
    assert.deepEqual(entered, []);
  });
});

describe('the request and the key', () => {
  const line = 'pki generate csr';
  const key = newKey();

  test('a request with a good signature counts at once, a damaged one is asked for again', async () => {
    const { acts, count } = consoleOf(inTurn(line, csrLines(key).slice(0, 3), csrLines(key, 1), csrLines(key)));
    assert.equal((await acts.readRequest())?.verified, true);
    assert.equal(count(line), 3);
  });

  test('that there is none, the device has to say twice', async () => {
    const none = consoleOf(inTurn(line, []));
    assert.equal(await none.acts.readRequest(), null);
    assert.equal(none.count(line), 2);
    const lost = consoleOf(inTurn(line, [], csrLines(key)));
    assert.equal((await lost.acts.readRequest())?.verified, true);
  });

  test('a bad signature is the device’s own when the rest came alike more often than not', async () => {
    const other = (at: number) => csrLines(key, at + 2);
    const readWith = (alike: number) => {
      const answers = Array.from({ length: 10 }, (_, at) => (at < 10 - alike ? other(at) : csrLines(key, 1)));
      return consoleOf(inTurn(line, ...answers)).acts.readRequest();
    };
    assert.equal((await readWith(6))?.verified, false);
    await assert.rejects(readWith(5), refusal('link.garbled'));
  });

  test('only the firmware’s own words mean that there is no key', async () => {
    const words = "ERROR: Failed to locate public key with label: 'pub'";
    const publicKey = pem('PUBLIC KEY', Buffer.from('300401020304', 'hex'));
    assert.equal(await consoleOf(inTurn('pki export key', [words])).acts.readKey(), null);
    const partly = consoleOf(inTurn('pki export key', [], [words.slice(3)], publicKey));
    assert.equal((await partly.acts.readKey())?.toString('hex'), '300401020304');
    await assert.rejects(consoleOf(inTurn('pki export key', [])).acts.readKey(), refusal('link.garbled'));
  });

  const make = 'pki generate key';

  test('a key is made; where the answer is lost, the request on the device decides', async () => {
    const before = await consoleOf(inTurn(line, csrLines(newKey()))).acts.readRequest();
    const made = consoleOf(inTurn(make, ['ok']), inTurn(line, csrLines(key)));
    assert.equal((await made.acts.generate(before))?.verified, true);
    const lost = consoleOf(inTurn(make, 'link.timeout'), inTurn(line, csrLines(key)));
    assert.equal((await lost.acts.generate(null))?.verified, true);
    assert.equal(lost.count(make), 1);
  });

  test('the key of before is no new one, and none is none: tried twice', async () => {
    const before = await consoleOf(inTurn(line, csrLines(key))).acts.readRequest();
    const same = consoleOf(inTurn(make, ['ok']), inTurn(line, csrLines(key)));
    await assert.rejects(same.acts.generate(before), refusal('device.refused', 'noKey'));
    assert.equal(same.count(make), 2);
    const none = consoleOf(inTurn(make, 'link.timeout'), inTurn(line, []));
    await assert.rejects(none.acts.generate(null), refusal('link.timeout'));
    const fails = consoleOf(inTurn(make, ['ERROR: Failed to generate']), inTurn(line, csrLines(key)));
    await assert.rejects(fails.acts.generate(null), refusal('device.keyFailed'));
    assert.equal(fails.count(make), 1);
  });
});

test('what is read back: each thing that was to be there, and no root where none was', async (t) => {
  const clock = createJumpingClock();
  const traits = { model: 'm', hardwareRevision: 'A', firmware: '1', hardwareId: 'none' };
  const firmware = createFreertosDevice({ clock, traits, baud: 0 });
  t.after(() => firmware.powerOff());
  const device = freertosDriver.connect(firmware.connect(), { clock });
  const what = { certificateDer: Buffer.alloc(90, 7), chainDer: [], rootCaDer: Buffer.alloc(0), config: { unit: 'x' } };
  const named = async (over: object) => {
    const { items, unread } = await device.readBack({ ...what, ...over });
    return [items.map(({ name, same, found }) => [name, same, found]), unread];
  };
  assert.deepEqual(await named({}), [[['certificate', false, undefined]], ['unit']]);
  assert.deepEqual(await named({ rootCaDer: Buffer.alloc(1), chainDer: [Buffer.alloc(9)], config: {} }), [
    [
      ['certificate', false, undefined],
      ['rootCa', false, undefined],
    ],
    ['chain'],
  ]);
  await device.close();
});

describe('a certificate', () => {
  const der = Buffer.alloc(90, 7);
  const lines = pem('CERTIFICATE', der);
  const put = 'pki import cert cert';
  const look = 'pki export cert cert';
  const takes: Firmware = (line) => (line === put || lines.includes(line) ? [] : undefined);

  test('that is there is not written again', async () => {
    const { acts, entered } = consoleOf(inTurn(look, lines));
    await acts.write('cert', der, () => {});
    assert.deepEqual(entered, [look]);
  });

  test('is entered line by line, with blank lines at its end, and read back', async () => {
    const { acts, entered, ends } = consoleOf(inTurn(look, [], lines), takes);
    const bytes: number[] = [];
    await acts.write('cert', der, (count) => bytes.push(count));
    assert.deepEqual(entered, [look, put, ...lines, look]);
    assert.deepEqual(
      bytes,
      lines.map(({ length }) => length + 2),
    );
    assert.deepEqual(
      ends.flatMap((end, at) => (end === undefined ? [] : [at])),
      [1 + lines.length],
    );
  });

  test('an import that broke off begins again from the prompt', async () => {
    const { acts, entered } = consoleOf(inTurn(look, [], lines), inTurn(lines[1]!, 'link.garbled', []), takes);
    await acts.write('cert', der, () => {});
    assert.ok(entered.includes('conf get thing_name'));
    const late = consoleOf(inTurn(look, [], [], [], lines), inTurn(lines[1]!, 'link.garbled', []), takes);
    await late.acts.write('cert', der, () => {});
    assert.equal(late.count(put), 2);
  });

  test('that the device does not hold after four times has been refused; what it says outright is told at once', async () => {
    const forgets = consoleOf(inTurn(look, []), takes);
    await assert.rejects(
      forgets.acts.write('cert', der, () => {}),
      refusal('device.refused', 'notKept'),
    );
    assert.equal(forgets.count(put), 4);
    const full = consoleOf(inTurn(look, []), inTurn(put, ['Error: Out of memory']), takes);
    await assert.rejects(
      full.acts.write('cert', der, () => {}),
      refusal('device.storageFull'),
    );
    assert.equal(full.count(put), 1);
  });

  test('its line that is refused in the middle is told, too', async () => {
    const full = consoleOf(inTurn(look, []), inTurn(lines.at(-1)!, ['Error: failed to save']), takes);
    await assert.rejects(
      full.acts.write('cert', der, () => {}),
      refusal('device.storageFull'),
    );
  });
});
