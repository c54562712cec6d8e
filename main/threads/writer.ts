/** The thread that owns the file. Only this thread writes it. */

import { type Asked, isPatient, runWrite } from '../../app/records/calls.ts';
import { createGroupCommit } from '../../app/records/commit.ts';
import { beginLog } from '../../app/records/log/begin.ts';
import { migrate } from '../../app/records/migrations/index.ts';
import { openSqlite } from '../../native/sqlite.ts';
import { careForCheckpoint } from './checkpointfile.ts';
import { logSigner } from './logkey.ts';
import { serve } from './serve.ts';
import { careForWal } from './wal.ts';

serve(({ file, create }) => {
  const sql = openSqlite(file, { create });
  migrate(sql);
  const group = createGroupCommit(sql, undefined, beginLog(sql, logSigner(file)));
  const checkpoint = careForCheckpoint(sql, file);
  const wal = careForWal(sql, file);
  return {
    answer: (name, asked) => group.submit((sql) => runWrite(sql, name, asked as Asked), isPatient(name)),
    close: async () => {
      group.flush();
      checkpoint.close();
      await wal.close();
      sql.close();
    },
  };
});
