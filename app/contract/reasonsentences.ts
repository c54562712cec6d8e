/** Why the station itself did not register a unit, in English. It is on record in these words, since records outlive screens. */
export const reasonSentences = {
  certificateRevoked: 'its certificate was revoked before the batch was submitted',
  caRevoked: 'the CA that issued its certificate was revoked before the batch was submitted',
  batchNotMade: 'the batch was not made',
  batchAgain: 'put into a new batch',
  otherCertificate: 'AWS registered another certificate: {id}',
  certificateOfAws: "AWS's own certificate is {status}",
  noCertificateOfAws: "AWS's own certificate is not to be found in this account",
  certificateThere: 'the certificate is in the account already, and is {status}',
  certificateLost: 'the certificate is in the account already, and is not to be found',
  thingOfOther: 'the thing {thing} is that of unit {unit}',
} as const;
