import type { StationParts } from '../composition.ts';
import type { Handlers } from '../dispatch.ts';
import { nextSeq } from '../snapshots.ts';

type Names = Extract<keyof Handlers, `checkpoints.${string}`>;

/** Methods about checkpoints that the station publishes. */
export const checkpointHandlers = (parts: StationParts): Pick<Handlers, Names> => {
  const { checkpointJobs, config, ledger } = parts;
  const subject = () => config.current().stationId;
  return {
    'checkpoints.snapshot': async () => ({ seq: nextSeq(), ...(await checkpointJobs.snapshot()) }),
    'checkpoints.list': () => checkpointJobs.list(),
    'checkpoints.publish': async (_, { actor }) => {
      await ledger.audit({ entry: 'checkpoint.asked', actor, subject: subject(), data: {} });
      return { places: await checkpointJobs.publish() };
    },
    'checkpoints.configure': async (checkpoints, { actor }) => {
      await checkpointJobs.assertUsable(checkpoints);
      await config.save({ ...config.current(), checkpoints });
      await ledger.audit({ entry: 'checkpoint.configured', actor, subject: subject(), data: checkpoints });
      checkpointJobs.reconsider();
      parts.changed('checkpoints.changed');
      return {};
    },
  };
};
