import type { IssuingFacts } from '../../app/issuing/rules/index.ts';

/** Facts that break no rule; a test changes the one it is about. */
export const soundFacts = (changes: Partial<IssuingFacts> = {}): IssuingFacts => ({
  unitSerial: 'SN-1',
  profile: 'aws-iot-device',
  at: '2026-11-21T08:00:00.000Z',
  scrapped: false,
  plantRefusal: null,
  plantRevocation: null,
  keySeenOn: null,
  keySuperseded: false,
  keyCompromised: false,
  unitHasCertificate: false,
  order: {
    orderId: 'WO-1',
    quantity: 1,
    state: 'open',
    profile: 'aws-iot-device',
    serialFrom: null,
    serialTo: null,
    pattern: null,
    listed: null,
    onList: false,
    endsAt: null,
    left: 1,
  },
  request: { commonName: 'SN-1', isCaKey: false },
  ...changes,
});
