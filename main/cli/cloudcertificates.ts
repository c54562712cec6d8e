/** `cloud certificates`: the AWS state of many device certificates. */
import type { Command } from 'commander';
import { type CertificateJob, type Result, type Station, StationError } from '../../app/contract/index.ts';
import { revocationReason } from '../../app/contract/model.ts';
import { decimalNumber } from '../numbers.ts';
import {
  type CommandSession,
  type CommonOptions,
  inStation,
  note,
  print,
  withPassphrase,
  withRights,
  withStation,
} from './command.ts';
import { textFrom } from './givenfile.ts';
import { waitingTeller } from './waiting.ts';

type Options = CommonOptions & {
  target?: string;
  order?: string;
  unit?: string[];
  serial?: string[];
  file?: string;
  rate?: string;
  reason?: string;
  note?: string;
};

export function addCloudCertificates(cloud: Command): void {
  const certificates = cloud.command('certificates').description('the AWS state of many device certificates');
  const acts = [
    ['activate', 'let devices with these certificates connect'],
    ['deactivate', 'let AWS refuse them until they are activated again; connected devices are cut off within minutes'],
    ['revoke', 'revoke them for good: on record, in the CRL, and in AWS'],
  ] as const;
  for (const [act, description] of acts) {
    const command = certificates.command(act);
    const asked = withChoice((act === 'revoke' ? withPassphrase : withRights)(withStation(command)));
    (act === 'revoke' ? withReason(asked) : asked).description(description).action((options: Options) =>
      inStation(options, { ca: act === 'revoke' ? 'useful' : false, roles: ['engineer'] }, async (session) => {
        const choice = await choiceOf(options);
        const begun = await session.client.call('cloud.setCertificates', { act, ...choice, ...whyOf(act, options) });
        return follow(begun, options, session);
      }),
    );
  }
  withStation(certificates.command('jobs'))
    .description('the jobs of this station, the latest first')
    .action((options: CommonOptions) =>
      inStation(options, { ca: false }, async ({ client }) => {
        const jobs = await client.call('cloud.certificateJobs', {});
        print(options, jobs, () => jobs.map(lineOf).join('\n') || 'No jobs yet.');
        return 0;
      }),
    );
  withPassphrase(withStation(certificates.command('resume').argument('<job>', 'the id of a job that rests')))
    .description('go on with a job that rests, after its last result')
    .action((jobId: string, options: CommonOptions) =>
      // Only a revocation needs the CA, and it gets it where it is given.
      inStation(options, { ca: 'useful', roles: ['engineer'] }, async (session) =>
        follow(await session.client.call('cloud.resumeCertificates', { jobId }), options, session),
      ),
    );
  withRights(withStation(certificates.command('stop').argument('<job>', 'the id of a job that rests')))
    .description('end a job that rests; what is done stays done')
    .action((jobId: string, options: CommonOptions) =>
      inStation(options, { ca: false, roles: ['engineer'] }, async ({ client, station }) => {
        await client.call('cloud.stopCertificates', { jobId });
        const stopped = await station.parts.certificateJobs.idle(jobId);
        print(options, stopped, () => lineOf(stopped));
        return 0;
      }),
    );
}

/** Waits for a job and prints what came of it. Ctrl-C stops it. */
async function follow(begun: CertificateJob, options: CommonOptions, { client, station }: CommandSession) {
  const { jobId } = begun;
  let stopping: Promise<unknown> | undefined;
  const stop = () => {
    stopping = client.call('cloud.stopCertificates', { jobId }).catch(() => {});
  };
  const tell = waitingTeller();
  const stopTelling = client.on('cloud.changed', ({ jobs }) =>
    tell(jobs.find((one) => one.jobId === jobId)?.waitingReason),
  );
  process.once('SIGINT', stop);
  note(`${jobId}: ${begun.count} certificates in ${begun.target}`);
  await station.parts.certificateJobs.idle(jobId);
  process.removeListener('SIGINT', stop);
  stopTelling();
  // The job is stopped once that is on the disk.
  await stopping;
  const ended = await station.parts.certificateJobs.idle(jobId);
  const trouble = await troubleOf(client, jobId);
  print(options, { ...ended, trouble }, () =>
    [
      lineOf(ended),
      ...trouble.map((row) => `  ${row.unitSerial}  ${row.serialHex}  ${row.outcome}  ${row.detail ?? ''}`.trimEnd()),
    ].join('\n'),
  );
  if (ended.state === 'resting') {
    note(
      `it rests: go on with \`cloud certificates resume ${jobId}\`, or end it with \`cloud certificates stop ${jobId}\``,
    );
    return 3;
  }
  return ended.done === ended.count ? 0 : 1;
}

/** The results that are not `done`. A job may have more results than one answer. */
async function troubleOf(client: Station, jobId: string) {
  const trouble: Result<'cloud.certificateResults'>['rows'] = [];
  for (let offset = 0; ; offset += resultsAtOnce) {
    const { total, rows } = await client.call('cloud.certificateResults', { jobId, offset, limit: resultsAtOnce });
    trouble.push(...rows.filter(({ outcome }) => outcome !== 'done'));
    if (offset + rows.length >= total) return trouble;
  }
}

const resultsAtOnce = 1000;

const withChoice = (command: Command): Command =>
  command
    .option('--target <name>', 'in this target (default: the default one)')
    .option('--order <id>', 'the certificates of the units of an order')
    .option('--unit <serial...>', 'or those of these units')
    .option('--serial <hex...>', 'or these certificate serials')
    .option('--file <file>', 'or the unit serials of a file, one a line')
    .option('--rate <n>', 'calls a second (default: 8; AWS allows 10 unless it was raised)');

const withReason = (command: Command): Command =>
  command
    .option('--reason <reason>', revocationReason.options.join(', '))
    .option('--note <text>', 'why, in words, for the records');

async function choiceOf({ target, order, unit, serial, file, rate }: Options) {
  const given = Object.entries({ order, unit, serial, file }).filter(([, value]) => value !== undefined);
  if (given.length !== 1) {
    const both = given.map(([name]) => `--${name}`).join(' and ');
    const but = both === '' ? '' : `, not ${both} together`;
    throw new StationError('call.badParams', `name the certificates by --order, --unit, --serial or --file${but}`);
  }
  const units = file === undefined ? unit : (await textFrom(file)).split(/\r?\n/).filter((line) => line.trim() !== '');
  return {
    ...(target === undefined ? {} : { target }),
    ...(order === undefined ? {} : { orderId: order }),
    ...(units === undefined ? {} : { unitSerials: units.map((one) => one.trim()) }),
    ...(serial === undefined ? {} : { serials: serial.map((one) => one.replaceAll(':', '').toLowerCase()) }),
    ...(rate === undefined ? {} : { perSecond: decimalNumber(rate, '--rate') }),
  };
}

function whyOf(act: string, { reason, note: why }: Options) {
  if (act !== 'revoke') return {};
  const known = revocationReason.safeParse(reason);
  if (!known.success || why === undefined)
    throw new StationError(
      'call.badParams',
      `revoke needs --reason (${revocationReason.options.join(', ')}) and --note`,
    );
  return { reason: known.data, note: why };
}

const lineOf = ({ jobId, act, target, state, count, done, unknown, refused, error }: CertificateJob): string =>
  `${jobId}  ${act} in ${target}  ${state}: ${done} of ${count} done, ${unknown} unknown to AWS, ${refused} refused${error ? `  ${error.code}: ${error.detail}` : ''}`;
