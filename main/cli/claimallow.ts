/** `cloud allow-claim`: tells the hook of an account which units a claim may provision. */
import type { Command } from 'commander';
import { wholeNumber } from '../numbers.ts';
import { type CommonOptions, inStation, print, withRights, withStation } from './command.ts';

export function addClaimAllow(cloud: Command): void {
  withRights(withStation(cloud.command('allow-claim').argument('<claim>', 'its number')))
    .description(
      "tell the account's hook now how many units a claim may provision, and which; " +
        'the station does so by itself where the template has its hook ("target cloudformation --way fleet")',
    )
    .option('--max-units <count>', 'a limit by hand; "order" goes back to the quantity of its order')
    .action((claim: string, options: CommonOptions & { maxUnits?: string }) =>
      inStation(options, { ca: false }, async ({ client }) => {
        const { maxUnits: given } = options;
        const limitOf = (text: string) => (text === 'order' ? null : wholeNumber(text, '--max-units'));
        const limit = given === undefined ? {} : { maxUnits: limitOf(given) };
        const made = await client.call('claims.allow', { claimId: wholeNumber(claim, 'claim'), ...limit });
        print(options, made, () => `claim ${claim}: ${made.units} units are listed; it may provision ${made.maxUnits}`);
        return 0;
      }),
    );
}
