/** What the start of a station sets going. */
import type { StationParts } from './composition.ts';
import { unlockKept } from './handlers/authority.ts';

/**
 * Goes on with what an earlier run left, unless this is a command (`goesOn` is false): a command does what it is told, and
 * ends. The start waits for none of it: a locked key store may take a minute, and the line shows that the CA is locked.
 *
 * @returns resolves when kept passphrases have been tried
 */
export function beginParts(parts: StationParts, onUnexpected: (thrown: unknown) => void): Promise<unknown> {
  const { batchJobs, lineRegistration, endpoints, certificateJobs, allowLists } = parts;
  const unlocking = unlockKept(parts).catch(onUnexpected);
  if (parts.goesOn === false) return unlocking;
  batchJobs.resume().then(lineRegistration.wake, onUnexpected);
  endpoints.glance();
  certificateJobs.goOn().catch(onUnexpected);
  allowLists.wake();
  return unlocking;
}
