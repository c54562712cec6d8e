/** Making, bringing in, backing up and putting away CAs. Each act is one commit of the records, after its files. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type CaFacts,
  type CaKey,
  caRequest,
  caSubject,
  chainFrom,
  encryptKey,
  joinShares,
  makeIssuingCertificate,
  makeRootCertificate,
  parseCsr,
  pemOf,
  proveKey,
  readCa,
  readCaFile,
  readKey,
  softwareKey,
  splitKey,
  subjectTextOf,
  unfit,
  writeP12,
} from '../ca/index.ts';
import type { Custody, KeyAccess } from '../contract/authority.ts';
import type { Clock } from '../contract/clock.ts';
import { StationError } from '../contract/errors.ts';
import type { CheckedParams } from '../contract/methods.ts';
import type { Ledger } from '../records/index.ts';
import type { KnownCa, StationAuthority } from './authority.ts';
import type { ConfigStore } from './config.ts';
import { paths, writeWhole } from './folder.ts';
import { type KeyHomes, keepFile } from './keyhomes.ts';

export type CeremonyTools = {
  dir: string;
  ledger: Ledger;
  authority: StationAuthority;
  homes: KeyHomes;
  config: ConfigStore;
  clock: Clock;
};

type KeyObject = Parameters<typeof softwareKey>[0];
type By = { actor: string };

export type Ceremony = ReturnType<typeof createCeremony>;

export function createCeremony({ dir, ledger, authority, homes, config, clock }: CeremonyTools) {
  const name = (commonName: string) => {
    const { organisation, practice } = config.current();
    return { commonName, organisation, practice, now: clock.now() };
  };

  /** Two CAs of one name lead whoever builds a path astray (RFC 5280 §4.2.1.1 knows them by name and key). */
  const assertNewName = (commonName: string) => {
    const taken = authority.all().some(({ facts }) => facts.commonName === commonName);
    if (taken) throw new StationError('ca.exists', `there is a CA called ${commonName}; choose another name`);
  };

  /** A key that can leave its home, for one act. */
  const privateKeyOf = async ({ custody, facts }: KnownCa, access: KeyAccess): Promise<KeyObject> => {
    const key = await (async () => {
      switch (access.kind) {
        case 'shares':
          return joinShares(access.shares);
        case 'export':
          return (await readCaFile(bytesOf(access.content), access.passphrase)).privateKey;
        case 'secret':
          if (custody.kind === 'file') return homes.privateKey(custody, access.secret);
          if (custody.kind === 'elsewhere')
            throw new StationError('ca.missing', 'the key of this CA is not at the station: give a backup of it');
          throw unfit('notExportable', 'the key never leaves its token or KMS');
      }
    })();
    if (readKey(softwareKey(key).spkiDer).spkiSha256 === facts.spkiSha256) return key;
    throw unfit('otherKey', "this is another CA's key");
  };

  /** A key that signs, for one act; whoever gets it closes it. */
  const keyOf = async (ca: KnownCa, access: KeyAccess): Promise<CaKey> =>
    access.kind === 'secret' ? homes.open(ca.custody, access.secret) : softwareKey(await privateKeyOf(ca, access));

  /** On record, beside it as PEM, and known to the station from now on. */
  const add = async (params: Parameters<Ledger['addIssuer']>[0]): Promise<string> => {
    const { issuerId } = await ledger.addIssuer(params);
    const file = join(paths(dir).ca, `${issuerId.slice(0, 16)}.crt.pem`);
    await writeWhole(file, pemOf('CERTIFICATE', params.certificateDer));
    await authority.reload();
    return issuerId;
  };

  /** What stands above a CA from elsewhere: its root becomes one of this station's, without its key. */
  const addAbove = async (above: readonly Uint8Array[], { actor }: By): Promise<void> => {
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
    });
  };

  /** Not here yet, and for practice where the station is, and only there. */
  const assertWelcome = ({ issuerId, subjectText, practice }: CaFacts) => {
    if (authority.all().some(({ facts }) => facts.issuerId === issuerId))
      throw new StationError('ca.exists', `${subjectText} is a CA of this station already`, { data: { issuerId } });
    if (practice === config.current().practice) return;
    throw unfit(
      'practice',
      `${subjectText} is ${practice ? 'for practice, and this station is real' : 'real, and this is the practice line'}`,
    );
  };

  return {
    async makeRoot(params: CheckedParams<'ca.makeRoot'>, { actor }: By): Promise<string> {
      const { commonName, keyType, years } = params;
      assertNewName(commonName);
      const { custody, key } = await homes.make(params.custody, keyType, commonName);
      try {
        const certificateDer = await makeRootCertificate({ ...name(commonName), years, key });
        return await add({
          certificateDer,
          kind: 'root',
          activate: false,
          key: homeOf(certificateDer, custody),
          actor,
        });
      } finally {
        key.close();
      }
    },

    /** The new CA is unlocked. */
    async makeIssuing(params: CheckedParams<'ca.makeIssuing'>, { actor }: By): Promise<string> {
      const { commonName, keyType, years, parentId, activate } = params;
      assertNewName(commonName);
      const parent = authority.caOf(parentId);
      const parentKey = await keyOf(parent, params.access);
      try {
        const { custody, key } = await homes.make(params.custody, keyType, commonName);
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
        const issuerId = await add({ certificateDer, kind: 'issuing', chain, activate, key: home, actor });
        authority.hold(issuerId, key);
        return issuerId;
      } finally {
        parentKey.close();
      }
    },

    async request({ commonName, keyType, custody: home }: CheckedParams<'ca.request'>, { actor }: By) {
      assertNewName(commonName);
      const { custody, key } = await homes.make(home, keyType, commonName);
      try {
        const csrDer = await caRequest({ ...name(commonName), key });
        const subject = subjectTextOf(caSubject(name(commonName)));
        const { spkiSha256: requestId } = readKey(key.spkiDer);
        const requestedAt = clock.now().toISOString();
        const request = { requestId, subject, keyType, custody, csrDer, requestedAt };
        await ledger.recordCaRequest({ ...request, actor });
        return request;
      } finally {
        key.close();
      }
    },

    async complete(
      { requestId, certificates, activate }: CheckedParams<'ca.complete'>,
      { actor }: By,
    ): Promise<string> {
      const request = (await ledger.caRequests()).find((one) => one.requestId === requestId);
      if (!request) throw new StationError('ca.notFound', 'no such request is open', { data: { requestId } });
      const [ca, ...above] = chainFrom(certificates, {
        leafSpkiDer: parseCsr(request.csrDer).spkiDer,
        now: clock.now(),
      });
      if (!ca || above.length === 0) throw unfit('ambiguous', 'the certificate is a root, not that of the request');
      assertWelcome(ca);
      const chain = above.map(({ certificateDer }) => certificateDer);
      await addAbove(chain, { actor });
      const key = { spkiSha256: requestId, custody: request.custody };
      return add({ certificateDer: ca.certificateDer, kind: 'issuing', chain, activate, key, requestId, actor });
    },

    async discard(requestId: string, { actor }: By): Promise<void> {
      const request = (await ledger.caRequests()).find((one) => one.requestId === requestId);
      await ledger.discardCaRequest({ requestId, actor });
      if (request?.custody.kind === 'file') await rm(join(paths(dir).ca, request.custody.file), { force: true });
    },

    async bringIn(params: CheckedParams<'ca.import'>, { actor }: By): Promise<string> {
      const { privateKey, certificates } = await readCaFile(bytesOf(params.content), params.filePassphrase);
      const { spkiDer } = softwareKey(privateKey);
      const { spkiSha256 } = readKey(spkiDer);
      const text = [...certificates.map((der) => pemOf('CERTIFICATE', der)), params.chain].join('\n');
      const [ca, ...above] = chainFrom(text, { leafSpkiDer: spkiDer, now: clock.now() });
      if (!ca) throw unfit('noRoot', 'the file holds no certificate of its key');
      assertWelcome(ca);
      const custody = await keepFile(dir, privateKey, params.passphrase);
      const key = { spkiSha256, custody };
      const { certificateDer } = ca;
      const chain = above.map((one) => one.certificateDer);
      if (chain.length === 0) return add({ certificateDer, kind: 'root', activate: false, key, actor });
      await addAbove(chain, { actor });
      return add({ certificateDer, kind: 'issuing', chain, activate: params.activate, key, actor });
    },

    async activate(issuerId: string, { actor }: By): Promise<void> {
      const ca = authority.caOf(issuerId);
      if (ca.record.kind !== 'issuing') throw unfit('notIssuing', 'a root certifies no devices here');
      if (authority.isExpired(ca)) throw new StationError('ca.expired', 'this CA, or one above it, has expired');
      if (ca.custody.kind === 'elsewhere') throw new StationError('ca.missing', 'its key is not at this station');
      await ledger.activateIssuer({ issuerId, actor });
      await authority.reload();
    },

    async exportKey(params: CheckedParams<'ca.exportKey'>, { actor }: By) {
      const { issuerId, access, format, passphrase } = params;
      const ca = authority.caOf(issuerId);
      const privateKey = await privateKeyOf(ca, access);
      const certificates = ca.path.map((one) => one.certificateDer);
      const friendlyName = ca.facts.commonName;
      const bytes =
        format === 'p12'
          ? await writeP12({ privateKey, certificates, passphrase, friendlyName })
          : Buffer.from(
              [await encryptKey(privateKey, passphrase), ...certificates.map((der) => pemOf('CERTIFICATE', der))].join(
                '',
              ),
            );
      await ledger.audit({ entry: 'ca.exported', actor, subject: issuerId, data: { format } });
      return {
        fileName: `${friendlyName.replaceAll(/[^A-Za-z0-9]+/g, '-').toLowerCase()}.${format}`,
        content: Buffer.from(bytes).toString('base64'),
      };
    },

    async split(params: CheckedParams<'ca.splitKey'>, { actor }: By): Promise<string[]> {
      const { issuerId, access, shares: count, threshold } = params;
      if (threshold > count)
        throw new StationError('call.badParams', 'no more shares can be needed than there are', {
          data: { path: 'threshold' },
        });
      const privateKey = await privateKeyOf(authority.caOf(issuerId), access);
      const shares = await splitKey(privateKey, { shares: count, threshold });
      await ledger.audit({ entry: 'ca.split', actor, subject: issuerId, data: { shares: count, threshold } });
      return shares;
    },

    /** The restored key signs a message that is nothing else, and the CA's certificate verifies it. */
    async prove({ issuerId, access }: CheckedParams<'ca.proveBackup'>, { actor }: By): Promise<void> {
      const ca = authority.caOf(issuerId);
      if (access.kind === 'secret')
        throw new StationError('call.badParams', 'prove the export or the shares, not the key at the station');
      const key = await keyOf(ca, access);
      try {
        await proveKey(key, ca.facts.certificateDer);
      } finally {
        key.close();
      }
      const { spkiSha256 } = ca.facts;
      await ledger.recordBackupProof({ issuerId, spkiSha256, custody: ca.custody, by: access.kind, actor });
      await authority.reload();
    },

    /** The file first: a crash in between leaves a CA whose key is missing, not a key nobody knows of. */
    async takeOffline({ issuerId, confirm }: CheckedParams<'ca.takeOffline'>, { actor }: By): Promise<void> {
      const ca = authority.caOf(issuerId);
      const { custody, record, facts, backupProvedAt } = ca;
      if (confirm !== facts.commonName)
        throw new StationError('call.badParams', 'type the common name of the CA exactly', {
          data: { path: 'confirm' },
        });
      if (record.kind === 'issuing' && record.active)
        throw new StationError('ca.inUse', 'devices are certified by this CA: activate another one first');
      if (custody.kind !== 'file') throw unfit('notExportable', 'only a key in a file can be taken away from here');
      if (backupProvedAt === null)
        throw new StationError('ca.notProved', 'no export and no split of this key was proved: it would be lost');
      authority.lock(issuerId);
      await rm(join(paths(dir).ca, custody.file), { force: true });
      await ledger.setCustody({ issuerId, spkiSha256: facts.spkiSha256, custody: { kind: 'elsewhere' }, actor });
      await authority.reload();
    },
  };
}

const homeOf = (certificateDer: Uint8Array, custody: Custody) => ({
  spkiSha256: readCa(certificateDer).spkiSha256,
  custody,
});

const bytesOf = (base64: string): Uint8Array => new Uint8Array(Buffer.from(base64, 'base64'));
