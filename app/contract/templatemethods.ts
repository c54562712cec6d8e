/** The rows of the method table about provisioning templates. `documentmethods.ts` keeps them. */
import { z } from 'zod';
import { checkReport } from './findings.ts';
import { desk, method, none } from './method.ts';
import { renderedTemplate, templateKind, templateNeed, templateStarter } from './templates.ts';

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
  /** Templates to begin with, one for each way of provisioning. */
  'templates.starters': method(none, z.array(templateStarter), desk, false),
} as const;
