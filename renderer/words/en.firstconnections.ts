/** The words of the page about first connections. */
export const firstConnections = {
  title: 'First connections',
  orders: 'How many units stand where',
  orderAt: '{order} → {target}',
  number: '{count, number}',
  part: '{count, number} {state}',
  of: 'of {count, plural, one {# unit} other {# units}}',
  state: { waiting: 'waiting', connected: 'connected', failed: 'failed', overdue: 'overdue' },
  empty: {
    target: {
      title: 'There is no AWS target.',
      hint: 'Set a target: the account and Region that your units connect to.',
      act: 'Set a target',
    },
    recipe: {
      title: 'No recipe asks for a first connection.',
      hint: 'A recipe with "provisioning" or "firstConnection" makes the station wait for its units: those that pass from then on are listed here.',
      act: 'Open the recipes',
    },
    units: {
      title: 'No unit is waited for yet.',
      hint: 'The next unit that passes by a recipe with a first connection is listed here.',
    },
  },
  watch: {
    title: 'How AWS is watched',
    none: 'No target is watched now: every unit has connected.',
    events: {
      off: 'asked in rounds',
      connecting: 'connecting to the messages of AWS…',
      on: 'messages of AWS arrive as devices connect',
      refused: 'asked in rounds: the identity of the station may not listen to the messages of the account',
      unreachable: 'the messages of AWS cannot be reached; asked in rounds meanwhile',
    },
    onlyMessages:
      'Of units that the station registers itself (bulk task, RegisterThing, certificates), only messages tell that they have connected: until the identity may listen, they stay waiting and become overdue. What it needs is in the policy that birthmark target cloudformation writes.',
    looked: 'Last look through the registry:',
    never: 'not yet',
  },
  check: {
    title: 'Ask AWS now',
    hint: 'The station asks by itself. Check now if you do not want to wait: each unit that has not connected is asked about once, a few a second.',
    target: 'Target',
    start: 'Check now',
    stop: 'Stop checking',
    progress: 'Units asked about',
    asked: '{done, number} of {total, number} asked about',
    changed:
      '{changed, plural, =0 {none has another state} one {# has another state now} other {# have another state now}}',
    waiting: 'Waiting: AWS cannot be reached or asked for fewer calls. It goes on by itself.',
    state: { running: 'Checking', done: 'Checked', stopped: 'Stopped', failed: 'The check failed' },
  },
  reasons: 'What is wrong, and what to do',
  showUnits: 'Show {count, plural, one {this unit} other {these # units}}',
  reason: {
    templateFailed: {
      name: 'template failed',
      what: '{count, plural, one {# unit came, and its template failed} other {# units came, and their template failed}}',
      next: "Compare the template on the CA with the certificate's subject, and the policies and groups that it names with the account. The device comes again by itself once it is right.",
    },
    notActivated: {
      name: 'not activated',
      what: '{count, plural, one {# unit came and was not activated} other {# units came and were not activated}}',
      next: 'The function did not run, or failed: look at the rule and the log of the function in AWS. For a claim, the device has not asked for its thing.',
    },
    notAllowed: {
      name: 'on no allow-list',
      what: '{count, plural, one {# unit is on no allow-list} other {# units are on no allow-list}}',
      next: "Put the order on the target's allow-list (Station, Orders, or birthmark cloud allowlist put). The device comes again by itself.",
    },
    inactive: {
      name: 'inactive',
      what: '{count, plural, one {# certificate is inactive} other {# certificates are inactive}}',
      next: 'Activate it on the Certificates page, or find out who deactivated it.',
    },
    revoked: {
      name: 'revoked',
      what: '{count, plural, one {# certificate is revoked in AWS} other {# certificates are revoked in AWS}}',
      next: 'It stays revoked. If the unit is meant to be used, rework it: it gets another key and certificate.',
    },
    missing: {
      name: 'gone from AWS',
      what: '{count, plural, one {# certificate is gone from AWS} other {# certificates are gone from AWS}}',
      next: 'Somebody deleted it there. A device of a CA with auto-registration comes back by itself; any other one needs a batch.',
    },
    noThing: {
      name: 'no thing',
      what: '{count, plural, one {# certificate has no thing} other {# certificates have no thing}}',
      next: 'The template or the function makes none, or it was deleted. Correct that, and put the units into a batch.',
    },
    noPolicy: {
      name: 'no policy',
      what: '{count, plural, one {# certificate has no policy} other {# certificates have no policy}}',
      next: 'The device cannot connect. Attach the policy in AWS, and add it to the template or the function.',
    },
    otherThing: {
      name: 'another thing',
      what: '{count, plural, one {# unit has another thing than it was told} other {# units have other things than they were told}}',
      next: 'The template names things by another rule than the recipe. Make them agree before more units are made.',
    },
    otherType: {
      name: 'another type',
      what: '{count, plural, one {# thing has another type} other {# things have another type}}',
      next: 'The template gives another thing type than the target names. Correct one of them.',
    },
  },
  neverCame: {
    what: '{count, plural, one {# unit is overdue: it has not come} other {# units are overdue: they have not come}}',
    next: 'AWS knows of nothing wrong. The device may be in store, without a network, or turned away before AWS sees it: wrong endpoint or root, no server name (SNI), a clock that is off.',
  },
  list: 'First connections of units',
  noMatch: 'No unit fits this filter.',
  noMatchHint: 'Choose “All” in one of the lists above.',
  filter: { order: 'Order', target: 'Target', state: 'State', reason: 'Reason' },
  column: {
    unit: 'Unit',
    state: 'State',
    reason: 'Reason',
    when: 'Connected',
    from: 'Client and address',
    target: 'Target',
    way: 'Way',
  },
  due: 'due',
  tries: 'came {count, plural, one {# time} other {# times}}',
  source: {
    presence: 'seen by AWS',
    registry: 'seen in the registry',
    index: 'seen in the fleet index',
    bench: 'at the bench',
  },
  way: {
    bulk: 'bulk',
    registerThing: 'RegisterThing',
    registerCertificate: 'registered with its CA',
    withoutCa: 'registered without a CA',
    jitp: 'JITP',
    jitr: 'JITR',
    claim: 'by claim',
    trustedUser: 'by trusted user',
    stationClaim: 'claimed by the station',
  },
  export: {
    act: 'Export as CSV',
    tooMany: 'More than {count, number} rows: use birthmark connections export.',
  },
  /** On the page of a unit. */
  unit: {
    to: 'First connection to {target}',
    connected: 'as {client} from {address}',
    madeName: 'AWS made the thing {thing}.',
  },
} as const;
