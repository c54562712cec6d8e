import type * as Electron from 'electron';
import type { Vault } from '../../app/ca/index.ts';
import { closeWithinMs, type Host } from '../host.ts';
import { createBridge } from './bridge.ts';
import { invokeChannel } from './channels.ts';
import { mayUse, pageUrl, scheme } from './guards.ts';
import { createPageHandler, privileges } from './protocol.ts';
import { createVault } from './vault.ts';
import { confine, windowOptions } from './window.ts';

/** What of the electron module the host uses. */
export type ElectronParts = Pick<
  typeof Electron,
  'app' | 'BrowserWindow' | 'dialog' | 'ipcMain' | 'Menu' | 'protocol' | 'safeStorage' | 'session'
>;

export type ElectronSettings = {
  /** Absolute folder of the built screens. */
  assetsDir: string;
  /** Absolute path of the built preload script. */
  preload: string;
  kiosk: boolean;
};

/** Exit code for a station that could not be opened, as on the command line. */
const stationFailed = 3;

/**
 * Runs the station in Electron until its window is closed. The part before the first `await` must run before the app is
 * ready: call it from the entry module, without a top-level `await` (which would keep `ready` from ever coming).
 */
export async function startElectron(
  electron: ElectronParts,
  settings: ElectronSettings,
  openHost: (vault: Vault) => Promise<Host>,
): Promise<void> {
  const { app } = electron;
  if (!app.requestSingleInstanceLock()) {
    app.quit();
    return;
  }
  electron.protocol.registerSchemesAsPrivileged(privileges);
  app.enableSandbox();
  app.on('web-contents-created', (_event, contents) => confine(contents));

  let host: Host;
  try {
    [host] = await Promise.all([openHost(createVault(electron)), app.whenReady()]);
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    process.stderr.write(`Birthmark cannot open its station: ${text}\n`);
    await app.whenReady();
    electron.dialog.showErrorBox('Birthmark cannot open its station', text);
    app.exit(stationFailed);
    return;
  }
  process.stderr.write(`${host.describe()}\n`);
  endWithApp(app, host);
  harden(electron);
  electron.protocol.handle(scheme, createPageHandler(settings.assetsDir));

  const bridge = createBridge(host.connect);
  electron.ipcMain.handle(invokeChannel, bridge.answer);
  let window: Electron.BrowserWindow | undefined;
  const show = () => {
    const opened = new electron.BrowserWindow(windowOptions({ ...settings, devTools: !app.isPackaged }));
    window = opened;
    bridge.admit(opened.webContents);
    opened.once('ready-to-show', () => opened.show());
    opened.once('closed', () => {
      window = undefined;
    });
    void opened.loadURL(pageUrl);
  };
  app.on('second-instance', () => {
    if (window?.isMinimized()) window.restore();
    window?.focus();
  });
  show();
}

/** No menu where the system can do without; no permission, no device, no download for any page. */
function harden({ Menu, session }: ElectronParts): void {
  const mac = process.platform === 'darwin';
  Menu.setApplicationMenu(mac ? Menu.buildFromTemplate([{ role: 'appMenu' }, { role: 'editMenu' }]) : null);
  const pages = session.defaultSession;
  pages.setPermissionRequestHandler((_contents, _permission, answer) => answer(mayUse()));
  pages.setPermissionCheckHandler(mayUse);
  pages.setDevicePermissionHandler(mayUse);
  pages.setDisplayMediaRequestHandler((_request, answer) => answer(null));
  pages.on('will-download', (event) => event.preventDefault());
}

/** Closes the station before the program ends, and ends the program with its window. */
function endWithApp(app: Electron.App, host: Host): void {
  let closing = false;
  app.on('window-all-closed', () => app.quit());
  app.on('will-quit', (event) => {
    event.preventDefault();
    if (closing) return;
    closing = true;
    const overdue = setTimeout(() => app.exit(stationFailed), closeWithinMs);
    host
      .close()
      .then(() => app.exit(0))
      .catch((error: unknown) => {
        process.stderr.write(`The station did not close cleanly: ${String(error)}\n`);
        app.exit(stationFailed);
      })
      .finally(() => clearTimeout(overdue));
  });
}
