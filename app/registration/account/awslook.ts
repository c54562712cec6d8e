import type { IoTClient } from '@aws-sdk/client-iot';
import { StationError } from '../../contract/errors.ts';
import { answerMs, awsCall, type CallOptions } from '../awscall.ts';
import type { CloudConnection } from '../cloud.ts';
import type { AccountLook, Seen } from './look.ts';

type Parts = {
  connection: CloudConnection;
  options: object;
  iot: () => Promise<IoTClient>;
  keep: <C extends { destroy(): void }>(client: C) => C;
};

/** Names of "there is none": IAM, Lambda and DynamoDB. */
const absent: readonly string[] = ['NoSuchEntity', 'NoSuchEntityException', 'ResourceNotFoundException'];
/** These say nothing about the account: an endpoint may not offer a service, or not let us ask. */
const sayNothing: readonly string[] = ['cloud.denied', 'cloud.refused', 'cloud.badAnswer', 'cloud.unreachable'];

/** Looks by the AWS SDK; functions by a signed request of our own, because that is all we ask of Lambda. */
export function awsLook({ connection, options, iot, keep }: Parts): AccountLook {
  const look = async <T extends object>(
    operation: string,
    signal: AbortSignal | undefined,
    run: (o: CallOptions) => Promise<Seen<T>>,
  ): Promise<Seen<T>> => {
    try {
      return await awsCall(operation, signal, run);
    } catch (thrown) {
      if (!(thrown instanceof StationError)) throw thrown;
      if (absent.includes(String(thrown.data?.awsError))) return { seen: 'missing' };
      if (sayNothing.includes(thrown.code)) return { seen: 'unseen', why: thrown.detail };
      throw thrown;
    }
  };

  return {
    role: (roleArn, signal) =>
      look('GetRole', signal, async (o) => {
        const { IAMClient, GetRoleCommand } = await import('@aws-sdk/client-iam');
        const RoleName = roleArn.slice(roleArn.lastIndexOf('/') + 1);
        const { Role } = await keep(new IAMClient(options)).send(new GetRoleCommand({ RoleName }), o);
        return { seen: 'there', services: trusted(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '')) };
      }),

    table: (TableName, signal) =>
      look<object>('DescribeTable', signal, async (o) => {
        const { DynamoDBClient, DescribeTableCommand } = await import('@aws-sdk/client-dynamodb');
        await keep(new DynamoDBClient(options)).send(new DescribeTableCommand({ TableName }), o);
        return { seen: 'there' };
      }),

    // GetTopicRule answers "denied" for a rule that is not there, so that only the list tells.
    rule: (name, signal) =>
      look('ListTopicRules', signal, async (o) => {
        const { ListTopicRulesCommand } = await import('@aws-sdk/client-iot');
        let nextToken: string | undefined;
        do {
          const input = { maxResults: 1000, ...(nextToken !== undefined && { nextToken }) };
          const page = await (await iot()).send(new ListTopicRulesCommand(input), o);
          const found = page.rules?.find(({ ruleName }) => ruleName === name);
          if (found) return { seen: 'there', enabled: found.ruleDisabled !== true };
          nextToken = page.nextToken;
        } while (nextToken !== undefined);
        return { seen: 'missing' };
      }),

    fn: (nameOrArn, signal) =>
      look<object>('GetFunction', signal, async () => {
        const { region, endpointUrl } = connection;
        const suffix = suffixes.find(([start]) => region.startsWith(start))?.[1] ?? 'amazonaws.com';
        const name = nameOrArn.split(':')[6] ?? nameOrArn;
        const at = new URL(`/2015-03-31/functions/${name}`, endpointUrl ?? `https://lambda.${region}.${suffix}`);
        const answer = await signedGet(await iot(), at, signal);
        if (answer.status === 404) return { seen: 'missing' };
        if (answer.ok) return { seen: 'there' };
        return { seen: 'unseen', why: `GetFunction: ${answer.status}` };
      }),
  };
}

/** Where the endpoints of a Region are, as the SDK has it; all others are in amazonaws.com. */
const suffixes = [
  ['cn-', 'amazonaws.com.cn'],
  ['eusc-', 'amazonaws.eu'],
] as const;

async function signedGet(iot: IoTClient, at: URL, signal: AbortSignal | undefined): Promise<Response> {
  const { SignatureV4 } = await import('@smithy/signature-v4');
  const signer = new SignatureV4({
    credentials: await iot.config.credentials(),
    service: 'lambda',
    region: () => iot.config.region(),
    sha256: iot.config.sha256,
  });
  const { method, headers } = await signer.sign({
    ...{ method: 'GET', protocol: at.protocol, hostname: at.hostname, path: at.pathname, query: {} },
    headers: { host: at.host },
  });
  const late = AbortSignal.timeout(answerMs);
  const answer = await fetch(at, { method, headers, signal: signal ? AbortSignal.any([signal, late]) : late });
  // The answer names a link to the code, which is not wanted.
  await answer.body?.cancel();
  return answer;
}

type Statement = { Effect?: unknown; Action?: unknown; Principal?: { Service?: unknown } };

/** The services that a trust policy names in an Allow. Its conditions are not judged. */
function trusted(text: string): string[] {
  try {
    const { Statement = [] } = JSON.parse(text) as { Statement?: Statement | Statement[] };
    return [Statement].flat().flatMap(({ Effect, Action, Principal }) => {
      const takes = [Action].flat().some((one) => one === 'sts:AssumeRole' || one === 'sts:*' || one === '*');
      return Effect === 'Allow' && takes ? [Principal?.Service ?? []].flat().map(String) : [];
    });
  } catch {
    return [];
  }
}
