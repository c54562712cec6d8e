/** `ca modules`: the PKCS#11 modules that may be loaded. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { TokenModule } from '../../app/contract/index.ts';
import { type CommonOptions, inStation, print, withRights, withStation } from './command.ts';

export function addModules(ca: Command): void {
  const modules = ca.command('modules').description('the list of PKCS#11 modules that may be loaded');
  withRights(withStation(modules.command('list', { isDefault: true })))
    .description('list the allowed modules, and those found in their usual places')
    .action((options: CommonOptions) =>
      inStation(options, { ca: false }, async ({ client }) => {
        const found = await client.call('ca.modules', {});
        print(options, found, () => found.map(lineOf).join('\n'));
        return 0;
      }),
    );
  withRights(withStation(modules.command('add')))
    .description('allow a module; refused if other users could change the file or a folder above it')
    .argument('<file>', "PKCS#11 module of the token's maker")
    .action((file: string, options: CommonOptions) =>
      inStation(options, { ca: false }, async ({ client }) => {
        const path = resolve(file);
        await client.call('ca.addModule', { path });
        print(options, { path }, () => `${path} may be loaded`);
        return 0;
      }),
    );
  withRights(withStation(modules.command('remove')))
    .description('no longer load a module; CAs whose keys it opens are locked')
    .argument('<file>', 'the file, as "ca modules list" shows it')
    .action((file: string, options: CommonOptions) =>
      inStation(options, { ca: false }, async ({ client }) => {
        const path = resolve(file);
        await client.call('ca.removeModule', { path });
        print(options, { path }, () => `${path} is not loaded any more`);
        return 0;
      }),
    );
}

const lineOf = ({ path, listed, usedBy, problem }: TokenModule): string =>
  [
    listed ? 'LISTED' : 'found ',
    path,
    usedBy.length > 0 ? `opens: ${usedBy.join(', ')}` : '',
    problem ? `NOT LOADED: ${problem.detail}` : '',
  ]
    .filter(Boolean)
    .join('  ');
