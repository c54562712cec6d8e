/**
 * Keeps the screen of a browser on while units work (W3C Screen Wake Lock). The program's window does this by itself.
 */
import { useEffect } from 'react';

/**
 * Holds the lock until it is stopped. The system takes the lock whenever the page is hidden, so it is requested again.
 */
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
      // If the battery is low or the browser refuses, the screen may go dark, but the station continues.
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
