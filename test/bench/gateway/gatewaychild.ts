/** The gateway of the bench in a process of its own, so that its memory and its files are counted alone. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { startPracticeAws } from '../../../app/practice/aws/index.ts';
import { wallClock } from '../../practice/support.ts';
import type { SetUp } from '../firststorm/awschild.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const aws = await startPracticeAws({ clock: wallClock(), gateway: { port: 0 } });
const { endpoint, region, credentials, roleArn, gateway } = aws;
process.send?.({ endpoint, region, credentials, roleArn, port: gateway?.port, rootCaPem: gateway?.rootCaPem });
process.on('message', (wish: 'memory' | 'end' | SetUp) => {
  if (wish === 'end') return void aws.close().then(() => process.disconnect());
  if (wish !== 'memory') return void setUp(wish).then(() => process.send?.('done'));
  collect();
  const { rss, heapUsed, external } = process.memoryUsage();
  process.send?.({ rss, heapUsed, external, cpu: process.cpuUsage() });
});

async function setUp({ stack, table, items = [] }: SetUp): Promise<void> {
  if (stack !== undefined) await aws.install(stack);
  if (table !== undefined) for (const item of items) aws.putItem(table, item);
}
