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
  const {
    backupJobs,
    checkpointJobs,
    retention,
    alertWatch,
    certificateJobs,
    crlJobs,
    driftJobs,
    exportJobs,
    connectionWatch,
    cloudLink,
    hub,
    authority,
    homes,
    orderImports,
    plant,
  } = parts;
  stopFollowing();
  // Running work ends first, because the program that ends this process does not wait long.
  await Promise.all([bench.close(), lineRuns.close()]);
  await scanners.close();
  await power.close();
  await unlocking;
  sessions.closeAll();
  interlocks.close();
  await Promise.all([lineRegistration.close(), allowLists.close()]);
  await Promise.all([
    orderImports.close(),
    backupJobs.close(),
    plant.close(),
    retention.close(),
    alertWatch.close(),
    batchJobs.close(),
    certificateJobs.close(),
    driftJobs.close(),
    exportJobs.close(),
    connectionWatch.close(),
  ]);
  await checkpointJobs.close();
  await crlJobs.close();
  cloudLink.close();
  hub.close();
  authority.lock();
  await homes.close();
}
