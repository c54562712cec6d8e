import { type DeviceClaim, issueAtAws, issueByClaim, issueByDevice, issueCertificate } from '../../issuing/index.ts';
import { useClaim, usesItsClaim } from '../deviceclaim.ts';
import { parametersOf } from '../recipe.ts';
import { need, type Step, skippedAsSealed } from '../unit.ts';
import { thingNameIn } from './install.ts';

/**
 * Steps 6–9. If a certificate for this very key is on record, the unit gets the stored bytes and nothing is signed
 * again, by whichever CA the recipe has its certificates now.
 */
export const issue: Step<'issue'> = async (unit) => {
  const { job, tools, attempt, standing, facts } = unit;
  const { sealed, model, hardwareId } = need(facts.identity, 'identity');
  if (sealed) return skippedAsSealed;
  const csr = need(facts.csr, 'csr');
  const stored = standing.certificate;
  if (stored && stored.spkiSha256 === csr.spkiSha256) {
    facts.certificate = stored;
    return { certificateId: stored.certificateId, serialHex: stored.serialHex, reused: true };
  }
  const { unitSerial, actor } = job;
  const { issuer, profile: profileName, provisioning } = unit.recipe;
  if (provisioning?.way === 'trustedUser') {
    const { target, template, parameters: texts } = provisioning;
    const { orderId } = job;
    const thingName = thingNameIn(unit);
    const parameters = parametersOf(texts, { unitSerial, model, hardwareId, thingName, orderId });
    const asked = { target, template, orderId, profile: profileName, key: csr, unitSerial, attempt, actor };
    const use = (claim: DeviceClaim) => useClaim(unit, { template, parameters }, claim);
    const made = usesItsClaim(provisioning)
      ? await issueByDevice({ ...asked, use }, tools, unit.pending)
      : await issueByClaim({ ...asked, clientId: thingName, parameters }, tools, unit.pending);
    facts.certificate = made;
    return { certificateId: made.certificateId, serialHex: made.serialHex, reused: false };
  }
  if (issuer) {
    const asked = { target: issuer.aws, profile: profileName, key: csr, unitSerial, attempt, actor };
    const made = await issueAtAws(asked, tools, unit.pending);
    facts.certificate = made;
    return { certificateId: made.certificateId, serialHex: made.serialHex, reused: false };
  }
  const { organisation } = tools.authority();
  const profile = tools.profileNamed(profileName);
  const fields = { unitSerial, organisation, model, hardwareId };
  const issued = await issueCertificate({ profile, key: csr, fields, unitSerial, attempt, actor }, tools, unit.pending);
  facts.certificate = issued;
  return { certificateId: issued.certificateId, serialHex: issued.serialHex, reused: false };
};
