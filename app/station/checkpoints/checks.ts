/** The findings of Health about published checkpoints. */
import type { CheckpointPlace, DoctorCheck } from '../../contract/model.ts';
import type { StationParts } from '../composition.ts';

const hourMs = 3_600_000;
const name = 'checkpoint';

/** One check about the last published checkpoint, one for each place that fails, and one for a witness that contradicts. */
export async function checkpointChecks({ checkpointJobs, clock }: StationParts): Promise<DoctorCheck[]> {
  const { places, contradictions, overdue } = await checkpointJobs.snapshot();
  const now = clock.now().getTime();
  const lastAt = places.flatMap(({ last }) => (last === null ? [] : [Date.parse(last.at)]));
  const hours = lastAt.length === 0 ? 0 : Math.max(0, Math.floor((now - Math.max(...lastAt)) / hourMs));
  const checks: DoctorCheck[] = [];
  if (places.length === 0)
    checks.push({ name, ok: true, detail: 'no checkpoints are published', finding: { what: 'checkpointNone' } });
  else if (overdue)
    checks.push({
      ...{ name, ok: false },
      detail: lastAt.length === 0 ? 'no checkpoint has arrived yet' : `the last checkpoint arrived ${hours} hours ago`,
      remedy: remedies.folder,
      finding: { what: 'checkpointOverdue', remedy: 'connectCheckpoints', values: { hours } },
    });
  else if (lastAt.length > 0)
    checks.push({
      ...{ name, ok: true, detail: `the last checkpoint arrived ${hours} hours ago` },
      finding: { what: 'checkpointGood', values: { hours } },
    });
  else checks.push({ name, ok: true, detail: 'no checkpoint has gone out yet', finding: { what: 'checkpointFirst' } });
  for (const place of places) checks.push(...failed(place));
  for (const { witness, held, size } of contradictions.slice(0, 1))
    checks.push({
      ...{ name, ok: false, remedy: 'stop, keep the data folder for QA, and run `audit verify`' },
      detail: `the witness ${witness} holds a log of ${held} leaves of this station, here were ${size}: an older file was put in place, or the log was rewritten`,
      finding: { what: 'checkpointContradicted', remedy: 'keepForQa', values: { witness, held, size } },
    });
  return checks;
}

const remedies: Record<CheckpointPlace['kind'], string> = {
  folder: 'connect the drive of the folder, or choose another one: `checkpoints set --folder DIR`',
  bucket: 'check network, credentials and bucket: `checkpoints publish` says why',
  witness: 'ask who runs the witness, and give them the key that `checkpoints set` prints',
};
const remedyNames = { folder: 'connectCheckpoints', bucket: 'checkBucket', witness: 'askWitness' } as const;

function failed({ kind, name: place, failed: last }: CheckpointPlace): DoctorCheck[] {
  if (last === null || last.code === 'checkpoint.contradicted') return [];
  const detail = `no checkpoint reaches ${place}: ${last.detail}; the next try is at ${last.nextTryAt}`;
  const values = { place, why: last.detail, code: last.code };
  return [
    {
      ...{ name, ok: false, detail, remedy: remedies[kind] },
      finding: { what: 'checkpointFailed', remedy: remedyNames[kind], values },
    },
  ];
}
