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
  chooseWay: 'Way of registering',
  chooseTargets: 'Targets',
  makeFor: '{count, plural, one {# unit} other {# units}} ready for {target}',
  hint: {
    bulk: 'AWS reads one file with all units. The fastest way for thousands.',
    registerThing: 'A call for each unit, at the rate of the account. No bucket is needed.',
    registerCertificate: 'The certificate under the registered CA, then the thing and its policies, call by call.',
    withoutCa: 'The account need not know the CA. For devices that several accounts share.',
  },
  template: 'Template {name}, version {version, number}',
  line: 'Registered while the line runs',
  lineOf: 'Takes the units of order {order} as they pass',
  lineOff: 'Units wait for a batch',
  lineChoose: 'Registration of order {order}',
  lineHint: 'Each unit is registered seconds after its PASS. Without a network the units wait and the line goes on.',
} as const;
