import type { StationParts } from '../composition.ts';
import type { Handlers } from '../dispatch.ts';
import { nextSeq } from '../snapshots.ts';

type Names = Extract<keyof Handlers, `backups.${string}`>;

/** Methods about backups. */
export const backupHandlers = (parts: StationParts): Pick<Handlers, Names> => {
  const { backupJobs, config, ledger } = parts;
  const subject = () => config.current().stationId;
  return {
    'backups.snapshot': async () => ({ seq: nextSeq(), ...(await backupJobs.snapshot()) }),
    'backups.list': () => backupJobs.list(),
    'backups.inBucket': () => backupJobs.listBucket(),
    'backups.make': async (_, { actor }) => {
      backupJobs.make(actor);
      await ledger.audit({ entry: 'backup.asked', actor, subject: subject(), data: {} });
      return {};
    },
    'backups.stop': async () => {
      backupJobs.stop();
      return {};
    },
    'backups.configure': async (backup, { actor }) => {
      await backupJobs.assertUsable(backup);
      await config.save({ ...config.current(), backup });
      await ledger.audit({ entry: 'backup.configured', actor, subject: subject(), data: backup });
      void backupJobs.lookSoon();
      parts.changed('backups.changed');
      return {};
    },
  };
};
