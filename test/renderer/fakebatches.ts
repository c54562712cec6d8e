/** What the fake station knows of batches beside their list, and of AWS's registry. */

import type { BatchRow, DriftCheck, PreflightReport, Result } from '../../app/contract/index.ts';
import { type Said, sentence } from '../../app/contract/sentences.ts';

export const batchStory = ({ state, rejected }: BatchRow): Result<'batches.story'> => ({
  steps: [
    { state: 'made', at: '2026-11-20T08:00:00.000Z', actor: 'Erin (B-3001)' },
    { state: 'uploading', at: '2026-11-20T08:01:00.000Z', actor: 'Erin (B-3001)' },
    { state: 'running', at: '2026-11-20T08:02:00.000Z', actor: 'Erin (B-3001)' },
    ...(state === 'done' ? [{ state, at: '2026-11-20T08:02:20.000Z', actor: 'Erin (B-3001)' }] : []),
  ],
  reasons:
    rejected === 0
      ? []
      : [
          {
            reason: 'ResourceRegistrationFailureException: the policy of … does not exist',
            state: 'rejected',
            count: rejected,
            example: 'BM-26-4102',
          },
          { reason: 'the thing … is that of unit BM-26-1', state: 'rejected', count: 1, example: 'BM-26-4103' },
        ],
  files: [
    { kind: 'file', name: 'B-0008-aaaa.json', digest: 'a'.repeat(64), bytes: 620_000, lines: 400 },
    { kind: 'results', name: 'B-0008-aaaa.results.json', digest: 'b'.repeat(64), bytes: 510_000, lines: 398 },
  ],
});

/** 120 certificates; the first one of a page has the place of the page in its id. */
export const driftPage = (after: number): Result<'drift.findings'> => ({
  total: 120,
  rows: [{ kind: 'unknown', certificateId: `page${after}`.padEnd(64, 'e'), unitSerial: null, found: 'INACTIVE' }],
});

/** Two pieces: `one` and `two`, each with its line's end. */
export const batchFilePart = (offset: number): Result<'batches.filePart'> => ({
  bytes: btoa(offset === 0 ? 'one\n' : 'two\n'),
  next: offset === 0 ? 4 : null,
  digest: 'a'.repeat(64),
});

const saying = ({ message, ...said }: Said) => ({ said, message });

export const preflightReport: PreflightReport = {
  ok: false,
  problems: [
    {
      code: 'caInactive',
      path: 'ca',
      name: 'c'.repeat(64),
      ...saying(sentence('caIs', { name: 'c'.repeat(64), status: 'INACTIVE' })),
    },
    {
      code: 'policy',
      path: 'Resources.policy1.Properties.PolicyName',
      name: 'sensors',
      ...saying(sentence('noSuchPolicy', { name: 'sensors' })),
    },
  ],
  warnings: [
    { code: 'role', path: 'roleArn', name: 'arn:aws:iam::123456789012:role/bulk', ...saying(sentence('roleNotTried')) },
  ],
};

const certificate = (n: number) => n.toString(16).padStart(64, 'd');

export const driftCheck: DriftCheck = {
  ...{ target: 'main', state: 'done', things: false, waiting: false, error: null },
  ...{ startedAt: '2026-11-20T08:00:00.000Z', endedAt: '2026-11-20T08:00:09.000Z', certificates: 900, units: 901 },
  counts: { missing: 2, inactive: 0, stillActive: 0, notRecorded: 0, unknown: 1, noThing: 0, otherThing: 0 },
  findings: [
    { kind: 'missing', certificateId: certificate(1), unitSerial: 'BM-26-4101', found: 'not in AWS' },
    { kind: 'missing', certificateId: certificate(2), unitSerial: 'BM-26-4102', found: 'not in AWS' },
    { kind: 'unknown', certificateId: certificate(3), unitSerial: null, found: 'ACTIVE' },
  ],
};
