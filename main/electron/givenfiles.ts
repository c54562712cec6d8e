/** What the station gave a page that may be kept as a file: remembered by digest, so that nothing else can be saved. */
import { hash } from 'node:crypto';
import type { Reply } from '../../app/contract/index.ts';

/** Far more than one page shows at once; the oldest are forgotten. */
const most = 5000;
/** Besides what is PEM wherever it stands: an exported key in base64, the shares of one. */
const whole: readonly string[] = ['ca.exportKey', 'ca.splitKey'];
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
      // Another person's sign-in is another person's files.
      if (method === 'session.signIn' || method === 'session.signOut') digests.clear();
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
