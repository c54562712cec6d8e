/** What goes wrong between a station and a unit, chosen by a seed: a fault of the unit's, or of the wire before it. */
import type { ByteChannel } from '../../../app/device/channel.ts';
import { createRandom, type Fault } from '../../../app/practice/devices/faults.ts';
import { actsOf, type DriverName } from './units.ts';

export type Tampering = {
  /** The cable is pulled after so many bytes to the unit, or from it. */
  cutAfterSent?: number;
  cutAfterReceived?: number;
  /** Chunks come cut anywhere and joined. */
  cutChunks?: boolean;
  /** Chance of each chunk from the unit to be lost, to come twice, to have rubbish before it. */
  lose?: number;
  twice?: number;
  rubbish?: number;
};

export type Damage = { name: string; fault: Fault; wire: Tampering };

/** Where lines end in a conversation without faults: in front of, at and behind each of them a cut matters most. */
export type Boundaries = { sent: readonly number[]; received: readonly number[] };

/** Each is as likely as the others; what is listed again is likelier. */
const kinds = [
  ...['drop', 'corrupt', 'duplicate', 'log', 'delay', 'chunks', 'chunksLost', 'rubbish', 'lostAnswer', 'all'],
  ...['silent', 'cutSent', 'cutSent', 'cutReceived', 'cutReceived', 'powerBefore', 'powerAfter'],
] as const;

/** `turn` counts the runs of this driver, so that over many of them every act and every boundary gets its turn. */
export function damageFor(driver: DriverName, turn: number, seed: number, boundaries: Boundaries): Damage {
  const random = createRandom(seed);
  const kind = kinds[turn % kinds.length]!;
  const round = Math.floor(turn / kinds.length);
  const some = (most: number) => most * (0.1 + 0.9 * random());
  const acts = actsOf(driver);
  const act = acts[round % acts.length]!;
  const name = ['powerBefore', 'powerAfter', 'lostAnswer'].includes(kind) ? `${kind} ${act}` : kind;
  const at = (list: readonly number[]) => {
    const cut = list[Math.floor(random() * list.length)] ?? 0;
    return Math.max(0, cut - 1 + Math.floor(random() * 3));
  };
  const of = (fault: Fault, wire: Tampering = {}): Damage => ({ name, fault, wire });
  switch (kind) {
    case 'drop':
      return of({ drop: some(0.002) });
    case 'corrupt':
      return of({ corrupt: some(0.002) });
    case 'duplicate':
      return of({ duplicate: some(0.1) }, { twice: some(0.01) });
    case 'log':
      return of({ noise: 1 + Math.floor(random() * 4) });
    case 'delay':
      return of({ delayMs: some(400) });
    case 'chunks':
      return of({ noise: Math.floor(random() * 2) }, { cutChunks: true });
    case 'chunksLost':
      return of({}, { lose: some(0.01) });
    case 'rubbish':
      return of({}, { rubbish: some(0.03), cutChunks: random() < 0.5 });
    case 'lostAnswer':
      return driver === 'agent' ? of({ drop: some(0.01) }) : of({ loseAnswer: act });
    case 'silent':
      return of(random() < 0.5 ? { silent: true } : { flood: true });
    case 'cutSent':
      return of({}, { cutAfterSent: at(boundaries.sent) });
    case 'cutReceived':
      return of({}, { cutAfterReceived: at(boundaries.received) });
    case 'powerBefore':
      return of({ dieAt: { step: act, when: 'before' } });
    case 'powerAfter':
      return of({ dieAt: { step: act, when: 'after' } });
    case 'all':
      return of(
        { drop: some(0.0004), corrupt: some(0.0004), duplicate: some(0.01), noise: 2, delayMs: some(30) },
        { lose: some(0.001), twice: some(0.001), rubbish: some(0.002), cutChunks: true },
      );
  }
}

const rubbish = [
  Buffer.alloc(3000, 0x41),
  Buffer.from('é中').subarray(0, 4),
  Buffer.from('\x1b[31m\x1b]0;title\x07\x1b[2J\x00\xff\r\r\n', 'latin1'),
  Buffer.from('\r\n> \r\nuart:~$ \r\nOK\r\n-----BEGIN CERTIFICATE-----\r\nSuccess: Certificate loaded\r\n'),
  Buffer.from('<0001 ok created=0\n<0000 err line\nStored 48 bytes.\r\n'),
  Buffer.of(0xc3),
];

/** The channel as a bad cable makes it; `pull` takes the power as well, where the cable brings it. */
export function tampered(channel: ByteChannel, wire: Tampering, seed: number): ByteChannel {
  const random = createRandom(seed + 0x5eed);
  const { cutAfterSent, cutAfterReceived, lose = 0, twice = 0, rubbish: chance = 0 } = wire;
  let sent = 0;
  let received = 0;
  const pieces = (bytes: Uint8Array): Uint8Array[] => {
    if (!wire.cutChunks || bytes.length < 2) return [bytes];
    const at = 1 + Math.floor(random() * (bytes.length - 1));
    return [bytes.subarray(0, at), ...pieces(bytes.subarray(at))];
  };
  return {
    ...channel,
    async write(bytes) {
      const room = (cutAfterSent ?? Number.POSITIVE_INFINITY) - sent;
      sent += bytes.length;
      if (room >= bytes.length) return channel.write(bytes);
      if (room > 0) await channel.write(bytes.subarray(0, room));
      await channel.close();
    },
    onData: (listener) =>
      channel.onData((bytes) => {
        const room = (cutAfterReceived ?? Number.POSITIVE_INFINITY) - received;
        received += bytes.length;
        if (random() < chance) listener(rubbish[Math.floor(random() * rubbish.length)]!);
        const times = random() < lose ? 0 : random() < twice ? 2 : 1;
        for (let time = 0; time < times; time += 1)
          for (const piece of pieces(bytes.subarray(0, Math.max(0, room)))) listener(piece);
        if (room < bytes.length) void channel.close();
      }),
  };
}

/** Listens to a conversation and tells where its lines ended. */
export function observed(channel: ByteChannel): { channel: ByteChannel; boundaries: Boundaries } {
  const sent = new Set<number>([0]);
  const received = new Set<number>([0]);
  const counter = (ends: Set<number>) => {
    let count = 0;
    return (bytes: Uint8Array) => {
      for (const byte of bytes) {
        count += 1;
        if (byte === 0x0a || byte === 0x0d) ends.add(count);
      }
      ends.add(count);
    };
  };
  const [onSent, onReceived] = [counter(sent), counter(received)];
  return {
    channel: {
      ...channel,
      write(bytes) {
        onSent(bytes);
        return channel.write(bytes);
      },
      onData: (listener) =>
        channel.onData((bytes) => {
          onReceived(bytes);
          listener(bytes);
        }),
    },
    get boundaries() {
      return { sent: [...sent], received: [...received] };
    },
  };
}
