import { useEffect } from 'react';

/** Does something again and again while a page is shown. */
export function useAgain(act: () => void, everyMs: number): void {
  useEffect(() => {
    const timer = setInterval(act, everyMs);
    return () => clearInterval(timer);
  }, [act, everyMs]);
}
