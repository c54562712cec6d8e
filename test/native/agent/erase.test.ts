/** A device that loses its power while it forgets what it is: the next one that asks finds all of it, or nothing. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { agentDriver } from '../../../app/device/drivers/agent/index.ts';
import { serialPorts } from '../../../native/serial.ts';
import { config, folderFor, heldBy, isError, newKey, realClock, testCa } from '../../device/support.ts';
import { builtBackends, startAgent } from './support.ts';

for (const { name, program } of builtBackends('an interrupted erasure')) {
  const power = async (t: TestContext, state: string, ...args: string[]) => {
    const agent = await startAgent(program, ['--state', state, ...args]);
    const device = agentDriver.connect(await serialPorts.open(agent.path, agentDriver.line), { clock: realClock });
    t.after(() => device.close());
    t.after(() => agent.stop());
    return device;
  };

  test(`${name}: an erasure that was not answered is wholly done or wholly undone`, async (t) => {
    const interrupt = async (step: string, when: 'before' | 'after') => {
      const at = `${step}:${when}`;
      const state = join(folderFor(t), 'state');
      const whole = await power(t, state, '--die-at', at);
      await whole.makeKey(newKey);
      await whole.install(testCa().installation((await whole.readCsr('unit')).csrDer, config), () => {});
      const held = await heldBy(whole);
      await assert.rejects(whole.erase(), isError('link.lost'));

      const again = await power(t, state);
      const { hasKey, hasCertificate } = await again.identify();
      const undone = at === 'erase:before';
      assert.deepEqual([hasKey, hasCertificate], [undone, undone], at);
      assert.deepEqual(await heldBy(again), undone ? held : {}, at);
      if (undone) return;
      assert.deepEqual(readdirSync(state), ['hwid'], `${at} leaves nothing behind`);
      assert.equal((await again.makeKey(newKey)).created, true);
    };
    // core_check does it at every write. These are the moments that differ to a station.
    const moments = ['erase.cert', 'erase.config', 'erase.key', 'erase.mark'].map((step) => interrupt(step, 'before'));
    await Promise.all([...moments, interrupt('erase', 'before'), interrupt('erase', 'after')]);
  });

  test(`${name}: in the field, what is left of an erased identity is not used`, async (t) => {
    const state = join(folderFor(t), 'state');
    const whole = await power(t, state, '--die-at', 'erase.cert');
    await whole.makeKey(newKey);
    await whole.install(testCa().installation((await whole.readCsr('unit')).csrDer, config), () => {});
    await assert.rejects(whole.erase(), isError('link.lost'));
    await assert.rejects(
      startAgent(program, ['--state', state, '--connect', '127.0.0.1:1']),
      /store: no thingName and endpoint/,
    );
    assert.deepEqual(readdirSync(state), ['hwid']);
  });
}
