/** The rows of the method table about provisioning templates. `documentmethods.ts` keeps them. */
import { z } from 'zod';
import { documentName } from './documents.ts';
import { checkReport } from './findings.ts';
import { desk, done, engineer, method, none } from './method.ts';
import { versionIdInAws, versionsInAws } from './policies.ts';
import { targetName } from './targets.ts';
import {
  pushedTemplate,
  renderedTemplate,
  templateInAws,
  templateKind,
  templateNeed,
  templateStarter,
} from './templates.ts';

/** A function of Lambda (`ProvisioningHook`, AWS IoT API reference). */
const hookArn = z
  .string()
  .regex(
    /^arn:aws[\w-]*:lambda:[a-z0-9-]+:\d{12}:function:[\w-]+(:[\w$-]+)?$/,
    'the ARN of a function, such as arn:aws:lambda:REGION:ACCOUNT:function:NAME',
  )
  .max(2048);

/** A version of a template that a target has. */
const versionOfTemplate = z.strictObject({
  name: documentName,
  versionId: versionIdInAws,
  target: targetName.optional(),
});

export const templateMethods = {
  /** Checks a template, and fills it with parameters. Nothing is rendered while the text is no JSON object. */
  'templates.preview': method(
    z.strictObject({
      text: z.string().max(40_000),
      form: templateKind,
      parameters: z.record(z.string(), z.string().max(65_536)).default({}),
    }),
    z.object({ report: checkReport, needs: z.array(templateNeed), rendered: renderedTemplate.optional() }),
    desk,
    false,
  ),
  /** The provisioning templates of the account. The default is the first target. */
  'templates.inAws': method(z.strictObject({ target: targetName.optional() }), z.array(templateInAws), desk, false),
  /**
   * Puts a kept template in place: a new one, or the next version of the one of its name, which becomes the default.
   * `prune` lets the oldest version go when AWS has five.
   *
   * @throws `document.notFound`, `template.notPushed`, `template.type`, `template.versions`
   */
  'templates.push': method(
    z.strictObject({
      name: documentName,
      target: targetName.optional(),
      /** The role that AWS provisions with. The default is that of the target. */
      roleArn: z
        .string()
        .regex(/^arn:aws[\w-]*:iam::\d{12}:role\/.+$/, 'an ARN such as arn:aws:iam::123456789012:role/NAME')
        .max(2048)
        .optional(),
      prune: z.boolean().default(false),
      /** The function that decides who is provisioned; null takes it away, and without it nothing changes. */
      hookArn: hookArn.nullable().optional(),
    }),
    pushedTemplate,
    engineer,
    'template.pushed',
  ),
  /**
   * Makes the version in AWS that has the text of a kept version the default there. `version` is the station's number,
   * and that of the result AWS's.
   *
   * @throws `document.notFound`, `template.notInAws`
   */
  'templates.setDefault': method(
    z.strictObject({ name: documentName, version: z.int().min(1), target: targetName.optional() }),
    z.object({ version: z.int() }),
    engineer,
    'template.defaultSet',
  ),
  /** Null when the target has no such template. */
  'templates.describe': method(
    z.strictObject({ name: documentName, target: targetName.optional() }),
    versionsInAws.nullable(),
    desk,
    false,
  ),
  /**
   * The text of a version in AWS.
   *
   * @throws `document.notFound`
   */
  'templates.versionText': method(versionOfTemplate, z.object({ text: z.string() }), desk, false),
  /**
   * Makes a version in AWS the default there, whether the station keeps its text or not.
   *
   * @throws `document.notFound`
   */
  'templates.setDefaultInAws': method(versionOfTemplate, done, engineer, 'template.defaultSet'),
  /**
   * Deletes a version in AWS for good.
   *
   * @throws `document.notFound`; `document.defaultInAws` – the default version stays
   */
  'templates.removeVersion': method(versionOfTemplate, done, engineer, 'template.versionRemoved'),
  /** Removes it from AWS with all its versions. What the station keeps stays. */
  'templates.removeInAws': method(
    z.strictObject({ name: documentName, target: targetName.optional() }),
    done,
    engineer,
    'template.removedInAws',
  ),
  /** Templates to begin with, one for each way of provisioning. */
  'templates.starters': method(none, z.array(templateStarter), desk, false),
} as const;
