/** `practice aws`: a practice AWS of its own, and the acts on one that runs. */
import type { Command } from 'commander';
import { StationError } from '../../app/contract/errors.ts';
import type { Act, PracticeAws, PracticeAwsOptions, Standing } from '../../app/practice/aws/index.ts';
import { systemClock } from '../clock.ts';
import { dataFolder } from '../datafolders.ts';
import { portNumber, wholeNumber } from '../numbers.ts';
import { controlOf, placeOf, sendAct, writeControl } from '../practicecontrol.ts';
import { besides } from '../threads/thread.ts';
import { conclude, note, print } from './command.ts';
import { textFrom } from './givenfile.ts';
import { addPracticeLog } from './practicelog.ts';

type StartOptions = {
  listen: string;
  gateway?: string;
  accounts?: string;
  state?: string;
  control?: string;
  rates?: boolean;
  policy?: string;
  rolePolicy?: string;
  json?: boolean;
};

export function addPracticeAws(practice: Command, untilStopped: () => Promise<void>): void {
  const aws = practice
    .command('aws')
    .description(
      'AWS IoT, S3, KMS, STS and IAM as far as provisioning uses them; prints the endpoint, runs until stopped',
    )
    .option('--listen <port>', 'port on 127.0.0.1 (default: a free one)', '0')
    .option('--gateway <port>', 'devices connect to this port of localhost with MQTT over TLS; 0 is a free one')
    .option(
      '--accounts <ids>',
      'more accounts at this gateway, e.g. 210987654321,333333333333; each has an endpoint of its own',
    )
    .option('--state <file>', 'keep what was registered in this file')
    .option('--control <file>', 'write here how the commands below find it (default: <state>.control)')
    .option('--rates', "AWS's default rates hold from the start")
    .option('--policy <file>', 'the identity policy of the caller, as JSON (default: everything is allowed)')
    .option('--role-policy <file>', 'the identity policy of the role of registration tasks, as JSON')
    .option('--json', 'print one JSON value on stdout')
    .action((options: StartOptions) => conclude(options, () => start(options, untilStopped)));
  addActs(aws);
  addPracticeLog(aws, untilStopped);
}

async function start(options: StartOptions, untilStopped: () => Promise<void>): Promise<number> {
  const { startPracticeAws } = await import('../../app/practice/aws/index.ts');
  const [userPolicy, rolePolicy] = await Promise.all([options.policy, options.rolePolicy].map(textOf));
  const more = accountsIn(options);
  const common = {
    anyClient: true,
    clock: systemClock,
    functionProgram: besides('functions'),
    rates: options.rates ?? false,
    ...(userPolicy === undefined ? {} : { userPolicy }),
    ...(rolePolicy === undefined ? {} : { rolePolicy }),
  };
  const begin = (given: Partial<PracticeAwsOptions>) =>
    startPracticeAws({ ...common, ...given }).catch((thrown: unknown) => {
      throw new StationError('call.badParams', thrown instanceof Error ? thrown.message : String(thrown));
    });
  const aws = await begin({
    port: portNumber(options.listen, '--listen'),
    ...(options.gateway === undefined ? {} : { gateway: { port: portNumber(options.gateway, '--gateway') } }),
    ...(options.state ? { stateFile: options.state } : {}),
  });
  const { gateway: shared } = aws;
  const others = await Promise.all(
    more.map((accountId) =>
      begin({
        accountId,
        ...(shared && { gateway: shared }),
        ...(options.state ? { stateFile: `${options.state}.${accountId}` } : {}),
      }),
    ),
  ).catch(async (thrown: unknown) => {
    await aws.close();
    throw thrown;
  });
  const control = options.control ?? (options.state === undefined ? undefined : `${options.state}.control`);
  const forget = control === undefined ? undefined : await writeControl(control, aws);
  const { endpoint, region, bucket, roleArn, policyName } = aws;
  const gateway = aws.gateway && placeOf(aws.gateway);
  const shown = {
    ...{ endpoint, ...(gateway && { gateway }), region, bucket, roleArn, policyName },
    ...(others.length > 0 && { accounts: [aws, ...others].map(accountOf) }),
    ...(control !== undefined && { control }),
  };
  process.stdout.write(options.json ? `${JSON.stringify(shown)}\n` : `${endpoint}\n`);
  note(
    `region ${region}, bucket ${bucket}, role ${roleArn}, policy ${policyName}; any credentials and any role do; Ctrl-C stops it`,
  );
  if (gateway) note(`devices connect to ${gateway.host}:${gateway.port} and trust the root in ${gateway.rootCaPem}`);
  for (const { accountId, endpoint: other, deviceEndpoint } of others) {
    note(`account ${accountId}: ${other}; its devices name the server ${deviceEndpoint}`);
  }
  await untilStopped();
  await forget?.();
  await Promise.all(others.map((one) => one.close()));
  await aws.close();
  return 0;
}

/** How each of several accounts is reached: calls by its endpoint, devices by their server name. */
const accountOf = ({ accountId, endpoint, deviceEndpoint }: PracticeAws) => ({ accountId, endpoint, deviceEndpoint });

/** @throws StationError call.badParams */
function accountsIn({ accounts, gateway }: StartOptions): string[] {
  const ids = accounts?.split(',') ?? [];
  if (ids.length > 0 && gateway === undefined) {
    throw new StationError('call.badParams', 'several accounts share a gateway: give --gateway as well');
  }
  const wrong = ids.find((id, at) => !/^\d{12}$/.test(id) || ids.indexOf(id) < at);
  if (wrong === undefined) return ids;
  throw new StationError('call.badParams', `"${wrong}" is not another account id of 12 digits`);
}

type ActOptions = { control?: string; json?: boolean };

function addActs(aws: Command): void {
  const acting = (name: string, description: string): Command =>
    aws
      .command(name)
      .description(description)
      .option('--control <file>', "the control file of a running practice AWS (default: the practice line's own)")
      .option('--json', 'print one JSON value on stdout and nothing else there');
  const does = (options: ActOptions, act: () => Act | Promise<Act>): Promise<void> =>
    conclude(options, async () => {
      const control = options.control ?? controlOf(dataFolder('practice'));
      const standing = await sendAct(control, await act());
      print(options, standing, () => standingText(standing));
      return 0;
    });

  acting('status', 'the outage, faults, rates and policies that hold').action((options: ActOptions) =>
    does(options, () => ({ act: 'status' })),
  );

  acting('fault <kind>', 'let calls fail a number of times; "none" clears all faults')
    .option('--operation <name>', 'only this operation, e.g. PutObject; GetReport is the fetch of a report')
    .option('--times <n>', 'how many calls (default: 1)')
    .option('--status <n>', 'for error: 500 or 503 (default: 503)')
    .option('--when <moment>', 'for hangup: before or after the call is carried out (default: before)')
    .option('--ms <n>', 'for slow: milliseconds (default: 4000)')
    .option('--line <n>', 'for reportLacks, reportTwice and failLine: the line, counted from 1 (default: 1)')
    .option('--trouble <kind>', 'for gateway: refuses, drops, slow or certificate (default: refuses)')
    .option('--name <error>', 'for refuse: the name of the error')
    .option('--message <text>', 'for failTask: what the task says')
    .option('--bucket <name>', 'for publicBucket, publicAcl: the bucket that everybody may read')
    .addHelpText('after', faultHelp)
    .action((kind: string, options: FaultOptions & ActOptions) => does(options, () => faultAct(kind, options)));

  acting('outage <kind>', 'let every call fail until it is ended; "none" ends it')
    .addHelpText('after', outageHelp)
    .action((kind: string, options: ActOptions) =>
      // The practice AWS refuses an unknown kind and names the others.
      does(options, () => ({ act: 'outage', outage: kind === 'none' ? null : kind }) as Act),
    );

  acting('rates <on-or-off>', "AWS's default rates of each operation").action((on: string, options: ActOptions) =>
    does(options, () => {
      if (on !== 'on' && on !== 'off') throw new StationError('call.badParams', 'rates are "on" or "off"');
      return { act: 'rates', on: on === 'on' };
    }),
  );

  acting(
    'policy <identity> [file]',
    'give a user or role an identity policy; without a file it may do everything',
  ).action((identity: string, file: string | undefined, options: ActOptions) =>
    does(options, async () => ({ act: 'policy', identity, policy: (await textOf(file)) ?? null })),
  );

  acting('identity <name>', 'make a user (or role) with credentials of its own, and print them')
    .option('--role', 'a session of a role, not a user')
    .option('--remove', 'remove it')
    .action((name: string, options: ActOptions & { role?: boolean; remove?: boolean }) =>
      does(options, () =>
        options.remove
          ? { act: 'removeIdentity', name }
          : { act: 'identity', name, kind: options.role ? 'role' : 'user' },
      ),
    );
}

type FaultOptions = {
  operation?: string;
  times?: string;
  status?: string;
  when?: string;
  ms?: string;
  line?: string;
  trouble?: string;
  name?: string;
  message?: string;
  bucket?: string;
};

/** Sends the members that this kind of fault has, and every one that was given: the practice AWS refuses those too many. */
async function faultAct(kind: string, options: FaultOptions): Promise<Act> {
  if (kind === 'none') return { act: 'fault', fault: null };
  const { faultKinds, faultMembers } = await import('../../app/practice/aws/index.ts');
  const known = faultKinds.find((one) => one === kind);
  if (known === undefined) {
    throw new StationError('call.badParams', `there is no fault "${kind}"; there are: none, ${faultKinds.join(', ')}`);
  }
  const given: Record<string, unknown> = {
    operation: options.operation,
    times: wholeNumber(options.times, '--times'),
    status: wholeNumber(options.status, '--status'),
    when: options.when,
    ms: wholeNumber(options.ms, '--ms'),
    line: wholeNumber(options.line, '--line'),
    trouble: options.trouble,
    name: options.name,
    message: options.message,
    bucket: options.bucket,
  };
  const usual: Record<string, unknown> = {
    times: 1,
    status: 503,
    when: 'before',
    ms: 4000,
    line: 1,
    trouble: 'refuses',
  };
  const members = Object.keys(given).flatMap((name) => {
    const value = given[name] ?? (Object.hasOwn(faultMembers[known], name) ? usual[name] : undefined);
    return value === undefined ? [] : [[name, value]];
  });
  return { act: 'fault', fault: { kind: known, ...Object.fromEntries(members) } } as Act;
}

/** @throws StationError call.badParams */
const textOf = async (file: string | undefined): Promise<string | undefined> =>
  file === undefined ? undefined : textFrom(file);

function standingText({ outage, faults, rates, identities, credentials }: Standing): string {
  const lines = [
    `outage: ${outage ?? 'none'}`,
    `rates: ${rates ? "AWS's defaults" : 'off'}`,
    ...(faults.length === 0 ? ['faults: none'] : faults.map((fault) => `fault: ${JSON.stringify(fault)}`)),
    ...identities.map(
      ({ arn, policy }) => `${arn}: ${policy === null ? 'may do everything' : policy.replace(/\s+/g, ' ').trim()}`,
    ),
  ];
  if (!credentials) return lines.join('\n');
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  return [
    ...lines,
    `AWS_ACCESS_KEY_ID=${accessKeyId}`,
    `AWS_SECRET_ACCESS_KEY=${secretAccessKey}`,
    ...(sessionToken === undefined ? [] : [`AWS_SESSION_TOKEN=${sessionToken}`]),
  ].join('\n');
}

const faultHelp = `
Kinds:
  throttle, error, refuse, hangup, slow   the call is throttled, fails, is refused by name, loses its line, is late
  expired, skew, html                     the credentials are over, the clock is off, a proxy answers with a page
  deny                                    the operation is denied until the faults are cleared
  gateway                                 a device's connection is refused, dropped after CONNECT, answered late, or
                                          shown a wrong certificate (--trouble)
  reportLacks, reportTwice                the next report that is fetched lacks a line, or has it twice
  failLine, failTask                      a line of the next task is refused, the next task fails`;

const outageHelp = `
Kinds: none, unavailable, slow, drops, throttles, expired, skew, html, reportLacks, reportTwice,
gatewayRefuses, gatewayDrops, gatewaySlow, gatewayCertificate,
functionsRefuse (every function and hook says no), claimsExpired (a claim is over as soon as it is made)`;
