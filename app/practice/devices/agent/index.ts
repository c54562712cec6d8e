import { type SimulatedFirmware, traitsOf } from '../firmware.ts';
import { createAgentDevice } from './device.ts';
import { answerFrames } from './replay.ts';

export const agentFirmware: SimulatedFirmware = {
  make: (chip, options) =>
    createAgentDevice({ ...options, traits: traitsOf('BM-PRACTICE', '1.0.0', chip.toString(16).padStart(24, '0')) }),
  builds: {},
  faults: {},
  acts: [
    ...['hello', 'key', 'csr', 'read', 'stored', 'data'],
    ...['commit.cert', 'commit.chain', 'commit.root', 'commit.config', 'prove', 'seal'],
  ],
  places: { certificate: 'cert', key: 'key' },
  replay: answerFrames,
};
