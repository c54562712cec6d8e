/** `cloud certificates`: the AWS state of many device certificates. */
import type { Command } from 'commander';
import { type CertificateJob, StationError } from '../../app/contract/index.ts';
import { revocationReason } from '../../app/contract/model.ts';
import { decimalNumber } from '../numbers.ts';
import { type CommonOptions, inStation, note, print, withPassphrase, withRights, withStation } from './command.ts';
import { textFrom } from './givenfile.ts';

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
    withChoice((act === 'revoke' ? withPassphrase : withRights)(withStation(command)))
      .description(description)
      .action((options: Options) =>
        inStation(
          options,
          { ca: act === 'revoke' ? 'useful' : false, roles: ['engineer'] },
          async ({ client, station }) => {
            const { certificateJobs } = station.parts;
            const begun = await client.call('cloud.setCertificates', {
              act,
              ...(await choiceOf(options)),
              ...whyOf(act, options),
            });
            const stop = () => void client.call('cloud.stopCertificates', { jobId: begun.jobId }).catch(() => {});
            process.once('SIGINT', stop);
            note(`${begun.jobId}: ${begun.count} certificates in ${begun.target}`);
            const ended = await certificateJobs.idle(begun.jobId);
            process.removeListener('SIGINT', stop);
            const { rows } = await client.call('cloud.certificateResults', { jobId: begun.jobId, limit: 1000 });
            const trouble = rows.filter(({ outcome }) => outcome !== 'done');
            print(options, { ...ended, trouble }, () =>
              [
                lineOf(ended),
                ...trouble.map((row) => `  ${row.unitSerial}  ${row.serialHex}  ${row.outcome}  ${row.detail ?? ''}`),
              ].join('\n'),
            );
            if (ended.state === 'resting') return 3;
            return ended.done === ended.count ? 0 : 1;
          },
        ),
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
}

const withChoice = (command: Command): Command =>
  command
    .option('--target <name>', 'in this target (default: the default one)')
    .option('--order <id>', 'the certificates of the units of an order')
    .option('--unit <serial...>', 'or those of these units')
    .option('--serial <hex...>', 'or these certificate serials')
    .option('--file <file>', 'or the unit serials of a file, one a line')
    .option('--rate <n>', 'calls a second (default: 8; AWS allows 10 unless it was raised)')
    .option('--reason <reason>', `for revoke: ${revocationReason.options.join(', ')}`)
    .option('--note <text>', 'for revoke: why, in words, for the records');

async function choiceOf({ target, order, unit, serial, file, rate }: Options) {
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
