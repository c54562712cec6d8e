/** What both forms of the set-up say: how the bucket is kept, and what a device may do. */

/** Encrypted, closed to the public, and old files go away: AWS keeps the data of a task for 30 days. */
export const bucketSafety = {
  BucketEncryption: {
    ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
  },
  PublicAccessBlockConfiguration: {
    BlockPublicAcls: true,
    BlockPublicPolicy: true,
    IgnorePublicAcls: true,
    RestrictPublicBuckets: true,
  },
  OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
  LifecycleConfiguration: {
    Rules: [
      { Id: 'batches', Status: 'Enabled', Prefix: 'batches/', ExpirationInDays: 90 },
      { Id: 'parts', Status: 'Enabled', AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 } },
    ],
  },
};

/** @param arn an ARN of a bucket as the form writes it, a text or `Fn::Sub` */
export const onlyTls = <T>(bucketArn: string, arn: (text: string) => T) => ({
  Version: '2012-10-17',
  Statement: [
    {
      Sid: 'OnlyTls',
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:*',
      Resource: [arn(bucketArn), arn(`${bucketArn}/*`)],
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    },
  ],
});

/**
 * A device may connect as its own thing, and use the topics below its own name.
 *
 * @param ownName the variable of AWS IoT as the form writes it
 * @param iot the ARN of a resource of AWS IoT as the form writes it
 */
export const devicePolicy = <T>(ownName: string, iot: (resource: string) => T) => ({
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Action: ['iot:Connect'], Resource: [iot(`client/${ownName}`)] },
    { Effect: 'Allow', Action: ['iot:Publish', 'iot:Receive'], Resource: [iot(`topic/devices/${ownName}/*`)] },
    { Effect: 'Allow', Action: ['iot:Subscribe'], Resource: [iot(`topicfilter/devices/${ownName}/*`)] },
  ],
});

const thingName = 'iot:Connection.Thing.ThingName';
/** The name of a device's own thing, in a policy and in a text for `Fn::Sub`. */
export const ownNames = { plain: `\${${thingName}}`, sub: `\${!${thingName}}` };
