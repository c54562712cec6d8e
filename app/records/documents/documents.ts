/** Templates and policies on record: every version as it was written, and whether the name is retired. */
import { createHash } from 'node:crypto';
import type { DocumentKind } from '../../contract/documents.ts';
import { StationError } from '../../contract/errors.ts';
import { audit } from '../audit/audit.ts';
import { read, write } from '../call.ts';
import type { Sql } from '../sql.ts';

export type DocumentRecord = {
  kind: DocumentKind;
  name: string;
  version: number;
  form: string;
  /** Null for the version that retires the name. */
  text: string | null;
  /** SHA-256 of the text, lower-case hex. */
  hash: string | null;
  madeBy: string;
  madeAt: string;
};

type Named = { kind: DocumentKind; name: string };
type Row = Named & { form: string; text: string | null; hash: string | null; actor: string; at: string };

const latest = (sql: Sql, { kind, name }: Named): DocumentRecord | undefined =>
  sql.get<DocumentRecord>(
    `SELECT kind, name, version, form, text, hash, madeBy, madeAt FROM documents
     WHERE kind = @kind AND name = @name ORDER BY version DESC LIMIT 1`,
    { kind, name },
  );

function add(sql: Sql, row: Row): number {
  const version = (latest(sql, row)?.version ?? 0) + 1;
  sql.run(
    `INSERT INTO documents (kind, name, version, form, text, hash, madeBy, madeAt)
     VALUES (@kind, @name, @version, @form, @text, @hash, @actor, @at)`,
    { ...row, version },
  );
  return version;
}

type Saved = Named & { form: string; text: string; actor: string };

/**
 * Saves the next version of that name. If the latest version has this very text and form, it stays the latest. Audit
 * `document.saved`.
 */
export const saveDocument = write((sql, { kind, name, form, text, actor }: Saved, at): { version: number } => {
  const hash = createHash('sha256').update(text).digest('hex');
  const before = latest(sql, { kind, name });
  const same = before?.hash === hash && before.form === form;
  const version = same ? before.version : add(sql, { kind, name, form, text, hash, actor, at });
  audit(sql, { at, entry: 'document.saved', actor, subject: name, data: { kind, version, hash } });
  return { version };
});

/**
 * Retires the name. Its versions can still be read. Audit `document.retired`.
 *
 * @throws document.notFound – no version of this name is in use
 */
export const retireDocument = write((sql, { kind, name, actor }: Named & { actor: string }, at): void => {
  const before = latest(sql, { kind, name });
  if (!before || before.text === null) throw new StationError('document.notFound', `there is no ${kind} ${name}`);
  add(sql, { kind, name, form: before.form, text: null, hash: null, actor, at });
  audit(sql, { at, entry: 'document.retired', actor, subject: name, data: { kind, version: before.version } });
});

/** Every version of every name of this kind, by name and version. */
export const documents = read((sql, kind: DocumentKind): DocumentRecord[] =>
  sql.all<DocumentRecord>(
    `SELECT kind, name, version, form, text, hash, madeBy, madeAt FROM documents
     WHERE kind = @kind ORDER BY name, version`,
    { kind },
  ),
);
