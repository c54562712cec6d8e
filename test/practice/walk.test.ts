/** Every operation of AWS IoT, good and bad, by AWS's SDK; and about thirty of them by aws-cli, a program of other people. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import * as sdk from '@aws-sdk/client-iot';
import type { PracticeAws } from '../../app/practice/aws/index.ts';
import { iotTable } from '../../app/practice/aws/iot/table/index.ts';
import { cli, needsAwsCli } from './awscli.ts';
import { iotClient, pki, practice } from './support.ts';
import { type CallOne, type Input, type Step, steps } from './walk.ts';

function bySdk(t: TestContext, aws: PracticeAws): CallOne {
  const iot = iotClient(t, aws);
  const commands = sdk as unknown as Record<string, new (input: Input) => Parameters<typeof iot.send>[0]>;
  return async (operation, input) => {
    const Command = commands[`${operation}Command`]!;
    return (await iot.send(new Command(input))) as unknown as Input;
  };
}

function byCli(aws: PracticeAws): CallOne {
  const run = cli(aws);
  return async (operation, input) => {
    const command = operation.replace(/(?<!^)([A-Z][a-z]|(?<=[a-z])[A-Z])/g, '-$1').toLowerCase();
    try {
      return ((await run('iot', command, '--cli-input-json', JSON.stringify(input))) ?? {}) as Input;
    } catch (error) {
      const [, name = String(error)] = /An error occurred \((\w+)\)/.exec(String(error)) ?? [];
      throw Object.assign(new Error(String(error)), { name });
    }
  };
}

/** The operations that were carried out, and the calls that did not go as they should. */
async function walk(t: TestContext, aws: PracticeAws, callOf: (step: Step) => CallOne) {
  const made = new Map<string, Input>();
  const done = new Set<string>();
  const wrong: string[] = [];
  for await (const step of steps(aws, pki(t), (operation) => made.get(operation) ?? {})) {
    const { operation, input, refused = 'accepted' } = step;
    const outcome = await callOf(step)(operation, input).then(
      (answer) => {
        made.set(operation, answer);
        done.add(operation);
        return 'accepted';
      },
      (error: Error) => (refused === 'accepted' ? `${error.name} ${error.message}` : error.name),
    );
    if (outcome !== refused) wrong.push(`${operation} ${JSON.stringify(input).slice(0, 80)}: ${outcome}`);
  }
  return { done, wrong };
}

/** These two wait: for five minutes, and for a task that runs. Other tests have them. */
const elsewhere = ['DeleteThingType', 'StopThingRegistrationTask'];

test('every operation is carried out, and refused as it should be', async (t) => {
  const aws = await practice(t);
  const call = bySdk(t, aws);
  const { done, wrong } = await walk(t, aws, () => call);
  assert.deepEqual(wrong, []);
  assert.deepEqual([...done, ...elsewhere].sort(), Object.keys(iotTable).sort());
});

test('aws-cli sees the same', async (t) => {
  if (!needsAwsCli(t)) return;
  const aws = await practice(t);
  const [sdkCall, cliCall] = [bySdk(t, aws), byCli(aws)];
  const { wrong } = await walk(t, aws, (step) => (step.cli ? cliCall : sdkCall));
  assert.deepEqual(wrong, []);
});
