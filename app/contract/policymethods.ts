/** The rows of the method table about IoT policies. */
import { z } from 'zod';
import { checkReport } from './findings.ts';
import { desk, method, none } from './method.ts';
import { policyOutcome, policyRequest, policyStarter } from './policies.ts';

/** Twenty times the limit of AWS, so that an oversized policy is told so. */
const policyText = z.string().max(40_960);

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
};
