import { createHash, randomBytes } from 'node:crypto';
import { verifyChain, verifyProof } from '../../ca/index.ts';
import { StationError } from '../../contract/errors.ts';
import type { Installation, ReadBack } from '../../device/driver.ts';
import { need, type Step } from '../unit.ts';
import { installationOf } from './install.ts';

const sha256 = (...parts: Uint8Array[]) => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
};

/** Step 11: the device holds what we recorded, its key signs a fresh nonce, and the chain is sound. */
export const verify: Step = async (unit) => {
  const certificate = need(unit.facts.certificate, 'certificate');
  const expected = installationOf(unit, certificate.der);
  const found = await unit.device.readBack();
  const differences = compare(expected, found);
  if (differences.length > 0) {
    throw new StationError(
      'verify.readBackMismatch',
      `the device does not hold what was written: ${differences.join(', ')}`,
      {
        data: { what: differences.join(', ') },
      },
    );
  }
  const nonce = randomBytes(32);
  const signatureDer = await unit.device.prove(nonce);
  if (!verifyProof({ certificateDer: certificate.der, nonce, signatureDer })) {
    throw new StationError(
      'verify.proofFailed',
      "the device's signature over a fresh nonce does not fit its certificate",
    );
  }
  const { issuingDer, rootDer } = unit.tools.authority();
  verifyChain(certificate.der, [issuingDer, rootDer], unit.tools.clock.now());
  return {
    compared: ['certificate', 'chain', 'rootCa', ...Object.keys(expected.config)],
    nonce: nonce.toString('hex'),
    signature: Buffer.from(signatureDer).toString('base64'),
  };
};

/** Names of what differs. A driver that cannot read something back leaves it undefined only if nothing is stored. */
function compare(expected: Installation, found: ReadBack): string[] {
  const differences: string[] = [];
  if (found.certificateSha256 !== sha256(expected.certificateDer)) differences.push('certificate');
  if (found.chainSha256 !== sha256(...expected.chainDer)) differences.push('chain');
  if (found.rootCaSha256 !== sha256(expected.rootCaDer)) differences.push('rootCa');
  for (const [name, value] of Object.entries(expected.config)) {
    if (found.config[name] !== value) differences.push(name);
  }
  return differences;
}
