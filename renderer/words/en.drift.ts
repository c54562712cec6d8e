/** The words of the page that holds AWS's registry against the records. */
export const drift = {
  open: 'Compare with AWS',
  title: 'AWS against the records',
  hint: 'Lists the certificates of our CAs in the account and compares them with the records. Nothing is changed, here or in AWS.',
  target: 'Target',
  things: "Ask for each unit's thing as well",
  thingsHint: 'A call for each unit, ten a second: 36,000 units take an hour.',
  start: 'Compare now',
  stop: 'Stop comparing',
  empty: 'Not compared since the station started.',
  emptyHint: 'Choose a target and compare. It takes a second for 2,500 certificates.',
  state: {
    running: 'Comparing with {target}',
    done: 'Compared with {target}',
    stopped: 'Stopped comparing with {target}',
    failed: 'Comparing with {target} failed',
  },
  waiting: 'Waiting: AWS cannot be reached or asked for fewer calls. It goes on by itself.',
  seen: '{certificates, number} certificates listed by AWS, {units, number} registered units looked at.',
  same: 'No difference.',
  sameSoFar: 'No difference so far.',
  earlier: 'Earlier',
  later: 'Later',
  shown: '{from, number} to {to, number} of {count, number}',
  export: 'Export as CSV',
  most: 'The first {count, number} are kept. Settle them, and compare again.',
  certificate: 'Certificate {id}…',
  found: {
    missing: 'not in AWS',
    status: 'status in AWS: {found}',
    noThing: 'no thing',
    things: 'thing: {found}',
  },
  kind: {
    missing: {
      what: '{count, plural, one {# registered unit is missing in AWS} other {# registered units are missing in AWS}}',
      next: 'Its certificate was deleted there. The device cannot connect. Find out who deleted it; a new certificate (rework) puts the unit into a batch again.',
    },
    inactive: {
      what: '{count, plural, one {# registered unit is not active} other {# registered units are not active}}',
      next: 'The device cannot connect. If nobody meant that, activate the certificate in AWS. A revoked one stays revoked: rework the unit.',
    },
    stillActive: {
      what: '{count, plural, one {# certificate out of use is still active} other {# certificates out of use are still active}}',
      next: 'It was revoked or replaced here. The station tells AWS from its queue; look at the Certificates page to see why it has not.',
    },
    notRecorded: {
      what: '{count, plural, one {# certificate is in AWS without a batch of ours} other {# certificates are in AWS without a batch of ours}}',
      next: 'It was registered by other means, or a report lacked it. Put the unit into a batch; what exists in AWS is kept.',
    },
    unknown: {
      what: '{count, plural, one {# certificate is not on record} other {# certificates are not on record}}',
      next: 'Our CA signed it by what AWS says, and this station did not issue it. If another station with this CA did not either, the key of the CA may be in other hands: see the page on revocation.',
    },
    noThing: {
      what: '{count, plural, one {# unit has no thing} other {# units have no thing}}',
      next: 'The thing was deleted or its certificate detached. Put the unit into a batch again after it was detached here, or attach it in AWS.',
    },
    otherThing: {
      what: '{count, plural, one {# certificate has another thing} other {# certificates have another thing}}',
      next: 'Somebody attached it in AWS. Look which thing is right, and detach the other one there.',
    },
  },
} as const;
