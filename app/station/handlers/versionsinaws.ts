/** What acts on the versions of a policy and of a template in AWS have in common. */
import { createHash } from 'node:crypto';
import { StationError } from '../../contract/errors.ts';
import type { VersionsInAws } from '../../contract/policies.ts';

/** SHA-256 of the text, lower-case hex: that of `document.saved`, so that the audit log leads to a kept text. */
export const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/** The refusal of a version that AWS does not have. */
export const noVersion = (name: string, versionId: string): StationError =>
  new StationError('document.notFound', `AWS has no version ${versionId} of ${name}`, { data: { name, versionId } });

/** @throws `document.defaultInAws` – AWS deletes no default version, and only its error says so */
export function assertRemovable(there: VersionsInAws | undefined, name: string, versionId: string): void {
  if (there?.defaultVersionId !== versionId) return;
  throw new StationError(
    'document.defaultInAws',
    `version ${versionId} of ${name} is the default in AWS; make another one the default first`,
    { data: { name, versionId } },
  );
}
