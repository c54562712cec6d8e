import type { StationStatus } from '../contract/model.ts';
import { endingOf } from './hierarchyview.ts';
import type { StationParts } from './parts.ts';

/** What the screens say of the station itself. */
export async function statusOf(parts: StationParts): Promise<Omit<StationStatus, 'seq'>> {
  const { authority, cloudLink, clock } = parts;
  const { stationId, name, practice, slots, cloud, device, pins } = parts.config.current();
  const { issuer } = authority;
  const { path, custody } = authority.caOf(issuer.issuerId);
  const state = authority.state();
  const midnight = new Date(clock.now());
  midnight.setHours(0, 0, 0, 0);
  return {
    stationId,
    name,
    practice,
    version: parts.version,
    startedAt: parts.startedAt,
    ca: {
      state: state === 'ready' ? 'unlocked' : state,
      rootSubject: path.at(-1)?.subjectText ?? '',
      issuingSubject: issuer.subjectText,
      issuingNotAfterAt: issuer.notAfter.toISOString(),
      issuedToday: await parts.ledger.issuedSince(midnight.toISOString()),
      registration: cloudLink.registration(issuer.issuerId),
      custody: custody.kind,
      ending: endingOf(parts),
    },
    ...(cloud ? { cloud } : {}),
    slots,
    device,
    pins,
    ...(parts.practice ? { practiceBadges: parts.practice.badges } : {}),
    otherStation: parts.setup?.other() ?? 'none',
  };
}
