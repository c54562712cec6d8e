/** `plant key`, `pin`, `publish` and `published`: what the plant says to all its stations, signed by who keeps it. */
import type { KeyObject } from 'node:crypto';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { z } from 'zod';
import { decryptKey, encryptKey } from '../../app/ca/index.ts';
import { StationError } from '../../app/contract/errors.ts';
import { badge, plantDocumentKind } from '../../app/contract/model.ts';
import {
  assertPublishedBy,
  keyOfPlant,
  newPlantKey,
  type Published,
  plantKeyId,
  publicBytes,
  publicPem,
  readPublicKey,
  setPlantKey,
  viewPublished,
} from '../../app/plant/index.ts';
import { hashPin } from '../../app/records/index.ts';
import { assertFirstPin, writeOut } from '../../app/station/index.ts';
import { askSecret, conclude, print, readStation, secretFrom } from './command.ts';
import { textFrom } from './givenfile.ts';
import { inPlant, type PlantOptions, valid, withUrl } from './inplant.ts';
import { approvedAt } from './plantapproved.ts';
import { publishFiles, publishTexts } from './plantitems.ts';

const refused = (detail: string) => new StationError('call.badParams', detail);

type KeyOptions = { passphraseFile?: string };

const passphraseOf = async ({ passphraseFile }: KeyOptions, question: string): Promise<string> => {
  const given = passphraseFile ? await secretFrom(passphraseFile, 'passphrase') : await askSecret(question);
  if (given === undefined) throw refused('give --passphrase-file');
  return given;
};

const withKeyPassphrase = (command: Command): Command =>
  command.option(
    '--passphrase-file <file>',
    "file holding the passphrase of the plant's key; without it you are asked",
  );

type PublishOptions = PlantOptions &
  KeyOptions & { key: string; without?: string[]; recipe?: string[]; profile?: string[]; data?: string };

const keyFrom = async (options: PublishOptions): Promise<KeyObject> =>
  decryptKey(await textFrom(options.key), await passphraseOf(options, 'Passphrase of the key: '));

const lineOf = ({ kind, version, items, keyId }: Published): string =>
  `${kind} ${version} with ${items} items, signed with the key ${keyId}`;

/** Adds what who keeps the plant publishes. */
export function addPublishing(plant: Command): void {
  withKeyPassphrase(withUrl(plant.command('key')))
    .description(
      'make the key that signs what the plant publishes; it stays in a file, and the plant gets its public half',
    )
    .requiredOption('--out <file>', 'the encrypted private key; the public key is written beside it, as FILE.pub')
    .option('--again', 'the plant gets another key: each station has to join with it')
    .option(
      '--former <file>',
      'the public key that the plant had: what it signed is signed again with the new one (without it nothing stays published)',
    )
    .action((options: PlantOptions & KeyOptions & { out: string; again?: boolean; former?: string }) =>
      inPlant(options, async (sql) => {
        const [file, publicFile] = [resolve(options.out), `${resolve(options.out)}.pub`];
        if ((await keyOfPlant(sql)) !== null && !options.again)
          throw refused('the plant has a key, which its stations trust; --again gives it another, and they join again');
        if (existsSync(file)) throw refused(`${file} is there already; a key is never written over`);
        const former = options.former ? readPublicKey(await textFrom(options.former)) : undefined;
        if (former) await assertPublishedBy(sql, former);
        const passphrase = await passphraseOf(options, 'A passphrase for the key (it cannot be recovered): ');
        const key = newPlantKey();
        const publicKey = publicBytes(key);
        await writeOut(file, await encryptKey(key, passphrase), true);
        await writeOut(publicFile, publicPem(publicKey));
        const kinds = await setPlantKey(sql, { key, former, now: new Date() });
        const keyId = plantKeyId(publicKey);
        print(options, { keyId, file, publicFile, signedAgain: kinds }, () =>
          [
            `key ${keyId}`,
            `${file} signs; stations join with ${publicFile}`,
            ...(kinds.length > 0 ? [`signed again: ${kinds.join(', ')}`] : []),
            ...(options.again && kinds.length === 0 ? ['nothing is published now: publish everything once more'] : []),
          ].join('\n'),
        );
      }),
    );

  plant
    .command('pin')
    .argument('<badge>', "the person's badge")
    .description('a person chooses a PIN for all stations: writes by what it is proved, and never the PIN')
    .requiredOption('--out <file>', 'the file for who keeps the plant')
    .option('--pin-file <file>', 'file holding the PIN; without it you are asked')
    .option('--json', 'print one JSON value on stdout and nothing else there')
    .action((given: string, options: { out: string; pinFile?: string; json?: boolean }) =>
      conclude(options, async () => {
        const of = valid(z.object({ badge }), { badge: given });
        const pin = (options.pinFile ? await secretFrom(options.pinFile, 'PIN') : await askSecret('PIN: ')) ?? '';
        assertFirstPin(pin, of.badge);
        const { pinSalt, pinHash, pinN: n, pinR: r, pinP: p } = await hashPin(pin);
        const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
        const file = resolve(options.out);
        const verifier = { salt: text(pinSalt), hash: text(pinHash), n, r, p };
        await writeOut(file, `${JSON.stringify({ ...of, verifier })}\n`, true);
        print(options, { ...of, file }, () => `${file} proves the PIN of ${of.badge}; give it to who keeps the plant`);
        return 0;
      }),
    );

  withKeyPassphrase(withUrl(plant.command('publish').argument('[kind]', 'profiles, recipes, people or revocations')))
    .argument('[files...]', 'JSON: a profile or a recipe each; lists of people; lists of revocations')
    .description(
      'add to what counts at all stations, or replace it by its name or badge; sign all of it, and publish it',
    )
    .requiredOption('--key <file>', 'the file of "plant key"')
    .option('--without <name...>', 'what counts no more: names, or badges; no revocation is taken back')
    .option(
      '--recipe <name...>',
      'in place of kind and files: recipes in use at a station, as NAME or NAME@VERSION, each with its profile',
    )
    .option('--profile <name...>', 'profiles of that station, as they are there')
    .option('--data <dir>', "that station's data folder")
    .addHelpText(
      'after',
      `
Examples:
  birthmark plant publish recipes line.json --key plant.key --url-file admin.url
  birthmark plant publish --recipe line@3 --data STATION --key plant.key --url-file admin.url
  birthmark plant publish recipes --without line --key plant.key --url-file admin.url`,
    )
    .action((kind: string | undefined, files: string[], options: PublishOptions) =>
      inPlant(options, async (sql) => {
        const { recipe: recipes = [], profile: profiles = [], without = [] } = options;
        const isFromStation = recipes.length + profiles.length > 0;
        if (isFromStation && (kind !== undefined || without.length > 0))
          throw refused('give a kind with files or --without, or --recipe and --profile of a station; not both');
        if (isFromStation) {
          const approved = await readStation(options.data, (client) => approvedAt(client, { recipes, profiles }));
          const key = await keyFrom(options);
          const published: Published[] = [];
          for (const named of ['profiles', 'recipes'] as const)
            if (approved[named].length > 0) published.push(await publishTexts(named, approved[named], { sql, key }));
          print(options, { published, from: approved.from }, () => published.map(lineOf).join('\n'));
          return;
        }
        const of = valid(z.object({ kind: plantDocumentKind }), { kind }).kind;
        if (files.length + without.length === 0) throw refused('give files, or --without and what counts no more');
        const published = await publishFiles(of, { files, without, sql, key: await keyFrom(options) });
        const { unknown = [] } = published;
        print(options, published, () =>
          [
            lineOf(published),
            ...unknown.map((serial) => `no station has shipped ${serial}: compare it; it counts as soon as one does`),
          ].join('\n'),
        );
      }),
    );

  withUrl(plant.command('published'))
    .description('what is published, and what each station has of it')
    .action((options: PlantOptions) =>
      inPlant(options, async (sql) => {
        const view = await viewPublished(sql);
        print(options, view, () =>
          view
            .flatMap(({ kind, version, publishedAt, stations }) => [
              version === 0 ? `${kind}: nothing` : `${kind} ${version}, published ${publishedAt}`,
              ...stations.map(
                ({ station, version: has, problem }) =>
                  `  ${station} has ${has}${problem === null ? '' : `, and takes no later one: ${problem}`}`,
              ),
            ])
            .join('\n'),
        );
      }),
    );
}
