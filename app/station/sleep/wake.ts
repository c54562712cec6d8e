/** After a sleep every fact about the outside world may be out of date, so all of them are checked again. */
import type { StationParts } from '../composition.ts';

type Woken = Pick<
  StationParts,
  | 'ports'
  | 'scanners'
  | 'sessions'
  | 'homes'
  | 'authority'
  | 'cloudLink'
  | 'endpoints'
  | 'connectionWatch'
  | 'crlJobs'
  | 'batchJobs'
  | 'interlocks'
  | 'bench'
  | 'log'
  | 'changed'
  | 'redetectZone'
>;

/**
 * `missedMs` is the time that the monotonic clock did not count. Never rejects: one failed check must not hide the
 * others.
 */
export async function lookAnew(parts: Woken, missedMs: number): Promise<void> {
  const {
    ports,
    scanners,
    sessions,
    homes,
    authority,
    cloudLink,
    endpoints,
    connectionWatch,
    crlJobs,
    batchJobs,
    interlocks,
    bench,
    log,
    changed,
  } = parts;
  parts.redetectZone?.();
  authority.slept(missedMs);
  sessions.slept(missedMs);
  cloudLink.renew();
  crlJobs.look();
  endpoints.glance();
  connectionWatch.look();
  const acts: Record<string, () => Promise<unknown> | undefined> = {
    ports: async () => ports.lookAnew?.(),
    scanners: () => scanners.lookAnew(),
    tokens: () => homes.tokens.lookAnew?.(),
    ca: () => authority.reload(),
    clock: () => interlocks.look(),
    bench: () => bench.refresh(),
  };
  // AWS may be out of reach for a while, so this does not wait for it.
  if (cloudLink.target())
    batchJobs.lookUpCa().catch((thrown: unknown) => log.info({ err: thrown }, 'AWS could not be asked for our CA'));
  await Promise.all(
    Object.entries(acts).map(async ([what, act]) => {
      try {
        await act();
      } catch (thrown) {
        log.error({ err: thrown, what }, 'could not be looked at after a sleep');
      }
    }),
  );
  changed('station.changed', 'bench.changed');
}
