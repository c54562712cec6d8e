/** Acts that take two persons: one asks, another one agrees with badge and PIN. */
import { z } from 'zod';
import { badge, pin } from './base.ts';
import type { AuditName } from './entries/index.ts';
import { engineer, type MethodSpec, method } from './method.ts';

/** The person who agrees: QA or an engineer, and not the one who asks. */
export const second = z.strictObject({ badge, pin });
export type SecondPerson = z.infer<typeof second>;

/**
 * The person who agreed to an act, by name, or the fact that no one could: the person who asked is the only active one
 * on record who may agree.
 */
export type Agreement = { agreedBy: string } | { alone: true };

/**
 * A row of the method table about an engineer's act to which a second person agrees. The dispatcher checks that before
 * anything of the act happens. `when` limits this to some calls. The result says whether the act was done `alone`.
 * @throws `session.secondPerson`, `session.wrongPin`, `session.lockedOut`
 */
export const byTwo = <P extends z.ZodRawShape, R extends z.ZodRawShape>(
  audited: AuditName,
  params: P,
  result: R,
  when?: NonNullable<MethodSpec['twoPersons']>,
) => ({
  ...method(
    z.strictObject({ ...params, second: second.optional() }),
    z.object({ ...result, alone: z.boolean().default(false) }),
    engineer,
    audited,
  ),
  twoPersons: when ?? (() => true),
});
