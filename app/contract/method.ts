/** How a row of the method table is written. */
import { z } from 'zod';
import type { Role } from './base.ts';

/** Who is at the other end of a connection; recorded in the audit log. */
export type Origin = 'electron' | 'kiosk' | 'cli' | 'test';

export type MethodSpec = {
  params: z.ZodType;
  result: z.ZodType;
  /** `anyone` needs no signed-in person. */
  roles: 'anyone' | readonly Role[];
  /** Audited methods leave an entry whether they succeed or are refused. */
  audited: boolean;
  /** The only ends of a connection that may ask; any where it is not said. */
  origins?: readonly Origin[];
  /** Whether a second person has to agree to a call with these params; see `agreement.ts`. */
  twoPersons?: (params: never) => boolean;
};

export const everyone = ['operator', 'qa', 'engineer'] as const;
export const line = ['operator', 'engineer'] as const;
export const desk = ['qa', 'engineer'] as const;
export const engineer = ['engineer'] as const;

export const none = z.strictObject({});
export const done = z.object({});

export const method = <P extends z.ZodType, R extends z.ZodType>(
  params: P,
  result: R,
  roles: MethodSpec['roles'],
  audited: boolean,
) => ({ params, result, roles, audited });
