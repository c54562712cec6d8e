/** What each call asks of AWS word by word, what it makes of the answer, and of a refusal. */
import assert from 'node:assert/strict';
import { suite, type TestContext, test } from 'node:test';
import { allowListRow } from '../../app/registration/account/jitr.ts';
import { Refusal, wire } from './wire.ts';
import { accountCases } from './wirecases.ts';
import { at, thingCases } from './wirethings.ts';

const cases = { ...accountCases, ...thingCases };

suite('a call', () => {
  test('asks AWS for just this, and gives what AWS says', async (t) => {
    for (const [name, { act, asks, answers = [{}], gives }] of Object.entries(cases)) {
      const { cloud, asked } = await wire(t, ...answers);
      assert.deepEqual(await act(cloud, new AbortController().signal), gives, name);
      const expected = asks.map((ask) => (typeof ask === 'string' ? ask : ask[0]));
      const sent = asked.map(({ line }) => line);
      assert.deepEqual(sent.map(sorted), expected.map(sorted), name);
      for (const [index, ask] of asks.entries())
        if (typeof ask !== 'string') assert.deepEqual(asked[index]?.body ?? {}, ask[1], name);
      for (const { line, principal } of asked) if (line.includes('principals')) assert.equal(principal, at, name);
    }
  });

  test('that AWS refuses is told, and one about what is not there says so', async (t) => {
    const [denied, gone] = [new Refusal('UnauthorizedException', 401), new Refusal('ResourceNotFoundException', 404)];
    for (const [name, { act, lost }] of Object.entries(cases)) {
      await assert.rejects(act((await wire(t, denied)).cloud), { code: 'cloud.denied' }, name);
      const { cloud } = await wire(t, gone);
      if (lost) assert.deepEqual(await act(cloud), lost.gives, name);
      else await assert.rejects(act(cloud), { code: 'cloud.refused' }, name);
    }
  });

  test('that is cancelled before it begins asks nothing', async (t) => {
    const { cloud, asked } = await wire(t, {});
    for (const [name, { act }] of Object.entries(cases))
      await assert.rejects(act(cloud, AbortSignal.abort()), { code: 'call.cancelled' }, name);
    assert.deepEqual(asked, []);
  });
});

suite('an allow list', () => {
  const listOf = async (t: TestContext, ...answers: Parameters<typeof wire>[1][]) => {
    const { cloud, asked } = await wire(t, ...answers);
    return { list: cloud.account.allowList('rows'), asked };
  };
  const row = (id: string) => ({ id: { S: id } });

  test('gets rows, loses rows, and keeps what is revoked, all in one request', async (t) => {
    const { list, asked } = await listOf(t, {});
    const put = [{ spkiSha256: 'k1', unitSerial: 'SN-1', orderId: 'WO-1', thingName: 'thing-1' }];
    await list.change({ put, remove: ['k2'], revoke: ['0a'] });
    const about = { unitSerial: { S: 'SN-1' }, orderId: { S: 'WO-1' }, thingName: { S: 'thing-1' } };
    const rows = [
      { PutRequest: { Item: { ...row(allowListRow.key('k1')), ...about } } },
      { PutRequest: { Item: row(allowListRow.revoked('0a')) } },
      { DeleteRequest: { Key: row(allowListRow.key('k2')) } },
    ];
    assert.deepEqual(asked[0]?.body, { RequestItems: { rows } });
    await list.change({});
    assert.equal(asked.length, 1, 'nothing to change, nothing asked');
  });

  test('tells what became of certificates, and asks nothing about none', async (t) => {
    const found = [
      { ...row(allowListRow.result('c1')), result: { S: 'refused' }, reason: { S: 'no row' }, at: { S: 'today' } },
      { ...row(allowListRow.result('c2')), result: { S: 'registered' } },
    ];
    const { list, asked } = await listOf(t, { Responses: { rows: found } });
    assert.deepEqual(
      await list.results(['c1', 'c2']),
      new Map([
        ['c1', { result: 'refused', reason: 'no row', at: 'today' }],
        ['c2', { result: 'registered' }],
      ]),
    );
    const Keys = ['c1', 'c2'].map((one) => row(allowListRow.result(one)));
    assert.deepEqual(asked[0]?.body, { RequestItems: { rows: { Keys } } });
    assert.deepEqual(await list.results([]), new Map());
    assert.equal(asked.length, 1);
  });

  test('that is not there, or that takes only a part, is told', async (t) => {
    const gone = await listOf(t, new Refusal('ResourceNotFoundException', 400));
    await assert.rejects(gone.list.results(['c1']), { code: 'cloud.noTable', data: { table: 'rows' } });
    await assert.rejects(gone.list.change({ revoke: ['0a'] }), { code: 'cloud.noTable' });
    const denied = await listOf(t, new Refusal('AccessDeniedException', 400));
    await assert.rejects(denied.list.results(['c1']), { code: 'cloud.denied' });
    const left = { DeleteRequest: { Key: row('x') } };
    const part = await listOf(t, { UnprocessedItems: { rows: [left] } });
    await assert.rejects(part.list.change({ remove: ['k1', 'k2'] }), { code: 'cloud.throttled', detail: /1 of 2/ });
    const some = await listOf(t, { Responses: {}, UnprocessedKeys: { rows: { Keys: [row('x')] } } });
    await assert.rejects(some.list.results(['c1']), { code: 'cloud.throttled' });
  });
});

/** The members of a query stand in any order. */
function sorted(line: string): string {
  const [path, query = ''] = line.split('?');
  return [path, ...query.split('&').sort()].join(' ');
}
