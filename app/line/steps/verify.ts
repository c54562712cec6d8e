import { verifyChain } from '../../ca/index.ts';
import { StationError } from '../../contract/errors.ts';
import { chainOf, need, type Step } from '../unit.ts';
import { installationOf } from './install.ts';
import { judgeProof, newNonce } from './proof.ts';

const ofRecords: readonly string[] = ['certificate', 'chain'];

/**
 * Step 11. Checks that the device holds the recorded certificate, that the key is its own, and that the chain is sound.
 */
export const verify: Step<'verify'> = async (unit) => {
  // A sealed device accepts no second install, so its thing name must be on record before. The disk has time until the
  // end of this step.
  if (unit.traits.seals && !unit.golden) unit.facts.installRecorded = unit.pending.flush();
  const certificate = need(unit.facts.certificate, 'certificate');
  const { items: found, unread } = await unit.device.readBack(installationOf(unit));
  // The endpoint of the recipe may have changed since the golden unit was made. Its certificate never changes.
  const items = unit.golden ? found.filter(({ name }) => ofRecords.includes(name)) : found;
  const differences = items.filter((item) => !item.same).map((item) => item.name);
  // Without a statement of the driver about the certificate, nothing is verified.
  if (!items.some((item) => item.name === 'certificate')) differences.unshift('certificate');
  if (differences.length > 0) {
    throw new StationError(
      'verify.readBackMismatch',
      `the device does not hold what was written: ${differences.join(', ')}`,
      {
        data: { what: differences.join(', ') },
      },
    );
  }
  const nonce = newNonce();
  const proof = await unit.device.prove(nonce);
  const proved = judgeProof({ proof, nonce, certificateDer: certificate.der, keyMark: unit.facts.keyMark });
  // A certificate of AWS's own CA was checked when it came, and has no chain.
  const chain = chainOf(unit, certificate.issuerId);
  if (chain) verifyChain(certificate.der, [...chain.chainDer, chain.rootDer], unit.tools.clock.now());
  return { compared: items.map((item) => item.name), unread, ...proved };
};
