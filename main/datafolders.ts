/** The default place of stations: the platform's usual folder for application data. */
import { homedir, userInfo } from 'node:os';
import { isAbsolute, join } from 'node:path';

/** `practice` and `real` are two folders side by side, so that practice never touches a real station's records. */
export function dataFolder(
  which: 'practice' | 'real',
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): string {
  return join(base(env, platform), which === 'practice' ? 'practice' : 'station');
}

/** The window's settings on this PC. They belong to this user and this PC, not to a station. */
export const windowFile = (
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): string => join(base(env, platform), 'window.json');

/** Where `HOME` is empty or no path, a folder below the present one would be taken, and another one the next time. */
const home = (): string => (isAbsolute(homedir()) ? homedir() : userInfo().homedir);

function base(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): string {
  if (env.BIRTHMARK_HOME) return env.BIRTHMARK_HOME;
  if (platform === 'win32') return join(env.LOCALAPPDATA ?? join(home(), 'AppData', 'Local'), 'Birthmark');
  if (platform === 'darwin') return join(home(), 'Library', 'Application Support', 'Birthmark');
  return join(env.XDG_DATA_HOME ?? join(home(), '.local', 'share'), 'birthmark');
}
