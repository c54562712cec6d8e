import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Clock } from '../../app/contract/clock.ts';
import { bulkTemplate } from '../../app/iot/index.ts';
import type { PracticeAws, PracticeAwsOptions } from '../../app/practice/aws/index.ts';
import {
  type BatchMember,
  type BatchStore,
  type Cloud,
  certificateIdOf,
  createAwsCloud,
  type MemberResult,
  registerCa,
  type Submission,
  type SubmitPorts,
  submit,
  writeBatchFile,
} from '../../app/registration/index.ts';
import { removeAtEnd } from '../folders.ts';
import type { Pki } from '../practice/pki.ts';
import { pki, practice } from '../practice/support.ts';

/** A clock whose waits pass at once: time jumps to the next thing due. */
export function leapingClock(): Clock {
  let nowMs = 0;
  return {
    now: () => new Date(nowMs),
    monotonicMs: () => nowMs,
    after: (ms, fire) => {
      const handle = setImmediate(() => {
        nowMs += ms;
        fire();
      });
      return () => clearImmediate(handle);
    },
  };
}

/** A leaping clock that notes each wait, and each that was cancelled. A still one never fires. */
export function listeningClock({ isStill = false } = {}) {
  const [waits, cancelled]: [number[], number[]] = [[], []];
  const clock = leapingClock();
  const after: Clock['after'] = (ms, fire) => {
    waits.push(ms);
    const stop = isStill ? () => {} : clock.after(ms, fire);
    return () => {
      cancelled.push(ms);
      stop();
    };
  };
  return { clock: { ...clock, after }, waits, cancelled };
}

export async function cloudOf(t: TestContext, aws: PracticeAws, over: Partial<PracticeAws> = {}): Promise<Cloud> {
  const { endpoint, region, bucket, roleArn, credentials } = { ...aws, ...over };
  const cloud = await createAwsCloud({ endpointUrl: endpoint, region, bucket, roleArn, credentials });
  t.after(() => cloud.close());
  return cloud;
}

/** Registers the PKI's CA `ca` as a station would. */
export async function registerPkiCa(cloud: Cloud, pki: Pki): Promise<string> {
  const caCertificatePem = pki.ca('ca');
  await registerCa(cloud, { caCertificatePem, makeVerificationCertificate: async (code) => pki.issue(code) });
  return caCertificatePem;
}

export function membersOf(pki: Pki, caCertificatePem: string, count: number): BatchMember[] {
  return Array.from({ length: count }, (_, index) => {
    const unitSerial = `SN-${String(index + 1).padStart(4, '0')}`;
    const certificatePem = pki.issue(unitSerial);
    const thingName = `practice-${unitSerial}`;
    return { unitSerial, thingName, certificateId: certificateIdOf(certificatePem), certificatePem, caCertificatePem };
  });
}

export function temporaryFolder(_t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'birthmark-registration-'));
  removeAtEnd(folder);
  return folder;
}

export type MemoryStore = BatchStore & {
  batch: Submission;
  results: Map<string, MemberResult & { thingName: string; certificateId: string }>;
  states: string[];
};

/** A store in memory that outlives the `submit` using it, as a database would. */
export async function storeOf(t: TestContext, members: BatchMember[], batchId = 'B1'): Promise<MemoryStore> {
  const made = await writeBatchFile(temporaryFolder(t), batchId, [members]);
  const caCertificateIds = [...new Set(members.map((member) => certificateIdOf(member.caCertificatePem!)))];
  const store: MemoryStore = {
    batch: { batchId, state: 'made', ...made, caCertificateIds },
    results: new Map(),
    states: [],
    load: async () => ({ ...store.batch }),
    advance: async (_id, state, data) => {
      store.batch = { ...store.batch, ...data, state };
      store.states.push(state);
    },
    async *members() {
      yield* members;
    },
    recordResults: async (_id, results) => {
      for (const result of results) {
        const { thingName, certificateId } = members[result.line - 1]!;
        store.results.set(thingName, { ...result, thingName, certificateId });
      }
    },
  };
  return store;
}

/** A practice AWS, a registered CA and a batch of units, ready to be submitted. */
export async function bench(t: TestContext, count = 3, options: Partial<PracticeAwsOptions> = {}) {
  const aws = await practice(t, options);
  const keys = pki(t);
  const cloud = await cloudOf(t, aws);
  const members = membersOf(keys, await registerPkiCa(cloud, keys), count);
  const store = await storeOf(t, members);
  const templateBody = bulkTemplate({ policyNames: [aws.policyName] });
  const go = (over: Partial<SubmitPorts> = {}): Promise<Submission> =>
    submit('B1', { store, cloud, clock: leapingClock(), templateBody, ...over });
  return { aws, keys, cloud, members, store, go };
}
