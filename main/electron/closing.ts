/**
 * Decides whether and when the program may end. It asks a person while units are at work, waits when told to, and loses
 * nothing.
 */
import type * as Electron from 'electron';
import { closeWithinMs, type Host } from '../host.ts';
import type { nativeWords } from './nativewords.ts';

/** Exit code for a station that did not open or did not close, as on the command line. */
export const stationFailed = 3;
/** systemd (InhibitDelayMaxSec) and Windows (HungAppTimeout) both give a program five seconds when the system ends. */
export const systemWithinMs = 4000;

export type ClosingTools = {
  app: Electron.App;
  dialog: Pick<Electron.Dialog, 'showMessageBox'>;
  words: () => (typeof nativeWords)['en'];
  /** Whether the window fills the screen and only an engineer can leave it. */
  held: () => boolean;
  /** Called when the result of `waiting()` changes. */
  onChange: () => void;
  told: (what: 'closeHeld' | 'closing' | 'systemEnds', units: number) => void;
};

export type Closing = {
  watch(window: Electron.BrowserWindow): void;
  /** Whether the program will end as soon as no unit is at work. */
  waiting(): boolean;
  /** Cancels a waiting end. */
  stay(): void;
  /** Ends now, because the system ends. */
  systemEnds(): void;
  /** Ends, or starts again, as soon as no unit is at work. */
  endWhenIdle(options?: { relaunch: boolean }): void;
};

/** The first is the default here, too. */
const textAnswers = ['stay', 'leaveText'] as const;

type State = 'open' | 'asking' | 'waiting' | 'ending';
/**
 * The order of the buttons. The first is the default, so that a scan into the dialog, with its Enter, changes nothing.
 */
const answers = ['stay', 'wait', 'now'] as const;

export function createClosing(host: Host, tools: ClosingTools): Closing {
  const { app } = tools;
  let units = 0;
  let state: State = 'open';
  let relaunch = false;
  let withinMs = closeWithinMs;
  /** Whether unsaved text may be lost: a person agreed, or the system does not wait. */
  let mayLoseText = false;
  let askingText = false;

  const isAsking = () => state === 'asking';
  const move = (next: State) => {
    const before = state;
    state = next;
    if ((before === 'waiting') !== (next === 'waiting')) tools.onChange();
  };
  const end = () => {
    if (state === 'ending') return;
    move('ending');
    tools.told('closing', units);
    if (relaunch) app.relaunch();
    app.quit();
  };
  const wait = () => {
    if (units === 0) end();
    else move('waiting');
  };
  const ask = async (window: Electron.BrowserWindow) => {
    if (state === 'asking' || state === 'ending') return;
    move('asking');
    const words = tools.words();
    const { response } = await tools.dialog.showMessageBox(window, {
      type: 'question',
      title: 'Birthmark',
      message: words.atWork(units),
      detail: words.ask,
      buttons: answers.map((answer) => words[answer]),
      defaultId: 0,
      cancelId: 0,
      noLink: true,
    });
    // The wait may have ended meanwhile; then the answer does not matter.
    if (!isAsking()) return;
    const answer = answers[response] ?? 'stay';
    if (answer === 'now') end();
    else if (answer === 'wait') wait();
    else move('open');
  };
  /** The page has text that is not saved, so it did not let itself be closed or loaded again. */
  const askText = async (window: Electron.BrowserWindow) => {
    if (askingText) return;
    askingText = true;
    const closes = state === 'ending';
    if (closes) move('open');
    const words = tools.words();
    const { response } = await tools.dialog.showMessageBox(window, {
      type: 'question',
      title: 'Birthmark',
      message: words.unsaved,
      detail: words.unsavedAsk,
      buttons: textAnswers.map((answer) => words[answer]),
      defaultId: 0,
      cancelId: 0,
      noLink: true,
    });
    askingText = false;
    if (textAnswers[response] !== 'leaveText' || window.isDestroyed()) return;
    mayLoseText = true;
    if (closes) end();
    else window.webContents.reload();
  };
  const systemEnds = () => {
    mayLoseText = true;
    withinMs = systemWithinMs;
    tools.told('systemEnds', units);
    relaunch = false;
    end();
  };

  host.onWork((now) => {
    units = now;
    if (units === 0 && state === 'waiting') end();
  });

  let closed = false;
  app.on('window-all-closed', () => app.quit());
  app.on('will-quit', (event) => {
    event.preventDefault();
    if (closed) return;
    closed = true;
    const overdue = setTimeout(() => app.exit(stationFailed), withinMs);
    host
      .close()
      .then(() => app.exit(0))
      .catch((error: unknown) => {
        process.stderr.write(`The station did not close cleanly: ${String(error)}\n`);
        app.exit(stationFailed);
      })
      .finally(() => clearTimeout(overdue));
  });

  return {
    watch(window) {
      // Every way out calls this: the cross, Alt+F4, the menu's Quit, and a system that asks programs to quit.
      window.on('close', (event) => {
        if (state === 'ending') return;
        if (tools.held()) {
          event.preventDefault();
          tools.told('closeHeld', units);
        } else if (units > 0) {
          event.preventDefault();
          void ask(window);
        } else move('ending');
      });
      window.webContents.on('will-prevent-unload', (event) => {
        if (!mayLoseText) return void askText(window);
        // This lets the page go in spite of its text. The page that comes next asks again.
        event.preventDefault();
        mayLoseText = state === 'ending';
      });
      // Windows: log-off, restart, shutdown. A critical end leaves no time for a question.
      window.on('query-session-end', (event) => {
        if (units === 0 || event.reasons.includes('critical') || state === 'ending') return;
        event.preventDefault();
        void ask(window);
      });
      window.on('session-end', systemEnds);
    },
    waiting: () => state === 'waiting',
    stay: () => {
      relaunch = false;
      if (state === 'waiting') move('open');
    },
    systemEnds,
    endWhenIdle(options) {
      relaunch = options?.relaunch === true;
      if (state !== 'ending') wait();
    },
  };
}
