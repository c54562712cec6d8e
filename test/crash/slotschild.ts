/**
 * A station with eight slots that the test will kill: whole, as a host opens it. The units are the parent's; this process
 * reaches them over the channel it was started with. Argument: the folder.
 */
import { openStation } from '../../main/openstation.ts';
import { signedIn, work } from '../bench/line/operator.ts';
import { linkTo, remotePorts } from '../bench/line/remote.ts';
import { passphrase } from '../support.ts';

/** What the parent says beside the bytes: who sits where. */
export type Seating = { seat: number; label: string | null };
/** What this process says: `began` with the first scan, then each result; `known`: it had passed before a kill. */
export type Told = { began: true } | { slotId: number; label: string; ended: string };

const say = (told: Told) => void process.send?.(told, undefined, {}, () => {});

const labels = new Map<number, string>();
const ports = remotePorts(linkTo(process));
process.on('message', (message: Seating | object) => {
  if (!('seat' in message)) return;
  const { seat, label } = message;
  if (label === null) labels.delete(seat);
  else labels.set(seat, label);
  ports.present(seat, label !== null);
});

const station = await openStation({ dir: process.argv[2] ?? '', kind: 'host', threads: false, ports });
await station.parts.authority.unlock(passphrase);
const operator = await signedIn(station);
let began = false;
work(operator, {
  labelIn(slotId) {
    if (!began) say({ began: true });
    began = true;
    return labels.get(slotId);
  },
  onEmpty: () => {},
  onResult({ slotId, unitSerial, state, error }) {
    say({ slotId, label: unitSerial ?? '', ended: state === 'PASS' ? 'PASS' : (error?.code ?? state) });
    return state === 'PASS' ? 'leave' : 'retry';
  },
  onRefused: (slotId, { code }) => say({ slotId, label: labels.get(slotId) ?? '', ended: code }),
  onLocked: (reason) => say({ slotId: 0, label: '', ended: `locked: ${reason}` }),
});
process.once('disconnect', async () => {
  await station.close();
  process.exit(0);
});
