/**
 * A stand-in of the `electron` module's main-process side that keeps Electron's own rules: what must happen before and
 * after `ready`, what may cross IPC, who a sender is, and that everything is allowed which nobody denied.
 */
import { EventEmitter } from 'node:events';
import { Contents, cloned, type Frame, type Preferences } from './contents.ts';
import { preventable } from './event.ts';
import { createSafeStorage } from './safestorage.ts';

type Invocation = { sender: Contents; senderFrame: Frame | null };
type Handler = (event: Invocation, ...args: unknown[]) => unknown;
type PermissionRequest = (contents: unknown, permission: string, answer: (granted: boolean) => void) => void;

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
  becomeReady(): void {
    ready = true;
    this.emit('ready');
    this.#whenReady.resolve();
  }
  quit(): void {
    if (this.quitting) return;
    this.quitting = true;
    this.emit('before-quit', preventable({}));
    for (const window of BrowserWindow.all) window.close();
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
    this.webContents = new Contents(options.webPreferences ?? {}, { invoke, load });
    this.webContents.once('did-finish-load', () => this.emit('ready-to-show'));
    BrowserWindow.all.push(this);
    app.emit('web-contents-created', {}, this.webContents);
  }
  loadURL(url: string): Promise<void> {
    return this.webContents.loadURL(url);
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
  close(): void {
    if (!BrowserWindow.all.includes(this)) return;
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
export const dialog = {
  showErrorBox: (title: string, text: string) => void errorBoxes.push(`${title}: ${text}`),
};

const { safeStorage, keyring } = createSafeStorage(() => ready);

export { safeStorage };

/** For tests: what Chromium would do, and the keyring of the system. */
export const standin = { load, session: defaultSession, errorBoxes, keyring };
