/** Batches whose way has no file: each unit is registered by calls of its own. */

import type { Clock } from '../../contract/clock.ts';
import { StationError } from '../../contract/errors.ts';
import type { BatchRow, CloudTarget, UnitWay } from '../../contract/model.ts';
import { type LineCheck, renderTemplate } from '../../iot/index.ts';
import type { BatchHead, Ledger } from '../../records/index.ts';
import {
  type Cloud,
  createPace,
  type Pace,
  runWay,
  type SubmissionProgress,
  type UnitSettings,
  type WayStore,
} from '../../registration/index.ts';
import type { CloudLink } from '../cloud/cloudlink.ts';
import type { IssuerPem } from './store.ts';
import type { BatchTemplates } from './templates.ts';

type Tools = { ledger: Ledger; clock: Clock; cloudLink: CloudLink; issuerPem: IssuerPem; templates: BatchTemplates };
type Ports = {
  signal: AbortSignal;
  cancel: AbortSignal;
  onProgress: (progress: SubmissionProgress) => void;
};

/** Registers batches unit by unit. All batches of a target share its rate. */
export function createUnitWays({ ledger, clock, cloudLink, issuerPem, templates }: Tools) {
  const paces = new Map<string, { of: CloudTarget; pace: Pace }>();
  const paceOf = (target: CloudTarget): Pace => {
    const known = paces.get(target.name);
    if (known?.of === target) return known.pace;
    const pace = createPace(clock, target.rates);
    paces.set(target.name, { of: target, pace });
    return pace;
  };

  /** Every unit would be refused under a CA that AWS does not know or use. */
  const assertCas = async (batchId: string, cloud: Cloud, signal: AbortSignal) => {
    for (const { issuerId } of await ledger.batchAuthorities(batchId)) {
      const status = await cloud.describeCa(issuerId, signal);
      if (status === 'ACTIVE') continue;
      throw new StationError('cloud.caNotRegistered', `the CA ${issuerId} is ${status ?? 'not registered'}`, {
        data: { certificateId: issuerId },
      });
    }
  };

  /**
   * Runs the batch from its state on record to its end, or until it rests. A batch that takes the units of an order stays
   * open.
   *
   * @throws as `runWay`
   */
  return async (head: BatchHead, way: UnitWay, actor: string, ports: Ports): Promise<void> => {
    const { batchId } = head;
    const cloud = await cloudLink.cloud(head.target);
    const target = cloudLink.target(head.target)!;
    if (head.state === 'made')
      await ledger.advanceBatch({ batchId, state: 'running', data: { ...cloud.target }, actor });
    if (head.error !== null) await ledger.forgetBatchError(batchId);
    const [body, check] = await Promise.all([templates.bodyOf(head), templates.checkOf(head.template)]);
    const settings = settingsOf(target, body, check);
    const ended = await runWay({
      ...{ way, clock, settings, calls: cloud.things, pace: paceOf(target) },
      assertReady: way === 'withoutCa' ? undefined : (signal) => assertCas(batchId, cloud, signal),
      store: storeOf(ledger, batchId, issuerPem),
      counted: await countsOf(ledger, batchId),
      isResumed: head.state !== 'made',
      ...ports,
    });
    if (ended === 'stopped') return ledger.advanceBatch({ batchId, state: 'stopped', actor });
    const open = head.lineOrder === null ? [] : await ledger.openLineBatches();
    const takesMore = open.some((one) => one.batchId === batchId && !(one.isOver && one.waiting === 0));
    if (!takesMore) await ledger.advanceBatch({ batchId, state: 'done', actor });
  };
}

const settingsOf = (target: CloudTarget, templateBody: string, checkLine?: LineCheck): UnitSettings => {
  const { policyNames, thingTypeName, thingGroups, billingGroup } = target;
  return {
    ...{ templateBody, checkLine, thingTypeName, thingGroups, billingGroup },
    policyNames: checkLine ? policiesNamedIn(templateBody) : policyNames,
  };
};

const policiesNamedIn = (templateBody: string): string[] =>
  Object.values(renderTemplate(templateBody, {}).resources).flatMap(({ Type, Properties: { PolicyName } }) =>
    Type === 'AWS::IoT::Policy' && typeof PolicyName === 'string' ? [PolicyName] : [],
  );

async function countsOf(ledger: Ledger, batchId: string) {
  const { registered, rejected, unaccounted, count }: BatchRow = await ledger.showBatch({ batchId, limit: 1 });
  return { done: registered + rejected + unaccounted, failed: rejected, total: count };
}

const storeOf = (ledger: Ledger, batchId: string, issuerPem: IssuerPem): WayStore => ({
  async waiting(page) {
    const members = await ledger.waitingMembers({ batchId, ...page });
    return members.map(({ orderId: _, issuerId, outOfUse, ...member }) => ({
      ...member,
      caCertificatePem: issuerPem(issuerId),
      ...(outOfUse === null ? {} : { outOfUse }),
    }));
  },
  settle: (line, result) => ledger.recordResults({ batchId, results: [{ line, ...result }] }),
});
