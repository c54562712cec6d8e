/** Methods about backups of the station. */
import { z } from 'zod';
import { backupConfig, backupRow, backupsSnapshot } from './backups.ts';
import { desk, done, engineer, type MethodSpec, method, none } from './method.ts';

export const backupMethods = {
  'backups.snapshot': method(none, backupsSnapshot, desk, false),
  /** The backups of this station in its folder, the latest first. @throws `backup.noPlace` */
  'backups.list': method(none, z.array(backupRow), desk, false),
  /**
   * Begins a backup and returns; `backups.changed` shows how far it is.
   *
   * @throws `backup.noPlace` – no folder is set; `backup.running`
   */
  'backups.make': method(none, done, desk, 'backup.asked'),
  'backups.stop': method(none, done, engineer, false),
  /**
   * Where backups go, how often, and how long they are kept.
   *
   * @throws `call.badParams` – the folder is in the data folder, or is no folder; `backup.noPlace` – it cannot be written
   */
  'backups.configure': method(backupConfig, done, engineer, 'backup.configured'),
} as const satisfies Record<string, MethodSpec>;
