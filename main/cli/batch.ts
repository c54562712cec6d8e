import type { Command } from 'commander';
import { StationError } from '../../app/contract/errors.ts';
import type { BatchMember, BatchRow, CloudTarget } from '../../app/contract/model.ts';
import { readConfig } from '../../app/station/index.ts';
import { dataFolder } from '../datafolders.ts';
import { addBatchActs } from './batchacts.ts';
import { addBatchMake } from './batchmake.ts';
import {
  type CommandSession,
  type CommonOptions,
  conclude,
  inStation,
  note,
  print,
  withRights,
  withStation,
} from './command.ts';
import { targetFrom } from './target.ts';
import { waitingTeller } from './waiting.ts';

type SubmitOptions = CommonOptions & {
  endpointUrl?: string;
  region?: string;
  bucket?: string;
  roleArn?: string;
  policy?: string[];
  wait: boolean;
  registerCa: boolean;
};

export function addBatch(program: Command): void {
  const batch = program.command('batch').description('register passed units with AWS IoT, in bulk or unit by unit');

  addBatchMake(batch);

  withRights(withStation(batch.command('submit').argument('<id>', 'the batch')))
    .description(
      'bulk: upload it, start the registration task and reconcile the reports; other ways: register unit by unit. It goes on where an earlier try stopped',
    )
    .option('--endpoint-url <url>', 'an endpoint other than AWS, such as a practice AWS')
    .option('--region <region>')
    .option('--bucket <bucket>')
    .option('--role-arn <arn>', 'the role AWS IoT assumes to read the file and register')
    .option('--policy <name...>', 'IoT policies to attach to each certificate')
    .option('--no-wait', 'return as soon as the task runs')
    .option('--no-register-ca', 'refuse when AWS does not know our CA, instead of registering it')
    .action((id: string, options: SubmitOptions) =>
      conclude(options, async () => {
        const target = await targetOf(options);
        const needs = {
          ca: options.registerCa ? ('useful' as const) : false,
          ...(target ? { cloud: { target } } : {}),
        };
        await inStation(options, needs, (session) => submit(id, options, session));
        return process.exitCode === undefined ? 0 : Number(process.exitCode);
      }),
    );

  addBatchActs(batch);

  withStation(batch.command('show').argument('<id>', 'the batch'))
    .description('show the state of a batch, with counts')
    .option('--members', 'list each unit with its result')
    .action((id: string, options: CommonOptions & { members?: boolean }) =>
      inStation(options, { ca: false }, async ({ client }) => {
        const {
          members,
          progress: _,
          total: __,
          ...row
        } = await client.call('batches.show', { batchId: id, limit: 500 });
        const shown = options.members ? { ...row, members } : row;
        const lines = options.members ? members.map(memberText) : [];
        print(options, shown, () => [rowText(row), ...lines].join('\n'));
        return 0;
      }),
    );

  withStation(batch.command('list'))
    .description('list all batches')
    .action((options: CommonOptions) =>
      inStation(options, { ca: false }, async ({ client }) => {
        const { batches } = await client.call('batches.snapshot', {});
        print(options, batches, () => batches.map(rowText).join('\n') || 'No batches yet.');
        return 0;
      }),
    );
}

async function submit(batchId: string, options: SubmitOptions, { station, client }: CommandSession): Promise<number> {
  const { batchJobs, ledger } = station.parts;
  const { state: found, way, target, createdBy } = await ledger.batchHead(batchId);
  // A crash left it half made.
  if (found === 'making') await batchJobs.goOnMaking(batchId, createdBy).done;
  if (found === 'done') {
    throw new StationError('batch.badState', `${batchId} is done; there is nothing left to submit`);
  }
  if (options.registerCa && way !== 'withoutCa') {
    for (const { issuerId } of await ledger.batchAuthorities(batchId)) {
      // An inactive CA is one that a person stopped: the look before the batch leaves refuses it, with the remedy.
      if ((await batchJobs.lookUpCa(issuerId, target)) !== 'notRegistered') continue;
      await client.call('cloud.registerCas', { issuerId, targets: [target] });
      note(`our CA was registered with AWS in ${target}`);
    }
  }
  const tell = waitingTeller();
  const stopTelling = client.on('batches.changed', ({ progress }) =>
    tell(progress.find((one) => one.batchId === batchId)?.waitingReason),
  );
  await client.call('batches.submit', { batchId });
  const submission = batchJobs.submission(batchId);
  let isStopping = false;
  const stop = () => {
    if (isStopping) return submission?.leave();
    isStopping = true;
    note(`stopping; Ctrl-C again leaves the batch as it is, and "batch submit ${batchId}" goes on with it`);
    submission?.stop();
  };
  process.on('SIGINT', stop);
  try {
    await (options.wait ? submission?.done : submission?.started);
  } finally {
    process.off('SIGINT', stop);
    stopTelling();
  }
  const row = await ledger.showBatch({ batchId, offset: 0, limit: 1 });
  const { taskId, state, registered, rejected, unaccounted, error } = row;
  const result = { batchId, taskId, state, registered, rejected, unaccounted, ...(error ? { error } : {}) };
  print(options, result, () => rowText(row));
  if (state === 'failed') return 3;
  return state === 'stopped' || rejected + unaccounted > 0 ? 1 : 0;
}

/** The configured target, overridden by this command's flags; `undefined` when there are no flags. */
async function targetOf(options: SubmitOptions): Promise<CloudTarget | undefined> {
  const { endpointUrl, region, bucket, roleArn, policy } = options;
  if ([endpointUrl, region, bucket, roleArn, policy].every((flag) => flag === undefined)) return undefined;
  const configured = (await readConfig(options.data ?? dataFolder('real'))).targets[0];
  return targetFrom({ endpointUrl, region, bucket, roleArn, policy }, configured ?? null);
}

const memberText = ({ line, unitSerial, state, thingName, reason }: BatchMember): string =>
  `  ${String(line).padStart(6)}  ${unitSerial.padEnd(24)} ${state}  ${reason ?? thingName ?? ''}`;

const rowText = (row: BatchRow): string =>
  `${row.batchId}  ${row.target}  ${row.way}  ${row.state}  ${row.count} units: ${row.registered} registered, ${row.rejected} rejected, ${row.unaccounted} unaccounted${row.error ? `  ${row.error.code}: ${row.error.detail}` : ''}`;
