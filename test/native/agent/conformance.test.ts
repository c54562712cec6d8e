import { join } from 'node:path';
import { agentDriver } from '../../../app/device/drivers/agent/index.ts';
import { serialPorts } from '../../../native/serial.ts';
import { describeAgent, type Misbehaviour } from '../../device/conformance.ts';
import { folderFor, realClock } from '../../device/support.ts';
import { builtBackends, type RunningAgent, startAgent } from './support.ts';

for (const { name, program } of builtBackends('the C agent')) {
  describeAgent({
    name: `C agent (${name}) over serialport`,
    clock: () => realClock,
    async create(t, _clock, { presetSerial, seed = 1 }) {
      const state = ['--state', join(folderFor(t), 'state'), ...(presetSerial ? ['--serial', presetSerial] : [])];
      let running: RunningAgent | undefined;
      let powerUps = 0;
      t.after(() => running?.stop());
      return {
        async powerUp(misbehaviour = {}) {
          // The agent that died is gone already; one that is only told to behave otherwise is stopped here.
          await running?.stop();
          powerUps += 1;
          const seeded = ['--seed', String(seed * 1000 + powerUps)];
          running = await startAgent(program, [...state, ...seeded, ...flags(misbehaviour)]);
          return serialPorts.open(running.path, agentDriver.line);
        },
      };
    },
  });
}

function flags({ drop, corrupt, duplicate, delayMs, noise, dieAt }: Misbehaviour): string[] {
  const given = (name: string, value: number | undefined) => (value === undefined ? [] : [name, String(value)]);
  return [
    ...given('--drop', drop),
    ...given('--corrupt', corrupt),
    ...given('--duplicate', duplicate),
    ...given('--delay', delayMs),
    ...(noise ? ['--noise'] : []),
    ...(dieAt ? ['--die-at', `${dieAt.step}:${dieAt.when}`] : []),
  ];
}
