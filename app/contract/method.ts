/** The form of a row in the method table. */
import { z } from 'zod';
import type { Role } from './base.ts';
import type { AuditName } from './entries/index.ts';

export { desk, engineer, everyone, line } from './roles.ts';

/** Who is at the other end of a connection; recorded in the audit log. */
export type Origin = 'electron' | 'kiosk' | 'cli' | 'test';

export type MethodSpec = {
  params: z.ZodType;
  result: z.ZodType;
  /** `anyone` needs no signed-in person. */
  roles: 'anyone' | readonly Role[];
  /**
   * The entry that each success leaves in the audit log, or the entries of which it leaves one; a refusal leaves
   * `call.refused`. `false`: neither leaves any.
   */
  audited: false | AuditName | readonly AuditName[];
  /** The only ends of a connection that may ask; any where it is not said. */
  origins?: readonly Origin[];
  /** Whether a second person has to agree to a call with these params; see `agreement.ts`. */
  twoPersons?: (params: never) => boolean;
};

export const none = z.strictObject({});
export const done = z.object({});

export const method = <P extends z.ZodType, R extends z.ZodType>(
  params: P,
  result: R,
  roles: MethodSpec['roles'],
  audited: MethodSpec['audited'],
) => ({ params, result, roles, audited });
