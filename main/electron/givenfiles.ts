/** Remembers, by digest, what the station gave a page. Only that can be saved as a file. */
import { hash } from 'node:crypto';
import type { Reply } from '../../app/contract/index.ts';

/** Far more than one page shows at once. The oldest entries are forgotten. */
const most = 5000;
/**
 * Methods whose whole result may be saved, besides PEM in any result: an exported key in base64, the shares of one,
 * and the rows of a file of orders that were not taken.
 */
const whole: readonly string[] = ['ca.exportKey', 'ca.splitKey', 'orders.preview', 'orders.import'];
const asPem = /^-----BEGIN [A-Z0-9 ]+-----/;

export type Given = {
  /** Looks through the result of a call that a page made. */
  note(method: string, reply: Reply): void;
  has(text: string): boolean;
  forget(): void;
};

export function createGiven(): Given {
  const digests = new Set<string>();
  const digest = (text: string) => hash('sha256', text);

  const look = (value: unknown, all: boolean): void => {
    if (typeof value === 'string') {
      if (all || asPem.test(value)) digests.add(digest(value));
    } else if (typeof value === 'object' && value !== null) {
      for (const inner of Object.values(value)) look(inner, all);
    }
  };

  return {
    note(method, reply) {
      // The files of the person before, or of the station before, may no longer be saved.
      if (['session.signIn', 'session.signOut', 'setup.open'].includes(method)) digests.clear();
      if (!reply.ok) return;
      look(reply.result, whole.includes(method));
      for (const oldest of digests) {
        if (digests.size <= most) break;
        digests.delete(oldest);
      }
    },
    has: (text) => digests.has(digest(text)),
    forget: () => digests.clear(),
  };
}
