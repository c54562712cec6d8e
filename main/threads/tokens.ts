/**
 * PKCS#11 tokens on their own thread. There is one for the process, because a module belongs to the process, not to a
 * thread.
 */
import type { CaKey, CaKeyState, Tokens } from '../../app/ca/authorities/key.ts';
import { StationError } from '../../app/contract/errors.ts';
import { findModules } from '../../native/token/modulepaths.ts';
import type { Desk, OpenedKey } from '../../native/token/requests.ts';
import { createTurns } from './oneatatime.ts';
import { besides, startThread } from './thread.ts';

const usualTimes = {
  /** A signature takes 0.1 s. Looking for a reader is slow. */
  askMs: 20_000,
  /** A small processor looks for an RSA key's primes. In the worst case that takes minutes. */
  makeMs: 300_000,
  /** The time after which an unplugged token is noticed without a signature, and a returned one is used again. */
  lookMs: 2000,
  lookForAbsentMs: 1000,
};

type Tracked = CaKey & { become(state: CaKeyState): void };

export function openTokens(options: Partial<typeof usualTimes> = {}): Tokens {
  const times = { ...usualTimes, ...options };
  const keys = new Map<number, Tracked>();
  let timer: NodeJS.Timeout | undefined;

  const start = () => startThread(besides('token'), 'token', null, { code: 'ca.tokenFailed', what: 'the tokens' });
  // The PINs went with the thread, so the keys must be opened again.
  const turns = createTurns(start, () => {
    for (const keyId of [...keys.keys()]) become(keyId, 'closed');
  });

  const ask = async <K extends keyof Desk>(name: K, params: Parameters<Desk[K]>[0], limitMs = times.askMs) =>
    (await turns.ask(name, params, limitMs)) as ReturnType<Desk[K]>;

  function become(keyId: number, state: CaKeyState): void {
    const key = keys.get(keyId);
    if (state === 'closed') keys.delete(keyId);
    key?.become(state);
  }

  /** The next look is planned when one is done, so a slow token is not asked again before it has answered. */
  function planLook(): void {
    clearTimeout(timer);
    if (keys.size === 0) return;
    const anyAbsent = [...keys.values()].some((key) => key.state() === 'absent');
    timer = setTimeout(look, anyAbsent ? times.lookForAbsentMs : times.lookMs);
    timer.unref();
  }

  async function look(): Promise<void> {
    try {
      for (const [keyId, state] of await ask('look', null)) become(keyId, state);
    } catch {
      // The thread is gone, and so are its keys.
    }
    planLook();
  }

  function trackedKey({ keyId, spkiDer }: OpenedKey): CaKey {
    let state: CaKeyState = 'ready';
    const listeners = new Set<() => void>();
    const key: Tracked = {
      spkiDer,
      async sign(algorithm, data) {
        if (state === 'closed') throw new StationError('ca.locked', 'the key in the token is closed');
        if (state === 'absent') throw new StationError('ca.tokenAbsent', 'the token is not plugged in');
        try {
          return await ask('sign', { keyId, algorithm, data });
        } catch (thrown) {
          if (thrown instanceof StationError && thrown.code === 'ca.tokenAbsent') become(keyId, 'absent');
          if (thrown instanceof StationError && thrown.code === 'ca.locked') become(keyId, 'closed');
          planLook();
          throw thrown;
        }
      },
      state: () => state,
      onState(listener) {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
      close() {
        if (state === 'closed') return;
        become(keyId, 'closed');
        // When this fails, the thread is gone and has forgotten the key.
        ask('closeKey', { keyId }).catch(() => undefined);
      },
      become(next) {
        if (next === state || state === 'closed') return;
        state = next;
        for (const listener of listeners) listener();
      },
    };
    keys.set(keyId, key);
    planLook();
    return key;
  }

  return {
    modules: () => findModules(),
    check: async (module) => void (await ask('check', { module })),
    list: (module) => ask('list', { module }),
    async makeKey(request) {
      const { custody, ...opened } = await ask('makeKey', request, times.makeMs);
      return { custody, key: trackedKey(opened) };
    },
    open: async (custody, pin) => trackedKey(await ask('open', { custody, pin })),
    state: (custody) => ask('state', { custody }),
    async lookAnew() {
      clearTimeout(timer);
      if (keys.size > 0) await look();
    },
    async close() {
      clearTimeout(timer);
      for (const key of [...keys.values()]) key.close();
      await turns.close(times.askMs);
    },
  };
}
