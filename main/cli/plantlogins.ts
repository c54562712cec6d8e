/** `plant admit` and `plant dismiss`: who may come into the plant. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { StationError } from '../../app/contract/errors.ts';
import {
  addressFor,
  admitAgain,
  admitLogin,
  dismissStation,
  keyOfPlant,
  plantKeyId,
  readPublicKey,
} from '../../app/plant/index.ts';
import { writeOut } from '../../app/station/index.ts';
import { print } from './command.ts';
import { textFrom } from './givenfile.ts';
import { inPlant, type PlantOptions, withUrl } from './inplant.ts';

type Admitting = { out: string; reader?: boolean; again?: boolean; key?: string };

export function addLogins(plant: Command): void {
  withUrl(plant.command('admit').argument('<login>', 'small letters, digits and _'))
    .description("make a login for a station, and write the file with which it joins; or a reader's")
    .requiredOption('--out <file>', 'the file for that station; only its owner can read it')
    .option('--reader', 'a login that reads all and writes nothing')
    .option('--again', 'a station that was admitted before: its file was lost, or it was dismissed')
    .option(
      '--key <file>',
      'the public key that the station is to trust (default: the one that the plant says is its own)',
    )
    .action((login: string, options: PlantOptions & Admitting) =>
      inPlant(options, async (sql, url) => {
        if (options.again && options.reader)
          throw new StationError('call.badParams', '--again is for stations: make another reader');
        const password = options.again
          ? await admitAgain(sql, login)
          : await admitLogin(sql, login, options.reader ? 'reader' : 'station');
        const file = resolve(options.out);
        const key = options.key ? readPublicKey(await textFrom(options.key)) : await keyOfPlant(sql);
        const trusted = options.reader || key === null ? '' : `#key=${Buffer.from(key).toString('base64url')}`;
        await writeOut(file, `${addressFor(url, login, password)}${trusted}\n`, true);
        const keyId = trusted === '' ? null : plantKeyId(key!);
        print(options, { login, file, keyId }, () =>
          [
            `${login} may come in with ${file}; carry it there, then remove it`,
            ...(keyId === null ? [] : [`it will trust what the key ${keyId} signs`]),
          ].join('\n'),
        );
      }),
    );

  withUrl(plant.command('dismiss').argument('<login>', 'the login of a station'))
    .description('let a station in no more, e.g. one that is broken or lost; what it shipped stays')
    .action((login: string, options: PlantOptions) =>
      inPlant(options, async (sql) => {
        await dismissStation(sql, login);
        print(options, { login }, () => `${login} comes in no more; "plant admit ${login} --again" lets it in`);
      }),
    );
}
