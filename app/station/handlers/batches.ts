import { filesOfBatch, partOfFile } from '../batches/files.ts';
import { wayByRecipe } from '../batches/recipeway.ts';
import type { StationParts } from '../composition.ts';
import type { Handlers } from '../dispatch.ts';
import { paths } from '../folder/folder.ts';
import { nextSeq } from '../snapshots.ts';

type Names =
  | 'cloud.registerCa'
  | 'batches.snapshot'
  | 'batches.make'
  | 'batches.submit'
  | 'batches.stop'
  | 'batches.requeue'
  | 'batches.check'
  | 'batches.story'
  | 'batches.filePart'
  | 'batches.show';

/** Methods about batches and AWS registration. */
export const batchHandlers = ({ batchJobs, ledger, dir, recipes }: StationParts): Pick<Handlers, Names> => ({
  'cloud.registerCa': async ({ issuerId }, { actor }) => ({
    caCertificateId: await batchJobs.register(actor, issuerId),
  }),

  'batches.snapshot': async () => ({ seq: nextSeq(), ...(await batchJobs.snapshot()) }),
  'batches.make': async ({ way, ...params }, { actor }) => {
    const chosen = way ?? (await wayByRecipe({ ledger, recipes }, params.orderId));
    return batchJobs.make({ ...params, way: chosen, actor });
  },

  'batches.submit': async ({ batchId }, { actor }) => {
    await batchJobs.submit({ batchId, actor });
    return ledger.showBatch({ batchId, offset: 0, limit: 1 });
  },
  'batches.stop': async ({ batchId }, { actor }) => {
    await ledger.audit({ entry: 'batch.stopAsked', actor, subject: batchId, data: {} });
    batchJobs.stop(batchId);
    return {};
  },
  'batches.requeue': ({ batchId }, { actor }) => batchJobs.requeue({ batchId, actor }),
  'batches.check': ({ batchId }) => batchJobs.check(batchId),
  'batches.story': async ({ batchId }) => {
    const [steps, reasons, files] = await Promise.all([
      ledger.batchSteps(batchId),
      ledger.batchReasons(batchId),
      filesOfBatch(ledger, paths(dir).batches, batchId),
    ]);
    return { steps, reasons, files };
  },
  'batches.filePart': (part) => partOfFile(ledger, paths(dir).batches, part),
  'batches.show': async (params) => {
    const progress = batchJobs.progress(params.batchId);
    return { ...(await ledger.showBatch(params)), ...(progress ? { progress } : {}) };
  },
});
