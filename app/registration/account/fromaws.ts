/** Whether AWS answered at all. */
import { type Answered, notAws } from '../failure.ts';

type Done = { output: { $metadata?: Answered } };
type Next = (args: never) => Promise<Done>;
/** A client of the SDK, of any service. */
type Client = {
  middlewareStack: {
    add(
      middleware: (next: Next, context: { commandName?: string }) => Next,
      options: { step: 'initialize'; name: string; override: boolean },
    ): void;
  };
};

/**
 * Makes a success without the id of its request an error. A proxy that wants a sign-in answers everything with 200 and a
 * page. The SDK takes that for the success of each operation whose answer has nothing that must be there: a file would
 * count as uploaded, a certificate as revoked. AWS gives each answer an id ("Request IDs", SDK and S3 guides).
 */
export function fromAws<C>(client: C): C {
  (client as Client).middlewareStack.add(
    (next, { commandName = 'the call' }) =>
      async (args) => {
        const done = await next(args);
        const { $metadata } = done.output;
        if ($metadata?.requestId === undefined) throw notAws(commandName.replace(/Command$/, ''), $metadata);
        return done;
      },
    // A client may come here twice.
    { step: 'initialize', name: 'fromAws', override: true },
  );
  return client;
}
