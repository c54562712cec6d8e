import { StationError } from '../../../contract/errors.ts';
import { badAnswer } from '../../badanswer.ts';
import { isSilence, type Talk } from './talk.ts';
import { ends, incompatible, missing } from './words.ts';

/** No checksum protects these bytes, so the id counts only once two readings in a row agree. */
export async function readHardwareId(talk: Talk): Promise<string> {
  for (let attempt = 0, last = ''; attempt < 5; attempt += 1) {
    const { lines, end } = await talk.say('hwinfo devid', ends.devid);
    const id = ends.devid.exec(end)?.[1];
    if (id === undefined && end.startsWith('hwinfo'))
      throw missing('hwinfo shell', 'CONFIG_HWINFO and CONFIG_HWINFO_SHELL');
    if (id === undefined) throw incompatible('hwinfo', `the firmware does not know the id of its chip: ${end}`);
    if (id === last) return id;
    last = lines.includes(`Length: ${id.length / 2}`) ? id : '';
  }
  throw badAnswer('the hardware id was read differently each time');
}

/** The firmware of the device: Zephyr, and the application if it reports itself. */
export async function readFirmware(talk: Talk): Promise<string> {
  const kernel = ends.kernel.exec((await sayFirst(talk)).end)?.[1];
  const app = await readApplication(talk);
  if (!app) return kernel ? `Zephyr ${kernel}` : 'Zephyr';
  return kernel ? `${app} (Zephyr ${kernel})` : app;
}

/** A missing application version does not fail a unit. Text that is not a version is left out. */
async function readApplication(talk: Talk): Promise<string | undefined> {
  try {
    return ends.app.exec((await talk.say('app version', ends.app, { times: 2 })).end)?.[1];
  } catch (error) {
    if (isSilence(error)) return undefined;
    throw error;
  }
}

/**
 * Checks whether the shell echoes. Only the words of the error depend on it, because a bad line can look like a shell
 * without echo.
 */
async function sayFirst(talk: Talk) {
  try {
    return await talk.say('kernel version', ends.kernel);
  } catch (error) {
    if (!isSilence(error)) throw error;
    const silence = error;
    await talk.say('kernel version\r', ends.kernel, { raw: true, times: 1 }).catch((other: unknown) => {
      throw isSilence(other) ? silence : other;
    });
    const detail =
      'the shell answers, but what is typed does not come back whole: CONFIG_SHELL_ECHO_STATUS, or the line';
    throw new StationError('link.timeout', detail);
  }
}
