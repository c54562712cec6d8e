/** How this page shows the kiosk that it is the one that was let in: a secret in a header, kept in this tab alone. */
import type { WireError } from '../app/contract/index.ts';

export const pageHeader = 'birthmark-page';
const pageKey = 'birthmark.page';
const tabKey = 'birthmark.tab';
/** A page that reloads has left within this; one that is still there makes this tab its duplicate. */
const leavesWithinMs = 1000;

/** Why this page is not let in: opened without an address, with a used one, not known any more, no room. */
const outsides = ['none', 'spent', 'forgotten', 'full'] as const;
export type Outside = (typeof outsides)[number];

type Answer = { ok: true; result: { page: string } } | { ok: false; error: WireError };

export type Entrance = {
  /** The secret of this page, once it is let in; `undefined` where it is not. Rejects when the station does not answer. */
  page(): Promise<string | undefined>;
  /** What the station gave with an answer. */
  keep(page: string): void;
  /** The station did not know `page`: asks to be let in again, signed out, unless another secret came meanwhile. */
  again(page: string): Promise<void>;
  outside(): Outside | undefined;
};

/** The token behind the # of the address that was opened; it does not stay in the address bar or in the history. */
function takeToken(): string | undefined {
  if (window.location.pathname !== '/enter') return undefined;
  const token = window.location.hash.slice(1);
  window.history.replaceState(null, '', '/');
  return token;
}

/**
 * Whether another page of this browser already is what this tab remembers: a duplicated tab starts with a copy. The lock
 * goes with the page that holds it (Web Locks API).
 */
async function isDuplicate(tab: string): Promise<boolean> {
  if (!('locks' in navigator)) return false;
  return new Promise((resolve) => {
    const held = () => {
      resolve(false);
      return new Promise(() => undefined);
    };
    const signal = AbortSignal.timeout(leavesWithinMs);
    navigator.locks.request(`${tabKey}.${tab}`, { signal }, held).catch(() => resolve(true));
  });
}

const newTab = (): string => {
  const tab = crypto.randomUUID();
  sessionStorage.setItem(tabKey, tab);
  return tab;
};

export function createEntrance(onOutside: () => void): Entrance {
  const token = takeToken();
  let page = sessionStorage.getItem(pageKey) ?? undefined;
  let outside: Outside | undefined;
  let asking: Promise<void> | undefined;

  const keep = (next: string) => {
    page = next;
    sessionStorage.setItem(pageKey, next);
  };

  const ask = async (body: { token?: string; beside?: true }): Promise<void> => {
    const response = await fetch('/api/enter', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(page === undefined ? {} : { [pageHeader]: page }) },
      body: JSON.stringify(body),
    });
    const answer = (await response.json()) as Answer;
    if (answer.ok) return keep(answer.result.page);
    const reason = outsides.find((known) => known === answer.error.data?.reason) ?? 'none';
    // The address was used: by this very tab, perhaps, which then is in already.
    if (reason === 'spent' && page !== undefined) return;
    outside = reason;
    onOutside();
  };

  const arrive = async (): Promise<void> => {
    const duplicate = await isDuplicate(sessionStorage.getItem(tabKey) ?? newTab());
    if (duplicate) await isDuplicate(newTab());
    if (token) return ask({ token });
    if (page === undefined) return ask({});
    if (duplicate) return ask({ beside: true });
  };
  let arriving: Promise<void> | undefined;

  return {
    async page() {
      // A station that does not answer is asked again at the next try.
      arriving ??= arrive();
      await arriving.catch((cause: unknown) => {
        arriving = undefined;
        throw cause;
      });
      await asking;
      return outside === undefined ? page : undefined;
    },
    keep,
    async again(refused) {
      if (page !== refused) return;
      asking ??= ask({}).finally(() => {
        asking = undefined;
      });
      await asking;
    },
    outside: () => outside,
  };
}
