/** A wrong line is named, within 10 s, whichever driver meets it. A good conversation never has a sign. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { StationError } from '../../app/contract/errors.ts';
import type { ByteChannel } from '../../app/device/channel.ts';
import { converseWith } from '../../app/device/conversation.ts';
import { type DriverName, driverNamed, driverNames, drivers } from '../../app/device/drivers/index.ts';
import { listen } from '../../app/device/hearing.ts';
import { troubleOf } from '../../app/device/signs.ts';
import { simulated } from '../../app/practice/devices/simulated.ts';
import { runStorm } from './storms.ts';
import { createJumpingClock, newKey, testCa } from './support.ts';
import { type Behaviour, behaviours, nordic, wrongLine } from './wronglines.ts';

const all = Object.values(drivers);
type Open = (clock: ReturnType<typeof createJumpingClock>) => ByteChannel;

/** The error of the first call, and its time. */
async function firstWords(name: DriverName, open: Open): Promise<{ error: StationError; ms: number }> {
  const clock = createJumpingClock();
  const device = converseWith(driverNamed(name), open(clock), { clock }, all);
  const began = clock.monotonicMs();
  const error = await device.identify().then(
    (identity) => assert.fail(`understood: ${JSON.stringify(identity)}`),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof StationError, String(error));
  const ms = clock.monotonicMs() - began;
  await device.close();
  return { error, ms };
}

type Wrong = {
  title: string;
  behave: Behaviour;
  code: string;
  sign: string | undefined;
  detail: RegExp;
  only?: DriverName[];
};

const wrong: Wrong[] = [
  {
    title: 'a loopback',
    behave: behaviours.echo,
    code: 'link.loopback',
    sign: 'loopback',
    detail: /RX and TX are joined/,
  },
  {
    title: 'noise in answer to anything',
    behave: behaviours.garbage,
    code: 'link.noise',
    sign: 'noise',
    detail: /speed/,
  },
  { title: 'another speed', behave: behaviours.slowSpeed, code: 'link.noise', sign: 'noise', detail: /baud/ },
  {
    title: 'a chip that starts at opening',
    behave: behaviours.bootsThenConsole,
    code: 'link.booting',
    sign: 'boot',
    detail: /started .*DTR and RTS/,
  },
  {
    title: 'a chip that starts again and again',
    behave: behaviours.bootLoop,
    code: 'link.booting',
    sign: 'boot',
    detail: /started \d+ times/,
  },
  { title: 'MCUboot', behave: behaviours.mcuboot, code: 'link.booting', sign: 'boot', detail: /boot loader/ },
  {
    title: 'download mode',
    behave: behaviours.download,
    code: 'link.booting',
    sign: 'download',
    detail: /waits for a download: DTR and RTS/,
  },
  { title: 'a flood of log', behave: behaviours.flood, code: 'link.flooded', sign: undefined, detail: /bytes|log/ },
  {
    title: 'a console that only logs',
    behave: behaviours.slowLog,
    code: 'link.flooded',
    sign: 'logs',
    detail: /only prints its log/,
  },
  { title: 'silence', behave: behaviours.silent, code: 'link.timeout', sign: 'silence', detail: /cable and power/ },
  {
    title: 'a port that vanishes',
    behave: behaviours.vanishes,
    code: 'link.lost',
    sign: undefined,
    detail: /closed|gone/,
  },
  {
    title: 'a modem of Quectel',
    behave: behaviours.quectel,
    code: 'link.wrongFirmware',
    sign: 'firmware',
    detail: /this is .*Quectel/,
  },
  {
    title: 'a modem of u-blox',
    behave: behaviours.ublox,
    code: 'link.wrongFirmware',
    sign: 'firmware',
    detail: /this is .*u-blox/,
  },
  {
    title: 'the console of Renesas',
    behave: behaviours.renesas,
    code: 'link.wrongFirmware',
    sign: 'firmware',
    detail: /Renesas FreeRTOS \(conf set/,
  },
  {
    title: 'another program',
    behave: behaviours.otherProgram,
    code: 'link.otherProgram',
    sign: 'otherProgram',
    detail: /ModemManager.*udev/,
  },
  { title: 'Linux', behave: behaviours.linux, code: 'link.wrongFirmware', sign: 'firmware', detail: /this is Linux/ },
  {
    title: 'a Zephyr shell without the commands',
    behave: behaviours.bareZephyr,
    code: 'link.wrongFirmware',
    sign: 'firmware',
    detail: /this is Zephyr, a shell with other commands/,
    only: ['agent', 'nrf91', 'freertos'],
  },
];

for (const { title, behave, code, sign, detail, only = driverNames } of wrong)
  describe(title, () => {
    for (const name of only)
      test(`is named by ${name} within 10 s`, async () => {
        const { error, ms } = await firstWords(name, (clock) => wrongLine(clock, behave));
        assert.equal(error.code, code, error.message);
        if (error.code !== 'link.flooded') assert.equal(error.data?.sign, sign);
        assert.match(error.detail, detail);
        assert.ok(ms < 10_000, `${Math.round(ms)} ms`);
      });
  });

for (const found of driverNames)
  for (const name of driverNames.filter((each) => each !== found))
    test(`a slot set to ${name} says that this is ${found}, within 10 s`, async () => {
      const { error, ms } = await firstWords(name, (clock) => simulated[found].make(1, { clock }).connect());
      assert.equal(error.code, 'link.wrongFirmware', error.message);
      assert.deepEqual(error.data, {
        sign: 'firmware',
        setTo: driverNamed(name).title,
        found: driverNamed(found).title,
      });
      assert.ok(ms < 10_000, `${Math.round(ms)} ms`);
    });

for (const name of driverNames.filter((each) => each !== 'nrf91'))
  test(`a slot set to ${name} says that this is a modem behind a shell, within 10 s`, async () => {
    const { error, ms } = await firstWords(name, (clock) => wrongLine(clock, nordic({ shell: 2048 })));
    assert.equal(error.code, 'link.wrongFirmware', error.message);
    assert.equal(error.data?.found, driverNamed('nrf91').title);
    assert.ok(ms < 10_000, `${Math.round(ms)} ms`);
  });

test('another program beside an AT host that does not echo is known by answers to nothing', () => {
  const driver = driverNamed('nrf91');
  const answers = (count: number) => '352656100367872\r\nOK\r\n'.repeat(4) + 'ERROR\r\n'.repeat(count);
  const line = { sent: 'AT+CGSN\r\n'.repeat(4), unanswered: '', driver, understood: true };
  assert.equal(troubleOf({ ...line, came: answers(2) }), undefined, 'a line may come twice');
  assert.equal(troubleOf({ ...line, came: answers(3) })?.code, 'link.otherProgram');
  assert.equal(troubleOf({ ...line, came: `${answers(0)}\r\nATE0V1+CMEE=1\r\n` })?.code, 'link.otherProgram');
});

for (const name of driverNames)
  test(`whatever part of a good conversation with ${name} was heard, it has no sign`, async () => {
    const clock = createJumpingClock();
    const hardware = simulated[name].make(1, { clock });
    hardware.fault = { noise: 2 };
    const ear = listen(hardware.connect(), clock);
    const driver = driverNamed(name);
    const device = driver.connect(ear.channel, { clock });
    const heard = [ear.heard()];
    await device.identify();
    await device.makeKey(newKey);
    const { csrDer } = await device.readCsr('unit');
    heard.push(ear.heard());
    await device.install(testCa().installation(csrDer, {}), () => {});
    await device.prove(Buffer.alloc(32, 7));
    heard.push(ear.heard());
    await device.close();
    const { came, sent } = heard.at(-1) ?? { came: '', sent: '' };
    for (const each of heard) assert.equal(troubleOf({ ...each, driver, understood: true }), undefined);
    const part = fc
      .tuple(fc.nat(came.length), fc.nat(came.length))
      .map(([one, other]) => came.slice(...[one, other].sort((a, b) => a - b)));
    fc.assert(
      fc.property(part, (some) => {
        assert.equal(troubleOf({ came: some, sent, unanswered: '', driver, understood: true }), undefined);
        assert.equal(troubleOf({ came: some, sent, unanswered: '', driver, understood: false }, 'sure'), undefined);
      }),
    );
  });

test('a bad line with a healthy device is not taken for a wrong one: it installs as often as before', async () => {
  const steps = {
    agent: ['hello', 'key', 'csr'],
    nrf91: ['keygen', 'list.2'],
    freertos: ['key', 'csr'],
    zephyr: ['keygen', 'csr'],
  };
  for (const name of driverNames) {
    const driver = driverNamed(name);
    const named = {
      ...driver,
      connect: (...given: Parameters<typeof driver.connect>) => converseWith(driver, ...given, all),
    };
    const tally: Record<string, number> = {};
    for (let seed = 1; seed <= 15; seed += 1) {
      const clock = createJumpingClock();
      const device = simulated[name].make(seed, { clock, baud: 0, seed });
      const outcomes = await runStorm({ driver: named, device, clock, assertHolds: () => {} }, seed, steps[name]);
      for (const outcome of outcomes) tally[outcome] = (tally[outcome] ?? 0) + 1;
    }
    const told = ['link.loopback', 'link.noise', 'link.booting', 'link.wrongFirmware', 'link.otherProgram'];
    assert.deepEqual(
      Object.keys(tally).filter((code) => told.includes(code)),
      [],
      `${name}: ${JSON.stringify(tally)}`,
    );
    // A sealed agent was installed before.
    assert.ok((tally.installed ?? 0) + (tally['device.sealed'] ?? 0) > 35, `${name}: ${JSON.stringify(tally)}`);
  }
});

test('an AT host that hears nothing after a part of a quoted text: reset the device, within 10 s of the write', async () => {
  const clock = createJumpingClock();
  const driver = driverNamed('nrf91');
  const device = converseWith(driver, wrongLine(clock, nordic({ stalls: true })), { clock }, all);
  await device.identify();
  const began = clock.monotonicMs();
  await assert.rejects(
    device.install(testCa().installation(await someCsr(), {}), () => {}),
    {
      code: 'link.stuck',
      detail: /until it is reset: reset the device/,
      data: { sign: 'openQuote' },
    },
  );
  assert.ok(clock.monotonicMs() - began < 10_000, `${clock.monotonicMs() - began} ms`);
  await device.close();
});

/** A CSR for an installation that a modem shall take. */
async function someCsr(): Promise<Uint8Array> {
  const clock = createJumpingClock();
  const device = driverNamed('agent').connect(simulated.agent.make(1, { clock }).connect(), { clock });
  await device.makeKey(newKey);
  const { csrDer } = await device.readCsr('unit');
  await device.close();
  return csrDer;
}
