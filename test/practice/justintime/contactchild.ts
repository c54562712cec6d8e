/** A practice AWS whose devices make contact one after the other, a line for each, until it is killed. */
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { firstContact } from '../../../app/practice/aws/gateway/firstcontact.ts';
import { startPracticeAws } from '../../../app/practice/aws/index.ts';
import { wallClock } from '../support.ts';

const [stateFile = '', devices = '', caId = ''] = process.argv.slice(2);
const { account } = await startPracticeAws({ clock: wallClock(), stateFile });
const authority = account.state.authorities.get(caId);
if (!authority) throw new Error('the CA is not there');
for (const der of JSON.parse(readFileSync(devices, 'utf8')) as string[]) {
  await firstContact(account, { authority, certificateDer: Buffer.from(der, 'base64'), sourceIp: '127.0.0.1' });
  process.stdout.write('contact\n');
  // Saves happen in between.
  await pause(3);
}
await pause(60_000);
