import type { Result } from '../../app/contract/index.ts';
import { wouldChecks } from '../../app/contract/wouldconnect.ts';

/** A unit whose topic no policy allows, of an account that does not say its endpoint. */
export const wouldNot = (unitSerial: string): Result<'connections.why'> => ({
  ...{ unitSerial, target: 'main', clientId: unitSerial, would: 'no' },
  checks: wouldChecks.map((check) => ({
    check,
    state: check === 'policy' ? 'wrong' : check === 'clock' ? 'unknown' : 'ok',
    detail: check === 'policy' ? `not allowed: iot:Publish on topic/devices/${unitSerial}/hello` : 'as it should be',
  })),
});
