/** The simulated agent connects, for real. */
import { after, before } from 'node:test';
import { agentDriver } from '../../app/device/drivers/agent/index.ts';
import { simulated } from '../../app/practice/devices/simulated.ts';
import { type ServerPki, serverPki } from './gatewaybed.ts';
import { testHomeCalls } from './homecalls.ts';
import { realClock } from './support.ts';

let pki: ServerPki;
before(() => {
  pki = serverPki();
});
after(() => pki.remove());

testHomeCalls(
  'a simulated agent',
  () => pki,
  async () => {
    const channel = simulated.agent.make(1, { clock: realClock, baud: 0, computeMs: 0 }).connect();
    const device = agentDriver.connect(channel, { clock: realClock });
    return { device, close: () => device.close() };
  },
);
