import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { app, BrowserWindow, dialog, ipcMain, Menu, protocol, safeStorage, session } from 'electron';
import { openHost } from '../compose.ts';
import { startElectron } from './start.ts';

/** Chromium's own switches stand among ours, so the arguments are not checked for strangers. */
const { values } = parseArgs({
  args: process.argv.slice(1),
  strict: false,
  options: { data: { type: 'string' }, practice: { type: 'boolean' }, kiosk: { type: 'boolean' } },
});

void startElectron(
  { app, BrowserWindow, dialog, ipcMain, Menu, protocol, safeStorage, session },
  {
    assetsDir: join(import.meta.dirname, '../renderer'),
    preload: join(import.meta.dirname, 'preload.cjs'),
    kiosk: values.kiosk === true,
  },
  (vault) =>
    openHost({
      vault,
      ...(typeof values.data === 'string' ? { dataDir: values.data } : {}),
      ...(values.practice === true ? { practice: true } : {}),
    }),
);
