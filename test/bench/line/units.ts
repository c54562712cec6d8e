/** Simulated units of every driver, and a look into their memory, as a person with a probe would take it. */
import { createHash, X509Certificate } from 'node:crypto';
import type { Clock } from '../../../app/contract/clock.ts';
import { type DriverName, driverNames } from '../../../app/device/drivers/index.ts';
import type { SimulatedUnit } from '../../../app/practice/devices/firmware.ts';
import { createFreertosDevice } from '../../../app/practice/devices/freertos/device.ts';
import { createNrf91Device } from '../../../app/practice/devices/nrf91/device.ts';
import { simulated } from '../../../app/practice/devices/simulated.ts';
import { createZephyrDevice } from '../../../app/practice/devices/zephyr/device.ts';

export { type DriverName, driverNames, type SimulatedUnit };

export type UnitOptions = { clock: Clock; seed: number; baud?: number; computeMs?: number };
/** What `dieAt` and `loseAnswer` can name, in the order a unit comes to them. */
export const actsOf = (driver: DriverName): readonly string[] => simulated[driver].acts;

/** A unit fresh from assembly; its seed is also what tells its chip from others. */
export function makeUnit(driver: DriverName, { seed, clock, baud = 0, computeMs = 1 }: UnitOptions): SimulatedUnit {
  const hex = createHash('sha256').update(`unit ${seed}`).digest('hex');
  const of = (model: string, firmware: string, hardwareId: string) => ({
    ...{ clock, seed, baud, computeMs },
    traits: { model, hardwareRevision: 'A', firmware, hardwareId },
  });
  switch (driver) {
    case 'nrf91':
      return createNrf91Device({
        ...of('nRF9151-LACA', 'mfw_nrf91x1_2.0.2', imeiOf(seed)),
        form: seed % 3 === 0 ? 'at' : 'raw',
      });
    case 'freertos':
      return createFreertosDevice({
        ...of('B-U585I', '1.0', 'none'),
        selfPowered: seed % 2 === 0,
        blanksEnd: seed % 5 === 0,
      });
    case 'zephyr':
      // As its documentation tells a line to build it: Amazon's RSA root does not fit into the default buffer.
      return createZephyrDevice({
        ...of('', '3.2.1', hex.slice(0, 16)),
        firmware: { credBufferBytes: 4096, bufLoad: seed % 2 === 0 },
      });
    default:
      return simulated[driver].make(seed, { clock, seed, baud, computeMs });
  }
}

/** No unit at all: from the moment it is opened it sends log, some 4 MB a second: more than USB at full speed (12 Mbit/s) carries. */
export function makeTorrent(): SimulatedUnit {
  const noise = Buffer.from('[00:00:01.042,000] <err> app: assertion failed, restarting\r\n'.repeat(64));
  let powerOff = () => {};
  return {
    traits: { model: '', hardwareRevision: '', firmware: '', hardwareId: '' },
    fault: {},
    holds: () => new Map(),
    powerOff: () => powerOff(),
    connect() {
      const data = new Set<(bytes: Uint8Array) => void>();
      const close = new Set<() => void>();
      let open = true;
      powerOff = () => {
        if (!open) return;
        open = false;
        for (const listener of close) listener();
      };
      const pour = () => {
        if (!open) return;
        for (const listener of data) listener(noise);
        setTimeout(pour, 1);
      };
      setTimeout(pour, 1);
      return {
        write: async () => {},
        onData: (listener) => {
          data.add(listener);
          return () => data.delete(listener);
        },
        onClose: (listener) => {
          close.add(listener);
          return () => close.delete(listener);
        },
        close: async () => powerOff(),
      };
    },
  };
}

/** Fourteen digits and the check digit of Luhn (3GPP TS 23.003 annex B). */
function imeiOf(seed: number): string {
  const body = `35${String(seed).padStart(12, '0')}`;
  const sum = [...body].reduce((total, digit, at) => {
    const value = Number(digit) * (at % 2 === 1 ? 2 : 1);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return `${body}${(10 - (sum % 10)) % 10}`;
}

export type Held = {
  /** SHA-256 of each certificate that this CA signed, wherever it is: what the records have to know. */
  signedIds: string[];
  /** The same for the item in the place of the unit's own certificate, whatever CA signed it, and for its key. */
  certificateId?: string;
  keySha256?: string;
};

/** `caDer`: the issuing CA. A copy that was damaged on a wire without checksums is no certificate of its any more. */
export function lookInto(driver: DriverName, unit: SimulatedUnit, caDer: Uint8Array): Held {
  const held = unit.holds();
  const ca = new X509Certificate(caDer);
  const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
  const certificates = [...held].flatMap(([name, bytes]) => {
    const certificate = readable(bytes);
    return certificate ? [{ name, id: sha256(certificate.raw), signed: certificate.verify(ca.publicKey) }] : [];
  });
  const { certificate, key } = simulated[driver].places;
  const own = certificates.find(({ name }) => name === certificate);
  const keyBytes = held.get(key);
  return {
    signedIds: certificates.filter(({ signed }) => signed).map(({ id }) => id),
    ...(own ? { certificateId: own.id } : {}),
    ...(keyBytes ? { keySha256: sha256(keyBytes) } : {}),
  };
}

function readable(bytes: Buffer): X509Certificate | undefined {
  try {
    return new X509Certificate(bytes);
  } catch {
    return undefined;
  }
}
