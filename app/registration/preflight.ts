/** What a batch needs in AWS, asked before anything is uploaded. Its lines were checked when its file was written. */
import type { PreflightFinding, PreflightReport } from '../contract/batches.ts';
import { StationError } from '../contract/errors.ts';
import { type Said, saidData, sentence, type Told } from '../contract/sentences.ts';
import { renderTemplate } from '../iot/index.ts';
import { checkRole } from './account/rolecheck.ts';
import type { Cloud } from './cloud.ts';
import type { Calm } from './patience.ts';

type Asked = {
  cloud: Cloud;
  caCertificateIds: readonly string[];
  templateBody: string;
  /** False for a way without a file. */
  hasFile?: boolean;
  calm?: Calm;
  signal?: AbortSignal | undefined;
};

/**
 * Asks for everything that the batch and its template name, and gives all that is missing as one list. What the account
 * does not let us ask is a warning. It changes nothing in AWS.
 *
 * @throws cloud.credentials, cloud.unreachable, … – as the calls; call.cancelled
 */
export async function preflight(asked: Asked): Promise<PreflightReport> {
  const { cloud, caCertificateIds, templateBody, calm = (act) => act(), signal } = asked;
  const report: PreflightReport = { ok: true, problems: [], warnings: [] };
  const add = (kind: 'problems' | 'warnings', finding: PreflightFinding) => {
    report[kind].push(finding);
    if (kind === 'problems') report.ok = false;
  };
  /** Asks for one thing. `look` gives the finding about it, if there is one. */
  const ask = async (path: string, name: string, look: () => Promise<PreflightFinding | undefined>) => {
    try {
      const finding = await calm(look);
      if (finding) add('problems', finding);
    } catch (error) {
      // A private endpoint may not offer the call at all. Bucket and CA must be seen: nothing goes without them.
      const isUntold = error instanceof StationError && ['cloud.denied', 'cloud.refused'].includes(error.code);
      if (!isUntold || path === 'bucket' || path === 'ca') throw error;
      const said = sentence('notToldBy', { name, why: error.detail });
      add('warnings', { code: 'notAllowed', path, name, ...saying(said) });
    }
  };

  const { bucket } = cloud.target;
  if (asked.hasFile !== false)
    await ask('bucket', bucket, async () => {
      try {
        await cloud.checkBucket(signal);
      } catch (error) {
        if (!(error instanceof StationError && error.code === 'cloud.bucket')) throw error;
        const said = sentence('bucketNotThere', { name: bucket });
        return { code: 'bucket', path: 'bucket', name: bucket, ...saying(said), message: error.detail };
      }
    });
  for (const id of caCertificateIds) {
    await ask('ca', id, async () => {
      const status = await cloud.describeCa(id, signal);
      if (status === 'ACTIVE') return undefined;
      const code = status === undefined ? 'caUnknown' : 'caInactive';
      const said = status ? sentence('caIs', { name: id, status }) : sentence('caUnregistered', { name: id });
      return { code, path: 'ca', name: id, ...saying(said) };
    });
  }
  for (const { kind, path, name } of namesIn(templateBody)) {
    await ask(path, name, async () => {
      const found = await cloud.find(kind, name, signal);
      if (found === 'found') return undefined;
      if (found === 'deprecated')
        return { code: 'thingTypeDeprecated', path, name, ...saying(sentence('typeDeprecated', { name })) };
      return { code: kind, path, name, ...saying(sentence(sentences[kind], { name })) };
    });
  }
  if (asked.hasFile !== false) {
    const { isProblem, said } = await lookAtRole(cloud, signal);
    const source = 'https://docs.aws.amazon.com/iot/latest/developerguide/bulk-provisioning.html';
    if (said)
      add(isProblem ? 'problems' : 'warnings', {
        ...{ code: 'role', path: 'roleArn', name: cloud.roleArn },
        ...saying(said),
        source,
      });
  }
  return report;
}

/** No call of AWS IoT tells of the role, and a plant's network may let no one through to IAM: a batch waits only so long for it. */
const roleMs = 5000;

/**
 * What is wrong with the role. A station need not have the right to see it: then it shows when the task runs.
 *
 * @throws call.cancelled
 */
async function lookAtRole(cloud: Cloud, signal?: AbortSignal): Promise<{ isProblem: boolean; said?: Said }> {
  const untried = { isProblem: false, said: sentence('roleNotTried') };
  const { roleArn, target } = cloud;
  const soon = AbortSignal.any([AbortSignal.timeout(roleMs), ...(signal ? [signal] : [])]);
  const [, , , , accountId = ''] = roleArn.split(':');
  try {
    const asked = { target: { ...target, roleArn }, ways: ['bulk'] as const, accountId };
    const checked = await checkRole(cloud.account, asked, soon);
    if (checked === undefined || checked.role.state === 'unseen') return untried;
    return { isProblem: checked.isProblem, ...(checked.finding && { said: checked.finding }) };
  } catch (thrown) {
    if (signal?.aborted || !(thrown instanceof StationError)) throw thrown;
    return untried;
  }
}

/**
 * The refusal of a batch that lacks something, with all of it in its detail.
 */
export function refusalOf({ problems }: PreflightReport, bucket: { bucket: string; region: string }): StationError {
  const [first] = problems;
  const detail = problems.map(({ message }) => message).join('; ');
  const all = problems.map(({ said }) => said).reduceRight((more, what) => ({ code: 'andThen', data: { what, more } }));
  const said = saidData(all);
  if (first?.code === 'bucket') return new StationError('cloud.bucket', detail, { data: { ...bucket, ...said } });
  if (first?.code === 'caUnknown' || first?.code === 'caInactive')
    return new StationError('cloud.caNotRegistered', detail, { data: { certificateId: first.name, ...said } });
  return new StationError('batch.notReady', detail, { data: { missing: problems.length, ...said } });
}

export type NamedKind = 'policy' | 'thingType' | 'thingGroup' | 'billingGroup';
const sentences = {
  policy: 'noSuchPolicy',
  thingType: 'noSuchType',
  thingGroup: 'noSuchGroup',
  billingGroup: 'noSuchBilling',
} as const satisfies Record<NamedKind, string>;

/** The message of a finding, in English and as its sentence. */
export const saying = ({ message, code, data }: Said): { said: Told; message: string } => ({
  said: data === undefined ? { code } : { code, data },
  message,
});

/** The nouns that a template names outright, or by a Default; a name from a batch line is known only line by line. */
function namesIn(templateBody: string): { kind: NamedKind; path: string; name: string }[] {
  const written = (JSON.parse(templateBody) as Written).Resources ?? {};
  return Object.entries(renderTemplate(templateBody, {}).resources).flatMap(([logical, { Type, Properties }]) => {
    const at = (property: string) => `Resources.${logical}.Properties.${property}`;
    const { PolicyName, ThingTypeName, ThingGroups = [], BillingGroup } = Properties;
    const found: [NamedKind, string, unknown][] =
      Type === 'AWS::IoT::Policy'
        ? [['policy', at('PolicyName'), PolicyName]]
        : [
            ['thingType', at('ThingTypeName'), ThingTypeName],
            ...(Array.isArray(ThingGroups) ? ThingGroups : []).map((group: unknown): [NamedKind, string, unknown] => [
              'thingGroup',
              `${at('ThingGroups')}${placeIn(written[logical]?.Properties?.ThingGroups, group)}`,
              group,
            ]),
            ['billingGroup', at('BillingGroup'), BillingGroup],
          ];
    return found.flatMap(([kind, path, name]) => (typeof name === 'string' ? [{ kind, path, name }] : []));
  });
}

type Written = { Resources?: Record<string, { Properties?: { ThingGroups?: unknown } }> };

/** A drawn list lacks what only the lines give, so the place is that in the list as it is written. */
function placeIn(list: unknown, name: unknown): string {
  const index = Array.isArray(list) ? list.indexOf(name) : -1;
  return index < 0 ? '' : `[${index}]`;
}
