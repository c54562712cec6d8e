/** Calls about templates and policies. */
export { documents, retireDocument, saveDocument } from './documents.ts';
