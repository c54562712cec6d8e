/**
 * A stand-in of the `electron` module's main-process side that keeps Electron's own rules: what must happen before and
 * after `ready`, what may cross IPC, who a sender is, and that everything is allowed which was not denied.
 */
import { EventEmitter } from 'node:events';
import { Contents, cloned, type Frame, type Preferences } from './contents.ts';
import { preventable } from './event.ts';
import { createSafeStorage } from './safestorage.ts';

type Invocation = { sender: Contents; senderFrame: Frame | null };
type Handler = (event: Invocation, ...args: unknown[]) => unknown;
type PermissionRequest = (contents: unknown, permission: string, answer: (granted: boolean) => void) => void;

type Rectangle = { x: number; y: number; width: number; height: number };
type Display = { id: number; label: string; bounds: Rectangle };

let ready = false;
const needReady = (what: string) => {
  if (!ready) throw new Error(`${what} before app is ready`);
};
const needNotReady = (what: string) => {
  if (ready) throw new Error(`${what} should be called before app is ready`);
};

class App extends EventEmitter {
  readonly isPackaged = false;
  readonly exits: number[] = [];
  sandboxed = false;
  quitting = false;
  /** Whether another instance is running. */
  locked = false;
  accelerated = true;
  relaunches = 0;
  locale = 'en-GB';
  readonly switches = new Map<string, string>();
  readonly loginItems: Record<string, unknown>[] = [];
  readonly commandLine = {
    appendSwitch: (name: string, value = '') => void this.switches.set(name, value),
  };
  readonly #whenReady = Promise.withResolvers<void>();

  whenReady(): Promise<void> {
    return this.#whenReady.promise;
  }
  requestSingleInstanceLock(): boolean {
    return !this.locked;
  }
  enableSandbox(): void {
    needNotReady('app.enableSandbox()');
    this.sandboxed = true;
  }
  disableHardwareAcceleration(): void {
    needNotReady('app.disableHardwareAcceleration()');
    this.accelerated = false;
  }
  getLocale(): string {
    needReady('app.getLocale()');
    return this.locale;
  }
  getPath(name: string): string {
    return `/stand-in/${name}`;
  }
  getAppPath(): string {
    return '/stand-in/program';
  }
  setLoginItemSettings(settings: Record<string, unknown>): void {
    this.loginItems.push(settings);
  }
  /** Takes effect when this instance ends. */
  relaunch(): void {
    this.relaunches += 1;
  }
  becomeReady(): void {
    ready = true;
    this.emit('ready');
    this.#whenReady.resolve();
  }
  /** `before-quit`, each window's `close`, `will-quit`, `quit`; a window that does not close ends the quitting. */
  quit(): void {
    if (this.quitting) return;
    this.quitting = true;
    const before = preventable({});
    this.emit('before-quit', before);
    if (before.defaultPrevented) {
      this.quitting = false;
      return;
    }
    for (const window of BrowserWindow.all) window.close();
    if (BrowserWindow.all.length > 0) {
      this.quitting = false;
      return;
    }
    const event = preventable({});
    this.emit('will-quit', event);
    if (!event.defaultPrevented) this.exit(0);
  }
  exit(code: number): void {
    this.exits.push(code);
    this.emit('quit', {}, code);
  }
}

export const app = new App();

const schemes = new Map<string, Record<string, boolean>>();
const protocolHandlers = new Map<string, (request: Request) => Promise<Response>>();
export const protocol = {
  registerSchemesAsPrivileged(list: { scheme: string; privileges: Record<string, boolean> }[]): void {
    needNotReady('protocol.registerSchemesAsPrivileged');
    for (const { scheme, privileges } of list) schemes.set(scheme, privileges);
  },
  handle(scheme: string, handler: (request: Request) => Promise<Response>): void {
    needReady('protocol.handle');
    if (protocolHandlers.has(scheme)) throw new Error(`Failed to register protocol: ${scheme}`);
    protocolHandlers.set(scheme, handler);
  },
};

async function load(url: string, method = 'GET'): Promise<Response> {
  const scheme = url.slice(0, url.indexOf(':'));
  const handler = protocolHandlers.get(scheme);
  if (handler === undefined) throw new Error(`ERR_UNKNOWN_URL_SCHEME loading '${url}'`);
  if (schemes.get(scheme)?.standard !== true) throw new Error(`${scheme}: is not a standard scheme`);
  return handler(new Request(url, { method }));
}

const invokeHandlers = new Map<string, Handler>();
export const ipcMain = {
  handle(channel: string, handler: Handler): void {
    if (invokeHandlers.has(channel)) {
      throw new Error(`Attempted to register a second handler for '${channel}'`);
    }
    invokeHandlers.set(channel, handler);
  },
};

async function invoke(event: Invocation, channel: string, args: unknown[]): Promise<unknown> {
  const handler = invokeHandlers.get(channel);
  try {
    if (handler === undefined) throw new Error(`No handler registered for '${channel}'`);
    return cloned(await handler(event, ...args));
  } catch (error) {
    throw new Error(`Error invoking remote method '${channel}': ${String(error)}`);
  }
}

export class BrowserWindow extends EventEmitter {
  static all: BrowserWindow[] = [];
  readonly options: { webPreferences?: Preferences } & Record<string, unknown>;
  readonly webContents: Contents;
  visible: boolean;
  focused = 0;

  constructor(options: { webPreferences?: Preferences } & Record<string, unknown> = {}) {
    super();
    needReady('Cannot create BrowserWindow');
    this.options = options;
    this.visible = options.show !== false;
    const { x = 0, y = 0, width = 800, height = 600 } = options as Partial<Rectangle>;
    this.bounds = { x, y, width, height };
    this.kiosk = options.kiosk === true;
    this.webContents = new Contents(options.webPreferences ?? {}, { invoke, load });
    this.webContents.once('did-finish-load', () => this.emit('ready-to-show'));
    BrowserWindow.all.push(this);
    app.emit('web-contents-created', {}, this.webContents);
  }
  bounds: Rectangle;
  kiosk: boolean;
  loadURL(url: string): Promise<void> {
    return this.webContents.loadURL(url);
  }
  getBounds(): Rectangle {
    return this.bounds;
  }
  setBounds(bounds: Rectangle): void {
    // A window that fills a monitor stays there.
    if (!this.kiosk) this.bounds = bounds;
  }
  isKiosk(): boolean {
    return this.kiosk;
  }
  setKiosk(on: boolean): void {
    this.kiosk = on;
  }
  isDestroyed(): boolean {
    return !BrowserWindow.all.includes(this);
  }
  show(): void {
    this.visible = true;
  }
  focus(): void {
    this.focused++;
  }
  isMinimized(): boolean {
    return false;
  }
  /** Windows asks before the session ends; tells whether this window lets it. */
  querySessionEnd(...reasons: string[]): boolean {
    const asked = preventable({ reasons });
    this.emit('query-session-end', asked);
    return !asked.defaultPrevented;
  }
  endSession(...reasons: string[]): void {
    this.emit('session-end', preventable({ reasons }));
  }
  /** The cross, Alt+F4, or `app.quit`. */
  close(): void {
    if (!BrowserWindow.all.includes(this)) return;
    const event = preventable({});
    this.emit('close', event);
    if (event.defaultPrevented) return;
    if (!this.webContents.mayUnload()) {
      app.quitting = false;
      return;
    }
    BrowserWindow.all = BrowserWindow.all.filter((window) => window !== this);
    this.webContents.destroy();
    this.emit('closed');
    if (BrowserWindow.all.length === 0 && !app.quitting) app.emit('window-all-closed');
  }
}

/** Electron's defaults: every permission granted, every download saved. */
class Session extends EventEmitter {
  #request: PermissionRequest | undefined;
  #check: (() => boolean) | undefined;
  #device: (() => boolean) | undefined;
  #display: ((request: unknown, answer: (streams: unknown) => void) => void) | undefined;

  setPermissionRequestHandler(handler: PermissionRequest): void {
    this.#request = handler;
  }
  setPermissionCheckHandler(handler: () => boolean): void {
    this.#check = handler;
  }
  setDevicePermissionHandler(handler: () => boolean): void {
    this.#device = handler;
  }
  setDisplayMediaRequestHandler(handler: (request: unknown, answer: (streams: unknown) => void) => void): void {
    this.#display = handler;
  }
  asks(contents: Contents, permission: string): Promise<boolean> {
    const request = this.#request;
    return new Promise((answer) => (request === undefined ? answer(true) : request(contents, permission, answer)));
  }
  checks(): boolean {
    return this.#check?.() ?? true;
  }
  grantsDevice(): boolean {
    return this.#device?.() ?? true;
  }
  sharesScreen(): Promise<unknown> {
    const display = this.#display;
    return new Promise((answer) => (display === undefined ? answer('screen') : display({}, answer)));
  }
  downloads(): boolean {
    const event = preventable({});
    this.emit('will-download', event, {});
    return !event.defaultPrevented;
  }
}

const defaultSession = new Session();
export const session = {
  get defaultSession(): Session {
    needReady('Session can only be received');
    return defaultSession;
  },
};

export const Menu = {
  application: undefined as unknown,
  setApplicationMenu(menu: unknown): void {
    Menu.application = menu;
  },
  buildFromTemplate: (template: unknown) => ({ template }),
};

export const errorBoxes: string[] = [];
type MessageBox = { options: Record<string, unknown>; answer(button: number): void };
/** Open now, oldest first; answering takes one away. */
const messageBoxes: MessageBox[] = [];
type SaveDialog = { options: Record<string, unknown>; answer(filePath: string | undefined): void };
const saveDialogs: SaveDialog[] = [];

/** A dialog of the system: it stays until a person answers. */
const opens =
  <Answer, Result>(
    list: { options: Record<string, unknown>; answer(answer: Answer): void }[],
    of: (answer: Answer) => Result,
  ) =>
  (window: BrowserWindow, options: Record<string, unknown>): Promise<Result> => {
    if (window.isDestroyed()) throw new TypeError('Object has been destroyed');
    return new Promise((resolve) => {
      const box = {
        options,
        answer(answer: Answer) {
          list.splice(list.indexOf(box), 1);
          resolve(of(answer));
        },
      };
      list.push(box);
    });
  };

export const dialog = {
  showErrorBox: (title: string, text: string) => void errorBoxes.push(`${title}: ${text}`),
  showMessageBox: opens(messageBoxes, (response: number) => ({ response, checkboxChecked: false })),
  showSaveDialog: opens(saveDialogs, (filePath: string | undefined) => ({
    canceled: filePath === undefined,
    filePath: filePath ?? '',
  })),
};

/** Listening needs a program that is ready: on Linux the system is asked for its locks then. */
class PowerMonitor extends EventEmitter {
  override on(event: string, listener: (...args: never[]) => void): this {
    needReady(`powerMonitor.on('${event}')`);
    return super.on(event, listener as (...args: unknown[]) => void);
  }
  /** Linux and macOS end; tells whether this program asked for a moment. */
  shutDown(): boolean {
    const event = preventable({});
    this.emit('shutdown', event);
    return event.defaultPrevented;
  }
}
export const powerMonitor = new PowerMonitor();

const blockers = new Map<number, string>();
let lastBlocker = 0;
export const powerSaveBlocker = {
  start(type: string): number {
    needReady('powerSaveBlocker.start');
    lastBlocker += 1;
    blockers.set(lastBlocker, type);
    return lastBlocker;
  },
  stop: (id: number): boolean => blockers.delete(id),
  isStarted: (id: number): boolean => blockers.has(id),
};

class Screen extends EventEmitter {
  displays: Display[] = [{ id: 1, label: 'Built-in', bounds: { x: 0, y: 0, width: 1920, height: 1080 } }];
  getAllDisplays(): Display[] {
    needReady("The 'screen' module can't be used");
    return this.displays;
  }
  getPrimaryDisplay(): Display {
    return this.getAllDisplays()[0]!;
  }
  getDisplayMatching({ x, y }: Rectangle): Display {
    const holds = ({ bounds }: Display) =>
      x >= bounds.x && x < bounds.x + bounds.width && y >= bounds.y && y < bounds.y + bounds.height;
    return this.displays.find(holds) ?? this.getPrimaryDisplay();
  }
  plug(display: Display): void {
    this.displays.push(display);
    this.emit('display-added', preventable({}), display);
  }
  unplug(id: number): void {
    const gone = this.displays.find((display) => display.id === id);
    this.displays = this.displays.filter((display) => display !== gone);
    this.emit('display-removed', preventable({}), gone);
  }
}
export const screen = new Screen();

/** A child process of Chromium's is gone. */
const childGone = (type: string, reason: string): void =>
  void app.emit('child-process-gone', preventable({}), { type, reason, exitCode: 139 });

const { safeStorage, keyring } = createSafeStorage(() => ready);

export { safeStorage };

/** For tests: what Chromium would do, and the keyring of the system. */
export const standin = {
  load,
  session: defaultSession,
  errorBoxes,
  keyring,
  messageBoxes,
  saveDialogs,
  blockers,
  childGone,
};
