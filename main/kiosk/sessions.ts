import type { Connect, Connection } from '../../app/contract/index.ts';
import { makeSecret } from './doors.ts';

export const maxSessions = 16;

/** One browser that was let in. */
export type Session = {
  connection: Connection;
  /** Ends its open event streams; a session with one is looked at by somebody. */
  streams: Set<() => void>;
};

export type Sessions = {
  /** Lets a browser in. When the house is full the one idle for longest goes; undefined when nobody is idle. */
  open(): string | undefined;
  find(id: string | undefined): Session | undefined;
  close(): void;
};

/** The map's order is the order of last use: finding a session moves it to the end. */
export function createSessions(connect: Connect): Sessions {
  const sessions = new Map<string, Session>();

  const end = (id: string, session: Session) => {
    sessions.delete(id);
    for (const stop of [...session.streams]) stop();
    session.connection.close();
  };

  return {
    open() {
      if (sessions.size >= maxSessions) {
        const idle = [...sessions].find(([, session]) => session.streams.size === 0);
        if (idle === undefined) return undefined;
        end(...idle);
      }
      const id = makeSecret();
      sessions.set(id, { connection: connect('kiosk'), streams: new Set() });
      return id;
    },
    find(id) {
      const session = id === undefined ? undefined : sessions.get(id);
      if (id === undefined || session === undefined) return undefined;
      sessions.delete(id);
      sessions.set(id, session);
      return session;
    },
    close() {
      for (const [id, session] of sessions) end(id, session);
    },
  };
}
