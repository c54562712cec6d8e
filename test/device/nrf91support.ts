import assert from 'node:assert/strict';
import { createHash, X509Certificate } from 'node:crypto';
import type { DriverSettings, Installation } from '../../app/device/driver.ts';
import { nrf91Driver } from '../../app/device/drivers/nrf91/index.ts';
import { createNrf91Device, type Nrf91Options } from '../../app/practice/devices/nrf91/device.ts';
import { createJumpingClock } from './support.ts';

export const traits = {
  model: 'nRF9151-LACA',
  hardwareRevision: 'not told',
  firmware: 'mfw_nrf91x1_2.0.2',
  hardwareId: '352656100367872',
};
const tag = 16_842_753;

export function makeModem(options: Partial<Nrf91Options> = {}) {
  const clock = createJumpingClock();
  const device = createNrf91Device({ clock, traits, ...options });
  const logs: string[] = [];
  const connect = (settings?: DriverSettings) =>
    nrf91Driver.connect(device.connect(), {
      clock,
      onLog: (line) => logs.push(line),
      ...(settings ? { settings } : {}),
    });
  const held = (type: number) => device.holds().get(`${tag},${type}`);
  /** What a look into its memory shows is the certificate, for the key that is there, with its chain and the root. */
  const assertHolds = ({ certificateDer, chainDer, rootCaDer }: Installation) => {
    const certificates = pemsIn(held(1));
    assert.deepEqual(
      certificates.map((der) => sha256(der)),
      [certificateDer, ...chainDer].map(sha256),
    );
    assert.deepEqual(pemsIn(held(0)).map(sha256), [rootCaDer].map(sha256));
    const key = new X509Certificate(certificateDer).publicKey.export({ type: 'spki', format: 'der' });
    assert.equal(held(2)?.compare(key), 0, 'the certificate is for the key on the device');
  };
  return { clock, device, logs, connect, held, assertHolds };
}

const pemsIn = (bytes: Buffer | undefined): Buffer[] =>
  (bytes?.toString('latin1').match(/-----BEGIN[^-]+-----[^-]+-----END[^-]+-----/g) ?? []).map(
    (pem) => new X509Certificate(pem).raw,
  );
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
