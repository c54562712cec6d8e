// Loaded into every Node of a whole run. A passphrase that opens a key costs a fifth of a second on purpose, and the tests
// open the same few keys a thousand times. So what one process has derived from a passphrase and its salt, the others
// read. Nothing of this is known to the program: a test file that is run by itself derives each key.
import crypto, { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';

const folder = process.env.BIRTHMARK_TEST_DERIVED;
/** Fewer rounds take no time. */
const manyRounds = 100_000;

if (folder !== undefined && existsSync(folder)) {
  const derive = crypto.pbkdf2;
  crypto.pbkdf2 = (password, salt, rounds, length, digest, done) => {
    if (rounds < manyRounds) return derive(password, salt, rounds, length, digest, done);
    const hash = createHash('sha256');
    for (const part of [password, salt, `${rounds} ${length} ${digest}`])
      hash.update(createHash('sha256').update(part).digest());
    const file = join(folder, hash.digest('hex'));
    if (existsSync(file)) {
      const key = readFileSync(file);
      setImmediate(done, null, key);
      return;
    }
    derive(password, salt, rounds, length, digest, (error, key) => {
      if (key !== undefined) {
        const mine = `${file}.${process.pid}`;
        writeFileSync(mine, key);
        renameSync(mine, file);
      }
      done(error, key);
    });
  };
  syncBuiltinESMExports();
}
