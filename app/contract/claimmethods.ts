/** The rows of the method table about claims. */
import { z } from 'zod';
import { claimId, claimPlace, claimView } from './claims.ts';
import { desk, engineer, method } from './method.ts';

const one = z.strictObject({ claimId });

export const claimMethods = {
  'claims.list': method(z.strictObject({ orderId: z.string().optional() }), z.array(claimView), desk, false),
  /**
   * Makes the claim of an order for a template of an account: its key here, its certificate and its policy there. One that
   * was begun goes on. The passphrase protects the key on the disk; that of the CA opens both at once.
   *
   * @throws `order.*`, `claim.exists`, `ca.weakPassphrase`, `cloud.*`; `template.unfit` – the account has no such enabled
   * fleet template
   */
  'claims.make': method(
    z.strictObject({ ...claimPlace, passphrase: z.string().max(1024) }),
    claimView,
    engineer,
    'claim.made',
  ),
  /**
   * Tells the hook of the account (`target cloudformation --way fleet`) now how many units a claim may provision, and
   * which have passed with it; also where the station does not see that the template has this hook. It learns of both by
   * itself otherwise. `maxUnits` is a limit by hand; null goes back to the quantity of the order, without it the limit
   * stays.
   *
   * @throws `claim.notFound`; `claim.ended` – it is not active yet, or AWS takes it no longer; `cloud.noTable`
   */
  'claims.allow': method(
    z.strictObject({ claimId, maxUnits: z.int().min(0).nullable().optional() }),
    z.object({ units: z.int(), maxUnits: z.int() }),
    engineer,
    'claim.allowed',
  ),
  /**
   * Opens the keys of the claims that this passphrase protects. Unlocking a CA does the same with its passphrase.
   * @throws `ca.wrongPassphrase` – it opens none
   */
  'claims.open': method(z.strictObject({ passphrase: z.string().max(1024) }), z.array(claimView), engineer, false),
  /**
   * No other device gets it, and its key is forgotten. Those that have it can still use it.
   * @throws `claim.notFound`, `claim.ended`
   */
  'claims.retire': method(one, claimView, engineer, 'claim.retired'),
  /**
   * AWS is told to take it no longer. Devices that have not used it yet can then never do so.
   * @throws `claim.notFound`, `claim.ended`
   */
  'claims.revoke': method(one, claimView, engineer, 'claim.revokeAsked'),
} as const;
