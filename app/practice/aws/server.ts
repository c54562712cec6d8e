import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import type { Clock } from '../../contract/clock.ts';
import { type Account, firstAccountId, nowSeconds, type Task } from './account.ts';
import { type Act, perform, type Standing } from './acts.ts';
import { createAnswer } from './answer.ts';
import { createControl } from './control.ts';
import { createDesks } from './desks.ts';
import { putItem } from './dynamodb/items.ts';
import { ServiceError } from './errors.ts';
import { createFaults, type Fault, type Outage } from './faults.ts';
import { createBus } from './gateway/bus.ts';
import { type Gateway, type Seat, startGateway } from './gateway/gateway.ts';
import { createGatewayLog, type GatewayEntry } from './gateway/log.ts';
import { createWebSockets } from './gateway/websocket.ts';
import { readCall, send } from './http.ts';
import { deviceEndpoint } from './iot/endpoints.ts';
import { watchTokens } from './iot/ownership.ts';
import { createPolicy } from './iot/policies.ts';
import { iotFailure } from './iot/router.ts';
import { runTask } from './iot/runner.ts';
import { isRunning } from './iot/tasks.ts';
import { createBlobs, createSpool } from './keep/blobs.ts';
import { closeFunctions } from './lambda/run.ts';
import { createLargeBodies } from './large.ts';
import { linksOf } from './links.ts';
import type { TableItem } from './nouns.ts';
import { ensureIdentities, roleName, setPolicy, userName } from './permissions/identities.ts';
import { startRules } from './rules/engine.ts';
import type { Credentials } from './signature.ts';
import { type Snapshot, snapshotOf } from './snapshot.ts';
import { installStack } from './stack.ts';
import { bucketOf, createSaver, emptyState, loadState } from './store.ts';
import { createRates } from './throttle.ts';

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
  /**
   * Devices connect to this port of 127.0.0.1 (0: any free one), or to the gateway of another account. Absent: there is no
   * gateway.
   */
  gateway?: { port: number } | Gateway;
  /** AWS's default rates hold. The default is false. */
  rates?: boolean;
  /** The identity policies (JSON text) of the user and of the role of registration tasks. Absent: as saved, or all. */
  userPolicy?: string;
  rolePolicy?: string;
  /** The program of the threads in which functions run. The default is that of the sources: a bundle has its own. */
  functionProgram?: URL;
};

export type PracticeAws = {
  /** `http://127.0.0.1:PORT`, for S3 (path-style), IoT, KMS, STS and IAM. */
  endpoint: string;
  accountId: string;
  region: string;
  credentials: Credentials;
  bucket: string;
  roleArn: string;
  policyName: string;
  /** Where devices connect. Undefined when it was not asked for. */
  gateway: Gateway | undefined;
  /** The server name by which devices reach this account at the gateway, as DescribeEndpoint gives it. */
  deviceEndpoint: string;
  /** What happened at the gateway, the newest last. */
  log(): readonly GatewayEntry[];
  /** Adds a fault; `null` clears all. */
  setFault(fault: Fault | null): void;
  /** Begins an outage of all services; `null` ends it. */
  setOutage(outage: Outage | null): void;
  outage(): Outage | null;
  /**
   * What a person can change while it runs.
   * @throws Error – in words for that person
   */
  act(act: Act): Standing;
  /**
   * Takes a CloudFormation template into the account, as far as the practice AWS has its kinds of resources (`stack.ts`).
   * @throws Error – for a kind that it does not have
   */
  install(template: string, parameters?: Readonly<Record<string, string>>): Promise<Record<string, string>>;
  /**
   * Puts an item into a table, as a person does in the console.
   * @throws ServiceError – there is no such table, or the item lacks its key
   */
  putItem(table: string, item: TableItem): void;
  /** A client that has it may act over HTTP (`control.ts`). */
  controlToken: string;
  /** The account itself, for what stands in for a part of it. */
  account: Account;
  snapshot(): Snapshot;
  /** Stops serving, leaves the running task where it is, and saves. */
  close(): Promise<void>;
};

const bucket = 'birthmark-practice';
const policyName = 'birthmark-practice-device';

/** Starts AWS IoT, S3, KMS, STS and IAM of one account in one Region, on loopback only. */
export async function startPracticeAws(options: PracticeAwsOptions): Promise<PracticeAws> {
  const { clock, stateFile, accountId = firstAccountId, region = 'us-east-1', rate = 20 } = options;
  const objects = stateFile === undefined ? undefined : `${stateFile}.objects`;
  const spool = createSpool(objects);
  const large = createLargeBodies(tmpdir());
  const saved = stateFile === undefined ? undefined : await loadState(stateFile, spool, clock);
  const state = saved ?? emptyState();
  ensureIdentities(state.identities, state.credentials);
  for (const [name, policy] of [
    [userName, options.userPolicy],
    [roleName, options.rolePolicy],
  ] as const) {
    const identity = state.identities.get(name);
    if (identity && policy !== undefined) setPolicy(identity, policy);
  }
  const saver = createSaver(state, stateFile, spool, clock);
  const faults = createFaults();
  const rates = createRates(clock, options.rates ?? false);
  const roleArn = `arn:aws:iam::${accountId}:role/${roleName}`;
  const working = new Set<Promise<void>>();
  const resting = new Set<() => void>();
  let seat: Seat | undefined;
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
    bus: createBus(),
    log: createGatewayLog(() => clock.now().getTime()),
    blobs: createBlobs(objects),
    functionProgram: options.functionProgram ?? new URL('./lambda/thread.ts', import.meta.url),
    spool,
    state,
    links: linksOf(state),
    rate: Number.isFinite(rate) ? rate : undefined,
    changed: (noun, key) => {
      saver.changed(noun, key);
      if (noun === 'certificates' && key !== undefined) seat?.certificateChanged(key);
    },
    saved: saver.saved,
    kept: saver.kept,
    run,
    rest,
    wake: () => {
      for (const end of [...resting]) end();
    },
    neighbours: () => seat?.neighbours() ?? [],
    closing: () => closing,
  };
  if (!saved) furnish(account);
  const rootFile = stateFile === undefined ? {} : { rootFile: `${stateFile}.root.pem` };
  const given = options.gateway;
  const started = given && !('join' in given) ? startGateway({ account, port: given.port, ...rootFile }) : given;
  const gateway = await (async () => {
    const place = await started;
    seat = await place?.join(account);
    return place;
  })().catch((thrown: unknown) => {
    server.close();
    throw thrown;
  });
  for (const task of state.tasks.values()) if (isRunning(task)) run(task);
  const endRules = startRules(account);
  const endTokens = watchTokens(account);

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

  const desks = createDesks(account);
  const answer = createAnswer({ account, desks, faults, rates, anyClient: options.anyClient ?? false });
  const act = (one: Act) => perform({ account, faults, rates }, one);
  const control = createControl(act);
  if (seat) createWebSockets({ server, account, seat, anyClient: options.anyClient ?? false });

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const requestId = randomUUID();
    const method = request.method ?? 'GET';
    try {
      const call = await readCall(request, large);
      const reply = control.reply(call, request.socket.remoteAddress) ?? (await answer(call, requestId));
      if (reply === 'hangup') request.socket.destroy();
      else send(response, method, reply, { requestId, now: account.clock.now() });
    } catch (error) {
      if (!(error instanceof ServiceError)) request.socket.destroy();
      else send(response, method, iotFailure(error), { requestId, now: account.clock.now() });
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
    gateway,
    deviceEndpoint: deviceEndpoint(account),
    log: account.log.entries,
    setFault: faults.set,
    setOutage: faults.setOutage,
    outage: faults.outage,
    act,
    putItem: (table, item) => putItem(account, table, item),
    install: (template, parameters) => installStack(account, template, parameters),
    controlToken: control.token,
    account,
    snapshot: () => snapshotOf(account),
    close: async () => {
      closing = true;
      endRules();
      endTokens();
      account.wake();
      await seat?.leave();
      if (gateway !== given) await gateway?.close();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await Promise.all(working);
      await closeFunctions(account);
      await saver.flush();
      large.close();
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
