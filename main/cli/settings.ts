import type { Command } from 'commander';
import { StationError } from '../../app/contract/errors.ts';
import { cloudTarget } from '../../app/contract/model.ts';
import { type CommonOptions, inStation, print, withRights, withStation } from './session.ts';

type SetOptions = CommonOptions & {
  endpoint?: string;
  region?: string;
  bucket?: string;
  roleArn?: string;
  policy?: string[];
};

/** What the Station screen sets, without a screen. */
export function addSettings(station: Command): void {
  withRights(withStation(station.command('set')))
    .description('change settings; what is not named stays as it is')
    .option('--endpoint <host>', 'host the units connect to')
    .option('--region <region>', 'of AWS')
    .option('--bucket <bucket>', 'for batch files')
    .option('--role-arn <arn>', 'the role AWS IoT assumes to read the file and register')
    .option('--policy <name...>', 'IoT policies to attach to each certificate')
    .action((options: SetOptions) =>
      inStation(options, { ca: false }, async ({ station, client }) => {
        const { endpoint, region, bucket, roleArn, policy } = options;
        const given = Object.fromEntries(
          Object.entries({ region, bucket, roleArn, policyNames: policy }).filter(([, value]) => value !== undefined),
        );
        const before = station.parts.config.current().cloud;
        const target = cloudTarget.safeParse({ policyNames: [], ...before, ...given });
        const changesCloud = Object.keys(given).length > 0;
        if (changesCloud && !target.success) {
          const [first] = target.error.issues;
          throw new StationError('call.badParams', `AWS target, ${first?.path.join('.')}: ${first?.message}`);
        }
        await client.call('station.configure', {
          ...(endpoint === undefined ? {} : { device: { endpoint } }),
          ...(changesCloud && target.success ? { cloud: target.data } : {}),
        });
        const { cloud, device, slots } = await client.call('station.status', {});
        print(options, { cloud: cloud ?? null, device, slots }, () =>
          JSON.stringify({ cloud: cloud ?? null, device }, null, 2),
        );
        return 0;
      }),
    );
}
