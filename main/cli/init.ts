import { resolve } from 'node:path';
import type { Command } from 'commander';
import { StationError } from '../../app/contract/errors.ts';
import { assertFirstPin, defaultOrder, initStation, paths } from '../../app/station/index.ts';
import { dataFolder } from '../datafolders.ts';
import { assertFolder, initTools } from '../openstation.ts';
import { askSecret, type CommonOptions, conclude, newSecretFrom, note, print } from './command.ts';

type InitOptions = CommonOptions & {
  name: string;
  organisation?: string;
  practice?: boolean;
  engineerName?: string;
  endpoint: string;
};

export function addInit(program: Command): void {
  program
    .command('init')
    .description('make a new station: its CA, its records and, if you give one, its first engineer')
    .requiredOption('--name <name>', "the station's name; it becomes part of the CA's subjects")
    .option('--data <dir>', 'an empty or new folder')
    .option('--organisation <name>', 'O in the certificates (default: the name)')
    .option('--passphrase-file <file>', 'file holding the passphrase for the CA, at least 12 characters')
    .option('--badge <badge>', 'badge of the first engineer')
    .option('--engineer-name <name>', 'name of the first engineer')
    .option('--pin-file <file>', "file holding the first engineer's PIN, six digits or more; without it you are asked")
    .option('--endpoint <host>', 'host the devices connect to', '')
    .option('--practice', 'mark everything this station makes as PRACTICE')
    .option('--json', 'print one JSON value on stdout')
    .action((options: InitOptions) => conclude(options, () => init(options)));
}

async function init(options: InitOptions): Promise<undefined> {
  const dir = resolve(options.data ?? dataFolder('real'));
  await assertFolder(dir, { quiet: false });
  const passphrase = options.passphraseFile
    ? await newSecretFrom(options.passphraseFile, 'passphrase')
    : await askSecret('A passphrase for the CA (it cannot be recovered): ');
  if (passphrase === undefined) throw new StationError('call.badParams', 'give --passphrase-file');
  const { config } = await initStation(
    dir,
    {
      name: options.name,
      organisation: options.organisation ?? options.name,
      passphrase,
      practice: options.practice ?? false,
      people: await firstEngineer(options),
      slots: [],
      cloud: null,
      device: { endpoint: options.endpoint },
      order: defaultOrder,
      actor: 'init',
    },
    initTools,
  );
  if (options.endpoint === '' && !options.practice) {
    note(
      'Units do not know a host to connect to: set it with "birthmark station set --endpoint HOST" before making any.',
    );
  }
  const { rootCertificate, issuingCertificate } = paths(dir);
  const result = { stationId: config.stationId, rootCertificate, issuingCertificate };
  print(
    options,
    result,
    () => `A station was made in ${dir}.\nRoot certificate: ${rootCertificate}\nIssuing CA: ${issuingCertificate}`,
  );
}

async function firstEngineer(options: InitOptions) {
  if (!options.badge) return [];
  const pin = options.pinFile
    ? await newSecretFrom(options.pinFile, 'PIN')
    : await askSecret(`A PIN for ${options.badge}, six digits or more: `);
  if (pin === undefined) throw new StationError('call.badParams', '--badge needs --pin-file: there is no usual PIN');
  assertFirstPin(pin, options.badge);
  return [{ name: options.engineerName ?? options.badge, badge: options.badge, pin, role: 'engineer' as const }];
}
