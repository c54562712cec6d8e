/** The rows of the method table about templates and policies that the station keeps. */
import { z } from 'zod';
import { documentForm, documentKind, documentName, documentText, documentView } from './documents.ts';
import { desk, done, engineer, method } from './method.ts';

export const documentMethods = {
  /** Every version, by name and version. A name whose last version has no text is retired. */
  'documents.list': method(z.strictObject({ kind: documentKind }), z.array(documentView), desk, false),
  /**
   * Saves a new version, unless the last one has this very text.
   *
   * @throws `document.invalid` – with the first problem
   */
  'documents.save': method(
    z.strictObject({ kind: documentKind, name: documentName, form: documentForm, text: documentText }),
    documentView,
    engineer,
    'document.saved',
  ),
  /**
   * Retires the name. Its versions can still be read.
   *
   * @throws `document.notFound`; `document.inUse` – batches of a target use it
   */
  'documents.retire': method(
    z.strictObject({ kind: documentKind, name: documentName }),
    done,
    engineer,
    'document.retired',
  ),
} as const;
