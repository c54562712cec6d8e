import { useEffect } from 'react';

/** A dialog that closes gives the focus back itself within this time. */
const goneMs = 100;

/**
 * When what has the focus goes away (a row that was opened, the button of an order that was closed), the focus goes to the
 * content. A browser drops it, and the next Tab would begin at the top of the page.
 */
export function useKeptFocus(): void {
  useEffect(() => {
    let last: EventTarget | null = null;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const isGone = () => last instanceof Element && !last.isConnected;
    const look = () => {
      timer = undefined;
      if (!isGone()) return;
      last = null;
      if ((document.activeElement ?? document.body) !== document.body) return;
      document.getElementById('content')?.focus({ preventScroll: true });
    };
    const onFocus = (event: FocusEvent) => {
      last = event.target;
    };
    const observer = new MutationObserver(() => {
      if (isGone()) timer ??= setTimeout(look, goneMs);
    });
    document.addEventListener('focusin', onFocus);
    observer.observe(document.body, { childList: true, subtree: true });
    return () => {
      document.removeEventListener('focusin', onFocus);
      observer.disconnect();
      clearTimeout(timer);
    };
  }, []);
}
