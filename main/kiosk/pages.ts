/** The admitted pages. Each has its own session, a secret that it shows in a header, and a cookie. */
import { randomBytes } from 'node:crypto';
import type { Connect, Connection, SessionState } from '../../app/contract/index.ts';
import { digestOf, isSecret, makeSecret } from './admission.ts';
import type { KeptPage } from './memory.ts';

export const maxPages = 16;
/** Pages that are gone may return, signed out. These are the limits on their number and age. */
const maxKept = 64;
const keptMs = 7 * 24 * 60 * 60_000;
/** A page that reloads is back within this time. Otherwise it was closed, and the person on it is signed out. */
export const graceMs = 10_000;

/** The keys of a page: `page` for the header, `cookie` for the cookie named after `id`. */
export type Keys = { id: string; page: string; cookie: string };
/** The keys that a request shows. */
export type Shown = { page: string | undefined; cookie: (id: string) => string | undefined };

/** A page as it is served. */
export type Page = {
  readonly id: string;
  readonly connection: Connection;
  /** Functions that end its open event streams. */
  readonly streams: Set<() => void>;
  /** Marks the page as in use. The caller calls the result when that use is over. */
  hold(): () => void;
  /** Marks a sign-in or sign-out by the page itself. Whatever it changes, the answer carries new keys for the page. */
  turn(): () => void;
};

type Live = Page & { holds: number; turns: number; personId: number | null | undefined; grace?: NodeJS.Timeout };
type Known = KeptPage & {
  live?: Live;
  /**
   * The previous keys, until the new ones are used, because an answer may be lost on its way. They allow nothing but
   * the way back.
   */
  before?: Pick<KeptPage, 'secret' | 'cookie'>;
};

export type PagesOptions = {
  connect: Connect;
  /** Digests of pages known before a restart. */
  kept?: readonly KeptPage[];
  onKept?: (pages: KeptPage[]) => void;
  graceMs?: number;
};

export type Pages = ReturnType<typeof createPages>;

const partsOf = (page: string | undefined): { id: string; secret: string } | undefined => {
  const [id = '', secret = '', more] = page?.split('.') ?? [];
  return id === '' || secret === '' || more !== undefined ? undefined : { id, secret };
};

/** The map's order is the order of last use: finding a page moves it to the end. */
export function createPages({ connect, kept = [], onKept = () => {}, graceMs: grace = graceMs }: PagesOptions) {
  const known = new Map<string, Known>(kept.map((page) => [page.id, { ...page }]));

  const remember = () => {
    const oldest = Date.now() - keptMs;
    for (const [id, { live, seenAt }] of known) if (!live && seenAt < oldest) known.delete(id);
    const gone = [...known].filter(([, { live }]) => !live);
    for (const [id] of gone.slice(0, Math.max(0, gone.length - maxKept))) known.delete(id);
    onKept([...known.values()].map(({ id, secret, cookie, seenAt }) => ({ id, secret, cookie, seenAt })));
  };

  /** Its session is over. The page may return as a new one. Its timer, if one runs, then finds nothing to end. */
  const rest = (page: Known) => {
    const { live } = page;
    if (!live) return;
    delete page.live;
    page.seenAt = Date.now();
    for (const stop of [...live.streams]) stop();
    live.connection.close();
    remember();
  };

  const newKeys = (id: string): { keys: Keys; digests: Pick<KeptPage, 'secret' | 'cookie'> } => {
    const [secret, cookie] = [makeSecret(), makeSecret()];
    return {
      keys: { id, page: `${id}.${secret}`, cookie },
      digests: { secret: digestOf(secret), cookie: digestOf(cookie) },
    };
  };

  const liveFor = (page: Known): Live => {
    const watch = () => {
      clearTimeout(live.grace);
      if (live.holds > 0) return;
      live.grace = setTimeout(() => rest(page), grace);
      live.grace.unref();
    };
    const live: Live = {
      id: page.id,
      connection: connect('kiosk'),
      streams: new Set(),
      holds: 0,
      turns: 0,
      personId: undefined,
      hold() {
        live.holds += 1;
        watch();
        return () => {
          live.holds -= 1;
          if (page.live === live) watch();
        };
      },
      turn() {
        live.turns += 1;
        return () => {
          live.turns -= 1;
        };
      },
    };
    // The station itself signed the page out or in, so the page must return with new keys.
    live.connection.subscribe('session.changed', (data) => {
      const personId = (data as Partial<SessionState> | undefined)?.person?.personId ?? null;
      const changed = live.personId !== undefined && live.personId !== personId;
      live.personId = personId;
      if (changed && live.turns === 0 && page.live === live) rest(page);
    });
    watch();
    return live;
  };

  const matches = ({ page, cookie }: Shown, digests: Pick<KeptPage, 'secret' | 'cookie'> | undefined): boolean => {
    const parts = partsOf(page);
    const baked = parts && cookie(parts.id);
    return Boolean(
      parts && digests && baked && isSecret(parts.secret, digests.secret) && isSecret(baked, digests.cookie),
    );
  };
  const knownFor = (shown: Shown): Known | undefined => known.get(partsOf(shown.page)?.id ?? '');

  const open = (instead?: Shown): Keys | undefined => {
    const old = instead && knownFor(instead);
    if (old) rest(old);
    const live = [...known.values()].filter((page) => page.live);
    if (live.length >= maxPages) {
      const idle = live.find((page) => page.live?.holds === 0);
      if (!idle) return undefined;
      rest(idle);
    }
    if (old) known.delete(old.id);
    const id = randomBytes(9).toString('base64url');
    const { keys, digests } = newKeys(id);
    const page: Known = { id, ...digests, seenAt: Date.now() };
    page.live = liveFor(page);
    known.set(id, page);
    remember();
    return keys;
  };

  return {
    /**
     * Admits a page, `instead` of its earlier self. When there is no room, the page that was idle for longest is
     * dropped. Undefined when no page is idle.
     */
    open,

    /** The page that shows both of its keys. */
    find(shown: Shown): Page | undefined {
      const page = knownFor(shown);
      if (!page?.live || !matches(shown, page)) return undefined;
      delete page.before;
      page.seenAt = Date.now();
      known.delete(page.id);
      known.set(page.id, page);
      return page.live;
    },

    knows: (id: string): boolean => known.has(id),

    /** Whether this was one of our pages, so that it may return: as a new page, signed out. */
    mayReturn(shown: Shown): boolean {
      const page = knownFor(shown);
      return page !== undefined && (matches(shown, page) || matches(shown, page.before));
    },

    /** New keys for a page. The old keys become invalid, and streams that were opened with them end. */
    renew({ id }: Page): Keys | undefined {
      const page = known.get(id);
      if (!page?.live) return undefined;
      const { keys, digests } = newKeys(id);
      page.before = { secret: page.secret, cookie: page.cookie };
      Object.assign(page, digests);
      for (const stop of [...page.live.streams]) stop();
      remember();
      return keys;
    },

    close(): void {
      for (const page of known.values()) rest(page);
    },
  };
}
