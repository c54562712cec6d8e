/** The places that the settings name. */
import { StationError } from '../../contract/errors.ts';
import type { CheckpointBucket, CheckpointConfig } from '../../contract/model.ts';
import { cosignatureKind, readVerifierKey } from '../../records/log/note.ts';
import type { CloudLink } from '../cloud/cloudlink.ts';
import { checkpointName } from './folder.ts';
import type { Witness } from './witness.ts';

/** `name` is the subject of the entries about it. */
export type Place =
  | { kind: 'folder'; name: string }
  | { kind: 'bucket'; name: string; of: CheckpointBucket }
  | ({ kind: 'witness' } & Witness);

/** @throws call.badParams – the key of a witness is none */
export function placesOf({ folder, bucket, witnesses }: CheckpointConfig, cloudLink: CloudLink): Place[] {
  return [
    ...(folder === null ? [] : [{ kind: 'folder' as const, name: folder }]),
    ...(bucket === null ? [] : [{ kind: 'bucket' as const, name: bucketName(bucket, cloudLink), of: bucket }]),
    ...witnesses.map(({ url, key }) => {
      const known = readVerifierKey(key, cosignatureKind);
      if (known === undefined)
        throw new StationError('call.badParams', `${key} is no key of a witness: name+id+key, as it prints it`, {
          data: { path: 'witnesses' },
        });
      return { kind: 'witness' as const, url, ...known };
    }),
  ];
}

const bucketName = ({ target, bucket, prefix }: CheckpointBucket, cloudLink: CloudLink): string =>
  `s3://${bucket ?? cloudLink.target(target)?.bucket ?? target}/${prefix}`;

const dayMs = 86_400_000;

/**
 * Puts the checkpoint into the bucket, locked where the settings say so.
 *
 * @throws as `Cloud.publish`; cloud.noTarget
 */
export async function putCheckpoint(
  { target, bucket, prefix, lock }: CheckpointBucket,
  {
    cloudLink,
    stationId,
    size,
    note,
    now,
  }: { cloudLink: CloudLink; stationId: string; size: number; note: string; now: Date },
): Promise<void> {
  const cloud = await cloudLink.cloud(target);
  await cloud.publish({
    key: `${prefix}${checkpointName(stationId, size)}`,
    body: Buffer.from(note),
    contentType: 'text/plain; charset=utf-8',
    ...(bucket === null ? {} : { bucket }),
    ...(lock === null ? {} : { lock: { mode: lock.mode, until: new Date(now.getTime() + lock.days * dayMs) } }),
  });
}
