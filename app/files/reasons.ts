import { StationError } from '../contract/errors.ts';

/** The refusal of the system to write a file, with its reason; a refusal of the station as it is. */
export function unwritten(file: string, cause: unknown): StationError {
  if (cause instanceof StationError) return cause;
  const isFull = cause instanceof Error && 'code' in cause && cause.code === 'ENOSPC';
  const detail = `could not write ${file}: ${whyUnwritten(cause)}`;
  return new StationError(isFull ? 'records.diskFull' : 'records.failed', detail, { cause });
}

/** Why the system refuses to write, in words for its commonest answers. */
export const whyUnwritten = (thrown: unknown): string => {
  const { code = 'error' } = thrown instanceof Error ? (thrown as NodeJS.ErrnoException) : {};
  return Object.hasOwn(reasons, code) ? (reasons[code] ?? code) : code;
};

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'this user may not',
  EEXIST: 'a file has its name',
  EISDIR: 'it is a folder',
  ELOOP: 'its links lead in a circle',
  ENAMETOOLONG: 'its name is too long',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'a file stands in its way',
  EPERM: 'this user may not',
  EROFS: 'the disk is read-only',
};
