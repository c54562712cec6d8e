/**
 * The practice AWS of a storm, which may be killed at any moment. Arguments: accounts as JSON, log file, gateway port.
 * Each entry of the log is in its file before anyone can have seen what it tells of.
 */
import { appendFileSync } from 'node:fs';
import { type PracticeAws, startPracticeAws } from '../../../app/practice/aws/index.ts';
import type { TableItem } from '../../../app/practice/aws/nouns.ts';
import { systemClock } from '../../../main/clock.ts';

/** What a person does to the account before the storm. */
export type SetUp = { stack?: string; table?: string; items?: TableItem[] };

// Where the storm itself is ended, also while this starts.
process.on('disconnect', () => process.exit());
type Wanted = { accountId: string; stateFile: string; port?: number };
const [wanted = '[]', logFile = '', gatewayPort = '0'] = process.argv.slice(2);
const accounts: PracticeAws[] = [];
for (const { accountId, stateFile, port = 0 } of JSON.parse(wanted) as Wanted[]) {
  const gateway = accounts[0]?.gateway ?? { port: Number(gatewayPort) };
  const rate = Number.POSITIVE_INFINITY;
  const aws = await startPracticeAws({ clock: systemClock, accountId, stateFile, port, rate, gateway });
  const { log } = aws.account;
  const note = log.note;
  log.note = (entry) => {
    appendFileSync(logFile, `${JSON.stringify({ life: process.pid, accountId, ...entry })}\n`);
    note(entry);
  };
  accounts.push(aws);
}
const [first] = accounts;
process.send?.(
  accounts.map(({ endpoint, region, credentials, roleArn, policyName, accountId }) => ({
    ...{ endpoint, region, credentials, roleArn, policyName, accountId },
    ...{ gatewayPort: first?.gateway?.port, rootFile: first?.gateway?.rootCaPem },
  })),
);
process.on('message', (wish: SetUp | 'end') => {
  if (wish === 'end') return void end().then(() => process.disconnect());
  void setUp(wish).then(() => process.send?.('done'));
});

async function setUp({ stack, table, items = [] }: SetUp): Promise<void> {
  if (stack !== undefined) await first?.install(stack);
  if (table !== undefined) for (const item of items) first?.putItem(table, item);
  for (const { account } of accounts) await account.saved();
}

/** The first account has the gateway. */
async function end(): Promise<void> {
  for (const aws of [...accounts].reverse()) await aws.close();
}
