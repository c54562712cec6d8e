/** The simulated agent uses a claim, for real. */
import { agentDriver } from '../../app/device/drivers/agent/index.ts';
import { simulated } from '../../app/practice/devices/simulated.ts';
import { testProvisionings } from './provisionings.ts';
import { realClock } from './support.ts';

testProvisionings('a simulated agent', async (_t, wrap) => {
  const channel = simulated.agent.make(1, { clock: realClock, baud: 0, computeMs: 0 }).connect();
  const device = agentDriver.connect(wrap(channel), { clock: realClock });
  return { device, close: () => device.close() };
});
