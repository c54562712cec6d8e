import { type ErrorCode, StationError } from '../contract/errors.ts';

/** The refusal of the system to write a file, with its reason; a refusal of the station as it is. */
export function unwritten(file: string, cause: unknown): StationError {
  if (cause instanceof StationError) return cause;
  return new StationError(writeCode(cause), `could not write ${file}: ${whyUnwritten(cause)}`, { cause });
}

/** The disk, the quota of a user and a limit for the size of files all mean: no room. */
const noRoom: readonly string[] = ['ENOSPC', 'EDQUOT', 'EFBIG'];

/** The code of the station for a write that the system refused. */
export const writeCode = (cause: unknown): Extract<ErrorCode, 'records.diskFull' | 'records.failed'> =>
  noRoom.includes(systemCodeOf(cause)) ? 'records.diskFull' : 'records.failed';

/** Why the system refuses to write, in words for its commonest answers. */
export const whyUnwritten = (thrown: unknown): string => {
  const code = systemCodeOf(thrown) || 'error';
  return Object.hasOwn(reasons, code) ? (reasons[code] ?? code) : code;
};

/** The code of an error of the system, e.g. `ENOSPC`; empty for another one. */
export const systemCodeOf = (thrown: unknown): string => {
  const code: unknown = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
  return typeof code === 'string' ? code : '';
};

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'this user may not',
  EDQUOT: 'the quota of this user is used up',
  EEXIST: 'a file has its name',
  EFBIG: 'it would be larger than files may be here',
  EIO: 'the disk fails',
  EISDIR: 'it is a folder',
  ELOOP: 'its links lead in a circle',
  EMFILE: 'this program may open no more files (ulimit -n)',
  ENAMETOOLONG: 'its name is too long',
  ENFILE: 'this PC may open no more files',
  ENOENT: 'it is not there',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'a file stands in its way',
  EPERM: 'this user may not',
  EROFS: 'the disk is read-only',
};
