/** Devices against the registry and the log of the gateway: each is one thing with one certificate, or refused with a reason. */
import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { GatewayEntry } from '../../../app/practice/aws/gateway/log.ts';
import { openAccount } from '../../practice/gateway/fleetbench.ts';
import type { StormAws } from './aws.ts';
import type { End } from './storm.ts';

type Entry = Omit<GatewayEntry, 'seq' | 'at'> & { life: number; accountId: string };

const idOf = (pem: string): string => new X509Certificate(pem).fingerprint256.replaceAll(':', '').toLowerCase();

/** What is wrong, in words. Empty when devices, registry and log of each account agree. */
export async function judge(
  ends: readonly (readonly End[])[],
  { accounts, logFile }: Pick<StormAws, 'accounts' | 'logFile'>,
): Promise<string[]> {
  const log = (await readFile(logFile, 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Entry);
  const wrong = accounts.map(async ({ stateFile, place: { accountId } }, at) =>
    judgeAccount(
      ends[at] ?? [],
      await openAccount({ stateFile }),
      log.filter((entry) => entry.accountId === accountId),
    ),
  );
  return (await Promise.all(wrong)).flat();
}

function judgeAccount(
  ends: readonly End[],
  { state, links }: Awaited<ReturnType<typeof openAccount>>,
  log: readonly Entry[],
): string[] {
  const wrong: string[] = [];
  const check = (holds: boolean, words: string) => holds || wrong.push(words);

  const connects = new Set(
    log.filter(({ eventType, status }) => eventType === 'Connect' && status === 'Success').map(keyOf),
  );
  const refusals = new Set(log.filter(({ status }) => status === 'Failure').map(({ principalId }) => principalId));
  const made = new Map<string, string>();
  for (const { unit, certificatePem, reason } of ends) {
    const { name, isListed } = unit;
    const thing = state.things.get(name);
    const principals = thing?.principals.map(({ id }) => id) ?? [];
    if (certificatePem === undefined) {
      check(!isListed, `${name} is on the list and was refused: ${reason}`);
      check(Boolean(reason), `${name} was refused without a reason`);
      check(principals.length === 0, `${name} was refused and has a certificate`);
      const shown = idOf(unit.certificatePem);
      const isTold =
        refusals.has(shown) || log.some(({ clientId, status }) => clientId === `claim-${name}` && status === 'Failure');
      check(isTold, `${name} was refused and the log has no word of it`);
      continue;
    }
    const id = idOf(certificatePem);
    check(isListed, `${name} is not on the list and is connected`);
    check(!made.has(id), `${name} has the certificate of ${made.get(id)}`);
    made.set(id, name);
    check(principals.join() === id, `${name} shows ${id} and its thing has [${principals}]`);
    check(
      [...links.thingsOf.get(id)].join() === name,
      `the certificate of ${name} has [${[...links.thingsOf.get(id)]}]`,
    );
    check(state.certificates.get(id)?.status === 'ACTIVE', `the certificate of ${name} is not ACTIVE in the registry`);
    check(connects.has(`${name} ${id}`), `${name} is connected and the log has no word of it`);
  }
  check(state.things.size === made.size, `${state.things.size} things for ${made.size} devices`);
  for (const [id, { status }] of state.certificates) {
    const isClaim = log.some(({ clientId, principalId }) => principalId === id && clientId?.startsWith('claim-'));
    check(status !== 'ACTIVE' || made.has(id) || isClaim, `the ACTIVE certificate ${id} is nobody's`);
  }
  // In one life of the gateway each device is provisioned at most once; and the registry has whom the log has.
  const provisioned = new Set<string>();
  for (const { eventType, status, details = '', life } of log) {
    const thing = /^thing (.+)$/.exec(details)?.[1];
    if (eventType !== 'ProvisionDevice' || status !== 'Success' || thing === undefined) continue;
    check(!provisioned.has(`${life} ${thing}`), `${thing} was provisioned twice`);
    provisioned.add(`${life} ${thing}`);
    check(state.things.has(thing), `the log has ${thing}, and the registry has not`);
  }
  for (const key of connects) {
    const [clientId = '', id = ''] = key.split(' ');
    // Claims, and the station that listens.
    check(
      /^(claim|birthmark-watch)-/.test(clientId) || made.get(id) === clientId,
      `the log has ${clientId} connected with ${id}`,
    );
  }
  wrong.push(...hookWrongs(state.tables.values().next().value?.items.values() ?? [], made));
  return wrong;
}

const keyOf = ({ clientId = '', principalId = '' }: Entry): string => `${clientId} ${principalId}`;

type Rows = Iterable<Readonly<Record<string, { S?: string; N?: string }>>>;

/** The table of the hook: each serial number has the certificate of its device, and a claim no more units than there are. */
function hookWrongs(rows: Rows, made: ReadonlyMap<string, string>): string[] {
  const wrong: string[] = [];
  for (const { id, provisionedWith, used } of rows) {
    const serial = /^serial:(.+)$/.exec(id?.S ?? '')?.[1];
    if (serial !== undefined && made.get(provisionedWith?.S ?? '') !== serial)
      wrong.push(
        `the hook has ${serial} with ${provisionedWith?.S}, which is that of ${made.get(provisionedWith?.S ?? '')}`,
      );
    if (used && Number(used.N) > made.size) wrong.push(`the claim counts ${used.N} units, and there are ${made.size}`);
  }
  return wrong;
}
