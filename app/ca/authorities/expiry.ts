/** How soon a CA expires. */
import type { CaView } from '../../contract/authority.ts';

const dayMs = 24 * 3600 * 1000;
/** This is long enough to take a root out of its safe and make an issuing CA. */
const soonDays = 90;

/**
 * Whole days left, rounded down; negative after the end. A CA is valid to the last moment of `notAfter` (RFC 5280
 * §4.1.2.5).
 */
export function expiryOf(notAfter: Date, now: Date): Pick<CaView, 'daysLeft' | 'expiry'> {
  const leftMs = notAfter.getTime() - now.getTime();
  const expiry = leftMs < 0 ? 'expired' : leftMs <= soonDays * dayMs ? 'soon' : 'well';
  return { daysLeft: Math.floor(leftMs / dayMs), expiry };
}
