import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { runInContext } from 'node:vm';
import { preventable } from './event.ts';
import { carry, createWorld, deepFreeze, type World } from './worlds.ts';

export type Frame = { url: string; parent: Frame | null };
export type Preferences = Record<string, unknown> & { preload?: string };

/** What web contents need of the rest of the program. */
export type Surroundings = {
  /** `ipcMain`'s side of an invoke: arguments and result already cloned. */
  invoke(event: { sender: Contents; senderFrame: Frame | null }, channel: string, args: unknown[]): Promise<unknown>;
  load(url: string): Promise<Response>;
};

let lastId = 0;

/** Blink's serialiser refuses what structured clone refuses; the words are Electron's. */
export function cloned<T>(value: T): T {
  try {
    return structuredClone(value);
  } catch {
    throw new Error('An object could not be cloned.');
  }
}

/** A `webContents`: one top frame, its preload script in an isolated world, and the page's own world. */
export class Contents extends EventEmitter {
  readonly id = ++lastId;
  readonly mainFrame: Frame = { url: '', parent: null };
  /** Of the last page loaded. */
  response: Response | undefined;
  page: World = createWorld();
  readonly #preferences: Preferences;
  readonly #around: Surroundings;
  #renderer = new EventEmitter();
  #windowOpen: ((details: { url: string }) => { action: string }) | undefined;
  #destroyed = false;
  #crashed = false;
  /** Messages to a process that is gone: Electron logs an error for each. */
  lostMessages = 0;
  zoomFactor = 1;
  readonly prints: Record<string, unknown>[] = [];
  /** What the printer answers. */
  printer: { success: boolean; reason: string } = { success: true, reason: '' };
  printers: { name: string; displayName: string; description: string; options: object }[] = [];
  loads = 0;
  /** The page's handler of `beforeunload` says no: it has unsaved text. */
  unsaved = false;

  /** Electron asks the program whether the page goes in spite of its no. */
  mayUnload(): boolean {
    if (!this.unsaved) return true;
    const event = preventable({});
    this.emit('will-prevent-unload', event);
    return event.defaultPrevented;
  }

  constructor(preferences: Preferences, around: Surroundings) {
    super();
    this.#preferences = preferences;
    this.#around = around;
  }

  isDestroyed(): boolean {
    return this.#destroyed;
  }

  setWindowOpenHandler(handler: (details: { url: string }) => { action: string }): void {
    this.#windowOpen = handler;
  }

  send(channel: string, ...args: unknown[]): void {
    if (this.#destroyed) throw new TypeError('Object has been destroyed');
    const copies = args.map(cloned);
    if (this.#crashed) {
      this.lostMessages += 1;
      return;
    }
    const renderer = this.#renderer;
    setImmediate(() => renderer.emit(channel, {}, ...copies));
  }

  async loadURL(url: string): Promise<void> {
    if (this.#destroyed) throw new TypeError('Object has been destroyed');
    const from = this.mainFrame.url;
    this.response = await this.#around.load(url);
    if (!this.response.ok) throw new Error(`ERR_FAILED loading '${url}'`);
    // A page that lives and is asked for another part of itself does not load again.
    const [page, part] = url.split('#');
    if (!this.#crashed && part !== undefined && from.split('#')[0] === page && from !== '') {
      this.mainFrame.url = url;
      return;
    }
    this.loads += 1;
    this.#crashed = false;
    this.mainFrame.url = url;
    this.page = createWorld();
    this.#renderer = new EventEmitter();
    this.#runPreload();
    this.emit('did-finish-load');
  }

  getURL(): string {
    return this.mainFrame.url;
  }

  isCrashed(): boolean {
    return this.#crashed;
  }

  /** A page that hangs answers nothing: only a new process loads. */
  reload(): void {
    const { url } = this.mainFrame;
    if (this.hanging && !this.#crashed) return;
    setImmediate(() => void this.#reload(url));
  }

  async #reload(url: string): Promise<void> {
    if (this.#destroyed) return;
    this.#crashed = true;
    await this.loadURL(url);
  }

  hanging = false;

  /** Chromium: the page answers no input any more. */
  hang(): void {
    this.hanging = true;
    this.emit('unresponsive');
  }

  forcefullyCrashRenderer(): void {
    this.crash('crashed');
  }

  /** The page's process is gone. Its messages and its world go with it. */
  crash(reason: string, exitCode = 9): void {
    if (this.#destroyed || this.#crashed) return;
    this.#crashed = true;
    this.hanging = false;
    this.#renderer.removeAllListeners();
    this.page = createWorld();
    this.emit('render-process-gone', preventable({}), { reason, exitCode });
  }

  setZoomFactor(factor: number): void {
    if (this.#destroyed) throw new TypeError('Object has been destroyed');
    if (!(factor > 0)) throw new Error("'zoomFactor' must be a double greater than 0.0");
    this.zoomFactor = factor;
  }

  /** A key as Chromium sees it before the page does; tells whether the page gets it. */
  key(input: Record<string, unknown>): boolean {
    const event = preventable({});
    this.emit('before-input-event', event, { type: 'keyDown', control: false, meta: false, alt: false, ...input });
    return !event.defaultPrevented;
  }

  print(options: Record<string, unknown>, done: (success: boolean, reason: string) => void): void {
    this.prints.push(options);
    const { success, reason } = this.printer;
    setImmediate(() => done(success, reason));
  }

  async getPrintersAsync(): Promise<typeof this.printers> {
    return this.printers;
  }

  /** A message from any frame, as the main process sees it. */
  invokeFrom(frame: Frame | null, channel: string, ...args: unknown[]): Promise<unknown> {
    return this.#around.invoke({ sender: this, senderFrame: frame }, channel, args.map(cloned));
  }

  /** A navigation that the page starts; tells whether it went ahead. */
  navigate(url: string, frame: Frame = this.mainFrame): boolean {
    const details = preventable({ url, frame, isMainFrame: frame.parent === null, isSameDocument: false });
    this.emit('will-frame-navigate', details);
    if (details.isMainFrame) this.emit('will-navigate', details, url);
    return !details.defaultPrevented;
  }

  redirect(url: string): boolean {
    const details = preventable({ url, isMainFrame: true });
    this.emit('will-redirect', details);
    return !details.defaultPrevented;
  }

  attachWebview(): boolean {
    const event = preventable({});
    if (this.#preferences.webviewTag !== true) return false;
    this.emit('will-attach-webview', event, {}, {});
    return !event.defaultPrevented;
  }

  /** Electron opens a window unless the handler says no. */
  windowOpen(url: string): boolean {
    return (this.#windowOpen?.({ url }) ?? { action: 'allow' }).action !== 'deny';
  }

  destroy(): void {
    this.#destroyed = true;
    this.#renderer.removeAllListeners();
    this.emit('destroyed');
  }

  #runPreload(): void {
    const { preload, sandbox, contextIsolation } = this.#preferences;
    if (preload === undefined) return;
    const isolated = createWorld({ console, setTimeout, clearTimeout, setImmediate, clearImmediate, Buffer });
    const frame = this.mainFrame;
    const ipcRenderer = Object.assign(this.#renderer, {
      invoke: (channel: string, ...args: unknown[]) => this.invokeFrom(frame, channel, ...args),
    });
    const contextBridge = {
      exposeInMainWorld: (key: string, api: unknown) => {
        if (contextIsolation === false) {
          throw new Error('contextBridge API can only be used when contextIsolation is enabled');
        }
        if (key in this.page.global) {
          throw new Error(`Cannot bind an API on top of an existing property on the window object`);
        }
        const value = deepFreeze(carry(api, isolated, this.page));
        Object.defineProperty(this.page.global, key, { value, writable: false, configurable: false, enumerable: true });
      },
    };
    const electron = { contextBridge, ipcRenderer, crashReporter: {}, nativeImage: {}, webFrame: {}, webUtils: {} };
    const allowed: Record<string, unknown> = { electron };
    const real = createRequire(preload);
    for (const name of ['events', 'timers', 'url']) {
      allowed[name] = real(name);
      allowed[`node:${name}`] = real(name);
    }
    const limited = (name: string): unknown => {
      if (Object.hasOwn(allowed, name)) return allowed[name];
      if (sandbox === false) return real(name);
      throw new Error(`module not found: ${name}`);
    };
    const wrapped = `(function (require, module, exports) {${readFileSync(preload, 'utf8')}\n})`;
    const module = { exports: {} };
    (runInContext(wrapped, isolated.global) as (...args: unknown[]) => void)(limited, module, module.exports);
  }
}
