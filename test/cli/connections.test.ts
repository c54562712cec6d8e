/** First connections by the command line: listed, asked for, shown and exported. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { ListCertificatesCommand, UpdateCertificateCommand } from '@aws-sdk/client-iot';
import { connectionColumns } from '../../app/contract/connectiontable.ts';
import type { FirstConnection } from '../../app/contract/index.ts';
import { csvRows } from '../../app/contract/index.ts';
import { type PracticeAws, startPracticeAws } from '../../app/practice/aws/index.ts';
import { systemClock } from '../../main/clock.ts';
import { makeBed, slotWhen } from '../line/support.ts';
import { iotClient } from '../practice/support.ts';
import { comes } from '../registration/watching.ts';
import { passphrase } from '../support.ts';
import { json, run } from './commandline.ts';

const recipe = {
  ...{ name: 'field', model: '*', driver: 'agent', profile: 'aws-iot-device' },
  ...{ provisioning: { way: 'jitp', targets: ['eu'] }, firstConnection: { dueDays: 30 } },
};

describe('first connections by the command line', { concurrency: false, timeout: 300_000 }, () => {
  const serials: string[] = [];
  let [data, secret] = ['', ''];
  let aws: PracticeAws;
  const ask = (...args: string[]) => json('connections', ...args, '--data', data);
  const engineer = (...args: string[]) => json(...args, '--data', data, '--passphrase-file', secret);
  const file = (name: string) => join(dirname(data), name);

  before(async () => {
    aws = await startPracticeAws({ clock: systemClock, rate: Number.POSITIVE_INFINITY, anyClient: true });
    process.env.AWS_ACCESS_KEY_ID = 'practice';
    process.env.AWS_SECRET_ACCESS_KEY = 'practice';
    const bed = await makeBed(1);
    data = bed.station.parts.dir;
    const { region, bucket, roleArn, policyName, endpoint: endpointUrl } = aws;
    const target = { name: 'eu', region, bucket, roleArn, policyNames: [policyName], endpointUrl };
    await bed.engineer.call('targets.save', { target });
    await bed.engineer.call('recipes.save', { text: JSON.stringify(recipe) });
    await bed.engineer.call('recipes.approve', { name: 'field', version: 1 });
    for (let unit = 0; unit < 2; unit++) {
      const { label } = bed.bench.plug(1);
      await slotWhen(bed.operator, 1, 'SCAN');
      await bed.operator.call('bench.scan', { text: label });
      await slotWhen(bed.operator, 1, 'PASS');
      bed.bench.unplug(1);
      await slotWhen(bed.operator, 1, 'EMPTY');
      serials.push(label);
    }
    await bed.close();
    secret = file('passphrase');
    await writeFile(secret, passphrase);
  });
  after(() => aws.close());

  test('a unit waits; asked for after it came, it has connected; the other one still waits', async (t) => {
    const first = await ask('list', '--state', 'waiting');
    assert.deepEqual([first.code, first.value.total], [0, 2]);
    assert.equal((await engineer('cloud', 'ca', 'register', '--target', 'eu')).code, 0);
    const unit = (await json('units', 'show', serials[0]!, '--data', data)).value;
    const came = { certificatePem: unit.certificates[0].pem, thingName: serials[0]!, policyName: aws.policyName };
    await comes(iotClient(t, aws), came);
    const check = await ask('check', '--target', 'eu');
    assert.deepEqual([check.code, check.value.state, check.value.done, check.value.changed], [0, 'done', 2, 1]);
    assert.deepEqual(check.value.counts, { waiting: 1, connected: 1, failed: 0, overdue: 0 });
    const [row] = (await ask('show', serials[0]!)).value as FirstConnection[];
    assert.deepEqual([row?.state, row?.source, row?.madeName], ['connected', 'registry', serials[0]]);
    const text = await run('connections', 'list', '--data', data);
    assert.match(text.out, new RegExp(`${serials[0]} .* connected `));
    assert.match(text.out, /2 of 2/);
  });

  test('the export has every row, as CSV and as JSON lines', async () => {
    const [csv, lines] = [file('all.csv'), file('all.jsonl')];
    assert.equal((await ask('export', '--out', csv)).value.rows, 2);
    const table = (await readFile(csv, 'utf8')).trimEnd().split('\r\n');
    assert.match(table[0]!, /^unitSerial,target,orderId,/);
    assert.deepEqual(
      table.slice(1).map((line) => line.split(',')[0]),
      [...serials].sort(),
    );
    await ask('export', '--out', lines, '--state', 'waiting');
    const rows = (await readFile(lines, 'utf8')).trimEnd().split('\n');
    assert.deepEqual(
      rows.map((line) => (JSON.parse(line) as FirstConnection).unitSerial),
      [serials[1]],
    );
  });

  test('a difference from AWS is a line of the file', async (t) => {
    const client = iotClient(t, aws);
    const [{ certificateId } = {}] = (await client.send(new ListCertificatesCommand({}))).certificates ?? [];
    await client.send(new UpdateCertificateCommand({ certificateId, newStatus: 'INACTIVE' }));
    const compare = (out: string) => json('cloud', 'drift', '--data', data, '--out', file(out));
    const { code, value } = await compare('drift.jsonl');
    assert.deepEqual([code, value.counts.inactive], [1, 1]);
    assert.deepEqual(
      (await readFile(file('drift.jsonl'), 'utf8'))
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
      [{ kind: 'inactive', certificateId, unitSerial: serials[0], found: 'INACTIVE' }],
    );
    await compare('drift.csv');
    const row = `inactive,${certificateId},${serials[0]},INACTIVE`;
    assert.equal(await readFile(file('drift.csv'), 'utf8'), `kind,certificateId,unitSerial,found\r\n${row}\r\n`);
    assert.match((await compare('drift.txt')).value.error.detail, /--out ends with/);
  });

  test('whether a unit would connect is answered without its device, and wrong ends with 1', async () => {
    const { code, value } = await ask('why', serials[0]!, '--target', 'eu');
    const inactive = value.checks.filter(({ state }: { state: string }) => state === 'wrong');
    assert.equal(code, 1);
    assert.ok(inactive.length > 0, JSON.stringify(value));
    assert.match(JSON.stringify(inactive), /INACTIVE/);
    assert.equal((await ask('why', 'nobody')).value.error.code, 'unit.notFound');
  });

  test('a recipe is held against the account: what is missing there is named', async () => {
    await writeFile(file('recipe.json'), JSON.stringify(recipe));
    const { code, value } = await json('recipes', 'check', file('recipe.json'), '--aws', '--data', data);
    assert.equal(code, 1);
    assert.match(JSON.stringify(value), /template/);
  });

  test('a cell that a device chose is no formula, and a refusal says what to give', async () => {
    const empty = Object.fromEntries(connectionColumns.map((column) => [column, null]));
    const row = { ...empty, unitSerial: 'A', clientId: '=HYPERLINK("http://x","y")', sourceIp: '@x' };
    assert.match(csvRows([row as unknown as FirstConnection]), /,"'=HYPERLINK\(""http:\/\/x"",""y""\)",'@x,/);
    const refusal = async (...args: string[]) => (await ask(...args)).value.error;
    assert.match((await refusal('list', '--state', 'lost')).detail, /--state is one of waiting, connected/);
    assert.match((await refusal('export', '--out', file('x.txt'))).detail, /\.csv or with \.jsonl/);
    assert.equal((await refusal('show', 'nobody')).code, 'unit.notFound');
    assert.equal((await refusal('check', '--target', 'mars')).code, 'cloud.noTarget');
    assert.equal((await refusal('check', '--order', 'none')).code, 'order.notFound');
    assert.equal((await refusal('list', '--order', 'none')).code, 'order.notFound');
    const listed = await json('cloud', 'allowlist', 'show', '--order', 'none', '--target', 'eu', '--data', data);
    assert.equal(listed.value.error.code, 'order.notFound');
    assert.equal(existsSync(file('x.txt')), false);
  });
});
