/** `desk alerts`: what is raised about orders, and the rules for it. */
import type { Command } from 'commander';
import { type Alert, type AlertRules, StationError, stepName } from '../../app/contract/index.ts';
import { wholeNumber } from '../numbers.ts';
import { type CommonOptions, inStation, print, withRights, withStation } from './command.ts';

type Options = CommonOptions & { yield?: string; sameCode?: string; step?: string[]; overdue?: string };

/** @throws call.badParams */
function rulesFrom(options: Options, now: AlertRules): AlertRules | undefined {
  const { yield: share, sameCode, step, overdue } = options;
  if ([share, sameCode, step, overdue].every((given) => given === undefined)) return undefined;
  const pair = (text: string, flag: string): [string, number] => {
    const [, left = '', right = ''] = /^(\w+):(\d+(?:\.\d+)?)$/.exec(text) ?? [];
    if (left === '') throw new StationError('call.badParams', `${flag}: "${text}" is not of the form A:B`);
    return [left, Number(right)];
  };
  const yieldOf = (text: string) => {
    const [units, percent] = pair(text, '--yield');
    return { units: wholeNumber(units, '--yield'), percent };
  };
  const timesOf = (text: string) => ({ times: wholeNumber(text, '--same-code') });
  const stepOf = (text: string) => {
    const [name, limitMs] = pair(text, '--step');
    const read = stepName.safeParse(name);
    if (!read.success) throw new StationError('call.badParams', `--step: one of ${stepName.options.join(', ')}`);
    return { step: read.data, limitMs };
  };
  if (overdue !== undefined && overdue !== 'on' && overdue !== 'off')
    throw new StationError('call.badParams', '--overdue is on or off');
  return {
    yield: share === undefined ? now.yield : share === 'none' ? null : yieldOf(share),
    sameCode: sameCode === undefined ? now.sameCode : sameCode === 'none' ? null : timesOf(sameCode),
    stepTimes: step === undefined ? now.stepTimes : step.includes('none') ? [] : step.map(stepOf),
    overdue: overdue === undefined ? now.overdue : overdue === 'on',
  };
}

const lineOf = ({ orderId, rule, about, value, limit, raisedAt }: Alert): string =>
  `${orderId}  ${rule}${about === '' ? '' : ` ${about}`}  ${Math.round(value * 10) / 10}, limit ${limit}  since ${raisedAt}`;

function alertsText(rules: AlertRules, open: Alert[]): string {
  const set = [
    rules.yield && `yield of the last ${rules.yield.units} units below ${rules.yield.percent} %`,
    rules.sameCode && `the same error ${rules.sameCode.times} times in a row`,
    ...rules.stepTimes.map(({ step, limitMs }) => `p95 of ${step} above ${limitMs} ms`),
    rules.overdue && 'an order past its day',
  ].filter((rule) => typeof rule === 'string');
  return [
    ...(open.length === 0 ? ['No alerts.'] : open.map(lineOf)),
    set.length === 0 ? 'No rules.' : `Rules: ${set.join('; ')}.`,
  ].join('\n');
}

export function addAlerts(desk: Command): void {
  withRights(withStation(desk.command('alerts')))
    .description('show the alerts that stand, and the rules; with a rule: set it')
    .option(
      '--yield <units:percent>',
      'first-pass yield of the last units of an order is below percent; none for no rule',
    )
    .option('--same-code <times>', 'so many attempts in a row end with the same error; none for no rule')
    .option('--step <step:ms...>', 'the p95 of the last 50 runs of a step is above so many ms; none for no rule')
    .option('--overdue <on|off>', 'an order is past the day on which it was to be made')
    .action((options: Options) =>
      inStation(options, { ca: false }, async ({ client }) => {
        const { rules } = await client.call('desk.alerts', {});
        const alerts = rulesFrom(options, rules);
        if (alerts) await client.call('station.configure', { alerts });
        const now = await client.call('desk.alerts', {});
        print(options, now, () => alertsText(now.rules, now.open));
        return 0;
      }),
    );
}
