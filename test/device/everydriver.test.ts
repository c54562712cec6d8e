/** Every driver has all that makes it usable: a declaration, words, simulated firmware, flags, a page in the docs. */
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { Command } from 'commander';
import { StationError } from '../../app/contract/errors.ts';
import { driverFacts, settingProblems } from '../../app/contract/model.ts';
import type { ClaimInstallation } from '../../app/device/driver.ts';
import { type DriverName, driverNamed, driverNames } from '../../app/device/drivers/index.ts';
import { createRecorder, readTranscript } from '../../app/device/transcript.ts';
import { makeCsr } from '../../app/practice/devices/csr.ts';
import type { Fault } from '../../app/practice/devices/faults.ts';
import { simulated } from '../../app/practice/devices/simulated.ts';
import { driverFactsOf } from '../../app/station/recipes/driversettings.ts';
import { lineGiven, settingsGiven, withDriverSettings } from '../../main/cli/driverflags.ts';
import { lineFor, settingsFor, withSetting } from '../../renderer/station/drivers.ts';
import { de } from '../../renderer/words/de.ts';
import { en } from '../../renderer/words/en.ts';
import { createJumpingClock, testCa } from './support.ts';

const docs = readFileSync(new URL('../../docs/drivers.md', import.meta.url), 'utf8');
const facts = driverNames.map(driverNamed).map(driverFactsOf);

/** A claim as the station makes it, and the text of its secret part. */
function claimOf(): { claim: ClaimInstallation; key: string } {
  const ca = testCa();
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { certificateDer, rootCaDer } = ca.installation(makeCsr(privateKey, 'claim 1'), {});
  const privateKeyDer = new Uint8Array(privateKey.export({ format: 'der', type: 'pkcs8' }));
  const config = { endpoint: 'localhost', template: 'fleet', unitSerial: 'U-1' };
  // Behind 48 characters that every P-256 key begins with; the public point after it is in the certificate.
  const key = Buffer.from(privateKeyDer).toString('base64').slice(48, 90);
  return { claim: { certificateDer, privateKeyDer, rootCaDer, config }, key };
}

/** What a person would type for each setting: its usual value. */
const usualOf = (name: DriverName) =>
  Object.entries(driverNamed(name).settings).map(([key, setting]) => ({ key, setting, text: String(setting.usual) }));

for (const name of driverNames) {
  describe(name, () => {
    test('declares itself under its own name, and its usual settings are such as it takes', () => {
      const driver = driverNamed(name);
      assert.equal(driver.name, name);
      const declared = driverFacts.parse(driverFactsOf(driver));
      assert.deepEqual(declared, driverFactsOf(driver), 'what is declared crosses to the screens whole');
      const usual = Object.fromEntries(usualOf(name).map(({ key, setting }) => [key, setting.usual]));
      assert.deepEqual(settingProblems(declared, usual), []);
      assert.ok(driver.line.baud > 0);
      assert.ok(driver.traits.identityFields.length > 0 && driver.traits.afterTimeout !== '');
    });

    test('each setting and each choice has words in every language', () => {
      for (const [language, words] of Object.entries({ en: en.drivers, de: de.drivers })) {
        const settings: Record<string, string> = words.setting;
        const choices: Record<string, Record<string, string>> = words.choice;
        for (const { key, setting } of usualOf(name)) {
          assert.ok(Object.hasOwn(settings, key), `${language} has no words for the setting ${key}`);
          if (setting.kind !== 'choice') continue;
          for (const value of setting.choices)
            assert.ok(
              choices[key] && Object.hasOwn(choices[key], value),
              `${language} has no words for ${key} ${value}`,
            );
        }
      }
    });

    test('the slot form keeps what is chosen for it, and the command line takes the same', () => {
      const command = withDriverSettings(new Command('run')).exitOverride();
      const flags = usualOf(name).flatMap(({ key, text }) => [
        `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
        text,
      ]);
      const byFlags = settingsGiven(command.parse(flags, { from: 'user' }).opts());
      let byForm: Record<string, unknown> | undefined;
      for (const { key, setting, text } of usualOf(name)) byForm = withSetting(byForm, key, setting, text);
      assert.deepEqual(byFlags, byForm ?? {});
      assert.deepEqual(settingsFor(facts, name, { ...byForm, another: 1 }), byForm);
      if (byForm) assert.match(command.helpInformation(), new RegExp(`\\b${name}\\b`));
    });

    test('the line: each setting and choice has words, a flag, and a field that keeps what is chosen', () => {
      const { line } = facts.find((one) => one.name === name)!;
      const command = withDriverSettings(new Command('run')).exitOverride();
      const chosen: Record<string, unknown> = {};
      const flags: string[] = [];
      for (const [key, setting] of Object.entries(line)) {
        for (const { setting: settings, choice } of [en.drivers, de.drivers]) {
          assert.ok(Object.hasOwn(settings, key), `no words for ${key}`);
          const words: Record<string, Record<string, string>> = choice;
          for (const value of setting.kind === 'choice' ? setting.choices : []) assert.ok(words[key]?.[value], value);
        }
        // Another value than the usual one.
        const value =
          setting.kind === 'choice'
            ? setting.choices.find((one) => one !== setting.usual)
            : setting.kind === 'number'
              ? setting.most
              : '';
        chosen[key] = value;
        flags.push(`--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`, String(value));
      }
      const options = command.parse(flags, { from: 'user' }).opts();
      assert.deepEqual(lineGiven(options), chosen);
      assert.deepEqual(settingsGiven(options), {}, 'a line is no setting of the driver');
      assert.deepEqual(
        lineFor(facts, name, { ...chosen, terminator: chosen.terminator ?? 'none of them' } as never),
        chosen,
      );
    });

    test('its simulated firmware is recognised by it and by no driver that asks before it', async () => {
      for (const asked of driverNames) {
        const clock = createJumpingClock();
        const channel = simulated[name].make(1, { clock }).connect();
        assert.equal(await driverNamed(asked).recognise(channel, { clock }), asked === name, asked);
      }
    });

    test('a claim is on it with its key, which no transcript, log or error has, however bad the line is', async () => {
      const clock = createJumpingClock();
      const driver = driverNamed(name);
      const { claim, key } = claimOf();
      const heard: string[] = [];
      const begin = async (fault: Fault) => {
        const unit = simulated[name].make(1, { clock, baud: 0, computeMs: 0, seed: 7 });
        unit.fault = fault;
        const recorder = createRecorder(clock);
        const device = driver.connect(recorder.record(unit.connect()), {
          clock,
          onLog: (line) => void heard.push(line),
        });
        const said = await device
          .identify()
          .then(() => device.installClaim(claim, () => {}))
          .catch((error: StationError) => error);
        await device.close();
        const { data } = await recorder.finish(driver.redactions ?? []);
        heard.push(...(await readTranscript(data)).map(({ text }) => text));
        if (said instanceof Error) heard.push(`${said}`, JSON.stringify(said));
        return said;
      };
      if (!driver.traits.takesClaim) {
        const said = await begin({});
        assert.ok(said instanceof StationError);
        return assert.deepEqual([said.code, said.data?.field], ['device.incompatible', 'claim']);
      }
      for (const fault of [{ noise: 4 }, { corrupt: 0.001, drop: 0.0005 }]) await begin(fault);
      const said = await begin({});
      assert.ok(!(said instanceof Error), String(said));
      assert.ok(said.items.every(({ same }) => same));
      for (const item of [/^certificate$/, /^(privateK|k)ey$/, /^rootCa$/])
        assert.ok(
          said.items.some(({ name: each }) => item.test(each)),
          String(item),
        );
      const text = heard.join('').replaceAll(/\x1b\[[0-9;]*[A-Za-z]|[\r\n]/g, '');
      for (const part of key.match(/.{12}/g) ?? []) assert.ok(!text.includes(part), part);
    });

    test('the docs say what it can do', () => {
      const [head = ''] = /^\| *\|.*$/m.exec(docs) ?? [];
      assert.ok(
        head.split('|').some((cell) => cell.trim() === name),
        `no column for ${name} in docs/drivers.md`,
      );
    });
  });
}

test('a key means the same in every driver that declares it', () => {
  const meanings = new Map<string, string>();
  for (const name of driverNames)
    for (const [key, { kind, meaning }] of Object.entries(driverNamed(name).settings)) {
      assert.equal(meanings.get(key) ?? `${kind}: ${meaning}`, `${kind}: ${meaning}`, `${name} ${key}`);
      meanings.set(key, `${kind}: ${meaning}`);
    }
});

test('a driver is given the usual value of what was not chosen, and refuses what it does not take', () => {
  const nrf91 = driverNamed('nrf91');
  const clock = createJumpingClock();
  const channel = simulated.nrf91.make(1, { clock }).connect();
  const wrong = { code: 'call.badParams', data: { path: 'secTag' }, detail: /secTag: nrf91 wants a whole number/ };
  assert.throws(() => nrf91.connect(channel, { clock, settings: { secTag: -1 } }), wrong);
  nrf91.connect(channel, { clock, settings: { rootCaLabel: 'another driver’s' } });
});
