/** The one JSON form of a call, a reply and an event, over every transport. */
import { z } from 'zod';
import { type ErrorCode, StationError, type WireError } from './errors.ts';
import type { Origin } from './method.ts';
import {
  type EventData,
  type EventName,
  events,
  type MethodName,
  methods,
  type Params,
  type Result,
} from './methods.ts';

/** The largest call that a transport accepts, in bytes of JSON. */
export const maxCallBytes = 4 * 1024 * 1024;

/** A stream of events says at least this often that it is there. Over a link that can be lost, silence tells the loss. */
export const heartbeatMs = 5000;

export const callEnvelope = z.strictObject({
  method: z.string().max(64),
  params: z.unknown(),
});
export type CallEnvelope = z.infer<typeof callEnvelope>;

export type Reply = { ok: true; result: unknown } | { ok: false; error: WireError };

/** The station for a screen, a terminal or a test, over any transport. */
export type Station = {
  call<M extends MethodName>(method: M, params: Params<M>): Promise<Result<M>>;
  /** Delivers the current snapshot first, then each change. Returns the function that stops this. */
  on<E extends EventName>(event: E, listener: (data: EventData<E>) => void): () => void;
};

/** The path of envelopes: Electron's IPC, HTTP on loopback, or a direct function call. */
export interface Transport {
  call(envelope: CallEnvelope): Promise<Reply>;
  /** Subscribes to one event. The first delivery is the current snapshot. */
  subscribe(event: EventName, listener: (data: unknown) => void): () => void;
}

/** One client's end of a station, with its own session. A host opens one for each window, browser or command. */
export interface Connection extends Transport {
  /** Ends its subscriptions and its session. Idempotent. */
  close(): void;
}

/** Opens connections to the station that is open now. A host gets this function. */
export type Connect = (origin: Origin) => Connection;

/** The typed client over any transport. A refused call rejects with a `StationError` of the catalogue. */
export function createClient(transport: Transport): Station {
  return {
    async call<M extends MethodName>(method: M, params: Params<M>): Promise<Result<M>> {
      const reply = await transport.call({ method, params });
      if (!reply.ok) throw StationError.from(reply.error);
      return reply.result as Result<M>;
    },
    on(event, listener) {
      let lastSeq = -1;
      return transport.subscribe(event, (data) => {
        const snapshot = data as EventData<typeof event>;
        if (snapshot.seq < lastSeq) return;
        lastSeq = snapshot.seq;
        listener(snapshot);
      });
    },
  };
}

export const isMethodName = (name: string): name is MethodName => Object.hasOwn(methods, name);
export const isEventName = (name: string): name is EventName => Object.hasOwn(events, name);
export type { ErrorCode, Origin };
