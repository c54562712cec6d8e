/** The end of a station. */
import type { StationParts } from './composition.ts';

/**
 * Closes the parts of a station, in the order in which they need each other.
 *
 * @param unlocking resolves when kept passphrases have been tried
 */
export async function closeParts(
  parts: StationParts,
  unlocking: Promise<unknown>,
  stopFollowing: () => void,
): Promise<void> {
  const { bench, lineRuns, scanners, power, sessions, interlocks, lineRegistration, allowLists, batchJobs } = parts;
  const { certificateJobs, crlJobs, driftJobs, connectionWatch, cloudLink, hub, authority, homes } = parts;
  stopFollowing();
  // Running work ends first, because the program that ends this process does not wait long.
  await Promise.all([bench.close(), lineRuns.close()]);
  await scanners.close();
  await power.close();
  await unlocking;
  sessions.closeAll();
  interlocks.close();
  await Promise.all([lineRegistration.close(), allowLists.close()]);
  await Promise.all([batchJobs.close(), certificateJobs.close(), driftJobs.close(), connectionWatch.close()]);
  await crlJobs.close();
  cloudLink.close();
  hub.close();
  authority.lock();
  await homes.close();
}
