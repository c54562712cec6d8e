import type { Command } from 'commander';
import { StationError } from '../../app/contract/errors.ts';
import { checkPolicy, simulatePolicy } from '../../app/iot/index.ts';
import { conclude, print } from './command.ts';
import { isStrings, jsonFrom } from './jsonfile.ts';

type Options = { json?: boolean };
type SimulateOptions = Options & { action: string; resource: string; context?: string };

export function addPolicy(program: Command): void {
  const policy = program.command('policy').description('AWS IoT policies');

  policy
    .command('check')
    .description('list the faults that AWS IoT would refuse in a policy')
    .argument('<file>', 'the policy, JSON')
    .option('--json', 'print one JSON value on stdout')
    .action((file: string, options: Options) =>
      conclude(options, async () => {
        const problems = checkPolicy(await jsonFrom(file));
        const ok = problems.length === 0;
        print(options, { ok, problems }, () =>
          ok ? 'ok' : problems.map(({ path, message }) => `${path || '(policy)'}: ${message}`).join('\n'),
        );
        return ok ? 0 : 1;
      }),
    );

  policy
    .command('simulate')
    .description('tell whether a policy allows one request')
    .argument('<file>', 'the policy, JSON')
    .requiredOption('--action <action>', 'e.g. iot:Publish')
    .requiredOption('--resource <arn>', 'the resource of the request')
    .option('--context <file>', 'policy variables and condition keys, a JSON object of strings')
    .option('--json', 'print one JSON value on stdout')
    .action((file: string, options: SimulateOptions) =>
      conclude(options, async () => {
        const context = options.context ? await jsonFrom(options.context) : {};
        if (!isStrings(context))
          throw new StationError('call.badParams', `${options.context} is not a JSON object of strings`);
        const { action, resource } = options;
        const result = simulatePolicy(await jsonFrom(file), { action, resource, context });
        print(options, result, () =>
          result.statement === undefined ? result.decision : `${result.decision} by statement ${result.statement}`,
        );
        return 0;
      }),
    );
}
