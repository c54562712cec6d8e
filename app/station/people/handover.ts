/** The handover of the bench: units that are at work go on, and their end names the next person beside the one who began. */
import { line } from '../../contract/method.ts';
import { actorOf } from '../dispatch.ts';
import type { Sessions } from './sessions.ts';

/**
 * The person who has the bench now, as records name them, where the one who began the work (`actor`) is signed in nowhere any
 * more. Of several at screens it is the one who acted last. Undefined when no one took over.
 */
export function handedTo({ signedIn }: Pick<Sessions, 'signedIn'>, actor: string): string | undefined {
  const sessions = signedIn();
  if (sessions.some(({ person, origin }) => actorOf(person, origin) === actor)) return undefined;
  const next = sessions.find(
    ({ person, origin }) => origin !== 'cli' && (line as readonly string[]).includes(person.role),
  );
  return next && actorOf(next.person, next.origin);
}
