/** `practice aws log`: what happened at the gateway of a practice AWS that runs. */
import type { Command } from 'commander';
import type { GatewayEntry } from '../../app/practice/aws/index.ts';
import { dataFolder } from '../datafolders.ts';
import { controlOf, sendAct } from '../practicecontrol.ts';
import { conclude, print } from './command.ts';

type LogOptions = { control?: string; failures?: boolean; follow?: boolean; json?: boolean };

const followMs = 500;

export function addPracticeLog(aws: Command, untilStopped: () => Promise<void>): void {
  aws
    .command('log')
    .description('what happened at the gateway: who connected, and why others did not')
    .option('--failures', 'only what failed')
    .option('--follow', 'go on until stopped; with --json each entry is a line')
    .option('--control <file>', "the control file of a running practice AWS (default: the practice line's own)")
    .option('--json', 'print one JSON value on stdout and nothing else there')
    .action((options: LogOptions) => conclude(options, () => log(options, untilStopped)));
}

async function log(options: LogOptions, untilStopped: () => Promise<void>): Promise<number> {
  const control = options.control ?? controlOf(dataFolder('practice'));
  let after = 0;
  const next = async (): Promise<GatewayEntry[]> => {
    const { log: entries = [] } = await sendAct(control, { act: 'log', after });
    after = entries.at(-1)?.seq ?? after;
    return entries.filter(({ status }) => !options.failures || status === 'Failure');
  };
  const entries = await next();
  if (!options.follow) {
    print(options, entries, () => (entries.length === 0 ? 'nothing happened yet' : entries.map(lineOf).join('\n')));
    return 0;
  }
  const show = (some: readonly GatewayEntry[]) => {
    for (const entry of some) process.stdout.write(`${options.json ? JSON.stringify(entry) : lineOf(entry)}\n`);
  };
  show(entries);
  let stopped = false;
  const stopping = untilStopped().then(() => {
    stopped = true;
  });
  while (!stopped) {
    await Promise.race([stopping, new Promise((resolve) => setTimeout(resolve, followMs))]);
    if (!stopped) show(await next());
  }
  return 0;
}

/** Time (UTC), what and how, who, and why. */
function lineOf({
  at,
  eventType,
  status,
  clientId,
  principalId,
  topicName,
  templateName,
  reason,
  details,
}: GatewayEntry) {
  const who = clientId ?? (principalId === undefined ? '-' : principalId.slice(0, 12));
  const about = [topicName, templateName, reason, details].filter((one) => one !== undefined).join(' · ');
  return `${new Date(at).toISOString()} ${status === 'Failure' ? 'FAILED' : 'ok    '} ${eventType} ${who} ${about}`.trimEnd();
}
