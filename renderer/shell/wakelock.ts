/** In a browser, while units work the screen stays on (W3C Screen Wake Lock); the program's window sees to it itself. */
import { useEffect } from 'react';

/** Holds the lock until it is told to stop; the system takes it whenever the page is hidden, and then it is asked again. */
function stayAwake(): () => void {
  let stopped = false;
  let lock: WakeLockSentinel | undefined;
  let asking = false;
  const ask = async () => {
    if (stopped || asking || document.visibilityState !== 'visible' || (lock && !lock.released)) return;
    asking = true;
    try {
      lock = await navigator.wakeLock.request('screen');
      lock.addEventListener('release', () => void ask());
      if (stopped) await lock.release();
    } catch {
      // A battery that is low, or a browser that does not let pages: the screen may go dark, the station goes on.
    } finally {
      asking = false;
    }
  };
  const onVisible = () => void ask();
  document.addEventListener('visibilitychange', onVisible);
  void ask();
  return () => {
    stopped = true;
    document.removeEventListener('visibilitychange', onVisible);
    void lock?.release();
  };
}

export function useWakeLock(atWork: boolean): void {
  useEffect(() => {
    if (!atWork || window.birthmark || !('wakeLock' in navigator)) return;
    return stayAwake();
  }, [atWork]);
}
