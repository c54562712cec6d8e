import './jitless.ts';
import { StrictMode } from 'react';
import { flushSync } from 'react-dom';
import { createRoot, type Root } from 'react-dom/client';
import { startAgain } from './atstart.ts';
import { App } from './shell/app.tsx';

declare global {
  interface Window {
    /** Absent before the first screen. */
    screens?: Screens;
  }
}

type Screens = {
  /** Takes the screens down. They leave nothing on the page, and ask nothing of the station. */
  takeDown(): void;
  /**
   * Puts the screens up as a page that was just loaded shows them. They must be down. They listen when it returns: no key
   * falls between the screens before and these.
   */
  putUp(): void;
};

function show(home: Element): Root {
  const root = createRoot(home);
  root.render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
  return root;
}

const home = document.getElementById('app');
if (home) {
  let root = show(home);
  // A page that is loaded costs a test more than most of what it looks at, so tests take the screens down and put them up.
  // So does a page whose station was changed for another one.
  window.screens = {
    takeDown: () => root.unmount(),
    putUp: () => {
      startAgain();
      flushSync(() => {
        root = show(home);
      });
    },
  };
}
