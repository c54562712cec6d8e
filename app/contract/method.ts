/** The form of a row in the method table. */
import { z } from 'zod';
import type { Role } from './base.ts';
import type { AuditName } from './entries/index.ts';

export { desk, engineer, everyone, line } from './roles.ts';

/** The kind of client at the other end of a connection. The audit log records it. */
export type Origin = 'electron' | 'kiosk' | 'cli' | 'test';

export type MethodSpec = {
  params: z.ZodType;
  result: z.ZodType;
  /** `anyone` needs no signed-in person. */
  roles: 'anyone' | readonly Role[];
  /**
   * The entry that each success leaves in the audit log; of several entries it leaves one. A refusal leaves
   * `call.refused`. `false` means that neither leaves an entry.
   */
  audited: false | AuditName | readonly AuditName[];
  /** The only kinds of client that may call the method. Absent means all. */
  origins?: readonly Origin[];
  /** A second person has to agree before anything of the act happens. Absent: one person is enough. */
  secondPerson?: SecondPersonRule;
};

/** The one place that says of an act that it takes two; see `agreement.ts`. The dispatcher keeps it. */
export type SecondPersonRule = {
  /** Whether a call with these params needs one. Absent: every call does. */
  when?: (params: never) => boolean;
  /**
   * What happens while the records hold no one who could agree. `alone`: the act is done, and is recorded so. `refused`:
   * it waits until there is one.
   */
  ifNoOne: 'alone' | 'refused';
};

export const none = z.strictObject({});
export const done = z.object({});

export const method = <P extends z.ZodType, R extends z.ZodType>(
  params: P,
  result: R,
  roles: MethodSpec['roles'],
  audited: MethodSpec['audited'],
) => ({ params, result, roles, audited });
