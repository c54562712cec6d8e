/**
 * Acts on existing CA keys: copies that leave the station, the proof of a copy, removing the key afterwards, and its
 * passphrase.
 */
import { join } from 'node:path';
import { encryptKey, pemOf, proveKey, splitKey, unfit, writeP12 } from '../../ca/index.ts';
import { StationError } from '../../contract/errors.ts';
import type { CheckedParams } from '../../contract/methods.ts';
import { hands } from '../../files/index.ts';
import type { Ledger } from '../../records/index.ts';
import { paths, writeWhole } from '../folder/folder.ts';
import { type By, keyOf, privateKeyOf } from './keyaccess.ts';
import type { KeyHomes } from './keyhomes.ts';
import type { StationAuthority } from './signing.ts';

export type BackupTools = { dir: string; ledger: Ledger; authority: StationAuthority; homes: KeyHomes };

/**
 * The acts on existing CA keys: export, shares, proof, passphrase and removal.
 *
 * @throws `call.badParams`, `ca.inUse`, `ca.notProved`; as `privateKeyOf` and `keyOf`
 */
export function createBackups({ dir, ledger, authority, homes }: BackupTools) {
  return {
    async exportKey(params: CheckedParams<'ca.exportKey'>, { actor, agreement }: By) {
      const { issuerId, access, format, passphrase } = params;
      const ca = authority.caOf(issuerId);
      const privateKey = await privateKeyOf(homes, ca, access);
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
      await ledger.audit({ entry: 'ca.exported', actor, subject: issuerId, data: { format, ...agreement } });
      return {
        fileName: `${friendlyName.replaceAll(/[^A-Za-z0-9]+/g, '-').toLowerCase()}.${format}`,
        content: Buffer.from(bytes).toString('base64'),
      };
    },

    async split(params: CheckedParams<'ca.splitKey'>, { actor, agreement }: By): Promise<string[]> {
      const { issuerId, access, shares: count, threshold } = params;
      if (threshold > count)
        throw new StationError('call.badParams', 'no more shares can be needed than there are', {
          data: { path: 'threshold' },
        });
      const privateKey = await privateKeyOf(homes, authority.caOf(issuerId), access);
      const shares = await splitKey(privateKey, { shares: count, threshold });
      await ledger.audit({
        entry: 'ca.split',
        actor,
        subject: issuerId,
        data: { shares: count, threshold, ...agreement },
      });
      return shares;
    },

    /** The restored key signs a message that has no other use, and the CA's certificate verifies the signature. */
    async prove({ issuerId, access }: CheckedParams<'ca.proveBackup'>, { actor }: By): Promise<void> {
      const ca = authority.caOf(issuerId);
      if (access.kind === 'secret')
        throw new StationError('call.badParams', 'prove the export or the shares, not the key at the station');
      const key = await keyOf(homes, ca, access);
      try {
        await proveKey(key, ca.facts.certificateDer);
      } finally {
        key.close();
      }
      const { spkiSha256 } = ca.facts;
      await ledger.recordBackupProof({ issuerId, spkiSha256, custody: ca.custody, by: access.kind, actor });
      await authority.reload();
    },

    /** The file is replaced in one step. At every moment either the old or the new passphrase opens it. */
    async changePassphrase(params: CheckedParams<'ca.changePassphrase'>, { actor, agreement }: By): Promise<void> {
      const { issuerId, secret, passphrase } = params;
      const ca = authority.caOf(issuerId);
      const { custody } = ca;
      if (custody.kind !== 'file')
        throw unfit('notExportable', "only a key in a file has a passphrase; a PIN is changed by its token's own tool");
      const privateKey = await privateKeyOf(homes, ca, { kind: 'secret', secret });
      await writeWhole(join(paths(dir).ca, custody.file), await encryptKey(privateKey, passphrase), true);
      await ledger.audit({ entry: 'ca.passphraseChanged', actor, subject: issuerId, data: { ...agreement } });
    },

    /** The file goes first. A crash in between leaves a CA whose key is missing, never a forgotten key file. */
    async takeOffline({ issuerId, confirm }: CheckedParams<'ca.takeOffline'>, { actor, agreement }: By): Promise<void> {
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
      await hands.remove(join(paths(dir).ca, custody.file));
      const { spkiSha256 } = facts;
      await ledger.setCustody({ issuerId, spkiSha256, custody: { kind: 'elsewhere' }, actor, agreement });
      await authority.reload();
    },
  };
}
