/** What the practice AWS saves: as much as changed, in a form that a crash does not break, and that of version 0.1. */
import assert from 'node:assert/strict';
import { appendFile, mkdtemp, readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import * as sdk from '@aws-sdk/client-iot';
import fc from 'fast-check';
import { startPracticeAws } from '../../app/practice/aws/index.ts';
import { type Line, linesOf } from '../../app/practice/aws/iot/lines.ts';
import { removeAtEnd } from '../folders.ts';
import { iotClient, pki, practice, refusal, wallClock } from './support.ts';

async function stateFile(_t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'birthmark-state-'));
  removeAtEnd(folder);
  return join(folder, 'aws.json');
}

const linesIn = async (file: string) => (await readFile(file, 'utf8')).trimEnd().split('\n');

suite('the saved account', () => {
  test('a thing costs a line of the journal, and a line that a crash cut short is dropped', async (t) => {
    const file = await stateFile(t);
    const first = await startPracticeAws({ clock: wallClock(), stateFile: file });
    const iot = iotClient(t, first);
    for (const thingName of ['a', 'b', 'c']) await iot.send(new sdk.CreateThingCommand({ thingName }));
    await iot.send(new sdk.DeleteThingCommand({ thingName: 'b' }));
    await first.close();
    const journal = `${file}.journal`;
    const keys = (await linesIn(journal)).map((line) => JSON.parse(line).key);
    assert.deepEqual([...new Set(keys)].sort(), ['a', 'b', 'c']);
    assert.ok(keys.length <= 4, 'a line for each thing; on a busy machine b is saved, and its end too');
    assert.doesNotMatch(await readFile(file, 'utf8'), /"things"/);
    await appendFile(journal, '{"noun":"things","key":"d","va');

    const second = await startPracticeAws({ clock: wallClock(), stateFile: file });
    const again = iotClient(t, second);
    const { things } = await again.send(new sdk.ListThingsCommand({}));
    assert.deepEqual(
      things?.map(({ thingName }) => thingName),
      ['a', 'c'],
    );
    await again.send(new sdk.CreateThingCommand({ thingName: 'e' }));
    await second.close();
    const third = await practice(t, { stateFile: file });
    assert.equal(third.snapshot().things, 3, 'what was written after the cut line is there');
  });

  test('a journal of old lines is written again from what is there', async (t) => {
    const file = await stateFile(t);
    const journal = `${file}.journal`;
    const thing = (at: number) => ({
      name: 'a',
      id: 'x',
      attributes: { at: `${at}` },
      version: at,
      principals: [],
      groups: [],
    });
    const lines = Array.from({ length: 1100 }, (_, at) =>
      JSON.stringify({ noun: 'things', key: 'a', value: thing(at) }),
    );
    const first = await startPracticeAws({ clock: wallClock(), stateFile: file });
    await first.close();
    await writeFile(journal, `${lines.join('\n')}\n`);
    const before = (await stat(journal)).size;
    const aws = await practice(t, { stateFile: file });
    const { attributes } = await iotClient(t, aws).send(new sdk.DescribeThingCommand({ thingName: 'a' }));
    assert.deepEqual(attributes, { at: '1099' });
    assert.ok((await stat(journal)).size < before / 100);
  });

  test('attachments are found from both ends after a restart', async (t) => {
    const file = await stateFile(t);
    const first = await startPracticeAws({ clock: wallClock(), stateFile: file });
    const iot = iotClient(t, first);
    const { certificateArn: principal = '' } = await iot.send(new sdk.CreateKeysAndCertificateCommand({}));
    await iot.send(new sdk.CreateThingGroupCommand({ thingGroupName: 'g' }));
    await iot.send(new sdk.CreateThingCommand({ thingName: 'a' }));
    await iot.send(new sdk.AddThingToThingGroupCommand({ thingName: 'a', thingGroupName: 'g' }));
    await iot.send(new sdk.AttachThingPrincipalCommand({ thingName: 'a', principal }));
    await iot.send(new sdk.AttachPolicyCommand({ policyName: first.policyName, target: principal }));
    await first.close();
    const again = iotClient(t, await practice(t, { stateFile: file }));
    const { things } = await again.send(new sdk.ListPrincipalThingsCommand({ principal }));
    const { targets } = await again.send(new sdk.ListTargetsForPolicyCommand({ policyName: first.policyName }));
    const members = await again.send(new sdk.ListThingsInThingGroupCommand({ thingGroupName: 'g' }));
    assert.deepEqual([things, targets, members.things], [['a'], [principal], ['a']]);
  });

  test('a file of version 0.1 opens: its things, certificates, policies, groups and reports are there', async (t) => {
    const file = await stateFile(t);
    const keys = pki(t);
    keys.ca('ca');
    const pem = keys.issue('a');
    const id = 'c'.repeat(64);
    const arn = (resource: string) => `arn:aws:iot:us-east-1:123456789012:${resource}`;
    const map = (...entries: [string, unknown][]) => ({ $map: entries });
    const document = '{"Version":"2012-10-17","Statement":[]}';
    const old = {
      credentials: { accessKeyId: 'AKIAOLD', secretAccessKey: 'secret' },
      authorities: map(),
      certificates: map([
        id,
        {
          certificateId: id,
          arn: arn(`cert/${id}`),
          pem,
          status: 'ACTIVE',
          mode: 'SNI_ONLY',
          policies: ['p'],
          createdAt: 1,
          modifiedAt: 1,
          version: 1,
          generationId: 'g',
        },
      ]),
      policies: map(['p', { name: 'p', arn: arn('policy/p'), document }]),
      things: map([
        'a',
        {
          name: 'a',
          arn: arn('thing/a'),
          id: 'i',
          attributes: { x: 'y' },
          version: 3,
          principals: [{ principal: arn(`cert/${id}`), type: 'EXCLUSIVE_THING' }],
          groups: ['g'],
        },
      ]),
      types: map(['t', { name: 't', arn: arn('thingtype/t'), id: 'i', properties: '{"thingTypeDescription":"old"}' }]),
      groups: map([
        'g',
        { name: 'g', arn: arn('thinggroup/g'), id: 'i', properties: '{"thingGroupDescription":"old"}', policies: [] },
      ]),
      tasks: map([
        'task',
        {
          taskId: 'task',
          templateBody: '{}',
          inputFileBucket: 'b',
          inputFileKey: 'k',
          roleArn: 'r',
          status: 'Completed',
          createdAt: 1,
          modifiedAt: 1,
          total: 2,
          results: ['{"n":1}'],
          errors: ['{"n":2}'],
          token: 'secret',
        },
      ]),
      buckets: map(),
      keys: map(),
    };
    await writeFile(file, JSON.stringify(old));
    const first = await startPracticeAws({ clock: wallClock(), stateFile: file });
    await first.close();
    const aws = await practice(t, { stateFile: file });
    assert.equal(aws.credentials.accessKeyId, 'AKIAOLD');
    const iot = iotClient(t, aws);
    const { certificateDescription } = await iot.send(new sdk.DescribeCertificateCommand({ certificateId: id }));
    assert.equal(certificateDescription?.certificatePem?.trim(), pem.trim());
    const { thingPrincipalObjects } = await iot.send(new sdk.ListThingPrincipalsV2Command({ thingName: 'a' }));
    assert.deepEqual(thingPrincipalObjects, [{ principal: arn(`cert/${id}`), thingPrincipalType: 'EXCLUSIVE_THING' }]);
    assert.equal((await iot.send(new sdk.GetPolicyCommand({ policyName: 'p' }))).policyDocument, document);
    const group = await iot.send(new sdk.DescribeThingGroupCommand({ thingGroupName: 'g' }));
    assert.equal(group.thingGroupProperties?.thingGroupDescription, 'old');
    const type = await iot.send(new sdk.DescribeThingTypeCommand({ thingTypeName: 't' }));
    assert.equal(type.thingTypeProperties?.thingTypeDescription, 'old');
    const task = await iot.send(new sdk.DescribeThingRegistrationTaskCommand({ taskId: 'task' }));
    assert.deepEqual([task.successCount, task.failureCount], [1, 1]);
    for (const [reportType, text] of [
      ['RESULTS', '{"n":1}\n'],
      ['ERRORS', '{"n":2}\n'],
    ] as const) {
      const { resourceLinks } = await iot.send(
        new sdk.ListThingRegistrationTaskReportsCommand({ taskId: 'task', reportType }),
      );
      assert.equal(await (await fetch(resourceLinks?.[0] ?? '')).text(), text);
    }
  });
});

suite('lists', () => {
  test('a reader of many pages sees each entry once, also when entries go in between, and may ask for a page twice', async (t) => {
    const aws = await practice(t);
    const iot = iotClient(t, aws);
    const names = Array.from({ length: 60 }, (_, at) => `t${at}`);
    for (const thingName of names) await iot.send(new sdk.CreateThingCommand({ thingName }));
    const seen: (string | undefined)[] = [];
    let nextToken: string | undefined;
    do {
      const page = () => iot.send(new sdk.ListThingsCommand({ nextToken, maxResults: 7 }));
      const [once, twice] = [await page(), await page()];
      if (nextToken !== undefined) assert.deepEqual(once.things, twice.things, 'the same page twice');
      seen.push(...(twice.things ?? []).map(({ thingName }) => thingName));
      if (seen.length === 14) await iot.send(new sdk.DeleteThingCommand({ thingName: 't3' }));
      nextToken = twice.nextToken;
    } while (nextToken !== undefined);
    assert.deepEqual(seen, names);
  });
});

suite('input files', () => {
  const collect = async (pieces: Buffer[], limit = 1000): Promise<Line[]> => {
    const found: Line[] = [];
    for await (const line of linesOf(from(pieces), limit)) found.push(line);
    return found;
  };
  async function* from(pieces: Buffer[]) {
    yield* pieces;
  }

  test('the lines are the same, in whatever pieces the file comes', async () => {
    const text = fc.array(fc.constantFrom('a', '{}', '\n', '\r\n', ' ', '\t', 'é', '\uFEFF'), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(text, fc.array(fc.nat(60), { maxLength: 8 }), async (parts, cuts) => {
        const bytes = Buffer.from(parts.join(''));
        const at = [0, ...cuts.map((cut) => Math.min(cut, bytes.length)).sort((a, b) => a - b), bytes.length];
        const pieces = at.slice(1).map((to, index) => bytes.subarray(at[index], to));
        const wanted = bytes
          .toString()
          .replace(/^\uFEFF/, '')
          .split('\n')
          .map((line, index) => ({ number: index + 1, text: line.replace(/\r$/, '') }))
          .filter((line) => !/^[ \t]*$/.test(line.text));
        const found = await collect(pieces);
        assert.deepEqual(
          found.map(({ number, bytes: line }) => ({ number, text: line.toString() })),
          wanted,
        );
      }),
    );
  });

  test('of a line that is too long, no more is kept than shows it', async () => {
    const pieces = Array.from({ length: 50 }, () => Buffer.alloc(100, 'x'));
    const [line, next] = await collect([...pieces, Buffer.from('\nshort')], 1000);
    assert.ok(line && line.bytes.length > 1000 && line.bytes.length < 1200);
    assert.equal(next?.bytes.toString(), 'short');
  });
});

suite('overrides', () => {
  test('REPLACE empties what the template does not name; the other settings leave it', async (t) => {
    const iot = iotClient(t, await practice(t));
    await iot.send(new sdk.CreateThingTypeCommand({ thingTypeName: 'sensor' }));
    for (const thingGroupName of ['g', 'h']) await iot.send(new sdk.CreateThingGroupCommand({ thingGroupName }));
    const register = (properties: object, setting?: string) => {
      const OverrideSettings = setting && {
        AttributePayload: setting,
        ThingTypeName: setting === 'MERGE' ? 'DO_NOTHING' : setting,
        ThingGroups: setting,
      };
      const unit = { Type: 'AWS::IoT::Thing', Properties: { ThingName: 'x', ...properties }, OverrideSettings };
      return iot.send(new sdk.RegisterThingCommand({ templateBody: JSON.stringify({ Resources: { unit } }) }));
    };
    const state = async () => {
      const { attributes, thingTypeName } = await iot.send(new sdk.DescribeThingCommand({ thingName: 'x' }));
      const { thingGroups } = await iot.send(new sdk.ListThingGroupsForThingCommand({ thingName: 'x' }));
      return [attributes, thingTypeName, thingGroups?.map(({ groupName }) => groupName)];
    };
    const full = { AttributePayload: { a: '1' }, ThingTypeName: 'sensor', ThingGroups: ['g'] };
    await register(full);
    for (const setting of [undefined, 'DO_NOTHING', 'MERGE', 'FAIL']) {
      await register({}, setting);
      assert.deepEqual(await state(), [{ a: '1' }, 'sensor', ['g']], setting);
    }
    await register({ ThingGroups: ['h'] }, 'MERGE');
    assert.deepEqual((await state())[2], ['g', 'h']);
    assert.equal(await refusal(register({ ThingGroups: ['g'] }, 'FAIL')), 'ResourceRegistrationFailureException 400');
    await register({ ThingGroups: ['h'] }, 'REPLACE');
    assert.deepEqual(await state(), [{}, undefined, ['h']]);
    await register({}, 'REPLACE');
    assert.deepEqual((await state())[2], []);
  });

  test('a CSR in a template, a billing group, and packages, which are not offered', async (t) => {
    const iot = iotClient(t, await practice(t));
    const keys = pki(t);
    keys.ca('ca');
    const register = (resources: object) =>
      iot.send(new sdk.RegisterThingCommand({ templateBody: JSON.stringify({ Resources: resources }) }));
    const thing = (more: object) => ({ Type: 'AWS::IoT::Thing', Properties: { ThingName: 'x', ...more } });
    const failure = 'ResourceRegistrationFailureException 400';
    assert.equal(await refusal(register({ thing: thing({ BillingGroup: 'b' }) })), failure);
    assert.equal(await refusal(register({ thing: thing({ PackageVersions: { a: '1' } }) })), failure);
    await iot.send(new sdk.CreateBillingGroupCommand({ billingGroupName: 'b' }));
    const csr = { Type: 'AWS::IoT::Certificate', Properties: { CertificateSigningRequest: keys.csr('device') } };
    const { certificatePem = '' } = await register({ thing: thing({ BillingGroup: 'b' }), csr });
    assert.match(certificatePem, /BEGIN CERTIFICATE/);
    assert.equal((await iot.send(new sdk.DescribeThingCommand({ thingName: 'x' }))).billingGroupName, 'b');
    const text = keys.text(certificatePem);
    assert.match(text, /Subject: ?CN ?= ?device/);
    assert.match(text, /Amazon Web Services/);
    const bad = keys.csr('device').replace(/.(?=.{30}\n-----END)/s, (one) => (one === 'A' ? 'B' : 'A'));
    assert.equal(
      await refusal(iot.send(new sdk.CreateCertificateFromCsrCommand({ certificateSigningRequest: bad }))),
      'InvalidRequestException 400',
    );
  });
});
