/**
 * What the schemas of profiles and recipes ask for, in English. A schema takes its message from here, so that the code
 * of a mistake is found by it (`issues.ts`). None of the first table has data.
 */

export const formSentences = {
  oidForm: 'an OID in dotted form, e.g. 1.3.6.1.4.1.99999.1',
  oidArcs: 'an OID with arcs below 2147483648, and at most 2.47 first',
  unitFieldBraces: 'braces only around a unit field',
  unitFieldNames: 'in braces only unitSerial, organisation, model, hardwareId',
  realDay: 'a day that exists, e.g. 2045-12-31T23:59:59Z',
  validityKind: 'kind is days, until or noExpiry (RFC 5280 §4.1.2.5)',
  hardwareTypeForm: 'an OID for the hardware type, or "fromModel" (RFC 4108 §5, ITU-T X.667)',
  altNameType: 'type is uri, dns, otherName or hardwareModuleName (RFC 5280 §4.2.1.6, RFC 4108 §5)',
  mustSign: 'digitalSignature is needed: a TLS client signs (RFC 8446 §4.4.2.2)',
  smallName: 'small letters, digits, "." and "-", at most 40',
  attributeOnce: 'each attribute once (CA/Browser Forum Baseline Requirements §7.1.4.1)',
  commonNameNeeded: 'a commonName is needed: AWS IoT names the thing after it',
  purposeOnce: 'each purpose once',
  clientAuthNeeded:
    'where there is any purpose, clientAuth (1.3.6.1.5.5.7.3.2) must be one: the device is a TLS client',
  anyPolicy: 'anyPolicy is for CAs (RFC 5280 §4.2.1.4)',
  policyOnce: 'each policy once (RFC 5280 §4.2.1.4)',
  crlAddress: 'an http:// address of a CRL (RFC 5280 §4.2.1.13)',
  addressOnce: 'each address once',

  usbId: 'four small hex digits, e.g. 0483',
  thingNameForm: 'letters, digits, ":", "_", "-", and in braces unitSerial, model, hardwareId',
  thingNameOfUnit: 'must name the unit: unitSerial or hardwareId in braces',
  topicBraces: 'braces only around unitSerial, model, hardwareId or thingName',
  topicPlain: 'a topic without + and #: a device cannot publish to a filter (MQTT 3.1.1 §4.7.1)',
  topicFilter: 'a topic filter: + is a whole level, and # is a whole level and the last (MQTT 3.1.1 §4.7.1)',
  modelText: 'no control characters, none that cannot be seen, and no space at either end',
  usbOnce: 'each device once',
  parameterTexts: 'text, and in braces unitSerial, model, hardwareId, thingName, orderId',
  awsTemplateName: 'letters, digits, _ and -, at most 36',
  driverName: 'small letters and digits, at most 20',
  targetNameForm: 'small letters, digits and -, at most 32, a letter or digit first',
  rolePartition: 'a role of the partition that the Region is in, e.g. arn:aws-cn:… for cn-north-1',
  roleName: 'an ARN that ends in the name of a role: letters, digits and + = , . @ _ -, at most 64',
  nameOnce: 'each name once',
  roleAccount: 'a role of the same account: AWS IoT takes no role of another one',
  bucketNames:
    'a name that S3 takes: 3 to 63 small letters, digits, - and ., a letter or digit at both ends, no .., no IP address, and no beginning or end that S3 keeps for itself',
  webAddress: 'an address with http:// or https://',
  afterBegin: 'a time after the one at which the period begins',
  labelLengths: 'the shortest is not longer than the longest',
  hostName: 'the name or the IP address of a host, without scheme, port and path',
  gtinDigits: 'a GTIN has 8, 12, 13 or 14 digits',
} as const;

/** The mistakes that zod finds by itself. */
export const issueSentences = {
  notReadable: 'cannot be read as JSON',
  notKnownHere: 'not known here',
  notKnownAllowed: '{names}: not known here; allowed are {allowed}',
  missingHere: 'is missing: expected {expected}',
  otherType: 'expected {expected}',
  valuesHere: 'must be one of {values}',
  wholeNumberHere: 'must be a whole number',
  emptyHere: 'must not be empty',
  atLeast: 'must be at least {least}',
  moreThan: 'must be more than {least}',
  atMost: 'must be at most {most}',
  itemsLeast: 'must have at least {least} members',
  itemsMost: 'must have at most {most} members',
  textLeast: 'must have at least {least} characters',
  textMost: 'must have at most {most} characters',
  otherForm: 'has another form than {form}',
  purposeForbidden: '{purpose} is not for devices (RFC 5280 §4.2.1.12)',
  /** The words of others, such as a library's. */
  asItIs: '{text}',
} as const;

export const schemaSentences = { ...formSentences, ...issueSentences } as const;
