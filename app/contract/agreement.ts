/** Acts that take two persons: one asks, another one agrees with badge and PIN. */
import { z } from 'zod';
import { badge, pin } from './base.ts';
import type { AuditName } from './entries/index.ts';
import { done, engineer, line, method, type SecondPersonRule } from './method.ts';

/** The person who agrees: QA or an engineer, and not the one who asks. */
export const second = z.strictObject({ badge, pin });
export type SecondPerson = z.infer<typeof second>;

/**
 * The person who agreed to an act, by name, or the fact that no one could: the person who asked is the only active one
 * on record who may agree.
 */
export type Agreement = { agreedBy: string } | { alone: true };

/**
 * A row of the method table about an engineer's act on a CA's key, to which a second person agrees. A person who is alone on
 * record does it alone; the result says so. `when` limits this to some calls.
 * @throws `session.secondPerson`, `session.wrongPin`, `session.lockedOut`
 */
export const byTwo = <P extends z.ZodRawShape, R extends z.ZodRawShape>(
  audited: AuditName,
  params: P,
  result: R,
  when?: NonNullable<SecondPersonRule['when']>,
) => ({
  ...method(
    z.strictObject({ ...params, second: second.optional() }),
    z.object({ ...result, alone: z.boolean().default(false) }),
    engineer,
    audited,
  ),
  secondPerson: { ifNoOne: 'alone', ...(when && { when }) } satisfies SecondPersonRule,
});

/**
 * A row about an act that sets aside what the line decided about a unit. Its operator or an engineer asks, a second person
 * agrees, and no one does it alone.
 * @throws `session.secondPerson`, `session.wrongPin`, `session.lockedOut`
 */
export const overriding = <P extends z.ZodRawShape>(audited: AuditName, params: P) => ({
  ...method(z.strictObject({ ...params, second: second.optional() }), done, line, audited),
  secondPerson: { ifNoOne: 'refused' } satisfies SecondPersonRule,
});
