/** The words of a device that connects at the bench, and of the question whether a unit would connect. */
export const homeCall = {
  connectNow: 'Connect now',
  running: 'Leave the unit in slot {slot} plugged in. It connects: {phase}.',
  connected: 'CONNECTED. Unplug the unit in slot {slot}.',
  notConnected: 'The PASS stands, the trial connection failed ({phase}). Unplug slot {slot}.',
  short: { running: 'Connects', connected: 'Connected', notConnected: 'No connection' },
  fact: 'Connection',
  where: 'Connected to',
  whereValue: '{host}:{port} as {client}, topic {topic}',
  tries: '{tries, plural, one {# try} other {# tries}}',
  phases: 'Phases of the connection',
  phase: { dns: 'DNS', tcp: 'TCP', tls: 'TLS', connect: 'CONNECT', publish: 'Publish', policy: 'Policy' },
  state: { ok: 'done', failed: 'failed', notReached: 'not reached' },
  device: 'the unit',
  remedy: {
    name: 'The name has no address. Check the endpoint in the recipe, and the DNS of the network at the bench.',
    network:
      'Nothing answers at that port. Check the network of the unit, and whether a firewall lets port 8883 through.',
    silence: 'The server says nothing. Check the network, then try again.',
    server:
      'The server is not the endpoint of the unit, or not under the root that the unit trusts. Compare both with the recipe.',
    clock: "By the unit's clock the server's certificate is not valid. Set the clock of the unit first.",
    store: 'The unit cannot use what it holds. Make it again.',
    refused:
      'AWS does not take the certificate: it is not registered, not ACTIVE, or its CA is not. Ask “Would it connect?” on the page of the unit.',
    refusedClient: 'AWS takes the certificate, and not the client id: a policy must allow iot:Connect for it.',
    policy: 'A policy must allow iot:Publish on the topic of the unit.',
    protocol: 'The other side speaks another protocol. Check host and port.',
  },
} as const;

/** "Would it connect?" on the page of a unit. */
export const would = {
  title: 'Would it connect?',
  explain: 'The station holds the unit against its account, without the device. Nothing is changed.',
  ask: 'Check now',
  again: 'Check again',
  noTarget: 'no target',
  to: 'As {client} to {target}',
  verdict: {
    yes: 'It would connect.',
    no: 'It would not connect.',
    unknown: 'Nothing is wrong so far. Not everything could be asked.',
  },
  state: { ok: 'in order', wrong: 'wrong', unknown: 'not known' },
  check: {
    endpoint: 'Endpoint',
    root: 'Root of the endpoint',
    clock: 'Clock of the unit',
    validity: 'Validity',
    algorithm: 'Key and signature',
    records: 'Records',
    ca: 'CA in AWS',
    certificate: 'Certificate in AWS',
    template: 'Template and subject',
    thingName: 'Thing name',
    policy: 'Policies',
  },
  remedy: {
    endpoint: 'Take the endpoint of the account into the recipe, and make the unit again.',
    root: 'Write the root of the endpoint into the recipe, and make the unit again.',
    clock: 'See that the firmware sets its clock before it connects.',
    validity: 'Check the clock of this computer. A certificate that has ended is replaced by rework.',
    algorithm: 'Take a profile and a key type that AWS IoT accepts.',
    records: 'Rework the unit: it needs another certificate.',
    ca: 'Register the CA in the account, or change its status there, under Station, AWS.',
    certificate: 'Register the unit, or set its certificate to ACTIVE.',
    template: 'Let the profile write these attributes, or let the template do without them.',
    thingName: 'A thing name has letters, digits, “:”, “_” and “-”, at most 128.',
    policy: 'Allow it in the policy, and push the policy to the account.',
  },
} as const;
