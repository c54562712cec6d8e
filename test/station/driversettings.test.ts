/** What is chosen for the driver of a slot: told, checked when it is saved, and kept as older versions kept it. */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { type TestContext, test } from 'node:test';
import { createClient } from '../../app/contract/index.ts';
import { driverNames } from '../../app/device/drivers/index.ts';
import { paths } from '../../app/station/index.ts';
import { openStation } from '../../main/openstation.ts';
import { refuses } from '../records/support.ts';
import { makeStation } from '../support.ts';

const slot = { slotId: 1, name: 'Slot 1', port: 'nowhere', driver: 'nrf91' };

async function engineerOf(t: TestContext, dir: string) {
  const station = await openStation({ dir, kind: 'host', threads: false });
  t.after(() => station.close());
  const engineer = createClient(station.connect('test'));
  await engineer.call('session.signIn', { badge: 'EN-1', pin: '2222' });
  const slots = async () => (await engineer.call('station.status', {})).slots;
  return { engineer, slots };
}

test('a screen is told every driver with its settings, in the order a device is asked for them', async (t) => {
  const { engineer } = await engineerOf(t, await makeStation([slot]));
  const told = await engineer.call('station.drivers', {});
  assert.deepEqual(
    told.map(({ name }) => name),
    driverNames,
  );
  const { secTag, shell } = told.find(({ name }) => name === 'nrf91')!.settings;
  assert.deepEqual([secTag?.usual, shell?.usual], [16_842_753, 'auto']);
});

test('slots are refused with a setting their driver does not read or take, and nothing is saved', async (t) => {
  const { engineer, slots } = await engineerOf(t, await makeStation([slot]));
  const save = (settings: Record<string, unknown>, driver = 'nrf91') =>
    engineer.call('station.configure', {
      slots: [
        { ...slot, slotId: 2, driver: 'agent' },
        { ...slot, driver, settings },
      ],
    });
  const wrong: [Record<string, unknown>, string, RegExp][] = [
    [{ secTag: 2_147_483_648 }, 'secTag', /secTag: nrf91 wants a whole number from 0 to 2147483647/],
    [{ secTag: 1.5 }, 'secTag', /whole number/],
    [{ secTag: '42' }, 'secTag', /whole number/],
    [{ shell: 'sh' }, 'shell', /shell: nrf91 wants one of raw, at, auto/],
    [{ certificateLabel: 'x' }, 'certificateLabel', /certificateLabel: nrf91 does not read it/],
    [{ toString: 1 }, 'toString', /toString: nrf91 does not read it/],
  ];
  for (const [settings, key, detail] of wrong) {
    const refusal = { code: 'call.badParams', data: { path: `slots.1.settings.${key}` }, detail };
    await assert.rejects(save(settings), refusal, key);
  }
  for (const label of ['', 'x'.repeat(33)])
    await assert.rejects(save({ certificateLabel: label }, 'freertos'), refuses('call.badParams'));
  assert.deepEqual(await slots(), [slot]);
  await save({ shell: 'at', secTag: 2_147_483_647 });
  assert.deepEqual(Object.keys((await slots())[1]?.settings ?? {}), ['secTag', 'shell'], 'in the declared order');
  await save({ secTag: 1 }, 'one-to-come');
});

test('a folder opens whose slots carry settings of another driver, and keeps them', async (t) => {
  const dir = await makeStation([slot]);
  const kept = { secTag: 7, certificateLabel: 'left over' };
  const config = JSON.parse(await readFile(paths(dir).config, 'utf8'));
  await writeFile(paths(dir).config, JSON.stringify({ ...config, slots: [{ ...slot, settings: kept }] }));
  const { engineer, slots } = await engineerOf(t, dir);
  assert.deepEqual((await slots())[0]?.settings, kept);
  await engineer.call('station.configure', { device: { endpoint: 'devices.example' } });
  assert.deepEqual((await slots())[0]?.settings, kept);
});
