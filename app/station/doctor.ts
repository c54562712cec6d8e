/** Checks that a person can act on. Each says what it checks, whether that is well, and the remedy if not. */
import { statfs } from 'node:fs/promises';
import type { DoctorCheck } from '../contract/model.ts';
import type { SigningState } from '../issuing/index.ts';
import { endingOf } from './authorities/view.ts';
import type { StationParts } from './composition.ts';
import { folderTrouble } from './folder/folder.ts';
import { scannerChecks } from './scanners/checks.ts';
import { windowChecks } from './window.ts';

const leastFreeBytes = 500 * 1024 * 1024;
/** A clock before the year in which this program was written means that the PC's battery is empty. */
const earliestPlausible = new Date('2026-01-01T00:00:00Z');

/** All checks of this station, in the order in which people see them. */
export async function doctor(parts: StationParts): Promise<DoctorCheck[]> {
  return [
    await check('records', 'restore the data folder from a backup; do not delete anything', async () => {
      const problems = await parts.ledger.integrityCheck();
      return { ok: problems.length === 0, detail: problems[0] ?? 'the database passes its integrity check' };
    }),
    await check('disk', 'free some space on the disk of the data folder', async () => {
      const { bavail, bsize } = await statfs(parts.dir);
      const free = bavail * bsize;
      return { ok: free > leastFreeBytes, detail: `${Math.round(free / 1024 / 1024)} MiB free` };
    }),
    await check(
      'rights',
      'let only the user that the station runs as write in the data folder: chmod, chown',
      async () => {
        const trouble = await folderTrouble(parts.dir);
        return { ok: trouble === undefined, detail: trouble ?? 'only this user may write in the data folder' };
      },
    ),
    await check('clock', 'set the PC clock, then start again', async () => {
      const now = parts.clock.now();
      return { ok: now > earliestPlausible, detail: now.toISOString() };
    }),
    await check('ca', 'an engineer unlocks the CA with its passphrase, on the Station screen', async () => {
      const state = parts.authority.state();
      const ending = endingOf(parts).map(({ commonName, daysLeft }) => `${commonName} ends in ${daysLeft} days`);
      const detail = [`the issuing CA is ${state === 'ready' ? 'unlocked' : state}`, ...ending].join('; ');
      const remedy = caRemedies[state === 'ready' && ending.length > 0 ? 'ending' : state];
      return { ok: state === 'ready' && ending.length === 0, detail, ...(remedy ? { remedy } : {}) };
    }),
    await check('ports', 'check the cables, and that this user may open serial ports', async () => {
      const present = await Promise.all(parts.config.current().slots.map((slot) => isPresent(parts, slot.port)));
      return { ok: true, detail: `${present.filter(Boolean).length} of ${present.length} slots have a device` };
    }),
    ...folder(parts),
    ...(await rootCrls(parts)),
    ...(await troubles(parts)),
    ...windowChecks(parts.window),
    ...((await parts.pcChecks?.()) ?? []),
    ...(await scannerChecks(parts)),
    await check('cloud', 'set region, bucket and role on the Station screen, and check the credentials', async () => {
      if (!parts.cloudLink.target())
        return { ok: true, detail: 'no AWS target is set; units can be made, not registered' };
      const cloud = await parts.cloudLink.cloud();
      await cloud.checkBucket();
      return { ok: true, detail: `the bucket ${parts.cloudLink.target()?.bucket} can be used` };
    }),
  ];
}

/**
 * A check about the place of the folder, only if there is something to say. A folder on a network drive is never
 * opened.
 */
const folder = ({ dir, place }: StationParts): DoctorCheck[] =>
  place?.kind === 'synchronised'
    ? [
        {
          name: 'folder',
          ok: false,
          detail: `the data folder ${dir} is synchronised by ${place.by}: it may copy half-written records, and bring old ones back`,
          remedy: `close this program and move the data folder out of ${place.by}; copies are what backups are for`,
        },
      ]
    : [];

/** Remedies for states in which a passphrase does not help. */
const caRemedies: Partial<Record<SigningState | 'ending', string>> = {
  revoked: 'make another issuing CA active on the Station screen, or make a new one',
  expired: 'set the PC clock if it is wrong; otherwise make a new issuing CA on the Station screen and activate it',
  ending: 'make a new issuing CA on the Station screen and activate it before the old one ends',
  absent: 'plug the token with the CA key in again',
  missing: 'bring the key file back from a backup of the data folder',
};

async function check(
  name: string,
  remedy: string,
  look: () => Promise<{ ok: boolean; detail: string; remedy?: string }>,
): Promise<DoctorCheck> {
  try {
    const { ok, detail, remedy: better = remedy } = await look();
    return ok ? { name, ok, detail } : { name, ok, detail, remedy: better };
  } catch (thrown) {
    return { name, ok: false, detail: thrown instanceof Error ? thrown.message : String(thrown), remedy };
  }
}

/** One check for each root whose CRL is due, because no other task opens the root's key. */
async function rootCrls({ authority, crlJobs }: StationParts): Promise<DoctorCheck[]> {
  const roots = authority.all().filter(({ record }) => record.kind === 'root');
  const found = await Promise.all(
    roots.map(async ({ facts }) => ({ name: facts.commonName, ...(await crlJobs.rootStanding(facts.issuerId)) })),
  );
  const remedy = 'open the root\'s key for it: on the Station screen, part CA, or with "ca root-crl"';
  return found.flatMap(({ name, last, due }) => {
    if (due === null) return [];
    const detail =
      due === 'revocation'
        ? `a CA was revoked that the CRL of ${name} does not have`
        : `the CRL of ${name} ends at ${last?.nextUpdateAt}`;
    return [{ name: 'rootCrl', ok: false, detail, remedy }];
  });
}

/** One check for each trouble with the PC's ports. */
const troubles = async ({ ports }: StationParts): Promise<DoctorCheck[]> =>
  ((await ports.troubles?.()) ?? []).map((trouble) => ({ ok: false, ...trouble }));

const isPresent = (parts: StationParts, port: string): Promise<boolean> =>
  new Promise((resolve) => {
    const stop = parts.ports.watch(port, (present) => {
      resolve(present);
      queueMicrotask(() => stop());
    });
  });
