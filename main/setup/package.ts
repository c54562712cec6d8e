/** `npm run package [-- OPTIONS]`: builds, then makes this platform's installers; OPTIONS are electron-builder's. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const run = (script: string, ...args: string[]) => {
  const { status } = spawnSync(process.execPath, [join(root, 'node_modules', script), ...args], {
    cwd: root,
    stdio: 'inherit',
  });
  if (status !== 0) process.exit(status ?? 1);
};

run('vite/bin/vite.js', 'build', '--config', 'renderer/vite.config.ts');
run('vite/bin/vite.js', 'build', '--config', 'main/electron/vite.config.ts');
run('electron-builder/cli.js', '--publish', 'never', ...process.argv.slice(2));
