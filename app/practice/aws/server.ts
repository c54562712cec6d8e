import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../../contract/clock.ts';
import { type Account, nowSeconds, type Task } from './account.ts';
import { ServiceError } from './errors.ts';
import { createFaults, type Fault, type Outage, slowMs } from './faults.ts';
import { type Call, type Reply, readCall, send } from './http.ts';
import { createPolicy } from './iot/policies.ts';
import { callIot, iotFailure, iotInternal, iotOperation } from './iot/router.ts';
import { runTask } from './iot/runner.ts';
import { isRunning, reportBytes } from './iot/tasks.ts';
import { createBlobs, createSpool } from './keep/blobs.ts';
import { callKms, kmsFailure, kmsInternal, kmsOperation } from './kms/router.ts';
import { linksOf } from './links.ts';
import { callS3, s3Failure, s3Internal, s3Operation } from './s3/router.ts';
import type { Uploads } from './s3/uploads.ts';
import { type Credentials, checkSignature, type Service, serviceOf } from './signature.ts';
import { type Snapshot, snapshotOf } from './snapshot.ts';
import { bucketOf, createSaver, emptyState, loadState } from './store.ts';

export type PracticeAwsOptions = {
  clock: Clock;
  /** TCP port on 127.0.0.1. With 0 or none, any free port is used. */
  port?: number;
  /**
   * Keeps the account over restarts, in this file and in the folder of the same name with `.objects`. Absent: in memory
   * only.
   */
  stateFile?: string;
  /** Signatures are not checked and any role can be assumed. This is for clients with settings of their own. */
  anyClient?: boolean;
  accountId?: string;
  region?: string;
  /**
   * Lines a second of a registration task. The default is 20, so that progress is visible. Infinity means full speed.
   */
  rate?: number;
};

export type PracticeAws = {
  /** `http://127.0.0.1:PORT`, for S3 (path-style), IoT and KMS. */
  endpoint: string;
  accountId: string;
  region: string;
  credentials: Credentials;
  bucket: string;
  roleArn: string;
  policyName: string;
  /** Adds a fault; `null` clears all. */
  setFault(fault: Fault | null): void;
  /** Begins an outage of all services; `null` ends it. */
  setOutage(outage: Outage | null): void;
  outage(): Outage | null;
  snapshot(): Snapshot;
  /** Stops serving, leaves the running task where it is, and saves. */
  close(): Promise<void>;
};

const bucket = 'birthmark-practice';
const policyName = 'birthmark-practice-device';

/** How one service handles a call and an error. */
type Desk = {
  operation(call: Call): string;
  call(operation: string, call: Call): Promise<Reply>;
  failure(error: ServiceError, requestId: string): Reply;
  internal(): ServiceError;
};

/** Starts AWS IoT, S3 and KMS of one account in one Region, on loopback only. */
export async function startPracticeAws(options: PracticeAwsOptions): Promise<PracticeAws> {
  const { clock, stateFile, accountId = '123456789012', region = 'us-east-1', rate = 20 } = options;
  const objects = stateFile === undefined ? undefined : `${stateFile}.objects`;
  const spool = createSpool(objects);
  const saved = stateFile === undefined ? undefined : await loadState(stateFile, spool, clock);
  const state = saved ?? emptyState();
  const saver = createSaver(state, stateFile, spool, clock);
  const faults = createFaults();
  const uploads: Uploads = new Map();
  const roleArn = `arn:aws:iam::${accountId}:role/birthmark-practice-registration`;
  const working = new Set<Promise<void>>();
  const resting = new Set<() => void>();
  let closing = false;

  const server = createServer((request, response) => void serve(request, response));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const account: Account = {
    id: accountId,
    region,
    roleArn: options.anyClient ? undefined : roleArn,
    endpoint,
    clock,
    faults,
    blobs: createBlobs(objects),
    spool,
    state,
    links: linksOf(state),
    rate: Number.isFinite(rate) ? rate : undefined,
    changed: saver.changed,
    run,
    rest,
    wake: () => {
      for (const end of [...resting]) end();
    },
    closing: () => closing,
  };
  const desks: Record<Service, Desk> = {
    iot: {
      operation: iotOperation,
      call: (operation, call) => callIot(operation, call, account),
      failure: iotFailure,
      internal: iotInternal,
    },
    s3: {
      operation: s3Operation,
      call: (operation, call) => callS3(operation, call, account, uploads),
      failure: s3Failure,
      internal: s3Internal,
    },
    kms: {
      operation: kmsOperation,
      call: (operation, call) => callKms(operation, call, account),
      failure: kmsFailure,
      internal: kmsInternal,
    },
  };
  if (!saved) furnish(account);
  for (const task of state.tasks.values()) if (isRunning(task)) run(task);

  function run(task: Task): void {
    const work = runTask(account, task).catch((error: unknown) => {
      task.status = 'Failed';
      task.message = `The practice AWS failed: ${error instanceof Error ? error.name : 'unknown'}`;
      saver.changed();
    });
    working.add(work);
    void work.finally(() => working.delete(work));
  }

  function rest(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        cancel();
        resting.delete(end);
        resolve();
      };
      const cancel = clock.after(ms, end);
      resting.add(end);
    });
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const requestId = randomUUID();
    const method = request.method ?? 'GET';
    try {
      const call = await readCall(request);
      const reply =
        (await outageReply(call, requestId)) ?? (await reportReply(account, call)) ?? (await answer(call, requestId));
      if (reply === 'hangup') request.socket.destroy();
      else send(response, method, reply, requestId);
    } catch (error) {
      if (!(error instanceof ServiceError)) request.socket.destroy();
      else send(response, method, iotFailure(error), requestId);
    }
  }

  async function outageReply(call: Call, requestId: string): Promise<Reply | 'hangup' | undefined> {
    const outage = faults.outage();
    if (outage === 'slow') await rest(slowMs);
    if (outage === 'drops') return 'hangup';
    if (outage !== 'unavailable') return undefined;
    const service = serviceOf(call);
    return desks[service].failure(faults.unavailable(service), requestId);
  }

  async function answer(call: Call, requestId: string): Promise<Reply | 'hangup'> {
    const service = serviceOf(call);
    const desk = desks[service];
    try {
      if (!options.anyClient) checkSignature(call, service, region, state.credentials);
      const operation = desk.operation(call);
      const { error, hangup } = faults.meet(service, operation);
      if (error) throw error;
      if (hangup === 'before') return 'hangup';
      const reply = await desk.call(operation, call);
      return hangup === 'after' ? 'hangup' : reply;
    } catch (error) {
      return desk.failure(error instanceof ServiceError ? error : desk.internal(), requestId);
    }
  }

  return {
    endpoint,
    accountId,
    region,
    credentials: { ...state.credentials },
    bucket,
    roleArn,
    policyName,
    setFault: faults.set,
    setOutage: faults.setOutage,
    outage: faults.outage,
    snapshot: () => snapshotOf(account),
    close: async () => {
      closing = true;
      account.wake();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await Promise.all(working);
      await saver.flush();
    },
  };
}

/** A new account starts with a bucket and a policy for devices. */
function furnish(account: Account): void {
  account.state.buckets.set(bucket, bucketOf(bucket, nowSeconds(account)));
  const allow = (Action: string, Resource: string) => ({
    Effect: 'Allow',
    Action,
    Resource: `arn:aws:iot:${account.region}:${account.id}:${Resource}`,
  });
  const own = `\${iot:Connection.Thing.ThingName}`;
  const Statement = [
    allow('iot:Connect', `client/${own}`),
    allow('iot:Publish', `topic/devices/${own}/*`),
    allow('iot:Receive', `topic/devices/${own}/*`),
    allow('iot:Subscribe', `topicfilter/devices/${own}/*`),
  ];
  createPolicy(account, policyName, JSON.stringify({ Version: '2012-10-17', Statement }));
}

/** A plain, unsigned GET fetches report links. The token in the link is the permission. */
async function reportReply(account: Account, call: Call): Promise<Reply | undefined> {
  if (call.method !== 'GET' || call.segments[0] !== '-' || call.segments[1] !== 'reports') return undefined;
  const body = await reportBytes(account, call.segments);
  return body === undefined ? { status: 403 } : { status: 200, headers: { 'content-type': 'application/json' }, body };
}
