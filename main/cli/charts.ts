/** `desk charts`: yield and throughput of a period, for a terminal, as JSON or as CSV. */
import type { Command } from 'commander';
import {
  type Charts,
  chartBucket,
  chartCsv,
  chartName,
  failureKey,
  StationError,
  unitsPerHour,
  yieldControl,
  yieldOf,
} from '../../app/contract/index.ts';
import { timeOf } from '../times.ts';
import { addAlerts } from './alerts.ts';
import { type CommonOptions, inStation, print, withStation } from './command.ts';

type Options = CommonOptions & {
  from: string;
  to?: string;
  columns: string;
  by: string;
  order?: string;
  model?: string;
  recipe?: string;
  csv?: string;
  step: string;
};

const oneOf = <T extends string>(option: string, names: readonly T[], given: string): T => {
  const found = names.find((name) => name === given);
  if (found === undefined) throw new StationError('call.badParams', `${option} is one of ${names.join(', ')}`);
  return found;
};

export function addDesk(program: Command): void {
  const desk = program.command('desk').description("QA's figures");
  addAlerts(desk);
  withStation(desk.command('charts'))
    .description('first-pass yield, units an hour, times of steps and failures of a period')
    .requiredOption('--from <time>', 'the beginning, e.g. 2026-11-21')
    .option('--to <time>', 'the end; a day such as 2026-11-22 counts to its end (default: now)')
    .option('--columns <size>', `how time is divided: ${chartBucket.options.join(', ')}`, 'day')
    .option('--by <key>', `what failures are counted by: ${failureKey.options.join(', ')}`, 'code')
    .option('--order <id>', 'only this order')
    .option('--model <model>', 'only orders of this model')
    .option('--recipe <recipe>', 'only this recipe: its name and version, e.g. "sensor 2"')
    .option('--csv <chart>', `print the numbers of one chart as CSV: ${chartName.options.join(', ')}`)
    .option('--step <step>', 'the step whose times are divided (default: the whole attempt)', '')
    .action((options: Options) =>
      inStation(options, { ca: false }, async ({ client }) => {
        const chart = options.csv === undefined ? undefined : oneOf('--csv', chartName.options, options.csv);
        const charts = await client.call('desk.charts', {
          since: timeOf(options.from, '--from', 'start'),
          until: options.to === undefined ? new Date().toISOString() : timeOf(options.to, '--to', 'after'),
          bucket: oneOf('--columns', chartBucket.options, options.columns),
          by: oneOf('--by', failureKey.options, options.by),
          ...(options.order === undefined ? {} : { orderId: options.order }),
          ...(options.model === undefined ? {} : { model: options.model }),
          ...(options.recipe === undefined ? {} : { recipe: options.recipe }),
        });
        if (chart === undefined) print(options, charts, () => chartsText(charts));
        else process.stdout.write(chartCsv(charts, { chart, step: options.step }));
        return 0;
      }),
    );
}

const percent = (share: number | null) => (share === null ? '–' : `${(share * 100).toFixed(1)} %`).padStart(8);
const rate = (units: number | null) => (units === null ? '–' : units.toFixed(1)).padStart(7);

function chartsText(charts: Charts): string {
  const control = yieldControl(charts);
  const columns = charts.buckets.map((bucket, at) => {
    const { out } = control?.points.find((point) => point.at === at) ?? {};
    const counts = `${bucket.passed} passed, ${bucket.failed} failed, ${bucket.errors} errors, ${bucket.aborted} aborted`;
    return `${bucket.since} ${percent(yieldOf(bucket))} ${rate(unitsPerHour(bucket))}/h  ${counts}${out ? `  ${out} the control limit` : ''}`;
  });
  const steps = charts.steps.map(
    ({ step, p50, p95, steps: count }) =>
      `  ${(step || 'whole attempt').padEnd(14)} p50 ${Math.round(p50)} ms, p95 ${Math.round(p95)} ms of ${count}`,
  );
  const failures = charts.failures.map(
    ({ key, attempts, of }) => `  ${String(attempts).padStart(6)}${of === null ? '' : ` of ${of}`}  ${key || '–'}`,
  );
  return [
    `First-pass yield ${percent(yieldOf(charts.total)).trim()} of ${charts.total.first} units, ${rate(unitsPerHour(charts.total)).trim()} units an hour of work`,
    ...columns,
    ...(steps.length === 0 ? [] : ['Times:', ...steps]),
    ...(failures.length === 0 ? [] : ['Failures:', ...failures]),
  ].join('\n');
}
