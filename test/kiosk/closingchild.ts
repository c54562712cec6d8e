/**
 * A host with all slots of the practice line at work, which is stopped by a signal to itself in the middle of a unit, as the
 * kiosk's program is. Arguments: the folder, the signal, after how many certificates, and whether the screens hang.
 */
import { createClient } from '../../app/contract/index.ts';
import { openHost } from '../../main/compose.ts';
import { closeAll, untilStopped } from '../../main/kiosk/closing.ts';

const [dir = '', signal = 'SIGTERM', count = '1', screens = 'well'] = process.argv.slice(2);
const stopped = untilStopped();

const host = await openHost({ practice: true, dataDir: dir });
const client = createClient(host.connect('test'));
const { practiceBadges, slots } = await client.call('station.status', {});
const operator = practiceBadges?.find(({ role }) => role === 'operator');
await client.call('session.signIn', { badge: operator?.badge ?? '', pin: operator?.pin ?? '' });
let units = 0;
host.onWork((now) => {
  units = now;
});
for (const { slotId } of slots) await client.call('practice.plug', { slotId });
const there = await client.call('practice.snapshot', {});
for (const { label } of there.slots) await client.call('bench.scan', { text: label ?? '' });
let sent = false;
client.on('bench.changed', (snapshot) => {
  const installing = snapshot.slots.filter(({ steps }) => steps.find(({ name }) => name === 'issue')?.state === 'done');
  if (sent || installing.length < Number(count)) return;
  sent = true;
  process.kill(process.pid, signal as NodeJS.Signals);
  process.kill(process.pid, signal as NodeJS.Signals);
});
await stopped;
const atWork = units;
const hung = new Promise<void>(() => {});
const kiosk = { close: () => (screens === 'hang' ? hung : Promise.resolve()) };
await closeAll({ kiosk, host }, () => {
  process.stdout.write(`${JSON.stringify({ atWork, units, overdue: true })}\n`);
  process.exit(3);
});
process.stdout.write(`${JSON.stringify({ atWork, units })}\n`);
process.exit(0);
