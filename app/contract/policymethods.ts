/** The rows of the method table about IoT policies. */
import { z } from 'zod';
import { documentName } from './documents.ts';
import { checkReport } from './findings.ts';
import { desk, done, engineer, method, none } from './method.ts';
import { policyInAws, policyOutcome, policyRequest, policyStarter, pushedPolicy, versionIdInAws } from './policies.ts';
import { targetName } from './targets.ts';

/** Twenty times the limit of AWS, so that an oversized policy is told so. */
const policyText = z.string().max(40_960);

/** A version of a policy that a target has. */
const versionOfPolicy = z.strictObject({
  name: documentName,
  versionId: versionIdInAws,
  target: targetName.optional(),
});

export const policyMethods = {
  /** Checks a policy and decides requests by it. There are no outcomes while the text is no policy. */
  'policies.check': method(
    z.strictObject({ text: policyText, requests: z.array(policyRequest).max(200) }),
    z.object({ report: checkReport, outcomes: z.array(policyOutcome) }),
    desk,
    false,
  ),
  /** Policies to begin with, for the account and the Region of the station's things as far as these are known. */
  'policies.starters': method(none, z.array(policyStarter), desk, false),

  /** The names of the policies that a target has. */
  'policies.inAws': method(
    z.strictObject({ target: targetName.optional() }),
    z.object({ target: z.string(), names: z.array(z.string()) }),
    desk,
    false,
  ),
  /** Null when the target has no such policy. */
  'policies.describe': method(
    z.strictObject({ name: documentName, target: targetName.optional() }),
    policyInAws.nullable(),
    desk,
    false,
  ),
  /**
   * Makes the latest version of a kept policy the default version in AWS.
   *
   * @throws `document.notFound`; `cloud.policyFull` – when AWS has no room for a version, and `prune` is not agreed to
   */
  'policies.push': method(
    z.strictObject({
      name: documentName,
      target: targetName.optional(),
      /** Whether the oldest version that is not the default may be deleted for it. */
      prune: z.boolean().default(false),
    }),
    pushedPolicy,
    engineer,
    'policy.pushed',
  ),
  /**
   * The text of a version in AWS.
   *
   * @throws `document.notFound`
   */
  'policies.versionText': method(versionOfPolicy, z.object({ text: z.string() }), desk, false),
  /**
   * Makes a version in AWS the default: devices are held to it within minutes.
   *
   * @throws `document.notFound`
   */
  'policies.setDefault': method(versionOfPolicy, done, engineer, 'policy.defaultSet'),
  /**
   * Deletes a version in AWS for good.
   *
   * @throws `document.notFound`; `document.defaultInAws` – the default version stays
   */
  'policies.removeVersion': method(versionOfPolicy, done, engineer, 'policy.versionRemoved'),
};
