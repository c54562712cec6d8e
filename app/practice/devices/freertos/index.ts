import { badConsole, type SimulatedFirmware, traitsOf } from '../firmware.ts';
import { answerText } from '../replaytext.ts';
import { createFreertosDevice } from './device.ts';

export const freertosFirmware: SimulatedFirmware = {
  make: (number, options) =>
    createFreertosDevice({ ...options, traits: traitsOf('B-U585I', '1.0', `not told ${number}`) }),
  faults: badConsole,
  acts: ['set', 'commit.config', 'key', 'csr', 'commit.cert', 'commit.root'],
  places: { certificate: 'tls_cert', key: 'key' },
  replay: answerText,
};
