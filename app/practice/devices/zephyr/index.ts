import { badConsole, type SimulatedFirmware, traitsOf } from '../firmware.ts';
import { answerText } from '../replaytext.ts';
import { createZephyrDevice } from './device.ts';

export const zephyrFirmware: SimulatedFirmware = {
  // The buffer has room for a chain, as in a build for production.
  make: (chip, options) =>
    createZephyrDevice({
      ...options,
      firmware: { credBufferBytes: 4096 },
      traits: traitsOf('nRF9161-DK', '3.2.1', chip.toString(16).padStart(16, '0')),
    }),
  builds: {},
  faults: { ...badConsole, wrongLabel: null },
  acts: ['key', 'csr', 'data', 'del', 'commit', 'commit.root', 'commit.cert', 'list'],
  places: { certificate: '16842753,SERV', key: '16842753,key' },
  replay: answerText,
};
