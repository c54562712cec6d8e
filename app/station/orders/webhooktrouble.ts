/** Why events for an MES wait, as it is on record. */
import { type WebhookTrouble, webhookTrouble } from '../../contract/model.ts';

/**
 * The trouble and its English sentence.
 *
 * @param kept what the records have: JSON, or a sentence of an earlier version
 * @param now what the running webhook says; it comes first
 */
export function troubleOf(
  kept: string | null,
  now: WebhookTrouble | null | undefined,
): { trouble: WebhookTrouble | null; error: string | null } {
  const trouble = now ?? fromRecords(kept);
  return { trouble, error: trouble === null ? kept : sentence(trouble) };
}

function fromRecords(kept: string | null): WebhookTrouble | null {
  if (kept === null || !kept.startsWith('{')) return null;
  return webhookTrouble.safeParse(JSON.parse(kept)).data ?? null;
}

function sentence(trouble: WebhookTrouble): string {
  switch (trouble.what) {
    case 'answers':
      return `the receiver answers ${trouble.status}`;
    case 'late':
      return 'the receiver does not answer';
    case 'unreachable':
      return 'the receiver cannot be reached';
    case 'expired':
      return 'the certificate of the receiver has expired: renew it there';
    case 'otherName':
      return 'the certificate of the receiver is for another name than the one in its address';
    case 'untrusted':
      return 'the certificate of the receiver is not by a CA that this PC knows';
    case 'caExpired':
      return 'the CA of the receiver that the settings name has expired: name its successor';
    case 'noCa':
      return 'the CA file of the receiver cannot be used: put it right, or name another one';
    case 'noSecret':
      return 'the secret that signs events is missing: make a new one';
  }
}
