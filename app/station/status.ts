import { issuerFrom } from '../ca/index.ts';
import type { StationStatus } from '../contract/model.ts';
import type { StationParts } from './parts.ts';

/** What the screens say of the station itself. */
export async function statusOf(parts: StationParts): Promise<Omit<StationStatus, 'seq'>> {
  const { authority, cloudLink, clock } = parts;
  const { stationId, name, practice, slots, cloud, device } = parts.config.current();
  const midnight = new Date(clock.now());
  midnight.setHours(0, 0, 0, 0);
  return {
    stationId,
    name,
    practice,
    version: parts.version,
    startedAt: parts.startedAt,
    ca: {
      state: authority.state(),
      rootSubject: issuerFrom(parts.caFiles.rootDer).subjectText,
      issuingSubject: authority.issuer.subjectText,
      issuingNotAfterAt: authority.issuer.notAfter.toISOString(),
      issuedToday: await parts.ledger.issuedSince(midnight.toISOString()),
      registration: cloudLink.registration(),
      custody: 'file',
      ending: [],
    },
    ...(cloud ? { cloud } : {}),
    slots,
    device,
    ...(parts.practice ? { practiceBadges: parts.practice.badges } : {}),
    otherStation: parts.setup?.other() ?? 'none',
  };
}
