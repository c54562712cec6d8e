import type { StationStatus } from '../contract/model.ts';
import { startOfDay } from '../line/index.ts';
import { endingOf } from './authorities/view.ts';
import type { StationParts } from './composition.ts';
import { idleMinutes } from './folder/config.ts';

/** The status of the station for the screens. */
export async function statusOf(parts: StationParts): Promise<Omit<StationStatus, 'seq'>> {
  const { authority, cloudLink, clock } = parts;
  const config = parts.config.current();
  const {
    stationId,
    name,
    practice,
    slots,
    targets,
    device,
    scan,
    scanners,
    keyboardScanner,
    pins,
    shifts,
    transcripts,
  } = config;
  const { issuer } = authority;
  const { path, custody } = authority.caOf(issuer.issuerId);
  const state = authority.state();
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
      issuedToday: await parts.ledger.issuedSince(startOfDay(clock.now()).toISOString()),
      registration: cloudLink.registration(issuer.issuerId),
      custody: custody.kind,
      ending: endingOf(parts),
    },
    ...(targets[0] ? { cloud: targets[0] } : {}),
    targets,
    endpoint: parts.endpoints.standing(),
    ...(parts.config.givenTarget ? { cloudGiven: true as const } : {}),
    slots,
    device,
    session: { idleMinutes: idleMinutes(config) },
    scan,
    scanners,
    keyboardScanner,
    pins,
    shifts,
    transcripts,
    ...(parts.practice ? { practiceBadges: parts.practice.badges } : {}),
    ...(parts.place?.kind === 'synchronised' ? { folderSyncedBy: parts.place.by } : {}),
    otherStation: parts.setup?.other() ?? 'none',
    ...(parts.window ? { window: parts.window.brief() } : {}),
  };
}
