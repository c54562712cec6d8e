/** `ca …`: making CAs, having an outside CA certify them, importing them, and choosing the active one. */
import type { Command } from 'commander';
import type { CaKeyType } from '../../app/contract/index.ts';
import { writeOut } from '../../app/station/index.ts';
import { wholeNumber } from '../numbers.ts';
import {
  type AccessOptions,
  accessOf,
  type NewKeyOptions,
  newCustodyOf,
  secretOf,
  withAccess,
  withNewKey,
} from './cakeys.ts';
import { type CommonOptions, inStation, print, withRights, withStation } from './command.ts';
import { bytesFrom, textFrom } from './givenfile.ts';
import { assertEngineer, caOf, requestOf } from './hierarchy.ts';
import { type SecondOptions, secondOf, withSecond } from './secondperson.ts';

type Named = CommonOptions & { name: string };
type Making = Named & NewKeyOptions & SecondOptions & { years: string; activate: boolean };

export function addCeremony(ca: Command): void {
  addMaking(ca);
  addRequests(ca);
}

const yearsOf = (text: string): number => wholeNumber(text, '--years', { from: 1, to: 50 });

function addMaking(ca: Command): void {
  withSecond(withNewKey(withRights(withStation(ca.command('make-root')))))
    .description('make another root CA')
    .requiredOption('--name <name>', 'its common name')
    .option('--years <n>', 'years of validity', '20')
    .action((options: Making) =>
      inStation(options, { ca: false }, async ({ client }) => {
        const made = await client.call('ca.makeRoot', {
          commonName: options.name,
          keyType: options.keyType as CaKeyType,
          years: yearsOf(options.years),
          custody: await newCustodyOf(options),
          ...(await secondOf(options, client)),
        });
        print(options, made, () => `${options.name}: ${made.issuerId}`);
        return 0;
      }),
    );

  withSecond(withAccess(withNewKey(withRights(withStation(ca.command('make-issuing')))), "the parent's"))
    .description('make an issuing CA under a root of this station; it certifies devices from then on')
    .requiredOption('--name <name>', 'its common name')
    .requiredOption('--parent <ca>', 'the root: common name, or the beginning of its id')
    .option('--years <n>', 'years of validity; never longer than its parent', '10')
    .option('--no-activate', 'leave the active CA as it is')
    .action((options: Making & AccessOptions & { parent: string }) =>
      inStation(options, { ca: false }, async ({ client }) => {
        const parent = await caOf(client, options.parent);
        if (options.activate) await assertEngineer(client, { custody: options.keptIn });
        const made = await client.call('ca.makeIssuing', {
          commonName: options.name,
          keyType: options.keyType as CaKeyType,
          years: yearsOf(options.years),
          custody: await newCustodyOf(options),
          parentId: parent.issuerId,
          access: await accessOf(options, parent),
          activate: options.activate,
          ...(await secondOf(options, client)),
        });
        print(options, made, () => `${options.name}: ${made.issuerId}`);
        return 0;
      }),
    );

  withSecond(withRights(withStation(ca.command('import'))))
    .description('import an existing CA: PKCS#12, or PEM with its key and certificate')
    .requiredOption('--file <file>', 'the file')
    .option('--file-passphrase-file <file>', 'the passphrase of the file, if it has one')
    .option('--chain <file>', 'PEM of the CAs above it, if the file leaves them out')
    .option('--key-passphrase-file <file>', 'passphrase for its stored key (default: that of --passphrase-file)')
    .option('--activate', 'certify devices with it from now on')
    .action(
      (
        options: CommonOptions &
          SecondOptions & {
            file: string;
            filePassphraseFile?: string;
            chain?: string;
            keyPassphraseFile?: string;
            activate?: boolean;
          },
      ) =>
        inStation(options, { ca: false }, async ({ client }) => {
          const { filePassphraseFile, chain } = options;
          const made = await client.call('ca.import', {
            content: (await bytesFrom(options.file)).toString('base64'),
            ...(filePassphraseFile ? { filePassphrase: await secretOf(filePassphraseFile, 'passphrase') } : {}),
            ...(chain ? { chain: await textFrom(chain) } : {}),
            passphrase: await secretOf(options.keyPassphraseFile ?? options.passphraseFile, 'passphrase'),
            activate: options.activate ?? false,
            ...(await secondOf(options, client)),
          });
          print(options, made, () => `imported: ${made.issuerId}`);
          return 0;
        }),
    );

  withSecond(withRights(withStation(ca.command('activate'))))
    .description('certify devices with this CA from now on; certificates of other CAs stay good')
    .argument('<ca>', 'common name, or the beginning of its id')
    .action((name: string, options: CommonOptions & SecondOptions) =>
      inStation(options, { ca: false }, async ({ client }) => {
        const ca = await caOf(client, name);
        await assertEngineer(client, ca);
        const { issuerId } = ca;
        const { alone } = await client.call('ca.activate', { issuerId, ...(await secondOf(options, client)) });
        print(options, { issuerId, alone }, () => `active: ${issuerId}`);
        return 0;
      }),
    );
}

function addRequests(ca: Command): void {
  withNewKey(withRights(withStation(ca.command('request'))))
    .description('make the key and the CSR of an issuing CA that an outside CA certifies')
    .requiredOption('--name <name>', 'its common name')
    .option('--out <file>', 'write the CSR there as PEM')
    .action((options: Named & NewKeyOptions & { out?: string }) =>
      inStation(options, { ca: false }, async ({ client }) => {
        const request = await client.call('ca.request', {
          commonName: options.name,
          keyType: options.keyType as CaKeyType,
          custody: await newCustodyOf(options),
        });
        if (options.out) await writeOut(options.out, request.csrPem);
        print(options, request, () => (options.out ? request.requestId : request.csrPem.trimEnd()));
        return 0;
      }),
    );

  withSecond(withRights(withStation(ca.command('complete'))))
    .description('complete a request with its certificate and every CA above it')
    .argument('<request>', 'id of the request, or the beginning of it; see "ca show"')
    .requiredOption('--certificates <file>', 'PEM: the certificate, the CAs above it, the root')
    .option('--no-activate', 'leave the active CA as it is')
    .action((request: string, options: CommonOptions & SecondOptions & { certificates: string; activate: boolean }) =>
      inStation(options, { ca: false }, async ({ client }) => {
        const found = await requestOf(client, request);
        if (options.activate) await assertEngineer(client, found);
        const { requestId } = found;
        const certificates = await textFrom(options.certificates);
        const { activate } = options;
        const second = await secondOf(options, client);
        const made = await client.call('ca.complete', { requestId, certificates, activate, ...second });
        print(options, made, () => `completed: ${made.issuerId}`);
        return 0;
      }),
    );

  withRights(withStation(ca.command('discard')))
    .description('give a request up; its key file is removed')
    .argument('<request>', 'id of the request, or the beginning of it')
    .action((request: string, options: CommonOptions) =>
      inStation(options, { ca: false }, async ({ client }) => {
        const { requestId } = await requestOf(client, request);
        await client.call('ca.discard', { requestId });
        print(options, { requestId }, () => `discarded: ${requestId}`);
        return 0;
      }),
    );
}
