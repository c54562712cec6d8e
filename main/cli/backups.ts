/** `ca …`: copies of a CA's key, the proof of such a copy, and removing the key afterwards. */
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { writeOut } from '../../app/station/index.ts';
import { wholeNumber } from '../numbers.ts';
import { type AccessOptions, accessOf, secretOf, withAccess } from './cakeys.ts';
import { type CommonOptions, inStation, newSecretFrom, print, withRights, withStation } from './command.ts';
import { caOf } from './hierarchy.ts';
import { type SecondOptions, secondOf, withSecond } from './secondperson.ts';

type Acting = CommonOptions & AccessOptions & SecondOptions;

export function addBackups(ca: Command): void {
  withSecond(withAccess(withRights(withStation(ca.command('export'))), 'its'))
    .description('write an encrypted copy of a CA key, with its certificates')
    .argument('<ca>', 'common name, or the beginning of its id')
    .requiredOption('--out <file>', 'the file to write; a name that ends in .p12 makes PKCS#12, any other PEM')
    .requiredOption('--out-passphrase-file <file>', 'passphrase of the copy, at least 12 characters')
    .action((name: string, options: Acting & { out: string; outPassphraseFile: string }) =>
      inStation(options, { ca: false }, async ({ client }) => {
        const ca = await caOf(client, name);
        const { content, alone } = await client.call('ca.exportKey', {
          issuerId: ca.issuerId,
          access: await accessOf(options, ca),
          format: options.out.endsWith('.p12') ? 'p12' : 'pem',
          passphrase: await secretOf(options.outPassphraseFile, 'passphrase', newSecretFrom),
          ...(await secondOf(options, client)),
        });
        await writeOut(options.out, Buffer.from(content, 'base64'), true);
        print(options, { file: options.out, alone }, () => `exported to ${options.out}`);
        return 0;
      }),
    );

  withSecond(withAccess(withRights(withStation(ca.command('split'))), 'its'))
    .description('split a CA key into shares, one file each; --needed of them restore it')
    .argument('<ca>', 'common name, or the beginning of its id')
    .requiredOption('--shares <n>', 'number of shares, 2 to 16')
    .requiredOption('--needed <m>', 'number of shares that restore the key')
    .requiredOption('--out <dir>', 'folder for the files share-1.txt, share-2.txt, …')
    .action((name: string, options: Acting & { shares: string; needed: string; out: string }) =>
      inStation(options, { ca: false }, async ({ client }) => {
        const ca = await caOf(client, name);
        const { shares, alone } = await client.call('ca.splitKey', {
          issuerId: ca.issuerId,
          access: await accessOf(options, ca),
          shares: wholeNumber(options.shares, '--shares'),
          threshold: wholeNumber(options.needed, '--needed'),
          ...(await secondOf(options, client)),
        });
        const files = shares.map((_, index) => join(options.out, `share-${index + 1}.txt`));
        for (const [index, share] of shares.entries()) {
          await writeOut(files[index] ?? '', `${share}\n`, true);
          await chmod(files[index] ?? '', 0o400);
        }
        print(options, { files, needed: Number(options.needed), alone }, () => files.join('\n'));
        return 0;
      }),
    );

  withAccess(withRights(withStation(ca.command('prove'))), 'its')
    .description('restore a CA key from a backup and let it sign once; nothing else is done with it')
    .argument('<ca>', 'common name, or the beginning of its id')
    .action((name: string, options: CommonOptions & AccessOptions) =>
      inStation(options, { ca: false }, async ({ client }) => {
        const ca = await caOf(client, name);
        const { issuerId } = ca;
        await client.call('ca.proveBackup', { issuerId, access: await accessOf(options, ca) });
        print(options, { issuerId, proved: true }, () => 'the backup holds the key of this CA');
        return 0;
      }),
    );

  withSecond(withRights(withStation(ca.command('change-passphrase'))))
    .description('keep the key file of a CA under another passphrase; exports and other CAs keep theirs')
    .argument('<ca>', 'common name, or the beginning of its id')
    .option('--secret-file <file>', 'passphrase that opens it now (default: that of --passphrase-file)')
    .requiredOption('--new-passphrase-file <file>', 'passphrase from now on, at least 12 characters')
    .action(
      (name: string, options: CommonOptions & SecondOptions & { secretFile?: string; newPassphraseFile: string }) =>
        inStation(options, { ca: false }, async ({ client }) => {
          const { issuerId, commonName } = await caOf(client, name);
          const { alone } = await client.call('ca.changePassphrase', {
            issuerId,
            secret: await secretOf(options.secretFile ?? options.passphraseFile, 'passphrase'),
            passphrase: await secretOf(options.newPassphraseFile, 'new passphrase', newSecretFrom),
            ...(await secondOf(options, client)),
          });
          print(options, { issuerId, alone }, () => `${commonName}: the new passphrase opens its key from now on`);
          return 0;
        }),
    );

  withSecond(withRights(withStation(ca.command('take-offline'))))
    .description("remove a CA's key from the station; a backup must have been proved")
    .argument('<ca>', 'common name, or the beginning of its id')
    .requiredOption('--confirm <name>', 'its common name, once more')
    .action((name: string, options: CommonOptions & SecondOptions & { confirm: string }) =>
      inStation(options, { ca: false }, async ({ client }) => {
        const { issuerId } = await caOf(client, name);
        const { confirm } = options;
        const { alone } = await client.call('ca.takeOffline', {
          issuerId,
          confirm,
          ...(await secondOf(options, client)),
        });
        print(options, { issuerId, alone }, () => `the key of ${options.confirm} is no longer at this station`);
        return 0;
      }),
    );
}
