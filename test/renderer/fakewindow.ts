/** The program's window as the screens see it: what its station says of it, and what the page can ask of it itself. */
import type { Page } from 'playwright';
import {
  firstWindowSettings,
  type WindowBrief,
  type WindowSettings,
  type WindowView,
} from '../../app/contract/index.ts';
import { now } from './fixtures.ts';

export const windowBrief: WindowBrief = {
  pageReloads: 0,
  graphicsLosses: 0,
  software: false,
  kiosk: false,
  closing: false,
};

export function windowAnswers(): Record<string, (params: never) => unknown> {
  const settings: WindowSettings = { ...firstWindowSettings, printer: 'GONE_PRINTER' };
  let kiosk = true;
  const view = (): WindowView => ({
    ...windowBrief,
    kiosk,
    pageReloads: 2,
    lastReloadAt: now,
    settings,
    displays: [
      { id: 1, label: 'Built-in', widthPx: 1920, heightPx: 1080, first: true, inUse: true },
      { id: 22, label: '', widthPx: 1280, heightPx: 800, first: false, inUse: false },
    ],
    printers: [{ name: 'LABEL_1', label: 'Label printer, line 3' }],
  });
  return {
    'window.show': view,
    // Not kept: the next test finds what this one found.
    'window.configure': view,
    'window.kiosk': ({ on }: { on: boolean }) => {
      kiosk = on;
      return view();
    },
  };
}

declare global {
  interface Window {
    /** What the page asked of the window. */
    acts: Record<string, unknown>[];
    /** What the window answers next; `{}` where nothing is set. */
    actReply?: object;
  }
}

/** Makes the page think that it is in the program's window: its calls still go over HTTP. */
export const inWindow = (page: Page): Promise<unknown> =>
  page.addInitScript(() => {
    window.acts = [];
    const call = async (envelope: object) => {
      const headers = { 'content-type': 'application/json' };
      return (await fetch('/api/call', { method: 'POST', headers, body: JSON.stringify(envelope) })).json();
    };
    const subscribe = (event: string, listener: (data: unknown) => void) => {
      const source = new EventSource(`/api/events?events=${event}`);
      source.addEventListener(event, (message) => listener(JSON.parse((message as MessageEvent<string>).data)));
      return () => source.close();
    };
    const act = async (asked: Record<string, unknown>) => {
      window.acts.push(asked);
      return window.actReply ?? { ok: true, result: {} };
    };
    Object.assign(window, { birthmark: { call, subscribe, act } });
  });
