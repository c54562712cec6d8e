import { createAgentDevice } from '../../app/practice/devices/agent/device.ts';
import type { Fault } from '../../app/practice/devices/faults.ts';
import { describeAgent } from './conformance.ts';
import { createJumpingClock } from './support.ts';

describeAgent({
  name: 'simulation',
  clock: createJumpingClock,
  async create(t, clock, { seed = 1, ...options }) {
    const traits = {
      model: 'BM-TEST',
      hardwareRevision: 'B2',
      firmware: '1.2.3',
      hardwareId: '00112233445566778899aabb',
    };
    const device = createAgentDevice({ clock, traits: { ...traits, ...options }, seed });
    t.after(() => device.powerOff());
    return {
      async powerUp(misbehaviour = {}) {
        const { noise, ...rest } = misbehaviour;
        device.fault = { ...rest, ...(noise ? { noise: 2 } : {}) } satisfies Fault;
        return device.connect();
      },
    };
  },
});
