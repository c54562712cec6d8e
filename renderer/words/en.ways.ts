/** The words of the ways of registering, and of the targets that units go to. */
import { type RecipeWay, wayTraits } from '../../app/contract/model.ts';

const sentenceOf = (way: RecipeWay) =>
  `${wayTraits[way].what} Choose it ${wayTraits[way].choose}. It needs ${wayTraits[way].needs}.`;

export const ways = {
  target: 'Target',
  way: 'Way',
  name: {
    bulk: 'Bulk task',
    registerThing: 'RegisterThing, unit by unit',
    registerCertificate: 'Certificate under a registered CA',
    withoutCa: 'Certificate without a CA',
    awsIssued: "Issued by AWS's own CA",
    jitp: 'Just-in-time provisioning (JITP)',
    jitr: 'Just-in-time registration (JITR)',
    claim: 'Fleet provisioning by claim',
    trustedUser: 'Fleet provisioning by trusted user',
  },
  ofRecipe: 'Way of the units into AWS',
  byOrder: 'The orders say it',
  byOrderHint: 'Each order says how its units are registered, or a person makes batches.',
  recipeHint: {
    bulk: sentenceOf('bulk'),
    registerThing: sentenceOf('registerThing'),
    registerCertificate: sentenceOf('registerCertificate'),
    withoutCa: sentenceOf('withoutCa'),
    awsIssued: sentenceOf('awsIssued'),
    jitp: sentenceOf('jitp'),
    jitr: sentenceOf('jitr'),
    claim: sentenceOf('claim'),
    trustedUser: sentenceOf('trustedUser'),
  },
  templateInAws: 'Template in AWS, kept here under the same name',
  templateKept: 'Kept template',
  noTemplate: 'None named',
  dueDays: 'Overdue after so many days without a first connection',
  beforePass: 'The device must connect at the bench before its PASS',
  inAws: {
    title: 'Check in AWS',
    act: 'Check in AWS',
    stop: 'Stop',
    hint: 'Asks each account for all that this way needs. Nothing is changed.',
    asking: 'Asking {target} ({number, number} of {count, number}) …',
    result:
      '{count, plural, =0 {{target}: nothing is missing} one {{target}: # thing is missing} other {{target}: # things are missing}}',
    noAnswer: '{target} could not be asked',
    problem: 'Missing:',
    warning: 'Look at:',
    next: 'Next: <remedy></remedy>',
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
