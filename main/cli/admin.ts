/** Commands for people and checks: an engineer's work without a screen. */
import type { Command } from 'commander';
import { type CommonOptions, inStation, print, withRights, withStation } from './command.ts';
import { addOrders } from './orders.ts';
import { addPeople } from './people.ts';
import { addSettings } from './settings.ts';

export function addAdmin(program: Command): void {
  addPeople(program.command('people').description('people who may use the station'));
  addOrders(program.command('orders').alias('order').description('orders: the units to be made'));
  addSettings(program.command('station').description("the station's settings"));

  withRights(withStation(program.command('doctor')))
    .description('run the health checks; each failed check has a remedy')
    .action((options: CommonOptions) =>
      inStation(options, { ca: false }, async ({ client }) => {
        const checks = await client.call('station.doctor', {});
        print(options, checks, () =>
          checks
            .map(
              ({ name, ok, detail, remedy }) =>
                `${ok ? 'ok ' : 'BAD'} ${name}: ${detail}${remedy ? `\n    ${remedy}` : ''}`,
            )
            .join('\n'),
        );
        return checks.every(({ ok }) => ok) ? 0 : 1;
      }),
    );
}
