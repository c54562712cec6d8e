import type { IpcMainInvokeEvent, WebContents } from 'electron';
import { type Connect, type Connection, type Reply, StationError } from '../../app/contract/index.ts';
import { pushChannel } from './channels.ts';
import { readMessage, refuseSender, senderRefused } from './guards.ts';

type Page = { connection: Connection; stops: Map<number, () => void> };
export type Bridge = {
  /** Gives a window its connection; it ends with the window. */
  admit(contents: WebContents): void;
  /** Answers the invoke channel. Never rejects: a refusal is a reply. */
  answer(event: IpcMainInvokeEvent, raw: unknown): Promise<Reply>;
};

const done: Reply = { ok: true, result: {} };

/** Joins windows to the station: one connection each, every message checked before it is looked at. */
export function createBridge(connect: Connect): Bridge {
  const pages = new Map<number, Page>();

  const stopAll = (page: Page) => {
    for (const stop of page.stops.values()) stop();
    page.stops.clear();
  };

  const act = async (page: Page, contents: WebContents, raw: unknown): Promise<Reply> => {
    const message = readMessage(raw);
    if (message.kind === 'call') return page.connection.call(message.envelope);
    if (message.kind === 'start') stopAll(page);
    else {
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
    admit(contents) {
      const page: Page = { connection: connect('electron'), stops: new Map() };
      const { id } = contents;
      pages.set(id, page);
      contents.once('destroyed', () => {
        pages.delete(id);
        stopAll(page);
        page.connection.close();
      });
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
