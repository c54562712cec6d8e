/** The form of a row in the method table. */
import { z } from 'zod';
import type { Role } from './base.ts';

export type MethodSpec = {
  params: z.ZodType;
  result: z.ZodType;
  /** `anyone` needs no signed-in person. */
  roles: 'anyone' | readonly Role[];
  /** Audited methods leave an entry whether they succeed or are refused. */
  audited: boolean;
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
