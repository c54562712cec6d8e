/** What the checks of JSON text and of policies say, in English. `{name}` is a value of the finding's data. */

export const jsonSentences = {
  notJson: 'is not JSON: {why}',
  jsonValue: 'expected a value',
  jsonString: 'expected a string',
  jsonName: 'expected a name in double quotes',
  jsonEscape: 'expected an escape of JSON',
  jsonEndsAtValue: 'ends where a value should follow',
  jsonEndsAtString: 'ends where a string should follow',
  jsonEndsAtName: 'ends where a name in double quotes should follow',
  jsonEndsAtEscape: 'ends where an escape of JSON should follow',
  jsonControl: 'a string cannot hold this control character',
  jsonEndsInString: 'ends inside a string',
  jsonNext: 'expected "," or "{end}"',
  jsonEndsBefore: 'ends before "{end}"',
  jsonComma: '"{end}" cannot follow ","',
  jsonColon: 'expected ":" after "{name}"',
  jsonDeep: 'is nested deeper than {levels} levels',
  jsonMore: 'nothing can follow the end of the document',
  nameTwice: '"{name}" stands twice in one object; only the last one counts',
} as const;

/** What the grammar of policies asks for. These have no data. */
export const grammarSentences = {
  stringOrList: 'must be a string, or a list of strings',
  valuesOrList: 'must be a string, a number or a boolean, or a list of these',
  conditionKeys: 'must be an object of condition keys and their values',
  conditionOperators: 'must be an object of condition operators',
  mustBeString: 'must be a string',
  mustBeObject: 'must be an object',
  notEmptyList: 'must not be an empty list',
  effect: 'must be "Allow" or "Deny"',
  policyVersion: 'must be "2012-10-17", or "2008-10-17"',
  statements: 'must be a statement, or a list of statements',
  noStatement: 'must hold at least one statement',
  needsAction: 'needs Action or NotAction',
  needsResource: 'needs Resource or NotResource',
  besideAction: 'cannot stand beside Action',
  besideResource: 'cannot stand beside Resource',
} as const;

export const policySentences = {
  ...grammarSentences,
  grammar: 'does not follow the grammar: {message}',
  unknownMembers: 'AWS knows no member {names}',
  needsVersion: 'needs a Version: "2012-10-17"',
  policySize: 'has {size} characters without white space; AWS IoT takes {limit}',
  notAction: '"{text}" is not an action of AWS IoT',
  notArn: '"{text}" is not in valid ARN format: arn:partition:iot:region:account:type/name',
  notOperator: '"{operator}" is not a condition operator',

  notDataPlane: '"{text}" is not an action of the data plane, which is all that an IoT policy can allow',
  plainVariable: '{variable} is plain text in a policy of 2008-10-17; variables need 2012-10-17',
  unknownVariable: 'AWS IoT has no variable {variable}, so this matches nothing',
  unknownVariableMeant: 'AWS IoT has no variable {variable}, so this matches nothing; perhaps {meant} is meant',
  openVariable: '"{text}" has "{begin}" without its "{end}"',
  variableInHead: "{variable} stands before the resource's name, where AWS replaces no variables",
  unknownKey: 'AWS IoT gives no value for the condition key {key}',
  unknownKeyMeant: 'AWS IoT gives no value for the condition key {key}; perhaps {meant} is meant',
  notComparable: '{operator} cannot compare with "{text}"',
  plainWildcard: '{operator} takes the "*" and "?" of "{text}" as plain characters: {like} takes them as wildcards',
  plainRange: '{operator} compares as plain text, and no address is "{text}": {remedy} compares with ranges',
  neverHolds: '{operator} with an empty list never holds, so this statement never applies',
  noAttribute: 'no client connects with "{text}": {names} are all that iot:ConnectAttributes has',
  allDenied: 'a Deny takes away all that this statement allows',
  trueWhenAbsent: '{operator} is true when the request has no {key}; add {remedy} where it must be there',
  sidTwice: 'another statement has the Sid "{sid}", too',

  noPartition: 'there is no partition "{partition}", so "{text}" matches nothing',
  otherService: '"{service}" is not AWS IoT, so "{text}" matches nothing',
  noRegion: '"{region}" is not a Region, so "{text}" matches nothing',
  regionElsewhere: 'the Region {region} is not in the partition {partition}, so "{text}" matches nothing',
  noAccount: '"{account}" is not an account of twelve digits, so "{text}" matches nothing',
  literalWildcard: '"+" and "#" are plain characters in a policy, and no topic has them: "{text}" needs "*"',
  neverMatches: '"{text}" never matches: these actions are about {types}',
  noResourceOnly: '{action} has no resource here: it takes only {types}/…',
  noResourceAll: '{action} has no resource here: it takes only "*"',
  otherAccount: '"{text}" is of the account {its}, other resources are of {others}; a policy works in its own only',
  otherRegion: '"{text}" is of the Region {its}, other resources are of {others}; a policy works in its own only',
  nothingInRegion: '"{text}" matches nothing in {region}',
  nothingInAccount: '"{text}" matches nothing in {region}, account {account}',

  requestAction: '"{action}" is not an action of AWS IoT, such as iot:Publish',
  requestUnknown: 'no device asks for {action}: it is not an action of the data plane',
  requestAll: 'AWS asks for {action} with the resource "*" only',
  requestResource: 'AWS asks for {action} with a resource arn:aws:iot:REGION:ACCOUNT:{types}/… only',

  everyAction: '"{text}" allows every action, also those that AWS adds later',
  allowsElse: 'an Allow with {member} allows everything else',
  anyClientId: 'with "{text}" a device can connect with any client id, and so end the connection of another device',
  everyTopic: '"{text}" opens every topic, also those of other devices\' shadows and jobs',
  everyShadow: '"{text}" opens the shadows and jobs of every thing',
  everyRole: '"{text}" lets a device take the role of every role alias',
  clientIdInFilter:
    'a device that connects as "+" or "#" subscribes to the topics of all by "{text}"; use {remedy}, or limit iot:Connect',
  noReceive: 'allows iot:Subscribe, but no statement allows iot:Receive: no message arrives unless another policy does',

  claimNoCsr:
    'a device with a key of its own cannot ask for a certificate: {topic}/json (or /cbor) is not covered, not by "create/*" either',
  claimNotActivated:
    'no statement allows $aws/provisioning-templates/TEMPLATE/provision/*, so the certificate is never activated',
  claimNotCreated: 'no statement allows $aws/certificates/create/* or create-from-csr/*',
  claimNoAnswer: 'the device gets no answer: {action} is not allowed for {topic}',

  notIamPolicy: 'is no policy of IAM',
  roleDenies:
    'the role of the identity pool does not allow {actions} here: an authenticated identity needs both policies',
  identityDenies:
    'the IoT policy of the identity does not allow {actions} here: an authenticated identity needs both policies',
} as const;
