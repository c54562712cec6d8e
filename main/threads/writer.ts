/** The thread that owns the file. Only this thread writes it. */

import { type Asked, isPatient, runWrite } from '../../app/records/calls.ts';
import { createGroupCommit } from '../../app/records/commit.ts';
import { beginLog } from '../../app/records/log/begin.ts';
import { migrate } from '../../app/records/migrations/index.ts';
import { openSqlite } from '../../native/sqlite.ts';
import { keepCheckpoint } from './checkpointfile.ts';
import { logSigner } from './logkey.ts';
import { serve } from './serve.ts';
import { careForWal } from './wal.ts';

/** How much of the latest work an older file in place of the records could hide from the checkpoint beside them. */
const checkpointEveryMs = 60_000;

serve(({ file, create }) => {
  const sql = openSqlite(file, { create });
  migrate(sql);
  const group = createGroupCommit(sql, undefined, beginLog(sql, logSigner(file)));
  const keep = () => keepCheckpoint(sql, file);
  keep();
  const keeping = setInterval(() => {
    try {
      keep();
    } catch {
      // A disk that does not answer must not end the writer: its next commit says what is wrong.
    }
  }, checkpointEveryMs);
  const wal = careForWal(sql, file);
  return {
    answer: (name, asked) => group.submit((sql) => runWrite(sql, name, asked as Asked), isPatient(name)),
    close: async () => {
      group.flush();
      clearInterval(keeping);
      keep();
      await wal.close();
      sql.close();
    },
  };
});
