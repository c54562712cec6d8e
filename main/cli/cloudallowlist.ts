/** `cloud allowlist`: the units that an account lets in by just-in-time registration. */
import type { Command } from 'commander';
import type { AllowListView } from '../../app/contract/model.ts';
import { type CommonOptions, inStation, print, withRights, withStation } from './command.ts';

type Options = CommonOptions & { order?: string; target?: string };

export function addCloudAllowList(cloud: Command): void {
  const list = cloud
    .command('allowlist')
    .description('units that an account lets in when they first connect (just-in-time registration)');
  const acts = [
    ['put', true, 'put the units of an order on the list: those that passed, and from now on those that pass'],
    ['remove', false, 'take the units of an order off the list; devices that are registered stay so'],
  ] as const;
  for (const [name, wanted, description] of acts)
    withRights(withStation(list.command(name)))
      .description(description)
      .requiredOption('--order <id>', 'the order')
      .option('--target <name>', 'in this target (default: the default one)')
      .action((options: Options) =>
        inStation(options, { ca: false, roles: ['engineer'] }, async ({ client, station }) => {
          const { orderId, target } = await client.call('cloud.setAllowList', { ...placeOf(options), wanted });
          await station.parts.allowLists.idle();
          const lists = await client.call('cloud.allowLists', { orderId });
          const now = lists.find((one) => one.target === target)!;
          print(options, now, () => lineOf(now));
          return now.state === 'settled' ? 0 : 3;
        }),
      );
  withStation(list.command('show'))
    .description('the lists of this station, or the units of one with what the account made of each')
    .option('--order <id>', 'the units of this order')
    .option('--target <name>', 'in this target (default: the default one)')
    .action((options: Options) =>
      inStation(options, { ca: false }, async ({ client }) => {
        const lists = await client.call(
          'cloud.allowLists',
          options.order === undefined ? {} : { orderId: options.order },
        );
        const units: Awaited<ReturnType<typeof page>> = [];
        const page = (after: string | undefined) =>
          client.call('cloud.allowedUnits', { ...placeOf(options), ...(after !== undefined && { after }) });
        if (options.order !== undefined && lists.length > 0)
          for (let next = await page(undefined); next.length > 0; next = await page(next.at(-1)?.unitSerial))
            units.push(...next);
        print(
          options,
          options.order === undefined ? lists : { lists, units },
          () =>
            [
              ...lists.map(lineOf),
              ...units.map((one) =>
                `  ${one.unitSerial}  ${one.result ?? 'has not connected'}  ${one.reason ?? ''}`.trimEnd(),
              ),
            ].join('\n') || 'No order is on an allow-list.',
        );
        return 0;
      }),
    );
}

const placeOf = ({ order = '', target }: Options) => ({ orderId: order, ...(target !== undefined && { target }) });

const lineOf = ({ orderId, target, wanted, listed, toList, toGo, state, error }: AllowListView): string =>
  `${orderId} in ${target}: ${wanted ? 'on the list' : 'off the list'}, ${listed} listed, ${toList} to be listed, ${toGo} to be taken off` +
  (state === 'resting' ? ` (waits: ${error?.detail})` : '');
