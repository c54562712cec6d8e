/** What makes backups for a station, outside of this thread. */
import type { BackupKeep, BackupRow, BackupSent, BackupStage, BackupTry, CloudTarget } from '../../contract/model.ts';

export type NewBackup = {
  folder: string;
  keep: BackupKeep;
  by: string;
  madeAt: string;
  onProgress: (now: { stage: BackupStage; done: number; of: number }) => void;
};

/** A bucket for backups: the target with the credentials, and what the keys begin with. `place`: `s3://bucket/prefix/`. */
export type ToBucket = { target: CloudTarget; bucket: string; prefix: string; place: string };

/** A backup that is whole in the folder, to be sent. */
export type NewSending = Omit<NewBackup, 'madeAt'> & { name: string; at: string; to: ToBucket };

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
  /**
   * Sends a backup and verifies it in the bucket; removes those there that are out of rotation.
   *
   * @throws backup.running, backup.noPlace, backup.damaged, backup.bucketPublic; as `Cloud`
   * @throws call.cancelled – it was stopped
   */
  send: (sending: NewSending) => Promise<BackupSent>;
  /** The backups of this station in the bucket, the latest first. @throws as `Cloud` */
  listBucket: (to: ToBucket, stationId: string) => Promise<BackupRow[]>;
  /** Whether the bucket is there and not open to everybody. @throws backup.bucketPublic; as `Cloud` */
  tryBucket: (to: ToBucket) => Promise<void>;
  /** How the last tries to make and to send one ended, by the station and by commands; the latest last. */
  history: () => { tries: BackupTry[]; sent: BackupSent[] };
  /** Ends the one under way. */
  stop: () => void;
  close: () => void;
};
