import { noNetwork } from '../faults.ts';
import { badConsole, type SimulatedFirmware, traitsOf } from '../firmware.ts';
import { answerText } from '../replaytext.ts';
import { createZephyrDevice } from './device.ts';
import type { ZephyrFirmware } from './machine.ts';

/** The buffer has room for a chain, as in a build for production. */
const made =
  (firmware: Partial<ZephyrFirmware> = {}): SimulatedFirmware['make'] =>
  (chip, options) =>
    createZephyrDevice({
      ...options,
      firmware: { credBufferBytes: 4096, ...firmware },
      traits: traitsOf('nRF9161-DK', '3.2.1', chip.toString(16).padStart(16, '0')),
    });

export const zephyrFirmware: SimulatedFirmware = {
  make: made(),
  builds: {
    usualBuffer: {
      meaning: "Zephyr's usual buffer of 1024 bytes: no room for a chain",
      make: made({ credBufferBytes: 1024 }),
    },
    noLoad: { meaning: 'a shell from before "cred buf load" (Zephyr 4.2)', make: made({ bufLoad: false }) },
    inRam: { meaning: 'credentials in RAM, with little heap', make: made({ persistent: false, heapBytes: 4096 }) },
    noKeys: { meaning: 'no "nrf_cloud_cred": the device makes no key', make: made({ keyShell: false }) },
    plain: { meaning: 'no echo and no colours', make: made({ echo: false, colors: false }) },
  },
  faults: { ...badConsole, ...noNetwork, wrongLabel: null },
  acts: ['key', 'csr', 'data', 'del', 'commit', 'commit.root', 'commit.cert', 'list'],
  places: { certificate: '16842753,SERV', key: '16842753,key' },
  replay: answerText,
};
