/** The thread that folds a large write-ahead log into the records' file, a pass for each request. */
import { openSqlite } from '../../native/sqlite.ts';
import { serve } from './serve.ts';
import { foldPassively } from './wal.ts';

serve(({ file }) => {
  const sql = openSqlite(file);
  return { answer: async () => foldPassively(sql), close: () => sql.close() };
});
