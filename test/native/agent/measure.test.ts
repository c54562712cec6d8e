/** The figures for porters in native/agent/README.md are what this machine measures, rounded up. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { agentFolder, backends, makeAgent, whyNoAgent } from './support.ts';

const page = readFileSync(join(agentFolder, 'README.md'), 'utf8');
/** Bytes of a row of the table: static, stack, heap. */
const stated = (name: string) =>
  new RegExp(`^\\| ${name} +\\| (\\d+) +\\| (\\d+) +\\| (\\d+) +\\|$`, 'm').exec(page)?.slice(1).map(Number) ?? [];

for (const backend of backends) {
  test(`stack and heap on ${backend.name} are as the README states them`, (t) => {
    const why = whyNoAgent(backend);
    if (why) return t.skip(why);
    // Its successors have no header of this name.
    if (backend === backends[0] && !existsSync('/usr/include/mbedtls/config.h'))
      return t.skip('the machine has another Mbed TLS than 2.28');
    const said = makeAgent('measure', ...backend.args);
    const rows = [...said.matchAll(/^(\w[\w ]+?) +stack +(\d+) +heap +(\d+)$/gm)];
    assert.deepEqual(
      rows.map(([, name]) => name),
      ['begin', 'hello', 'key', 'csr', 'data', 'commit cert', 'prove', 'stored', 'provision', 'erase'],
    );
    const fixed = Number(/^static agent +(\d+)$/m.exec(said)?.[1]);
    const most = (column: 2 | 3) => Math.max(...rows.map((row) => Number(row[column])));
    const limits = stated(backend.name);
    assert.equal(limits.length, 3, 'the README has the row');
    for (const [at, measured] of [fixed, most(2), most(3)].entries()) {
      const limit = limits[at] ?? 0;
      assert.ok(measured <= limit, `${measured} bytes are more than the ${limit} that the README states`);
      assert.ok(measured > limit / 2, `${measured} bytes are much less than the ${limit} that the README states`);
    }
  });
}
