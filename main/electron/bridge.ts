import type { IpcMainInvokeEvent, WebContents } from 'electron';
import {
  type ActDone,
  type CallEnvelope,
  type Connect,
  type Connection,
  type Reply,
  type SessionState,
  StationError,
  type WindowAct,
} from '../../app/contract/index.ts';
import { pushChannel } from './channels.ts';
import { createGiven, type Given } from './givenfiles.ts';
import { readMessage, refuseSender, senderRefused } from './guards.ts';
import type { Keeper } from './saving.ts';

/** Acts that a page asks of the window. `keeper` knows what the station gave that page. */
export type ActOnWindow = (act: WindowAct, keeper: Keeper) => Promise<ActDone>;

type Page = { connection: Connection; stops: Map<number, () => void>; given: Given; act: ActOnWindow; acting: boolean };
export type Bridge = {
  /** Gives a window its connection, which ends with the window. */
  admit(contents: WebContents, act: ActOnWindow): void;
  /** Signs everyone out of every page. Units continue. */
  signOut(): void;
  /** Answers the invoke channel. Never rejects: a refusal is a reply. */
  answer(event: IpcMainInvokeEvent, raw: unknown): Promise<Reply>;
};

const done: Reply = { ok: true, result: {} };

/** Joins windows to the station with one connection each. Every message is checked before it is used. */
export function createBridge(connect: Connect): Bridge {
  const pages = new Map<number, Page>();

  const stopAll = (page: Page) => {
    for (const stop of page.stops.values()) stop();
    page.stops.clear();
  };

  const call = async (page: Page, envelope: CallEnvelope): Promise<Reply> => {
    const reply = await page.connection.call(envelope);
    page.given.note(envelope.method, reply);
    return reply;
  };

  /** Only one system dialog is open at a time. */
  const actOnWindow = async (page: Page, act: WindowAct): Promise<Reply> => {
    if (act.act !== 'speak' && page.acting) throw new StationError('call.cancelled', 'A dialog is open already.');
    page.acting ||= act.act !== 'speak';
    try {
      const keeper = { given: page.given, call: (envelope: CallEnvelope) => call(page, envelope) };
      return { ok: true, result: await page.act(act, keeper) };
    } finally {
      if (act.act !== 'speak') page.acting = false;
    }
  };

  const act = async (page: Page, contents: WebContents, raw: unknown): Promise<Reply> => {
    const message = readMessage(raw);
    if (message.kind === 'call') return call(page, message.envelope);
    if (message.kind === 'act') return actOnWindow(page, message.act);
    if (message.kind === 'start') {
      stopAll(page);
      page.given.forget();
    } else {
      page.stops.get(message.id)?.();
      page.stops.delete(message.id);
    }
    if (message.kind === 'subscribe') {
      const { id, event } = message;
      const push = (data: unknown) => {
        if (!contents.isDestroyed()) contents.send(pushChannel, id, data);
      };
      page.stops.set(id, page.connection.subscribe(event, push));
    }
    return done;
  };

  return {
    admit(contents, act) {
      const connection = connect('electron');
      const page: Page = { connection, stops: new Map(), given: createGiven(), act, acting: false };
      const { id } = contents;
      pages.set(id, page);
      // The page is gone and cannot be told. It subscribes again when it comes back.
      contents.on('render-process-gone', () => stopAll(page));
      contents.once('destroyed', () => {
        pages.delete(id);
        stopAll(page);
        page.connection.close();
      });
    },
    signOut() {
      for (const page of pages.values()) {
        page.given.forget();
        void signOutOf(page.connection);
      }
    },
    async answer(event, raw) {
      const page = pages.get(event.sender.id);
      const refusal = refuseSender(event.senderFrame, page !== undefined);
      if (refusal !== undefined || page === undefined) return senderRefused(refusal ?? 'unknownWindow');
      try {
        return await act(page, event.sender, raw);
      } catch (error) {
        if (error instanceof StationError) return { ok: false, error: error.toJSON() };
        throw error;
      }
    },
  };
}

/** When no person is signed in, there is nothing to refuse and nothing for the audit log. */
async function signOutOf(connection: Connection): Promise<void> {
  const reply = await connection.call({ method: 'session.current', params: {} });
  if (reply.ok && (reply.result as SessionState).person !== null)
    await connection.call({ method: 'session.signOut', params: {} });
}
