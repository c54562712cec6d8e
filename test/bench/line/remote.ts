/**
 * Units that live in another process than the station: their computing is not the station's, and they outlive its death.
 * Bytes travel as messages of node's own channel between the two; a channel that ends is a cable that was pulled.
 */
import type { ChildProcess } from 'node:child_process';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { StationError } from '../../../app/contract/errors.ts';
import type { ByteChannel, Ports } from '../../../app/device/channel.ts';
import type { DriverName, SimulatedUnit } from './units.ts';

/** What sits in a slot instead of a good unit. */
export type BadUnit = 'torrent' | 'silent';
export type PlugOrder = {
  plug: number;
  driver: DriverName;
  seed: number;
  baud: number;
  computeMs: number;
  bad?: BadUnit | undefined;
};

export type Message =
  | PlugOrder
  | { unplug: number }
  | { open: number; slot: number }
  | { write: number; bytes: Uint8Array }
  | { close: number }
  | { data: number; bytes: Uint8Array }
  | { gone: number };

export type Link = { send(message: Message): void; listen(listener: (message: Message) => void): void };

/** The link to a child process, or, in the child, to the process that started it. Messages of others are not passed on. */
export const linkTo = (other: ChildProcess | NodeJS.Process): Link => ({
  send: (message) => void (other.connected && other.send?.(message, undefined, {}, () => {})),
  listen: (listener) => void other.on('message', (message: Message) => listener(message)),
});

/** The units' end. `unitIn` is what sits in a slot now. */
export function hostUnits(link: Link, unitIn: (slot: number) => SimulatedUnit | undefined): { pullAll(): void } {
  const channels = new Map<number, ByteChannel>();
  const open = (id: number, slot: number) => {
    const unit = unitIn(slot);
    if (!unit) return link.send({ gone: id });
    const channel = unit.connect();
    channels.set(id, channel);
    channel.onData((bytes) => link.send({ data: id, bytes }));
    channel.onClose(() => {
      channels.delete(id);
      link.send({ gone: id });
    });
  };
  link.listen((message) => {
    if ('open' in message) open(message.open, message.slot);
    else if ('write' in message)
      void channels
        .get(message.write)
        ?.write(message.bytes)
        .catch(() => {});
    else if ('close' in message) void channels.get(message.close)?.close();
  });
  return {
    pullAll() {
      for (const channel of [...channels.values()]) void channel.close();
    },
  };
}

export type RemotePorts = Ports & {
  /** Says that a unit is there now, or is not. */
  present(slot: number, is: boolean): void;
  bytes(): { sent: number; received: number };
};

export const portOf = (slot: number): string => `unit:${slot}`;

/** The station's end: ports `unit:1` … */
export function remotePorts(link: Link): RemotePorts {
  type Open = { data: Set<(bytes: Uint8Array) => void>; close: Set<() => void> };
  const channels = new Map<number, Open>();
  const watchers = new Map<string, Set<(present: boolean) => void>>();
  const occupied = new Set<string>();
  const count = { sent: 0, received: 0 };
  let lastId = 0;

  const end = (id: number) => {
    const channel = channels.get(id);
    channels.delete(id);
    for (const listener of [...(channel?.close ?? [])]) listener();
  };
  link.listen((message) => {
    if ('gone' in message) end(message.gone);
    if (!('data' in message)) return;
    count.received += message.bytes.length;
    for (const listener of [...(channels.get(message.data)?.data ?? [])]) listener(message.bytes);
  });

  const open = (slot: number): ByteChannel => {
    lastId += 1;
    const id = lastId;
    const mine: Open = { data: new Set(), close: new Set() };
    channels.set(id, mine);
    link.send({ open: id, slot });
    return {
      async write(bytes) {
        if (!channels.has(id)) throw new StationError('link.lost', 'the unit is gone');
        count.sent += bytes.length;
        link.send({ write: id, bytes });
      },
      onData(listener) {
        mine.data.add(listener);
        return () => mine.data.delete(listener);
      },
      onClose(listener) {
        mine.close.add(listener);
        return () => mine.close.delete(listener);
      },
      async close() {
        link.send({ close: id });
        end(id);
      },
    };
  };
  return {
    present(slot, is) {
      const path = portOf(slot);
      if (is) occupied.add(path);
      else occupied.delete(path);
      for (const watcher of [...(watchers.get(path) ?? [])]) watcher(is);
    },
    bytes: () => ({ ...count }),
    list: async () => [...occupied].map((path) => ({ path, label: 'a simulated unit' })),
    async open(path) {
      if (!occupied.has(path)) throw new StationError('link.noPort', `${path} is empty`);
      return open(Number(path.slice('unit:'.length)));
    },
    watch(path, listener) {
      const set = watchers.get(path) ?? new Set();
      watchers.set(path, set.add(listener));
      listener(occupied.has(path));
      return () => set.delete(listener);
    },
  };
}

/** A process full of units; `plug` puts a fresh one into a slot. */
export async function startUnits() {
  const child = fork(fileURLToPath(new URL('./unitsprocess.ts', import.meta.url)), [], { serialization: 'advanced' });
  await once(child, 'message');
  const link = linkTo(child);
  const ports = remotePorts(link);
  return {
    ports,
    pid: child.pid,
    plug(order: PlugOrder) {
      link.send(order);
      ports.present(order.plug, true);
    },
    unplug(slot: number) {
      link.send({ unplug: slot });
      ports.present(slot, false);
    },
    async stop() {
      child.disconnect();
      await once(child, 'exit');
    },
  };
}
