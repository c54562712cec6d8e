/** The thread that owns the file: the only one that writes. */
import { createGroupCommit } from '../../app/records/commit.ts';
import { migrate } from '../../app/records/migrations/index.ts';
import { runWrite, type WriteName, type WriteParams } from '../../app/records/tables.ts';
import { openSqlite } from '../../native/sqlite.ts';
import { serve } from './serve.ts';

serve(({ file, create }) => {
  const sql = openSqlite(file, { create });
  migrate(sql);
  const group = createGroupCommit(sql);
  return {
    answer: (name, params) => group.submit((sql) => runWrite(sql, name as WriteName, params as WriteParams<WriteName>)),
    close: () => {
      group.flush();
      sql.close();
    },
  };
});
