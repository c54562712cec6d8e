/** The thread that owns the file. Only this thread writes it. */

import { type Asked, isPatient, runWrite } from '../../app/records/calls.ts';
import { createGroupCommit } from '../../app/records/commit.ts';
import { migrate } from '../../app/records/migrations/index.ts';
import { openSqlite } from '../../native/sqlite.ts';
import { serve } from './serve.ts';

serve(({ file, create }) => {
  const sql = openSqlite(file, { create });
  migrate(sql);
  const group = createGroupCommit(sql);
  return {
    answer: (name, asked) => group.submit((sql) => runWrite(sql, name, asked as Asked), isPatient(name)),
    close: () => {
      group.flush();
      sql.close();
    },
  };
});
