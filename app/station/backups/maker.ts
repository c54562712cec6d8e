/** What makes backups for a station, outside of this thread. */
import type { BackupKeep, BackupRow, BackupStage, BackupTry } from '../../contract/model.ts';

export type NewBackup = {
  folder: string;
  keep: BackupKeep;
  by: string;
  madeAt: string;
  onProgress: (now: { stage: BackupStage; done: number; of: number }) => void;
};

export type BackupMaker = {
  /**
   * Makes a backup, verifies it, and removes those that are out of rotation.
   *
   * @throws backup.running, backup.noPlace, backup.placeFull, backup.damaged
   * @throws records.diskFull, records.damaged
   * @throws call.cancelled – it was stopped
   */
  make: (backup: NewBackup) => Promise<BackupTry>;
  /** The backups of this station in the folder, the latest first. @throws backup.noPlace */
  list: (folder: string, stationId: string) => Promise<BackupRow[]>;
  /** Whether backups can be written there. @throws backup.noPlace; call.badParams – it lies in the data folder */
  tryPlace: (folder: string) => Promise<void>;
  /** How the last tries ended, by the station and by commands; the latest last. */
  history: () => BackupTry[];
  /** Ends the one under way. */
  stop: () => void;
  close: () => void;
};
