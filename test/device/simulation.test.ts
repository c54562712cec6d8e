import { createAgentDevice } from '../../app/practice/devices/agent.ts';
import type { Fault } from '../../app/practice/devices/faults.ts';
import { describeAgent } from './conformance.ts';
import { createJumpingClock } from './support.ts';

describeAgent({
  name: 'simulation',
  clock: createJumpingClock,
  async create(t, clock, options) {
    const traits = { model: 'BM-TEST', hardwareRevision: 'B2', firmware: '1.2.3', hardwareId: '00112233445566778899aabb' };
    const device = createAgentDevice({ clock, traits: { ...traits, ...options } });
    t.after(() => device.powerOff());
    return {
      async powerUp(misbehaviour = {}) {
        const { noise, seed: _, ...rest } = misbehaviour;
        device.fault = { ...rest, ...(noise ? { noise: 2 } : {}) } satisfies Fault;
        return device.connect();
      },
    };
  },
});
