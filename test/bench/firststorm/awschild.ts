/**
 * The practice AWS of a storm, which may be killed at any moment. Arguments: state file, log file, HTTP port, gateway port.
 * Each entry of the log is in its file before anyone can have seen what it tells of.
 */
import { appendFileSync } from 'node:fs';
import { startPracticeAws } from '../../../app/practice/aws/index.ts';
import type { TableItem } from '../../../app/practice/aws/nouns.ts';
import { systemClock } from '../../../main/clock.ts';

/** What a person does to the account before the storm. */
export type SetUp = { stack?: string; table?: string; items?: TableItem[] };

const [stateFile = '', logFile = '', port = '0', gatewayPort = '0'] = process.argv.slice(2);
const aws = await startPracticeAws({
  ...{ clock: systemClock, stateFile, rate: Number.POSITIVE_INFINITY },
  ...{ port: Number(port), gateway: { port: Number(gatewayPort) } },
});
const { log } = aws.account;
const note = log.note;
log.note = (entry) => {
  appendFileSync(logFile, `${JSON.stringify({ life: process.pid, ...entry })}\n`);
  note(entry);
};
const { endpoint, region, credentials, roleArn, policyName, gateway } = aws;
process.send?.({
  ...{ endpoint, region, credentials, roleArn, policyName },
  ...{ gatewayPort: gateway?.port, rootFile: gateway?.rootCaPem },
});
// Where the storm itself is ended.
process.on('disconnect', () => process.exit());
process.on('message', (wish: SetUp | 'end') => {
  if (wish === 'end') return void aws.close().then(() => process.disconnect());
  void setUp(wish).then(() => process.send?.('done'));
});

async function setUp({ stack, table, items = [] }: SetUp): Promise<void> {
  if (stack !== undefined) await aws.install(stack);
  if (table !== undefined) for (const item of items) aws.putItem(table, item);
  await aws.account.saved();
}
