/** What each call asks of AWS word by word, what it makes of the answer, and of a refusal. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
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

/** The members of a query stand in any order. */
function sorted(line: string): string {
  const [path, query = ''] = line.split('?');
  return [path, ...query.split('&').sort()].join(' ');
}
