/** Acts that take two persons: one asks, another one agrees with badge and PIN. */
import { z } from 'zod';
import { badge, pin } from './base.ts';
import type { AuditName } from './entries/index.ts';
import { engineer, type MethodSpec, method } from './method.ts';

/** Another person than the one who asks: QA or an engineer. */
export const second = z.strictObject({ badge, pin });
export type SecondPerson = z.infer<typeof second>;

/**
 * Who agreed to an act, as the records name them; or that nobody could: the one who asked is the only active person on
 * record whose word counts.
 */
export type Agreement = { agreedBy: string } | { alone: true };

/**
 * A row of the method table about an act of an engineer to which a second person agrees before anything of it happens;
 * the dispatcher sees to that. `when`: not every time. The result says whether it was done `alone`. Refuses
 * `session.secondPerson`, `session.wrongPin`, `session.lockedOut`.
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
