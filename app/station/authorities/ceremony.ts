/**
 * Makes CAs, takes CAs from elsewhere in, and chooses the active one. Each act writes its files first and is then one
 * commit of the records.
 */
import { join } from 'node:path';
import {
  type CaFacts,
  type CaKey,
  caRequest,
  caSubject,
  chainFrom,
  makeIssuingCertificate,
  makeRootCertificate,
  parseCsr,
  pemOf,
  previewCa,
  readCa,
  readCaFile,
  readKey,
  softwareKey,
  subjectTextOf,
  unfit,
} from '../../ca/index.ts';
import type { Custody } from '../../contract/authority.ts';
import type { Clock } from '../../contract/clock.ts';
import { StationError } from '../../contract/errors.ts';
import type { CheckedParams } from '../../contract/methods.ts';
import { hands } from '../../files/index.ts';
import type { Ledger } from '../../records/index.ts';
import type { ConfigStore } from '../folder/config.ts';
import { paths, writeWhole } from '../folder/folder.ts';
import { type By, keyOf } from './keyaccess.ts';
import { type KeyHomes, keepFile } from './keyhomes.ts';
import { orUndone } from './newkey.ts';
import type { StationAuthority } from './signing.ts';

export type CeremonyTools = {
  dir: string;
  ledger: Ledger;
  authority: StationAuthority;
  homes: KeyHomes;
  config: ConfigStore;
  clock: Clock;
};

/**
 * The acts that make CAs, take them in and choose the active one.
 *
 * @throws each act documents its own errors; `ca.exists`, `ca.notFound`, `ca.unfit` – when the name or the CA does not
 * fit
 */
export function createCeremony({ dir, ledger, authority, homes, config, clock }: CeremonyTools) {
  const name = (commonName: string) => {
    const { organisation, practice } = config.current();
    return { commonName, organisation, practice, now: clock.now() };
  };

  /**
   * Two CAs of the same name mislead programs that build a path (RFC 5280 §4.2.1.1 tells them apart by name and key).
   *
   * @throws `ca.exists`
   */
  const assertNewName = (commonName: string) => {
    const taken = authority.all().some(({ facts }) => facts.commonName === commonName);
    if (taken) throw new StationError('ca.exists', `there is a CA called ${commonName}; choose another name`);
  };

  /** Records the CA, writes it as PEM, and makes it known to the running station. Returns its issuerId. */
  const add = async (params: Parameters<Ledger['addAuthority']>[0]): Promise<string> => {
    const { issuerId } = await ledger.addAuthority(params);
    const file = join(paths(dir).ca, `${issuerId.slice(0, 16)}.crt.pem`);
    await writeWhole(file, pemOf('CERTIFICATE', params.certificateDer));
    await authority.reload();
    return issuerId;
  };

  /** Takes in the root above a CA from elsewhere. It becomes a root of this station, without its key. */
  const addAbove = async (above: readonly Uint8Array[], { actor, agreement }: By): Promise<void> => {
    const rootDer = above.at(-1);
    if (rootDer === undefined) return;
    const { issuerId } = readCa(rootDer);
    if (authority.all().some(({ facts }) => facts.issuerId === issuerId)) return;
    await add({
      certificateDer: rootDer,
      kind: 'root',
      activate: false,
      key: homeOf(rootDer, { kind: 'elsewhere' }),
      actor,
      agreement,
    });
  };

  /**
   * Checks that the CA is new here, and that it is a practice CA exactly when this is the practice line.
   *
   * @throws `ca.exists`; `ca.unfit` – `practice`
   */
  const assertWelcome = ({ issuerId, subjectText, practice }: CaFacts) => {
    if (authority.all().some(({ facts }) => facts.issuerId === issuerId))
      throw new StationError('ca.exists', `${subjectText} is a CA of this station already`, { data: { issuerId } });
    if (practice === config.current().practice) return;
    throw unfit(
      'practice',
      `${subjectText} is ${practice ? 'for practice, and this station is real' : 'real, and this is the practice line'}`,
    );
  };

  /**
   * Checks before a key is made that the certificate is possible.
   *
   * @throws as `previewCa`
   */
  const preview = ({ commonName, keyType, years, parentId }: CheckedParams<'ca.preview'>) => {
    const parent = parentId === null ? null : authority.caOf(parentId).facts;
    return previewCa({ ...name(commonName), keyType, years, parent });
  };

  const isKeyRecorded = async (key: CaKey): Promise<boolean> => {
    const { spkiSha256 } = readKey(key.spkiDer);
    const [keys, requests] = await Promise.all([ledger.authorityKeys(), ledger.authorityRequests()]);
    return [...keys.map((one) => one.spkiSha256), ...requests.map((one) => one.requestId)].includes(spkiSha256);
  };

  return {
    preview,

    async makeRoot(params: CheckedParams<'ca.makeRoot'>, { actor, agreement }: By): Promise<string> {
      const { commonName, keyType, years } = params;
      assertNewName(commonName);
      preview({ commonName, keyType, years, parentId: null });
      const made = await homes.make(params.custody, keyType, commonName);
      return orUndone(made, isKeyRecorded, async ({ custody, key }) => {
        const certificateDer = await makeRootCertificate({ ...name(commonName), years, key });
        const home = homeOf(certificateDer, custody);
        const issuerId = await add({ certificateDer, kind: 'root', activate: false, key: home, actor, agreement });
        key.close();
        return issuerId;
      });
    },

    /** Makes an issuing CA, unlocked. Returns its issuerId. */
    async makeIssuing(params: CheckedParams<'ca.makeIssuing'>, { actor, agreement }: By): Promise<string> {
      const { commonName, keyType, years, parentId, activate } = params;
      assertNewName(commonName);
      const parent = authority.caOf(parentId);
      preview({ commonName, keyType, years, parentId });
      const parentKey = await keyOf(homes, parent, params.access);
      try {
        const made = await homes.make(params.custody, keyType, commonName);
        return await orUndone(made, isKeyRecorded, async ({ custody, key }) => {
          const certificateDer = await makeIssuingCertificate({
            ...name(commonName),
            years,
            spkiDer: key.spkiDer,
            parent: parent.facts,
            parentKey,
            pathLength: 0,
          });
          const chain = parent.path.map((one) => one.certificateDer);
          const home = homeOf(certificateDer, custody);
          const by = { actor, agreement };
          const issuerId = await add({ certificateDer, kind: 'issuing', chain, activate, key: home, ...by });
          authority.hold(issuerId, key);
          return issuerId;
        });
      } finally {
        parentKey.close();
      }
    },

    async request({ commonName, keyType, custody: home }: CheckedParams<'ca.request'>, { actor }: By) {
      assertNewName(commonName);
      const subject = subjectTextOf(caSubject(name(commonName)));
      const made = await homes.make(home, keyType, commonName);
      return orUndone(made, isKeyRecorded, async ({ custody, key }) => {
        const csrDer = await caRequest({ ...name(commonName), key });
        const { spkiSha256: requestId } = readKey(key.spkiDer);
        const requestedAt = clock.now().toISOString();
        const request = { requestId, subject, keyType, custody, csrDer, requestedAt };
        await ledger.recordAuthorityRequest({ ...request, actor });
        key.close();
        return request;
      });
    },

    async complete(
      { requestId, certificates, activate }: CheckedParams<'ca.complete'>,
      { actor, agreement }: By,
    ): Promise<string> {
      const request = (await ledger.authorityRequests()).find((one) => one.requestId === requestId);
      if (!request) throw new StationError('ca.notFound', 'no such request is open', { data: { requestId } });
      const [ca, ...above] = chainFrom(certificates, {
        leafSpkiDer: parseCsr(request.csrDer).spkiDer,
        now: clock.now(),
      });
      if (!ca || above.length === 0) throw unfit('ambiguous', 'the certificate is a root, not that of the request');
      assertWelcome(ca);
      const chain = above.map(({ certificateDer }) => certificateDer);
      await addAbove(chain, { actor, agreement });
      const key = { spkiSha256: requestId, custody: request.custody };
      const by = { actor, agreement };
      return add({ certificateDer: ca.certificateDer, kind: 'issuing', chain, activate, key, requestId, ...by });
    },

    async discard(requestId: string, { actor }: By): Promise<void> {
      const request = (await ledger.authorityRequests()).find((one) => one.requestId === requestId);
      await ledger.discardAuthorityRequest({ requestId, actor });
      if (request?.custody.kind === 'file') await hands.remove(join(paths(dir).ca, request.custody.file));
    },

    async bringIn(params: CheckedParams<'ca.import'>, { actor, agreement }: By): Promise<string> {
      const { privateKey, certificates } = await readCaFile(bytesOf(params.content), params.filePassphrase);
      const { spkiDer } = softwareKey(privateKey);
      const { spkiSha256 } = readKey(spkiDer);
      const text = [...certificates.map((der) => pemOf('CERTIFICATE', der)), params.chain].join('\n');
      const [ca, ...above] = chainFrom(text, { leafSpkiDer: spkiDer, now: clock.now() });
      if (!ca) throw unfit('noRoot', 'the file holds no certificate of its key');
      assertWelcome(ca);
      const { certificateDer, issuerId } = ca;
      const chain = above.map((one) => one.certificateDer);
      const kept = await keepFile(dir, privateKey, params.passphrase);
      // The key may already belong to another certificate. Only this CA on record counts.
      const isRecorded = async () => (await ledger.authorities()).some((one) => one.issuerId === issuerId);
      return orUndone(kept, isRecorded, async ({ custody }) => {
        const key = { spkiSha256, custody };
        const by = { actor, agreement };
        if (chain.length === 0) return add({ certificateDer, kind: 'root', activate: false, key, ...by });
        await addAbove(chain, by);
        return add({ certificateDer, kind: 'issuing', chain, activate: params.activate, key, ...by });
      });
    },

    async activate(issuerId: string, { actor, agreement }: By): Promise<void> {
      const ca = authority.caOf(issuerId);
      if (ca.record.kind !== 'issuing') throw unfit('notIssuing', 'a root certifies no devices here');
      if (ca.revocation) throw new StationError('ca.revoked', 'this CA is revoked: it issues nothing any more');
      if (authority.isExpired(ca)) throw new StationError('ca.expired', 'this CA, or one above it, has expired');
      if (ca.custody.kind === 'elsewhere') throw new StationError('ca.missing', 'its key is not at this station');
      await ledger.activateAuthority({ issuerId, actor, agreement });
      await authority.reload();
    },
  };
}

const homeOf = (certificateDer: Uint8Array, custody: Custody) => ({
  spkiSha256: readCa(certificateDer).spkiSha256,
  custody,
});

const bytesOf = (base64: string): Uint8Array => new Uint8Array(Buffer.from(base64, 'base64'));
