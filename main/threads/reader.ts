/** The thread for searches, tables and figures, on a connection that cannot write. */
import { type Asked, runRead } from '../../app/records/calls.ts';
import { openSqlite } from '../../native/sqlite.ts';
import { serve } from './serve.ts';

serve(({ file }) => {
  const sql = openSqlite(file, { readOnly: true });
  return {
    answer: async (name, asked) => runRead(sql, name, asked as Asked),
    close: () => sql.close(),
  };
});
