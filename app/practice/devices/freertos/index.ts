import { noNetwork } from '../faults.ts';
import { badConsole, type SimulatedFirmware, traitsOf } from '../firmware.ts';
import { answerText } from '../replaytext.ts';
import { createFreertosDevice } from './device.ts';

export const freertosFirmware: SimulatedFirmware = {
  // No command reports the chip.
  make: (_, options) => createFreertosDevice({ ...options, traits: traitsOf('B-U585I', '1.0', '') }),
  builds: {},
  faults: { ...badConsole, ...noNetwork },
  acts: ['set', 'commit.config', 'key', 'csr', 'commit.cert', 'commit.root'],
  places: { certificate: 'tls_cert', key: 'key' },
  replay: answerText,
};
