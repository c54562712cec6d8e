/** Shows the kiosk that this page was let in: a secret in a header, which only this tab keeps. */
import type { WireError } from '../app/contract/index.ts';

export const pageHeader = 'birthmark-page';
const pageKey = 'birthmark.page';
const tabKey = 'birthmark.tab';
/** A page that reloads is gone within this time. If it is still there, this tab is its duplicate. */
const leavesWithinMs = 1000;

/**
 * Why this page is not let in: it came without an address, with a used one, is no longer known, or there is no room.
 */
const outsides = ['none', 'spent', 'forgotten', 'full'] as const;
export type Outside = {
  reason: (typeof outsides)[number];
  /** Whether a person gets another address at the station's terminal. A station without one prints it at its start. */
  terminal: boolean;
};

type Answer = { ok: true; result: { page: string } } | { ok: false; error: WireError };

export type Entrance = {
  /** The secret of this page; `undefined` when it is not let in. Rejects when the station does not answer. */
  page(): Promise<string | undefined>;
  /** Keeps the secret that came with an answer. */
  keep(page: string): void;
  /**
   * Call it when the station did not know `page`. Asks to be let in again, signed out, unless another secret came
   * meanwhile.
   */
  again(page: string): Promise<void>;
  outside(): Outside | undefined;
};

/** The token behind the # of the address. It is removed from the address bar and the history. */
function takeToken(): string | undefined {
  if (window.location.pathname !== '/enter') return undefined;
  const token = window.location.hash.slice(1);
  window.history.replaceState(null, '', '/');
  return token;
}

/**
 * Whether another page of this browser already uses this tab's secret, because a duplicated tab starts with a copy. The
 * page that holds the lock keeps it until it closes (Web Locks API).
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
    // The address was used, perhaps by this very tab, which is then already let in.
    if (reason === 'spent' && page !== undefined) return;
    outside = { reason, terminal: answer.error.data?.terminal === true };
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
      // If the station does not answer, the next try asks again.
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
