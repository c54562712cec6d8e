import type { Vault } from '../../app/ca/index.ts';
import type { WindowControl } from '../../app/station/index.ts';
import type { Host } from '../host.ts';
import { createBridge } from './bridge.ts';
import { invokeChannel } from './channels.ts';
import { stationFailed } from './closing.ts';
import { createControl } from './control.ts';
import { mayUse } from './guards.ts';
import { type ElectronParts, type ElectronSettings, openWindow } from './open.ts';
import { privileges } from './protocol.ts';
import { openSettings } from './settings.ts';
import { createVault } from './vault.ts';
import { confine } from './window.ts';

/**
 * Runs the station in Electron until its window is closed. The part before the first `await` must run before the app is
 * ready: call it from the entry module, without a top-level `await` (which would keep `ready` from ever coming).
 */
export async function startElectron(
  electron: ElectronParts,
  settings: ElectronSettings,
  openHost: (vault: Vault, window: WindowControl) => Promise<Host>,
): Promise<void> {
  const { app } = electron;
  if (!app.requestSingleInstanceLock()) {
    app.quit();
    return;
  }
  const store = openSettings(settings.settingsFile);
  beforeReady(electron, store.current().graphics === 'software');
  const control = createControl(store, settings.kiosk || store.current().kiosk);
  const window = openWindow(electron, settings, store, control);
  app.on('web-contents-created', (_event, contents) => confine(contents, window.onTrouble));

  let host: Host;
  try {
    [host] = await Promise.all([openHost(createVault(electron), control), app.whenReady()]);
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    process.stderr.write(`Birthmark cannot open its station: ${text}\n`);
    await app.whenReady();
    electron.dialog.showErrorBox('Birthmark cannot open its station', text);
    app.exit(stationFailed);
    return;
  }
  process.stderr.write(`${host.describe()}\n`);
  harden(electron);
  const bridge = createBridge(host.connect);
  electron.ipcMain.handle(invokeChannel, bridge.answer);
  window.show(host, bridge);
}

/** Chromium takes these settings only before it is ready. */
function beforeReady({ app, protocol }: ElectronParts, software: boolean): void {
  protocol.registerSchemesAsPrivileged(privileges);
  app.enableSandbox();
  // `backgroundThrottling` is the page's setting. This one keeps a covered window running, on any system.
  app.commandLine.appendSwitch('disable-backgrounding-occluded-windows');
  app.commandLine.appendSwitch('disable-renderer-backgrounding');
  app.commandLine.appendSwitch('disable-features', 'CalculateNativeWinOcclusion');
  if (software) app.disableHardwareAcceleration();
}

/** No menu where the system allows that. No permission, no device and no download for any page. */
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
