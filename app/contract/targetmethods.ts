/** The rows of the method table about AWS targets, and about our CAs in their accounts. */
import { z } from 'zod';
import { hex } from './base.ts';
import { desk, done, engineer, method, none } from './method.ts';
import { cloudTarget, savedTarget, targetName } from './targets.ts';
import { atTargets, caMode, casInAws, registrationWay, targetTest } from './targetview.ts';

const named = z.strictObject({ name: targetName });
const forWays = named.extend({ ways: z.array(registrationWay).default(['bulk']) });
/** Without it every target is meant. */
const targets = z.array(targetName).min(1).optional();

/** What AWS makes of the first connection of a device: a template of type JITP by name, or a body with a role. */
const caTemplate = z.union([
  z.strictObject({ templateName: z.string().regex(/^[0-9A-Za-z_-]{1,36}$/, 'letters, digits, _ and -, at most 36') }),
  z.strictObject({ templateBody: z.string().min(2).max(10_240), roleArn: cloudTarget.shape.roleArn }),
]);

export const targetMethods = {
  /**
   * Adds a target, or changes the one with this name.
   * @throws `cloud.given` – for the target that came with the line
   */
  'targets.save': method(z.strictObject({ target: savedTarget }), done, engineer, 'target.saved'),
  /**
   * Forgets a target. Nothing changes in AWS.
   * @throws `cloud.given`, `cloud.noTarget`; `cloud.targetInUse` – while a batch to it has not ended; `cloud.crlTarget` –
   * it is the default target, whose bucket has the CRL, and `leaveCrl` does not say that the CRL there may grow old
   */
  'targets.remove': method(named.extend({ leaveCrl: z.boolean().default(false) }), done, engineer, 'target.removed'),
  /**
   * Makes it the default, which is meant where no target is named.
   * @throws `cloud.given`, `cloud.noTarget`
   */
  'targets.prefer': method(named, done, engineer, 'target.preferred'),
  /** Asks AWS who the station is there, and whether it may do what these ways need. Changes nothing. */
  'targets.test': method(forWays, targetTest, desk, false),
  /** What has to be in the account: as a CloudFormation template, and as documents with aws-cli commands. */
  'targets.setUp': method(
    forWays,
    z.object({
      cloudFormation: z.string(),
      documents: z.array(z.object({ name: z.string(), text: z.string() })),
      commands: z.string(),
    }),
    desk,
    false,
  ),
  /** Units get the endpoint of this target's account from now on. Units made before keep theirs. */
  'targets.takeEndpoint': method(named, z.object({ endpoint: z.string() }), engineer, 'target.endpointTaken'),

  /** What each account says of each of our CAs. */
  'cloud.cas': method(none, casInAws, desk, false),
  /**
   * Registers and activates a CA in every target. Safe to repeat. The default is the active CA.
   * @throws `ca.*`; the trouble of the first target – when no target did it
   */
  'cloud.registerCas': method(
    z.strictObject({
      issuerId: hex.length(64).optional(),
      targets,
      mode: caMode.default('DEFAULT'),
      autoRegistration: z.boolean().default(false),
      template: caTemplate.optional(),
    }),
    atTargets,
    engineer,
    'cloud.caRegistered',
  ),
  /**
   * Deactivating stops new registrations under the CA; registered certificates stay as they are. Only an inactive CA can
   * be deleted.
   * @throws as `cloud.registerCas`
   */
  'cloud.changeCa': method(
    z.strictObject({
      issuerId: hex.length(64),
      targets,
      act: z.enum(['activate', 'deactivate', 'delete', 'autoOn', 'autoOff', 'setTemplate', 'removeTemplate']),
      /** For `setTemplate`. */
      template: caTemplate.optional(),
    }),
    atTargets,
    engineer,
    'cloud.caChanged',
  ),
};
