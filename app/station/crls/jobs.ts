/**
 * Keeps the CRL current while the CA is unlocked, publishes it, and tells AWS about revocations. Each step is computed
 * from the records, so a restart or a lost connection only delays it.
 */
import { readFile } from 'node:fs/promises';
import { certificateId, type Issuer, issuerOf, type Signer } from '../../ca/index.ts';
import type { StationError } from '../../contract/errors.ts';
import type { EventName } from '../../contract/methods.ts';
import type { CrlConfig, CrlDue, CrlStatus } from '../../contract/model.ts';
import type { IssueTools } from '../../issuing/index.ts';
import { asStationError } from '../../line/index.ts';
import type { CrlStanding } from '../../records/index.ts';
import type { KnownCa, StationAuthority } from '../authorities/signing.ts';
import { createClaimEnds } from '../claims/ends.ts';
import type { ClaimKeys } from '../claims/keys.ts';
import { createClaimSearch } from '../claims/lost.ts';
import type { CloudLink } from '../cloud/cloudlink.ts';
import { paths, writeWhole } from '../folder/folder.ts';
import type { Log } from '../log.ts';
import { createOrphanSearch } from './awsorphans.ts';
import { crlPemOf, issueCrl, writeCrl } from './issue.ts';
import { createTelling } from './tellaws.ts';

export type CrlJobsOptions = {
  dir: string;
  tools: Pick<IssueTools, 'ledger' | 'clock'>;
  authority: StationAuthority;
  schedule: () => CrlConfig;
  /** The validity of a root's CRL in days. */
  rootValidDays: () => number;
  cloudLink: CloudLink;
  claimKeys: ClaimKeys;
  log: Log;
  onChange: (...events: EventName[]) => void;
  /** Certificates were revoked, units scrapped, or claims ended. */
  onSettle: () => void;
};

export type CrlJobs = ReturnType<typeof createCrlJobs>;

const lookEveryMs = 60_000;
const hourMs = 3_600_000;

/** Why a CRL is due now; null when none is. A CRL in the last quarter of its validity is due. */
export function crlDueAt(standing: CrlStanding, { everyHours, validDays }: CrlConfig, now: Date): CrlDue | null {
  const { last, revoked } = standing;
  if (last === null) return 'first';
  if (revoked !== last.entries) return 'revocation';
  if (Date.parse(last.nextUpdateAt) - now.getTime() < (validDays * 24 * hourMs) / 4) return 'nextUpdate';
  return now.getTime() - Date.parse(last.thisUpdateAt) >= everyHours * hourMs ? 'schedule' : null;
}

/** Why a root's CRL is due now; null when none is. A root without revocations needs no first CRL; see decision 131. */
export function rootCrlDueAt({ last, revoked }: CrlStanding, validDays: number, now: Date): CrlDue | null {
  if (revoked !== (last?.entries ?? 0)) return 'revocation';
  if (last === null) return null;
  const leftMs = Date.parse(last.nextUpdateAt) - now.getTime();
  return leftMs < (validDays * 24 * hourMs) / 4 ? 'nextUpdate' : null;
}

/** The S3 key of a CA's CRL. It is stable, so that readers need one address for each CA of the account. */
export const crlKey = (issuerId: string): string => `crl/${issuerId.slice(0, 16)}.crl`;

const holds = (file: string, content: Uint8Array): Promise<boolean> =>
  readFile(file).then(
    (there) => there.equals(content),
    () => false,
  );

/** The CRL jobs of a station. */
export function createCrlJobs(options: CrlJobsOptions) {
  const { dir, tools, authority, schedule, cloudLink, log, onChange, onSettle } = options;
  const { ledger, clock } = tools;
  const stopped = new AbortController();
  /** The number of the last CRL in S3, by bucket and CA. */
  const uploaded = new Map<string, number>();
  let trouble: string | null = null;
  /** One CRL is made at a time, and one round with AWS runs at a time. */
  let making: Promise<void> = Promise.resolve();
  let telling: Promise<void> | undefined;

  const standing = (issuerId: string) => ledger.crlStanding(issuerId);
  const due = async (issuerId: string) => crlDueAt(await standing(issuerId), schedule(), clock.now());
  /** CAs whose certificates may still be in use. An expired CA needs no CRL and may sign none. */
  const issuers = () => authority.issuing().filter((ca) => !authority.isExpired(ca));

  const roots = () => authority.all().filter((ca) => ca.record.kind === 'root' && !authority.isExpired(ca));
  /** All CAs that may have a CRL. `issuing.crl` is the active issuing CA's. */
  const holders = () => [
    ...issuers().map(({ facts, record }) => ({ issuerId: facts.issuerId, active: record.active })),
    ...roots().map(({ facts }) => ({ issuerId: facts.issuerId, active: false })),
  ];

  const issueBy = async (actor: string, by: { issuer: Issuer; signer: Signer; validDays: number; active: boolean }) => {
    const { issuer, signer, validDays, active } = by;
    const der = await issueCrl({ validMs: validDays * 24 * hourMs, actor }, { ledger, clock, issuer, signer });
    await writeCrl(dir, issuer.issuerId, der, active);
    await writeAll();
    onChange('station.changed');
  };
  const issue = (actor: string, { facts, record }: KnownCa) => {
    const { issuer } = authority.current(undefined, facts.issuerId);
    const signer = authority.crlSigner(issuer.issuerId);
    return issueBy(actor, { issuer, signer, validDays: schedule().validDays, active: record.active });
  };

  /** Writes the last CRLs of all CAs into the one file, those of roots last, unless it holds them already. */
  const writeAll = async () => {
    const last = await Promise.all(holders().map(({ issuerId }) => ledger.lastCrl(issuerId)));
    const pem = crlPemOf(last.flatMap((crl) => (crl ? [crl.der] : [])));
    if (pem !== '' && !(await holds(paths(dir).crlPem, Buffer.from(pem)))) await writeWhole(paths(dir).crlPem, pem);
  };

  const inTurn = (act: () => Promise<void>): Promise<void> => {
    const mine = making.then(act);
    making = mine.catch(() => {});
    return mine;
  };

  /** Writes every file again. After a crash, or after another CA was activated, a file may be older than the records. */
  const rewrite = async () => {
    for (const { issuerId, active } of holders()) {
      const last = await ledger.lastCrl(issuerId);
      if (last === undefined) continue;
      const files = [paths(dir).crlOf(issuerId), ...(active ? [paths(dir).crl] : [])];
      const current = await Promise.all(files.map((file) => holds(file, last.der)));
      if (current.includes(false)) await writeCrl(dir, issuerId, last.der, active);
    }
    await writeAll();
  };

  const makeWhenDue = () =>
    inTurn(async () => {
      await rewrite();
      for (const ca of issuers()) {
        const { issuerId } = ca.facts;
        if (authority.keyState(issuerId) === 'unlocked' && (await due(issuerId)) !== null) await issue('station', ca);
      }
    });

  const upload = async () => {
    for (const { issuerId } of holders()) await uploadOf(issuerId);
  };

  const uploadOf = async (issuerId: string) => {
    const target = cloudLink.target();
    const last = await ledger.lastCrl(issuerId);
    if (!target || last === undefined) return;
    const place = `${target.region}/${target.bucket}/${issuerId}`;
    if (uploaded.get(place) === last.number) return;
    const object = { key: crlKey(issuerId), body: last.der, contentType: 'application/pkix-crl' };
    await (await cloudLink.cloud()).publish(object, stopped.signal);
    uploaded.set(place, last.number);
    await ledger.audit({
      entry: 'crl.uploaded',
      actor: 'station',
      subject: String(last.number),
      data: { key: object.key, bucket: target.bucket, digest: certificateId(last.der) },
    });
  };

  const tellAws = createTelling({ ledger, authority, cloudLink, signal: stopped.signal });
  const findOrphans = createOrphanSearch({ ledger, clock, cloudLink, signal: stopped.signal });
  const findClaims = createClaimSearch({ ledger, clock, cloudLink, signal: stopped.signal });
  const endClaims = createClaimEnds({
    ...{ ledger, cloudLink, claimKeys: options.claimKeys },
    ...{ signal: stopped.signal, onEnded: onSettle },
  });

  const round = async () => {
    let problem: StationError | undefined;
    for (const act of [makeWhenDue, upload, tellAws, findOrphans, endClaims, findClaims]) {
      await act().catch((thrown: unknown) => {
        problem ??= asStationError(thrown);
        if (!stopped.signal.aborted) log.warn({ err: thrown }, 'revocation is put off');
      });
    }
    trouble = problem?.code ?? null;
    if (!stopped.signal.aborted) onChange('station.changed');
  };

  let again = false;
  /** Does the work that is due. A request during a run starts one more run after it. */
  const look = (): void => {
    if (stopped.signal.aborted) return;
    again = true;
    telling ??= (async () => {
      while (again && !stopped.signal.aborted) {
        again = false;
        await round();
      }
      telling = undefined;
    })();
  };

  let cancel = () => {};
  const watch = () => {
    cancel = clock.after(lookEveryMs, () => {
      look();
      watch();
    });
  };
  watch();

  return {
    look,
    /** Whether there is a CRL that goes to the bucket of the default target. */
    async goesToTarget(): Promise<boolean> {
      if (!cloudLink.target()) return false;
      const last = await Promise.all(holders().map(({ issuerId }) => ledger.lastCrl(issuerId)));
      return last.some((crl) => crl !== undefined);
    },
    /**
     * Makes a CRL on demand.
     *
     * @throws `ca.locked`, `ca.*`, `records.*`
     */
    async make(actor: string): Promise<CrlStatus> {
      authority.crlSigner(authority.issuer.issuerId);
      await inTurn(async () => {
        for (const ca of issuers()) {
          const { issuerId } = ca.facts;
          if (ca.record.active || authority.keyState(issuerId) === 'unlocked') await issue(actor, ca);
        }
      });
      look();
      return this.status();
    },
    /**
     * Makes the CRL of a root whose key was opened for it.
     *
     * @throws `ca.*`, `records.*`
     */
    async makeOfRoot({ facts }: KnownCa, signer: Signer, actor: string): Promise<void> {
      const by = { issuer: issuerOf(facts), signer, validDays: options.rootValidDays(), active: false };
      await inTurn(() => issueBy(actor, by));
      look();
    },
    /** The last CRL of a root, and whether another one is due. */
    async rootStanding(issuerId: string) {
      const now = await standing(issuerId);
      return { last: now.last, due: rootCrlDueAt(now, options.rootValidDays(), clock.now()) };
    },
    /** Makes the CRL right after a revocation, if it can be signed. The other work follows. Never rejects. */
    async settle(): Promise<void> {
      onSettle();
      await makeWhenDue().catch((thrown: unknown) => {
        trouble = asStationError(thrown).code;
        log.warn({ err: thrown }, 'the CRL is put off');
      });
      look();
    },
    /** Resolves once the running work is done. A command waits for it before it ends. */
    idle: async (): Promise<void> => telling,
    async status(): Promise<CrlStatus> {
      const { issuerId } = authority.issuer;
      const target = cloudLink.target();
      const now = await standing(issuerId);
      const others = issuers().filter(({ record }) => !record.active);
      return {
        schedule: schedule(),
        last: now.last,
        due: crlDueAt(now, schedule(), clock.now()),
        others: await Promise.all(
          others.map(async ({ facts }) => {
            const theirs = await standing(facts.issuerId);
            const theirDue = crlDueAt(theirs, schedule(), clock.now());
            return { issuerId: facts.issuerId, subject: facts.subjectText, last: theirs.last, due: theirDue };
          }),
        ),
        file: paths(dir).crl,
        uploaded: (target && uploaded.get(`${target.region}/${target.bucket}/${issuerId}`)) ?? null,
        cloudWaiting: now.cloudWaiting,
        trouble,
      };
    },
    async close(): Promise<void> {
      cancel();
      stopped.abort();
      await telling;
      await making;
    },
  };
}
