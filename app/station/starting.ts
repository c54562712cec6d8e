/** What the start of a station sets going. */
import type { StationParts } from './composition.ts';
import { unlockKept } from './handlers/authority.ts';

/**
 * Goes on with what an earlier run left. The start waits for none of it: a locked key store may take a minute, and the
 * line shows that the CA is locked.
 *
 * @returns resolves when kept passphrases have been tried
 */
export function beginParts(parts: StationParts, onUnexpected: (thrown: unknown) => void): Promise<unknown> {
  const { batchJobs, lineRegistration, endpoints, certificateJobs, allowLists } = parts;
  const unlocking = unlockKept(parts).catch(onUnexpected);
  batchJobs.resume().then(lineRegistration.wake, onUnexpected);
  endpoints.glance();
  certificateJobs.load().catch(onUnexpected);
  allowLists.wake();
  return unlocking;
}
