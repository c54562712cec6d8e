import { writeSync } from 'node:fs';

/** Reads are not acts; killing there would prove nothing about durability. */
const durable =
  /^(ask|certify|begin|add|finish|start|record|journal|reserve|void|queue|end|make|install|seal|advance|provision|give|upload|startTask|register|revokeCertificate|revokeAuthority|signCrl|writeCrl|activateAuthority|setCustody|discardAuthorityRequest|rework|erase|callHome|expectConnections|noteConnections|putWatchMark|markOverdue)/;

/** What a life does to the objects whose acts are counted. */
export type Wrap = <T extends object>(target: T, label: string) => T;
/** For a life that is never ended: it may run in the process of the test, without starting another. */
export const unharmed: Wrap = (target) => target;

let acts = 0;

/**
 * Wraps an object so that the process dies before or after its act number N, or the act of this name, e.g. `ledger.giveClaim`;
 * acts are counted over all wrapped objects.
 */
export function killing<T extends object>(target: T, label: string, where: string): T {
  return new Proxy(target, {
    get(object, property, receiver) {
      const value: unknown = Reflect.get(object, property, receiver);
      if (typeof value !== 'function' || typeof property !== 'string' || !durable.test(property)) return value;
      return async (...args: unknown[]) => {
        const act = ++acts;
        // Synchronous, so that the line is out before the signal.
        writeSync(1, `act ${act} ${label}.${property}\n`);
        const isMeant = (when: string) => where === `${when}:${act}` || where === `${when}:${label}.${property}`;
        if (isMeant('before')) process.kill(process.pid, 'SIGKILL');
        const result: unknown = await Reflect.apply(value, object, args);
        if (isMeant('after')) process.kill(process.pid, 'SIGKILL');
        return result;
      };
    },
  });
}
