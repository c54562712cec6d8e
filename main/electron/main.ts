import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import {
  app,
  BrowserWindow,
  dialog,
  ipcMain,
  Menu,
  powerMonitor,
  powerSaveBlocker,
  protocol,
  safeStorage,
  screen,
  session,
} from 'electron';
import { openHost } from '../compose.ts';
import { windowFile } from '../datafolders.ts';
import { startElectron } from './start.ts';

/** Chromium's own switches are among the arguments, so unknown ones are not refused. */
const { values } = parseArgs({
  args: process.argv.slice(1),
  strict: false,
  options: { data: { type: 'string' }, practice: { type: 'boolean' }, kiosk: { type: 'boolean' } },
});

void startElectron(
  {
    app,
    BrowserWindow,
    dialog,
    ipcMain,
    Menu,
    powerMonitor,
    powerSaveBlocker,
    protocol,
    safeStorage,
    screen,
    session,
  },
  {
    assetsDir: join(import.meta.dirname, '../renderer'),
    preload: join(import.meta.dirname, 'preload.cjs'),
    kiosk: values.kiosk === true,
    settingsFile: windowFile(),
    args: [
      ...(typeof values.data === 'string' ? ['--data', resolve(values.data)] : []),
      ...(values.practice === true ? ['--practice'] : []),
    ],
  },
  (vault, window) =>
    openHost({
      vault,
      window,
      ...(typeof values.data === 'string' ? { dataDir: values.data } : {}),
      ...(values.practice === true ? { practice: true } : {}),
    }),
);
