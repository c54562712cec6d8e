/** The writer thread on a disk whose every commit takes longer: main/threads/writer.ts, but for the wait. */

import { type Asked, isPatient, runWrite } from '../../../app/records/calls.ts';
import { createGroupCommit } from '../../../app/records/commit.ts';
import { beginLog } from '../../../app/records/log/begin.ts';
import { migrate } from '../../../app/records/migrations/index.ts';
import type { Sql } from '../../../app/records/sql.ts';
import { logSigner } from '../../../main/threads/logkey.ts';
import { serve } from '../../../main/threads/serve.ts';
import { openSqlite } from '../../../native/sqlite.ts';
import { addedCommitMs } from './slow.ts';

const still = new Int32Array(new SharedArrayBuffer(4));

/** COMMIT returns when the disk has it: only this thread stands still for so much longer. */
const slowed = (sql: Sql): Sql => ({
  ...sql,
  exec(text) {
    sql.exec(text);
    if (text === 'COMMIT') Atomics.wait(still, 0, 0, addedCommitMs);
  },
});

serve(({ file, create }) => {
  const sql = slowed(openSqlite(file, { create }));
  migrate(sql);
  const group = createGroupCommit(sql, undefined, beginLog(sql, logSigner(file)));
  return {
    answer: (name, asked) => group.submit((sql) => runWrite(sql, name, asked as Asked), isPatient(name)),
    close: () => {
      group.flush();
      sql.close();
    },
  };
});
