import { realpath } from 'node:fs/promises';
import { basename, dirname, join, resolve, sep } from 'node:path';

/** The path without links. What is not there yet stands below what is. */
async function realOf(path: string): Promise<string> {
  const full = resolve(path);
  const above = dirname(full);
  return realpath(full).catch(async () => (above === full ? full : join(await realOf(above), basename(full))));
}

/** Whether a path is a folder or lies in it, also by way of a link. */
export async function isWithin(path: string, folder: string): Promise<boolean> {
  const [inner, outer] = await Promise.all([path, folder].map(realOf));
  return `${inner}${sep}`.startsWith(`${outer}${sep}`);
}
