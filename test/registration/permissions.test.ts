/** The one table of permissions, and what is made of it. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { registrationWay } from '../../app/contract/model.ts';
import { backupUses, checkpointUses } from '../../app/registration/account/bucketuses.ts';
import { cloudFormation } from '../../app/registration/account/cloudformation.ts';
import { hookFunction } from '../../app/registration/account/hook.ts';
import { jitrFunction } from '../../app/registration/account/jitr.ts';
import { lookActions } from '../../app/registration/account/look.ts';
import {
  type Permission,
  permissionsFor,
  rolePermissions,
  uses,
  usesOfWay,
} from '../../app/registration/account/permissions.ts';
import { plainSetUp } from '../../app/registration/account/plain.ts';
import { policyDocument } from '../../app/registration/account/policydocument.ts';

const target = {
  name: 'fra',
  region: 'eu-central-1',
  bucket: 'units-fra',
  roleArn: 'arn:aws:iam::123456789012:role/factory/registration',
  policyNames: ['device-telemetry'],
};
const place = { ...target, accountId: '123456789012' };
const ways = registrationWay.options;

/** The permission that a call needs, where it is not named after the call. */
const other: Record<string, string | null> = {
  UpdateItem: 'dynamodb:UpdateItem',
  DeleteItem: 'dynamodb:DeleteItem',
  BatchWriteItem: 'dynamodb:BatchWriteItem',
  BatchGetItem: 'dynamodb:BatchGetItem',
  DescribeTable: 'dynamodb:DescribeTable',
  GetRole: 'iam:GetRole',
  GetCallerIdentity: null,
  SimulatePrincipalPolicy: null,
  HeadBucket: 's3:ListBucket',
  HeadObject: 's3:GetObject',
  UploadPart: 's3:PutObject',
  CreateMultipartUpload: 's3:PutObject',
  CompleteMultipartUpload: 's3:PutObject',
  ListObjectsV2: 's3:ListBucket',
  ListMultipartUploads: 's3:ListBucketMultipartUploads',
  ListParts: 's3:ListMultipartUploadParts',
  GetPublicAccessBlock: 's3:GetBucketPublicAccessBlock',
};

/** What the settings of backups and checkpoints add, in the bucket of the target. */
const lock = { mode: 'COMPLIANCE', days: 30 } as const;
const buckets = {
  backups: backupUses({ bucket: null, prefix: 'backups/' }),
  checkpoints: checkpointUses({ target: 'fra', bucket: null, prefix: 'checkpoints/', lock }),
};

test('every call that the station makes to AWS has its permission in the table', () => {
  // A station works without the rights to look; where they are missing it says so.
  const looks: string[] = Object.values(lookActions);
  const tables: (readonly Permission[])[] = [...Object.values(uses), ...Object.values(buckets)];
  const known = new Set([...looks, ...tables.flatMap((rows) => rows.map(({ action }) => action))]);
  const folder = join(import.meta.dirname, '../../app/registration');
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && !file.startsWith('kms') && !/(jitr|hook)\.ts$/.test(file),
  );
  const calls = new Set<string>();
  for (const file of sources)
    for (const [, service, call = ''] of readFileSync(join(folder, file), 'utf8').matchAll(
      /new (?:(iotSdk|s3Sdk|sdk)\.|)(\w+)Command\(/g,
    )) {
      const own = other[call];
      const s3 = service === 's3Sdk' || /Object|Bucket|Upload/.test(call);
      if (own !== null) calls.add(own ?? `${s3 ? 's3' : 'iot'}:${call}`);
    }
  assert.ok(calls.size > 20, `${calls.size} calls were found`);
  assert.deepEqual(
    [...calls].filter((action) => !known.has(action)),
    [],
  );
});

test('each permission has its reason, comes once for a way, and fits one managed policy with all ways', () => {
  for (const way of ways) {
    const rows = permissionsFor([way], place);
    assert.equal(new Set(rows.map(({ action, resource }) => `${action} ${resource}`)).size, rows.length, way);
    for (const { action, why } of rows) assert.match(`${action} ${why}`, /^(iot|s3|iam|dynamodb):[A-Z]\w+ [a-z]/);
  }
  // Quotas of IAM: 6,144 characters for a managed policy, 10,240 for the inline policies of a role; white space is free.
  const sizeOf = (rows: { action: string; resource: string }[]) => JSON.stringify(policyDocument(rows)).length;
  assert.ok(sizeOf(permissionsFor(ways, place)) < 6144);
  assert.ok(sizeOf(rolePermissions.map((row) => ({ ...row, resource: row.resource(place) }))) < 10_240);
});

test('the resources of other partitions are named in them', () => {
  const cn = { ...place, region: 'cn-north-1', roleArn: 'arn:aws-cn:iam::123456789012:role/reg' };
  const resources = permissionsFor(['bulk'], cn).map(({ resource }) => resource);
  assert.deepEqual(
    resources.filter((one) => one !== '*' && !one.startsWith('arn:aws-cn:')),
    [],
  );
});

type Template = {
  Parameters: Record<string, unknown>;
  Conditions: Record<string, unknown>;
  Resources: Record<string, { Type: string; Condition?: string; Properties: Record<string, unknown> }>;
};
const made = cloudFormation(target, ways) as Template;

const bucket = made.Resources.Bucket?.Properties ?? {};

test('the role that is made has the ARN of the target, path and all, and its name is a word of the shell', () => {
  assert.deepEqual(
    [made.Resources.Role?.Properties.RoleName, made.Resources.Role?.Properties.Path],
    ['registration', '/factory/'],
  );
  assert.match(plainSetUp(target, ['bulk']).commands, /create-role --role-name registration --path \/factory\/ /);
  const plain = { ...target, roleArn: 'arn:aws:iam::123456789012:role/registration' };
  assert.ok(!('Path' in ((cloudFormation(plain, ways) as Template).Resources.Role?.Properties ?? {})));
  const odd = { ...target, roleArn: "arn:aws:iam::123456789012:role/a;b'$(c)/registration" };
  assert.ok(plainSetUp(odd, ['bulk']).commands.includes(String.raw`--path '/a;b'\''$(c)/' --assume`));
});

test('without a policy of its own the template has no parameter and no condition for policies', () => {
  const { Parameters, Conditions } = cloudFormation({ ...target, policyNames: [] }, ways) as Template;
  assert.ok(!('MakePolicies' in Parameters) && !('WithPolicies' in Conditions));
});

test('the CloudFormation template names only what is in it, and leaves no bucket open', () => {
  const names = new Set([...Object.keys(made.Resources), ...Object.keys(made.Parameters)]);
  const named: string[] = [];
  const walk = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    const { Ref, 'Fn::GetAtt': attribute, 'Fn::Sub': text } = value as Record<string, unknown>;
    if (typeof Ref === 'string') named.push(Ref);
    if (Array.isArray(attribute)) named.push(String(attribute[0]));
    if (typeof text === 'string') named.push(...[...text.matchAll(/\$\{([A-Za-z]\w*)/g)].map(([, name = '']) => name));
    Object.values(value).forEach(walk);
  };
  walk(made);
  assert.deepEqual(
    [...new Set(named)].filter((name) => !names.has(name) && !name.startsWith('AWS')),
    [],
  );
  const { Condition } = made.Resources.JitrRule ?? {};
  assert.ok(Condition !== undefined && Condition in made.Conditions);
  assert.ok(bucket.BucketEncryption);
  assert.deepEqual(new Set(Object.values(bucket.PublicAccessBlockConfiguration as object)), new Set([true]));
  for (const code of [jitrFunction, hookFunction])
    assert.ok(code.length <= 4096, 'the limit of a function inside a template');
});

test('the plain documents say the same, and each command names a document that is there', () => {
  const { documents, commands } = plainSetUp(target, ways);
  const names = documents.map(({ name }) => name);
  const used = [...commands.matchAll(/file:\/\/(\S+)|zip \w+.zip (\S+)/g)].map(([, file, zipped]) => file ?? zipped);
  assert.deepEqual([...used].sort(), [...names].sort());
  const policy = documents.find(({ name }) => name === 'station-policy.json')?.text ?? '';
  assert.deepEqual(JSON.parse(policy), policyDocument(permissionsFor(ways, place)));
  assert.match(commands, /LocationConstraint=eu-central-1/);
  const textOf = (name: string) => documents.find((one) => one.name === name)?.text ?? '';
  assert.equal(textOf('index.js'), jitrFunction);
  const stack = (name: string) => made.Resources[name]?.Properties ?? {};
  const { TableName, KeySchema } = JSON.parse(textOf('table.json'));
  assert.deepEqual([TableName, KeySchema], [stack('JitrTable').TableName, stack('JitrTable').KeySchema]);
  const { TABLE, ...variables } = JSON.parse(textOf('jitr-environment.json')).Variables;
  const { Variables } = stack('JitrFunction').Environment as { Variables: object };
  assert.deepEqual({ TABLE, ...variables }, Variables);
  assert.equal(JSON.parse(textOf('jitr-rule.json')).sql, (stack('JitrRule').TopicRulePayload as { Sql: string }).Sql);
  const values = { Partition: 'aws', Region: target.region, AccountId: place.accountId, Bucket: target.bucket };
  const filled = (value: unknown): unknown =>
    JSON.parse(
      JSON.stringify(value)
        .replace(/\{"Fn::Sub":("[^"]*")\}/g, '$1')
        .replace(/\$\{(?:AWS::)?(Partition|Region|AccountId|Bucket)\}/g, (_, name: keyof typeof values) => values[name])
        .replaceAll('{!', '{'),
    );
  assert.deepEqual(JSON.parse(textOf('bucket-policy.json')), filled(stack('BucketPolicy').PolicyDocument));
  assert.deepEqual(JSON.parse(textOf('bucket-ownership.json')), bucket.OwnershipControls);
  assert.deepEqual(JSON.parse(textOf('device-policy.json')), filled(stack('DevicePolicy1').PolicyDocument));
  assert.match(commands, /aws iot create-policy .*--policy-name device-telemetry /);
  assert.match(commands, /^export AWS_DEFAULT_REGION=eu-central-1 /);
  assert.match(commands, /--point-in-time-recovery-specification/);
  assert.doesNotMatch(plainSetUp(target, ['bulk']).commands, /jitr/);
  assert.doesNotMatch(plainSetUp({ ...target, region: 'us-east-1' }, ways).commands, /LocationConstraint/);
});

test("the table of the engineer's page is that of the program", () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/engineer.md'), 'utf8');
  const names = { region: 'REGION', accountId: 'ACCOUNT', bucket: 'BUCKET', roleArn: 'arn:aws:iam::ACCOUNT:role/ROLE' };
  const lines = (permissions: readonly Permission[], forWays: string) =>
    permissions.map(({ action, resource, why }) => `| \`${action}\` | \`${resource(names)}\` | ${forWays} | ${why} |`);
  const rows = Object.entries(uses).flatMap(([use, permissions]) => {
    const own = Object.entries(usesOfWay).filter(([, of]) => (of as readonly string[]).includes(use));
    return lines(permissions, own.map(([way]) => way).join(', ') || 'all');
  });
  rows.push(...Object.entries(buckets).flatMap(([name, permissions]) => lines(permissions, name)));
  const written = page.split('\n').filter((line) => /^\| `(iot|s3|iam|dynamodb):/.test(line));
  assert.deepEqual(written, rows);
});
