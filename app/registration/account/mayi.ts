/** "Who am I, and may I?": asks AWS about every permission of the chosen ways, and changes nothing. */
import { StationError } from '../../contract/errors.ts';
import type { CloudTarget, RegistrationWay, TargetTest } from '../../contract/model.ts';
import { type Said, sentence } from '../../contract/sentences.ts';
import type { Cloud } from '../cloud.ts';
import type { Account, Ask } from './account.ts';
import { type Permission, permissionsFor } from './permissions.ts';
import { policyDocument } from './policydocument.ts';
import { checkRole } from './rolecheck.ts';

type Findings = TargetTest['problems'];
type Answer = TargetTest['permissions'][number];

/**
 * The report about one target. Refusals of AWS are findings.
 * @throws `call.cancelled`
 */
export async function testTarget(
  cloud: Cloud,
  asked: {
    target: CloudTarget;
    ways: readonly RegistrationWay[];
    sealedEndpoint: string;
    also?: readonly Permission[];
  },
  signal?: AbortSignal,
): Promise<TargetTest> {
  const { target, ways, sealedEndpoint, also } = asked;
  const problems: Findings = [];
  const warnings: Findings = [];
  const report = (at: Partial<TargetTest> = {}): TargetTest => ({
    ok: problems.length === 0,
    problems,
    warnings,
    name: target.name,
    ...{ identity: null, how: null, permissions: [], statement: null, role: null, endpoint: null },
    ...at,
  });
  const note = (list: Findings, path: string, thrown: unknown) => {
    if (!(thrown instanceof StationError) || thrown.code === 'call.cancelled') throw thrown;
    list.push({ path, message: `${thrown.code}: ${thrown.detail}` });
    return null;
  };

  const identity = await cloud.account
    .identity(signal)
    .catch((thrown: unknown) => note(problems, 'credentials', thrown));
  if (!identity) return report();
  const { accountId } = identity;
  const wanted = target.accountId ?? accountId;
  if (wanted !== accountId)
    problems.push({ path: 'accountId', ...said(sentence('credentialsOther', { account: accountId, wanted })) });
  const roleAccount = target.roleArn.split(':')[4];
  if (roleAccount !== accountId)
    problems.push({
      path: 'roleArn',
      ...said(sentence('roleOther', { account: roleAccount ?? '', credentials: accountId })),
    });

  // What another account allows says nothing about this one.
  if (wanted !== accountId) return report({ identity });

  const needed = permissionsFor(ways, { ...target, accountId }, also);
  const { how, verdicts } = await verdictsOf(cloud.account, identity.arn, needed, signal);
  const permissions = needed.map((row, index): Answer => ({ ...row, verdict: verdicts[index] ?? 'unknown' }));
  const missing = permissions.filter(({ verdict }) => verdict === 'missing');
  for (const { action, resource, why } of missing)
    problems.push({ path: action, message: `not allowed on ${resource}; the station ${why}` });
  for (const { action, verdict } of permissions)
    if (verdict === 'unknown')
      warnings.push({
        path: action,
        ...said(sentence('rightUnknown')),
      });

  let role: TargetTest['role'] = null;
  if (roleAccount === accountId) {
    const checked = await checkRole(cloud.account, { target, ways, accountId }, signal);
    role = checked?.role ?? null;
    if (checked?.finding) (checked.isProblem ? problems : warnings).push({ path: 'roleArn', ...said(checked.finding) });
  }

  if (ways.includes('bulk'))
    await cloud.checkBucket(signal).catch((thrown: unknown) => {
      // Listed above as s3:ListBucket.
      if (!(thrown instanceof StationError && thrown.code === 'cloud.denied')) note(problems, 'bucket', thrown);
    });
  const aws = await cloud.describeEndpoint(signal).catch((thrown: unknown) => note(warnings, 'endpoint', thrown));
  const endpoint = aws === null ? null : { aws, sealed: sealedEndpoint, same: aws === sealedEndpoint };
  if (endpoint && !endpoint.same)
    warnings.push({
      path: 'endpoint',
      ...said(sentence('endpointOther', { sealed: sealedEndpoint || '–', aws: aws ?? '' })),
    });

  const statement = missing.length === 0 ? null : JSON.stringify(policyDocument(missing), null, 2);
  return report({ identity, how, permissions, statement, role, endpoint });
}

const said = ({ message, code, data }: Said) => ({ said: data === undefined ? { code } : { code, data }, message });

/** The policies are asked where that is allowed; else each action is tried. */
async function verdictsOf(
  account: Account,
  arn: string,
  asks: readonly Ask[],
  signal: AbortSignal | undefined,
): Promise<{ how: 'simulated' | 'tried'; verdicts: Answer['verdict'][] }> {
  const principal = principalOf(arn);
  if (principal !== undefined) {
    try {
      const allowed = await account.simulate(principal, asks, signal);
      return { how: 'simulated', verdicts: allowed.map((is) => (is ? 'allowed' : 'missing')) };
    } catch (thrown) {
      if (!(thrown instanceof StationError) || thrown.code === 'call.cancelled') throw thrown;
      // Denied, or a principal of another kind: the tries below need no rights of their own.
    }
  }
  const tried: Answer['verdict'][] = [];
  for (const ask of asks) {
    const allowed = await account.probe(ask, signal);
    tried.push(allowed === undefined ? 'unknown' : allowed ? 'allowed' : 'missing');
  }
  return { how: 'tried', verdicts: tried };
}

/**
 * The principal whose policies decide. For a session of a role it is the role; a path of the role is not in the ARN of
 * the session, and then AWS does not find it. The root user of an account has no policies to ask.
 */
export function principalOf(arn: string): string | undefined {
  const session = /^arn:([a-z-]+):sts::(\d{12}):assumed-role\/([^/]+)\/.+$/.exec(arn);
  if (session) return `arn:${session[1]}:iam::${session[2]}:role/${session[3]}`;
  return /^arn:[a-z-]+:iam::\d{12}:(user|role)\/.+$/.test(arn) ? arn : undefined;
}
