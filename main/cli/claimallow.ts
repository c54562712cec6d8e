/** `cloud allow-claim`: tells the hook of an account which units a claim may provision. */
import type { Command } from 'commander';
import { type CommonOptions, inStation, print, withRights, withStation } from './command.ts';

export function addClaimAllow(cloud: Command): void {
  withRights(withStation(cloud.command('allow-claim').argument('<claim>', 'its number')))
    .description(
      "tell the account's hook which units have a claim, and how many it may provision; " +
        'again as units come ("target cloudformation --way fleet" has the hook)',
    )
    .action((claim: string, options: CommonOptions) =>
      inStation(options, { ca: false }, async ({ client }) => {
        const made = await client.call('claims.allow', { claimId: Number(claim) });
        print(options, made, () => `claim ${claim}: ${made.units} units are listed; it may provision ${made.maxUnits}`);
        return 0;
      }),
    );
}
