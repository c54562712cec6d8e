/** The words of the ways of registering, and of the targets that units go to. */
export const ways = {
  target: 'Target',
  way: 'Way',
  name: {
    bulk: 'Bulk task',
    registerThing: 'RegisterThing, unit by unit',
    registerCertificate: 'Certificate under a registered CA',
    withoutCa: 'Certificate without a CA',
  },
} as const;
