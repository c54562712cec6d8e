import { verifyChain } from '../../ca/index.ts';
import { StationError } from '../../contract/errors.ts';
import { chainOf, need, type Step } from '../unit.ts';
import { installationOf } from './install.ts';
import { judgeProof, newNonce } from './proof.ts';

const ofRecords: readonly string[] = ['certificate', 'chain'];

/** Step 11: the device holds what we recorded, shows that the key is its own, and the chain is sound. */
export const verify: Step<'verify'> = async (unit) => {
  // A device that is sealed takes no install again, so by then the records must have the name it was given. The disk has
  // until this step is done.
  if (unit.traits.seals && !unit.golden) unit.facts.installRecorded = unit.pending.flush();
  const certificate = need(unit.facts.certificate, 'certificate');
  const { items: found, unread } = await unit.device.readBack(installationOf(unit));
  // A recipe may have changed its endpoint since the golden unit was made; its certificate never does.
  const items = unit.golden ? found.filter(({ name }) => ofRecords.includes(name)) : found;
  const differences = items.filter((item) => !item.same).map((item) => item.name);
  // A driver that could not say what became of the certificate has verified nothing.
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
  const { chainDer, rootDer } = chainOf(unit, certificate.issuerId);
  verifyChain(certificate.der, [...chainDer, rootDer], unit.tools.clock.now());
  return { compared: items.map((item) => item.name), unread, ...proved };
};
