/** The station's issuing CAs as the line uses them. One is active, and each is locked until its key is opened. */
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import {
  assertUsable,
  type CaKey,
  createSigner,
  type Issuer,
  issuerFrom,
  type Profile,
  type Signer,
  unfit,
} from '../../ca/index.ts';
import type { KeyState } from '../../contract/authority.ts';
import type { Clock } from '../../contract/clock.ts';
import { StationError } from '../../contract/errors.ts';
import { type Authority, cannotSign, type SigningState } from '../../issuing/index.ts';
import type { Ledger } from '../../records/index.ts';
import type { ClaimKeys } from '../claims/keys.ts';
import { paths } from '../folder/folder.ts';
import type { KeyHomes } from './keyhomes.ts';
import { type KnownCa, knownFrom } from './knownca.ts';
import { used } from './usedsigner.ts';

export type { KnownCa };

export type AuthorityOptions = {
  dir: string;
  ledger: Pick<Ledger, 'authorities' | 'authorityKeys' | 'authorityRevocations'>;
  homes: KeyHomes;
  /** Keys of claims are open as long as a CA is: the passphrase of a CA is tried on them, too. */
  claimKeys?: Pick<ClaimKeys, 'unlock' | 'lock'>;
  /**
   * The station's profile.
   *
   * @throws `policy.profileUnknown`, `policy.profileInvalid` – when it cannot be used
   */
  profile: () => Profile;
  organisation: string;
  clock: Clock;
  /** 0 means never. */
  autoLockMinutes: () => number;
  /** Called after a key was opened or closed, and after its token was pulled or plugged in. */
  onChange: () => void;
  /** Called after idle keys were locked. */
  onAutoLock: (issuerIds: string[]) => void;
};

export type StationAuthority = Awaited<ReturnType<typeof createAuthority>>;

type Open = { key: CaKey; signer: Signer; stop: () => void };

/**
 * Reads the CAs on record.
 *
 * @throws ca.missing – when the records have no CA
 * @throws ca.damaged – when a certificate cannot be read
 */
export async function createAuthority(options: AuthorityOptions) {
  const { dir, ledger, homes, clock } = options;
  let known = new Map<string, KnownCa>();
  let missing = new Set<string>();
  /** SHA-256 of the keys of all CAs and of the CAs above them. No device may have one of these keys. */
  let caPublicKeys: string[] = [];
  /** The issuing CAs, as issuing needs them. */
  let issuers = new Map<string, Issuer>();
  const open = new Map<string, Open>();
  let lastUseMs = 0;
  let cancelIdle = () => {};

  const reload = async () => {
    const [records, keys, revocations] = await Promise.all([
      ledger.authorities(),
      ledger.authorityKeys(),
      ledger.authorityRevocations(),
    ]);
    known = new Map(records.map((record) => [record.issuerId, knownFrom(record, records, keys, revocations)]));
    const gone = await Promise.all([...known.values()].map(async (ca) => ((await isThere(dir, ca)) ? [] : [ca])));
    missing = new Set(gone.flat().map(({ facts }) => facts.issuerId));
    const ofIssuing = records.filter(({ kind }) => kind === 'issuing');
    issuers = new Map(ofIssuing.map(({ issuerId, certificateDer }) => [issuerId, issuerFrom(certificateDer)]));
    caPublicKeys = [...known.values()].flatMap(({ path }) => path.map(({ spkiSha256 }) => spkiSha256));
    options.onChange();
  };

  const issuerOf = ({ record }: KnownCa): Issuer => {
    const found = issuers.get(record.issuerId);
    if (!found) throw unfit('notIssuing', 'devices are certified by issuing CAs only');
    return found;
  };
  const caOf = (issuerId: string): KnownCa => {
    const found = known.get(issuerId);
    if (!found) throw new StationError('ca.notFound', `this station has no CA ${issuerId}`, { data: { issuerId } });
    return found;
  };
  const issuing = (): KnownCa[] => [...known.values()].filter(({ record }) => record.kind === 'issuing');
  const active = (): KnownCa => {
    const found = issuing().find(({ record }) => record.active);
    if (!found) throw new StationError('ca.missing', 'these records have no active issuing CA');
    return found;
  };

  const keyState = (issuerId: string): KeyState => {
    const { custody } = caOf(issuerId);
    if (custody.kind === 'elsewhere') return 'elsewhere';
    const state = open.get(issuerId)?.key.state();
    if (state === 'ready') return 'unlocked';
    if (state === 'absent') return 'absent';
    return missing.has(issuerId) ? 'missing' : 'locked';
  };

  /** A chain ends with its shortest certificate (RFC 5280 §6.1.3). */
  const isExpired = ({ path }: KnownCa): boolean => {
    const now = clock.now();
    return path.some(({ notBefore, notAfter }) => now < notBefore || now > notAfter);
  };

  const signingState = (ca: KnownCa): SigningState => {
    if (ca.revocation) return 'revoked';
    if (isExpired(ca)) return 'expired';
    const state = keyState(ca.facts.issuerId);
    if (state === 'unlocked') return 'ready';
    return state === 'elsewhere' ? 'missing' : state;
  };

  /** Closes keys that were not used for the set time: at once if it is over, since what is under way would count as a use. */
  const watchIdle = () => {
    cancelIdle();
    const limitMs = options.autoLockMinutes() * 60_000;
    if (limitMs === 0 || open.size === 0) return;
    const leftMs = lastUseMs + limitMs - clock.monotonicMs();
    if (leftMs <= 0) options.onAutoLock(lock());
    else cancelIdle = clock.after(leftMs, watchIdle);
  };

  const stopIdle = () => {
    cancelIdle();
    options.claimKeys?.lock();
  };
  const lockOne = (issuerId: string) => {
    const held = open.get(issuerId);
    if (!held) return;
    open.delete(issuerId);
    held.stop();
    held.key.close();
  };
  const lock = (issuerId?: string): string[] => {
    if (issuerId !== undefined) caOf(issuerId);
    const closing = [...open.keys()].filter((id) => issuerId === undefined || id === issuerId);
    for (const id of closing) lockOne(id);
    if (open.size === 0) stopIdle();
    options.onChange();
    return closing;
  };

  /**
   * Takes an opened key into use.
   *
   * @throws ca.damaged – when the key is not this CA's
   */
  const hold = (issuerId: string, key: CaKey) => {
    const issuer = issuerOf(caOf(issuerId));
    const signer = used(createSigner(key, issuer), () => {
      lastUseMs = clock.monotonicMs();
    });
    lockOne(issuerId);
    open.set(issuerId, { key, signer, stop: key.onState(options.onChange) });
    lastUseMs = clock.monotonicMs();
    watchIdle();
    options.onChange();
  };

  const unlockOne = async (issuerId: string, secret: string) => {
    const ca = caOf(issuerId);
    assertUsable(issuerOf(ca), clock.now());
    const key = await homes.open(ca.custody, secret);
    try {
      hold(issuerId, key);
    } catch (thrown) {
      key.close();
      throw thrown;
    }
    await options.claimKeys?.unlock(secret);
  };

  await reload();

  return {
    reload,
    hold,
    caOf,
    issuing,
    all: (): KnownCa[] => [...known.values()],
    get issuer(): Issuer {
      return issuerOf(active());
    },
    /** The authority for this profile and CA. The defaults are the station's profile and the active CA. */
    current: (profile?: Profile, issuerId?: string): Authority => {
      const ca = issuerId === undefined ? active() : caOf(issuerId);
      const state = signingState(ca);
      return {
        issuer: issuerOf(ca),
        chainDer: ca.chainDer,
        rootDer: ca.rootDer,
        state,
        chainOf: caOf,
        get profile() {
          return profile ?? options.profile();
        },
        organisation: options.organisation,
        caPublicKeys,
        signer: state === 'ready' ? open.get(ca.facts.issuerId)?.signer : undefined,
      };
    },
    /** The state of the active issuing CA. */
    state: (): SigningState => signingState(active()),
    keyState,
    isExpired,
    /**
     * The signer of this CA; the default is the active one.
     *
     * @throws ca.locked, ca.tokenAbsent, ca.missing, ca.expired
     */
    signer(issuerId?: string): Signer {
      const ca = issuerId === undefined ? active() : caOf(issuerId);
      const state = signingState(ca);
      const signer = open.get(ca.facts.issuerId)?.signer;
      if (state !== 'ready' || !signer) throw cannotSign(state);
      return signer;
    },
    /**
     * The signer for this CA's CRL. A revoked CA still signs CRLs, for programs that check only its devices.
     *
     * @throws as `signer`
     */
    crlSigner(issuerId: string): Signer {
      const ca = caOf(issuerId);
      const signer = open.get(issuerId)?.signer;
      if (isExpired(ca)) throw cannotSign('expired');
      if (keyState(issuerId) === 'unlocked' && signer) return signer;
      throw cannotSign(signingState({ ...ca, revocation: null }));
    },
    /**
     * Unlocks this CA alone.
     *
     * @throws as `unlock`
     */
    unlockOne,
    /**
     * Unlocks a CA; the default is the active one. The secret of the active CA's key file is also tried on the other
     * key files, so that their CRLs stay current. Returns the ids of all CAs that it opened.
     *
     * @throws ca.wrongPassphrase, ca.wrongPin, ca.damaged, ca.expired, …
     */
    async unlock(secret: string, issuerId = active().facts.issuerId): Promise<string[]> {
      await unlockOne(issuerId, secret);
      const { record, custody } = caOf(issuerId);
      const opened = [issuerId];
      if (!record.active || custody.kind !== 'file') return opened;
      for (const other of issuing()) {
        const id = other.facts.issuerId;
        if (open.has(id) || other.custody.kind !== 'file' || isExpired(other)) continue;
        await unlockOne(id, secret).then(
          () => opened.push(id),
          () => {},
        );
      }
      return opened;
    },
    /**
     * Locks this CA, or all of them. Returns the ids of the CAs that were open.
     *
     * @throws ca.notFound
     */
    lock,
    /** Call it after the setting was changed. */
    watchIdle,
    /** Adds time that the monotonic clock has not counted, and closes keys that were idle for too long. */
    slept(missedMs: number): void {
      lastUseMs -= missedMs;
      watchIdle();
    },
  };
}

const isThere = async (dir: string, { custody }: KnownCa): Promise<boolean> =>
  custody.kind !== 'file' ||
  access(join(paths(dir).ca, custody.file)).then(
    () => true,
    () => false,
  );
