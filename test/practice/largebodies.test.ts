/** Large bodies of requests to the practice S3, which lie in a file. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { existsSync, fstatSync, mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as rest } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { digestOf, joined } from '../../app/practice/aws/bytes.ts';
import { readCall } from '../../app/practice/aws/http.ts';
import { createLargeBodies, type LargeBodies, type LargeBody } from '../../app/practice/aws/large.ts';

const folder = mkdtempSync(join(tmpdir(), 'birthmark-large-'));
test.after(() => rmSync(folder, { recursive: true, force: true }));

test('bodies that come at the same time are each what was sent, with their digests', () => {
  const bodies = fc.array(fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 6 }), { minLength: 1, maxLength: 5 });
  const large = createLargeBodies(folder);
  fc.assert(
    fc.property(bodies, (all) => {
      const whole = all.map((pieces) => Buffer.concat(pieces));
      const taken = whole.map(({ length }) => large.take(length));
      for (let turn = 0; turn < 6; turn += 1)
        for (const [at, pieces] of all.entries()) if (pieces[turn]) taken[at]!.add(Buffer.from(pieces[turn] ?? []));
      for (const [at, body] of taken.entries()) {
        const [kept, sent] = [body.end(), whole[at]!];
        assert.deepEqual(joined(kept), sent);
        assert.deepEqual(joined(kept), sent, 'and when it is read again');
        assert.equal(kept.size, sent.length);
        for (const name of ['md5', 'sha256', 'sha1'] as const)
          assert.deepEqual(digestOf(kept, name), digestOf([sent], name));
      }
    }),
  );
  large.close();
  assert.deepEqual(readdirSync(folder), [], 'its file has no name');
});

test('the file is empty again when nothing of it is needed any more', {
  skip: !existsSync('/proc/self/fd'),
}, async () => {
  const large = createLargeBodies(folder);
  const sizeOfFile = () => {
    const open = readdirSync('/proc/self/fd').filter((fd) => {
      try {
        return readlinkSync(`/proc/self/fd/${fd}`).startsWith(join(folder, '.birthmark-bodies-'));
      } catch {
        return false;
      }
    });
    return open.reduce((sum, fd) => sum + fstatSync(Number(fd)).size, 0);
  };
  const sent = randomBytes(3000);
  const add = () => {
    const body = large.take(sent.length);
    body.add(Buffer.from(sent));
    return body.end();
  };
  let kept: ReturnType<typeof add> | undefined = add();
  add();
  assert.equal(sizeOfFile(), 6000);
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  await rest(10);
  assert.deepEqual(joined(kept), sent, 'one that is needed stays');
  kept = undefined;
  while (sizeOfFile() > 0) {
    collect();
    await rest(1);
  }
  assert.deepEqual(joined(add()), sent, 'and it is used again');
  large.close();
});

test('what is asked for after the account was closed is an error, not a walk without an end', () => {
  const large = createLargeBodies(folder);
  const body = large.take(3);
  body.add(Buffer.from('abc'));
  const kept = body.end();
  large.close();
  assert.throws(() => joined(kept), /has ended/);
  large.close();
});

test('a disk that is full is told, after all of the body was read', async (t) => {
  const full: LargeBody = {
    add: () => {
      throw Object.assign(new Error('no space'), { code: 'ENOSPC' });
    },
    end: () => assert.fail('it was not kept'),
  };
  const large: LargeBodies = { take: () => full, close: () => {} };
  const server = createServer((incoming, response) => {
    readCall(incoming, large).catch((error: Error & { status: number }) => {
      response.writeHead(error.status).end(error.message);
    });
  }).listen(0, '127.0.0.1');
  t.after(() => server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  const said = await new Promise<string>((resolve, reject) => {
    const put = request({ host: '127.0.0.1', port, method: 'PUT' }, async (response) => {
      const text = (await response.toArray()).join('');
      resolve(`${response.statusCode} ${text}`);
    });
    put.on('error', reject);
    put.end(Buffer.alloc(2 * 1024 * 1024));
  });
  assert.equal(said, '500 The body could not be kept: ENOSPC.');
});
