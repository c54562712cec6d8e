/** The C agent connects when the station asks it to, over its pseudo-terminal. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { agentDriver } from '../../../app/device/drivers/agent/index.ts';
import { serialPorts } from '../../../native/serial.ts';
import { type ServerPki, serverPki } from '../../device/gatewaybed.ts';
import { testHomeCalls } from '../../device/homecalls.ts';
import { realClock } from '../../device/support.ts';
import { builtBackends, startAgent } from './support.ts';

let pki: ServerPki;
before(() => {
  pki = serverPki();
});
after(() => pki.remove());

for (const { name, program } of builtBackends('a device that connects'))
  testHomeCalls(
    `the C agent on ${name}`,
    () => pki,
    async (t) => {
      const state = mkdtempSync(join(tmpdir(), 'birthmark-agent-'));
      const agent = await startAgent(program, ['--state', state]);
      const device = agentDriver.connect(await serialPorts.open(agent.path, agentDriver.line), { clock: realClock });
      t.after(async () => {
        await agent.stop();
        rmSync(state, { recursive: true, force: true });
      });
      return { device, close: () => device.close() };
    },
  );
