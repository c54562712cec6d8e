import type { Transport } from '../../app/contract/index.ts';
import { buildBundles, launch, until } from '../electron/standin/launch.ts';
import { transportSuite } from './suite.ts';

const bundles = await buildBundles('fake');
process.on('exit', () => bundles.remove());

/** The real main and preload bundles on the stand-in of Electron, with the suite's station behind them. */
transportSuite("Electron's IPC (the window)", async (station) => {
  const electron = await launch(bundles.folder, async () => ({
    connect: station.connect,
    onWork: station.onWork,
    suspend: station.suspend,
    resume: station.resume,
    close: async () => {},
    describe: () => 'the station of a test',
  }));
  await until(() => electron.BrowserWindow.all[0]?.visible === true);
  const window = electron.BrowserWindow.all[0]!;
  return {
    transport: window.webContents.page.global.birthmark as Transport,
    close: async () => {
      window.close();
      await until(() => electron.app.exits.length > 0);
    },
  };
});
