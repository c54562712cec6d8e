/** Checks that a person can act on. Each says what it checks, whether that is well, and the remedy if not. */
import { statfs } from 'node:fs/promises';
import { StationError } from '../contract/errors.ts';
import type { CheckName, DoctorCheck, Finding, RemedyName } from '../contract/model.ts';
import type { SigningState } from '../issuing/index.ts';
import { endingOf } from './authorities/view.ts';
import { backupChecks } from './backups/checks.ts';
import { checkpointChecks } from './checkpoints/checks.ts';
import type { StationParts } from './composition.ts';
import { folderTrouble, whyNotWritable } from './folder/folder.ts';
import { plantChecks } from './plant/checks.ts';
import { scannerChecks } from './scanners/checks.ts';
import { windowChecks } from './window.ts';

const leastFreeBytes = 500 * 1024 * 1024;
/** A clock before the year in which this program was written means that the PC's battery is empty. */
const earliestPlausible = new Date('2026-01-01T00:00:00Z');

/** All checks of this station, in the order in which people see them. */
export async function doctor(parts: StationParts): Promise<DoctorCheck[]> {
  return [
    await recordsCheck(() => parts.ledger.integrityCheck()),
    ...(await folderChecks(parts)),
    await check('ca', 'unlockCa', async () => {
      const state = parts.authority.state();
      const ending = endingOf(parts);
      const ends = ending.map(({ commonName, daysLeft }) => `${commonName} ends in ${daysLeft} days`);
      const detail = [`the issuing CA is ${state === 'ready' ? 'unlocked' : state}`, ...ends].join('; ');
      const [first] = ending;
      if (state !== 'ready') return { ok: false, detail, finding: caFindings[state] };
      if (first === undefined) return { ok: true, detail, finding: { what: 'caUnlocked' } };
      const values = { name: first.commonName, days: first.daysLeft };
      return { ok: false, detail, finding: { what: 'caEnding', remedy: 'newCaSoon', values } };
    }),
    await check('ports', 'checkCables', async () => {
      const present = await Promise.all(parts.config.current().slots.map((slot) => isPresent(parts, slot.port)));
      const [there, slots] = [present.filter(Boolean).length, present.length];
      const detail = `${there} of ${slots} slots have a device`;
      return { ok: true, detail, finding: { what: 'portsCounted', values: { there, slots } } };
    }),
    ...(await backupChecks(parts)),
    ...(await checkpointChecks(parts)),
    ...(await plantChecks(parts)),
    ...placeChecks(parts),
    ...(await rootCrls(parts)),
    ...(await troubles(parts)),
    ...windowChecks(parts.window),
    ...((await parts.pcChecks?.()) ?? []),
    ...(await scannerChecks(parts)),
    await check('cloud', 'setCloud', async () => {
      const target = parts.cloudLink.target();
      if (!target) {
        const detail = 'no AWS target is set; units can be made, not registered';
        return { ok: true, detail, finding: { what: 'cloudNone' } };
      }
      const cloud = await parts.cloudLink.cloud();
      await cloud.checkBucket();
      const { bucket } = target;
      return {
        ok: true,
        detail: `the bucket ${bucket} can be used`,
        finding: { what: 'cloudWell', values: { bucket } },
      };
    }),
    ...endpointOf(parts),
    ...(await alerts(parts)),
  ];
}

/** The checks of the data folder and of the clock, which need no open station. */
export async function folderChecks({ dir, clock }: Pick<StationParts, 'dir' | 'clock'>): Promise<DoctorCheck[]> {
  return [
    await check('disk', 'freeDisk', async () => {
      const why = await whyNotWritable(dir);
      if (why !== undefined)
        return {
          ...{ ok: false, detail: `the data folder cannot be written: ${why}` },
          finding: { what: 'diskReadOnly', remedy: 'makeWritable', values: { why } },
        };
      const { bavail, bsize } = await statfs(dir);
      const free = bavail * bsize;
      const ok = free > leastFreeBytes;
      const mib = Math.round(free / 1024 / 1024);
      return { ok, detail: `${mib} MiB free`, finding: { what: ok ? 'diskFree' : 'diskLow', values: { mib } } };
    }),
    await check('rights', 'closeFolder', async () => {
      const trouble = await folderTrouble(dir);
      if (trouble === undefined)
        return { ok: true, detail: 'only this user may write in the data folder', finding: { what: 'rightsClosed' } };
      const { folder, why } = trouble;
      const detail = `${folder} ${why === 'other' ? 'belongs to another user' : 'is open to other users'}`;
      const what = why === 'other' ? 'rightsOther' : 'rightsOpen';
      return { ok: false, detail, finding: { what, values: { folder } } };
    }),
    await check('clock', 'setClock', async () => {
      const now = clock.now();
      const ok = now > earliestPlausible;
      const detail = now.toISOString();
      return { ok, detail, finding: { what: ok ? 'clockPlausible' : 'clockWrong', values: { now: detail } } };
    }),
  ];
}

/** The check of the records. @param problemsIn what is wrong with the file, empty when all is well */
export const recordsCheck = (problemsIn: () => Promise<string[]>): Promise<DoctorCheck> =>
  check('records', 'restoreRecords', async () => {
    let problem: string | undefined;
    try {
      [problem] = await problemsIn();
    } catch (thrown) {
      if (!(thrown instanceof StationError) || thrown.code === 'records.damaged') throw thrown;
      // A file that could not be read is not known to be damaged.
      const { code, detail } = thrown;
      const remedy = code === 'records.diskFull' ? 'freeDisk' : 'makeWritable';
      return { ok: false, detail, finding: { what: 'failed', remedy, values: { why: detail, code } } };
    }
    if (problem === undefined)
      return { ok: true, detail: 'the database passes its integrity check', finding: { what: 'recordsSound' } };
    return { ok: false, detail: problem, finding: { what: 'recordsDamaged', values: { problem } } };
  });

/**
 * A check about the place of the folder, only if there is something to say. A folder on a network drive is never
 * opened.
 */
export const placeChecks = ({ dir, place }: Pick<StationParts, 'dir' | 'place'>): DoctorCheck[] =>
  place?.kind === 'synchronised'
    ? [
        {
          name: 'folder',
          ok: false,
          detail: `the data folder ${dir} is synchronised by ${place.by}: it may copy half-written records, and bring old ones back`,
          finding: { what: 'folderSynchronised', remedy: 'moveFolder', values: { dir, by: place.by } },
          remedy: `close this program and move the data folder out of ${place.by}; copies are what backups are for`,
        },
      ]
    : [];

/** A check about the endpoint of the units, only once AWS has said its own. */
function endpointOf({ endpoints }: StationParts): DoctorCheck[] {
  const standing = endpoints.standing();
  if (!standing) return [];
  const { aws, sealed, same, target } = standing;
  const values = { aws, sealed: sealed || '–', target };
  if (same)
    return [{ name: 'endpoint', ok: true, detail: `units get ${sealed}`, finding: { what: 'endpointSame', values } }];
  return [
    {
      name: 'endpoint',
      ok: false,
      detail: `units get ${sealed || 'no endpoint'}, the account of ${target} has ${aws}`,
      remedy: remedies.takeEndpoint,
      finding: { what: 'endpointOther', remedy: 'takeEndpoint', values },
    },
  ];
}

/** The finding for each state of the active CA in which it does not sign. A passphrase helps in one of them only. */
const caFindings: Record<Exclude<SigningState, 'ready'>, Finding> = {
  locked: { what: 'caLocked', remedy: 'unlockCa' },
  revoked: { what: 'caRevoked', remedy: 'otherCa' },
  expired: { what: 'caExpired', remedy: 'newCa' },
  absent: { what: 'caAbsent', remedy: 'plugInToken' },
  missing: { what: 'caMissing', remedy: 'restoreKey' },
};

/** The remedies in the words of a command. */
const remedies = {
  restoreRecords: 'restore the data folder from a backup; do not delete anything',
  freeDisk: 'free some space on the disk of the data folder',
  makeWritable: 'check the disk of the data folder, and that this user may write there',
  closeFolder: 'let only the user that the station runs as write in the data folder: chmod, chown',
  setClock: 'set the PC clock, then start again',
  unlockCa: 'an engineer unlocks the CA with its passphrase, on the Station screen',
  otherCa: 'make another issuing CA active on the Station screen, or make a new one',
  newCa: 'set the PC clock if it is wrong; otherwise make a new issuing CA on the Station screen and activate it',
  newCaSoon: 'make a new issuing CA on the Station screen and activate it before the old one ends',
  plugInToken: 'plug the token with the CA key in again',
  restoreKey: 'bring the key file back from a backup of the data folder',
  checkCables: 'check the cables, and that this user may open serial ports',
  takeEndpoint: "take AWS's endpoint on the Targets screen, or by `target endpoint NAME --take`",
  setCloud: 'set region, bucket and role on the Station screen, and check the credentials',
} as const satisfies Partial<Record<RemedyName, string>>;
type Remedy = keyof typeof remedies;

type Look = () => Promise<{ ok: boolean; detail: string; finding: Finding }>;

/** One check. `remedy` is for a finding that has no remedy of its own, and for a check that fails. */
async function check(name: CheckName, remedy: Remedy, look: Look): Promise<DoctorCheck> {
  try {
    const { ok, detail, finding } = await look();
    if (ok) return { name, ok, detail, finding };
    const best = isRemedy(finding.remedy) ? finding.remedy : remedy;
    return { name, ok, detail, remedy: remedies[best], finding: { ...finding, remedy: best } };
  } catch (thrown) {
    const detail = thrown instanceof Error ? thrown.message : String(thrown);
    const code = thrown instanceof StationError ? { code: thrown.code } : {};
    const finding = { what: 'failed', remedy, values: { why: detail, ...code } } as const;
    return { name, ok: false, detail, remedy: remedies[remedy], finding };
  }
}

const isRemedy = (name: RemedyName | undefined): name is Remedy => name !== undefined && Object.hasOwn(remedies, name);

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
    const values = { name, at: last?.nextUpdateAt ?? '' };
    const what = due === 'revocation' ? 'rootCrlRevocation' : 'rootCrlEnding';
    const finding = { what, remedy: 'makeRootCrl', values } as const;
    return [{ name: 'rootCrl' as const, ok: false, detail, remedy, finding }];
  });
}

/** A check about alerts, only while one stands. */
async function alerts({ ledger }: StationParts): Promise<DoctorCheck[]> {
  const open = await ledger.openAlerts();
  if (open.length === 0) return [];
  const orders = [...new Set(open.map(({ orderId }) => orderId))].join(', ');
  return [
    {
      name: 'alerts',
      ok: false,
      detail: `${open.length} alerts stand, about ${orders}`,
      remedy: 'see what they say: `desk alerts`, or the page Yield and throughput',
      finding: { what: 'alertsStand', remedy: 'lookAtAlerts', values: { count: open.length, orders } },
    },
  ];
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
