/** What the settings of the hook, of the webhook and of the drop folder must meet. */
import { stat } from 'node:fs/promises';
import type { HookConfig } from '../../contract/model.ts';
import { isWithin } from '../../files/index.ts';

type Trouble = { detail: string; data: { path: string; reason: string } };

const loopbacks = ['127.0.0.1', '::1', '[::1]', 'localhost'];
/** Whether the name or address is this PC's own loopback. */
export const isLoopback = (host: string): boolean => loopbacks.includes(host.toLowerCase());

/** Without TLS the token would cross the network in the clear. */
export function hookProblem({ host, certificateFile, keyFile }: HookConfig): Trouble | undefined {
  if ((certificateFile === undefined) !== (keyFile === undefined))
    return {
      detail: 'a certificate and its key come together: name both PEM files',
      data: { path: 'keyFile', reason: 'hookPair' },
    };
  if (isLoopback(host) || certificateFile !== undefined) return undefined;
  return {
    detail: `other machines reach ${host}, so the hook needs TLS: name a certificate and its key, or listen on 127.0.0.1`,
    data: { path: 'certificateFile', reason: 'hookTls' },
  };
}

/** The mistake in the address of a receiver; undefined for a good one. */
export function webhookProblem(url: string): Trouble | undefined {
  const { protocol, hostname, username, password } = new URL(url);
  if (username !== '' || password !== '')
    return {
      detail: 'the address of the receiver has no name and no password: events are signed',
      data: { path: 'url', reason: 'webhookName' },
    };
  if (protocol === 'https:' || isLoopback(hostname)) return undefined;
  return {
    detail: `events to ${hostname} go over https only; http is for 127.0.0.1`,
    data: { path: 'url', reason: 'webhookHttps' },
  };
}

/**
 * What keeps a folder from being the drop folder; undefined for a good one. What is taken from it moves to its `done`, so
 * it is no place where the station has files of its own.
 *
 * @param dir the data folder of the station
 */
export async function dropFolderProblem(folder: string, dir: string): Promise<Trouble | undefined> {
  const say = (why: string, reason: string): Trouble => ({
    detail: `the drop folder ${folder} ${why}`,
    data: { path: 'dropFolder', reason },
  });
  const found = await stat(folder).catch(() => undefined);
  if (!found) return say('is not there: make it first', 'dropFolderLost');
  if (!found.isDirectory()) return say('is no folder', 'dropFolderFile');
  return (await isWithin(folder, dir))
    ? say('lies in the data folder of the station: name another one', 'dropFolderOwn')
    : undefined;
}
