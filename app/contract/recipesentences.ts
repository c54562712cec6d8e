/** What the checks of profiles, label rules, recipes and their ways say, in English. `{name}` is a value of the finding's data. */

export const profileSentences = {
  ofProduct: '{name} comes with the product: choose another',
  otherFileName: 'must be {name}, as the file is called',
  ofProfile: 'profile {profile}: {path}: {what}',
  ofProfileWhole: 'profile {profile}: {what}',
  noProfile: 'there is no profile {profile}',
  fieldNotKnown: 'the profile {profile} needs "{field}", which is not known here',
  attributeLength: '{attribute} has {length} characters, allowed are 1 to {most}',
  countryForm: 'countryName is not two capital letters',
  attributeControl: '{attribute} holds control characters',
  attributeSpace: '{attribute} begins or ends with a space',
  attributePrintable: '{attribute} is not a PrintableString',
  notHostName: '{name} is not a host name',
  notUri: '{name} is not an absolute URI',
  otherNameForm: 'an otherName that is empty or not text',
  hardwareSerialLength: 'a hardware serial has 1 to 64 octets',
} as const;

export const labelSentences = {
  ruleAt: '{path}: {what}',
  notRe2: 'not a pattern of RE2: {why}',
  partUnknown: 'the part "{part}" is not known here; there are {parts}',
  noSerialPart: 'no part is the unit serial: write (?P<serial>…) around it',
  patternLarge: 'the pattern is too large',
  patternEmpty: 'the pattern fits an empty text',
  gtinCheck: 'the check digit of the GTIN does not fit',
  gtinTwice: 'the GTIN is in the list already',
} as const;

export const recipeSentences = {
  notCertificate: 'not a certificate as PEM',
  profileChanged: '{profile} was changed since this version was approved',
  goldenWithout: '{unit} holds no valid certificate of this station',
  noDriver: 'there is no driver {driver}; there are {drivers}',
  cannotSeal: '{driver} has no way to seal a device: set it to false',
  serialsTooLong: '{driver} takes unit serials of at most {most} characters',
  settingNotRead: '{driver} does not read it',
  settingWhole: '{driver} wants a whole number from {least} to {most}',
  settingChoice: '{driver} wants one of {choices}',
  settingText: '{driver} wants 1 to {longest} characters',
  lineSetting: '{key}: {what}',
  lineFixed: '{driver} has one {key} only, {value}',
  noTarget: 'there is no AWS target {target}; there is: {targets}',
  noTargets: 'there is no AWS target {target}; there is none yet',
  templateNotKept: 'the station keeps no template {template}',
  ofTemplate: '{template} {what}',

  noCommand: '{driver} has no command by which a device connects: set it to false',
  awsAfterPass: 'a certificate of AWS becomes ACTIVE only after PASS: set it to false',
  sayProvisioning: 'say in provisioning how AWS knows the unit before its PASS',
  wayAfterPass: '{way} makes the unit known to AWS only after its PASS: set it to false',

  noClaimPlace:
    '{driver} has no way to write a private key to a device, which a claim needs; drivers that have one: {others}',
  claimTooShort:
    'a claim of five minutes must be used at the bench, and {driver} has no command for that: let the station speak for the device',
  claimAndSeal: 'a sealed device cannot take the certificate that its claim gets it: set it to false',
  parameterOdd:
    'a device keeps names of letters, digits, ".", "_" and "-" only, at most 26: let the station speak for it',
  parameterLacks: 'the template {template} needs {name}: say what it is, e.g. {example}',
  parameterUnknown: 'the template {template} has no such parameter',
} as const;

export const waySentences = {
  otherKind: '{template} is a template of the kind {form}; {way} takes one of the kind {takes}',
  noTemplateWay: '{way} makes its units without a template',
  targetTwice: '{target} stands there already',
  onlyIssuersAccount: 'the certificate is in the account of {issuer} only, not in that of {target}',
  oneAccount: '{way} goes to one account: a device that connects first becomes known where it connects',
  bulkOfAws:
    "a bulk task registers certificates that AWS does not have; AWS's own are there already: take registerThing",
  wayOfOwnCa: '{way} is for certificates of the station\'s CA: leave out "issuer"',
  wayGetsIts: '{way} gets the certificate from AWS by itself: leave out "issuer"',
  nameTemplate:
    'name the kept template that the CA has in AWS as "template", so that the profile is checked against it',
  templateOnlyInAws: 'the station keeps no template {template}, so that only the check in AWS ({way}) can look into it',
  badThingName: 'it makes things like "{name}", and AWS refuses that name: letters, digits, ":", "_" and "-" only',
  otherThingName:
    'the template makes things like "{name}", while the device calls itself "{own}": policies with the thing\'s name would refuse it',
  topicRefused: 'in {target}, no policy of the unit allows {action} on {resource}',
} as const;

/** What the test of a target says. */
export const targetSentences = {
  credentialsOther: 'the credentials are of account {account}, not {wanted}',
  roleOther: 'the role is of account {account}, the credentials of {credentials}',
  rightUnknown: 'not known: AWS says it only when this is done, or this endpoint does not offer it',
  endpointOther: 'units get {sealed}, the account has {aws}',
  roleUnseen: 'whether the role {role} is there and fits is not seen: the station may not {actions}',
  roleMissing: 'there is no role {role}: bring in the set-up of the target (birthmark target cloudformation {target})',
  roleUntrusting:
    'the role {role} does not trust {service}, so that AWS IoT cannot take it: add it to the trust policy',
  roleLacking: 'the role {role} may not {actions}',
} as const;

/** What a batch lacks in its account. */
export const preflightSentences = {
  bucketNotThere: 'there is no bucket {name} in this Region',
  caUnregistered: 'the CA {name} is not registered',
  caIs: 'the CA {name} is {status}',
  noSuchPolicy: 'there is no policy {name} in this account and Region',
  noSuchType: 'there is no thing type {name} in this account and Region',
  noSuchGroup: 'there is no thing group {name} in this account and Region',
  noSuchBilling: 'there is no billing group {name} in this account and Region',
  unitOutdated:
    'the certificate of {name} is out of use since the batch was made: the batch would be withdrawn, and its other units may join another',
  typeDeprecated: 'the thing type {name} is deprecated',
  notToldBy: 'the account does not let us ask for {name}: {why}',
  roleNotTried: 'whether AWS IoT may take the role, and the role may read the file, shows when the task runs',
  andThen: '{what}; {more}',
} as const;

/** The check of a recipe in its account: what is wrong, what helps, and what is as it should be. */
export const inAwsSentences = {
  caNotThere: 'the CA of the station is not registered in {target}',
  caNotActive: 'the CA is INACTIVE in {target}: AWS takes no new certificate of it',
  caNotAuto: 'the CA does not register certificates by itself in {target}',
  caNoTemplate: 'the CA has no template: a device that connects stays PENDING_ACTIVATION, without a thing',
  caHasTemplate: 'the CA has a template, so that AWS provisions devices by it, and no function decides',
  caOtherTemplate: 'the CA has the template {there} there, the recipe names {named}',
  sameTemplate: 'name the same template in both, so that the check looks at the one that AWS uses',
  caFound: 'the CA is {status}, {mode} mode',
  caFoundAuto: 'the CA is {status}, {mode} mode, auto-registration on',
  caFoundNotAuto: 'the CA is {status}, {mode} mode, auto-registration off',
  orWayJitp: '{command}, or take the way jitp',

  templateNotThere: 'there is no template {template} in {target}',
  templateOtherType: '{template} is of the type {type} in AWS; {way} needs {needed}',
  otherTemplateName: 'AWS cannot change a type: push the template under another name',
  templateDisabled: '{template} is disabled in AWS: it provisions nothing',
  noHook: '{template} has no hook: a device with the claim may provision any serial',
  setHook: 'set a pre-provisioning hook; the set-up of the target has one with an allow-list',
  templateDiffers: '{template}, version {there} in AWS, differs from the kept version {kept}',
  templateFound: 'template {template}: {type}, version {version}',
  templateFoundHook: 'template {template}: {type}, version {version}, hook {hook}',

  rightsMissing: 'the station may not {actions} in {target}',
  printsStatement: '{command} prints the statement that is missing',
  endpointOfRecipe: 'set config.endpoint to {aws}, or leave it out for a device that knows it',
  endpointDiffers: 'units get the endpoint "{sealed}", the account has {aws}',
  asksAs: 'the station asks as {arn}',
  policyNotThere: 'there is no policy {policy} in {target}',
  policyFound: 'policy {policy}, version {version}',
  noPolicies: 'no policy of the units is known for {target}, so that none of their topics was tried',
  ruleMissing: 'there is no rule {name} in {target}, so that no function hears of a new device',
  ruleDisabled: 'the rule {name} is disabled in {target}, so that no function hears of a new device',
  functionMissing: 'there is no function {name} in {target}',
  tableMissing: 'there is no table {name} in {target}: the function finds no allow-list and refuses each device',
  bringSetUp: 'bring in the set-up of the target: {command}',
  notSeen: '{what} {name}: not seen, because the station may not {action}',
  addStatement: 'add the statement {statement}',
  ruleFound: 'rule {name} is enabled',
  functionFound: 'function {name} is there',
  tableFound: 'table {name} is there',
  roleFound: 'role {name} trusts {service}',
  namePolicies: 'name policies in the template or in the target',
  changePolicy: 'change the policy (birthmark policy simulate says which statement decides), or the topic',

  /** A command is its own remedy. */
  runCommand: '{command}',
} as const;
