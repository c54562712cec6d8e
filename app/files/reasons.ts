/** Why the system refuses to write, in words for its commonest answers. */
export const whyUnwritten = (thrown: unknown): string => {
  const { code = 'error' } = thrown instanceof Error ? (thrown as NodeJS.ErrnoException) : {};
  return Object.hasOwn(reasons, code) ? (reasons[code] ?? code) : code;
};

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'this user may not',
  EEXIST: 'a file has its name',
  EISDIR: 'it is a folder',
  ENAMETOOLONG: 'its name is too long',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'a file stands in its way',
  EPERM: 'this user may not',
  EROFS: 'the disk is read-only',
};
