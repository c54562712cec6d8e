/** A reference to a parameter of the station's batch lines (`batchLine`). */
type Ref = { Ref: string };

/**
 * The station's bulk provisioning template: a thing with its attributes, the certificate registered from its PEM under
 * the CA's PEM, and the named policies. Submitting a batch again changes nothing that exists.
 * @param options.attributes attribute name → batch parameter (`SerialNumber`…) or fixed text; default `serialNumber` →
 * SerialNumber
 * @returns templateBody for StartThingRegistrationTask
 */
export function bulkTemplate(
  options: {
    policyNames?: readonly string[] | undefined;
    thingTypeName?: string | undefined;
    thingGroups?: readonly string[] | undefined;
    billingGroup?: string | undefined;
    attributes?: Readonly<Record<string, string | Ref>> | undefined;
  } = {},
): string {
  const {
    policyNames = [],
    thingTypeName,
    thingGroups,
    billingGroup,
    attributes = { serialNumber: { Ref: 'SerialNumber' } },
  } = options;
  const string = { Type: 'String' };
  return JSON.stringify({
    Parameters: { ThingName: string, SerialNumber: string, CertificatePem: string, CACertificatePem: string },
    Resources: {
      thing: {
        Type: 'AWS::IoT::Thing',
        Properties: {
          ThingName: { Ref: 'ThingName' },
          AttributePayload: attributes,
          ...(thingTypeName !== undefined && { ThingTypeName: thingTypeName }),
          ...(thingGroups !== undefined && thingGroups.length > 0 && { ThingGroups: thingGroups }),
          ...(billingGroup !== undefined && { BillingGroup: billingGroup }),
        },
        OverrideSettings: { AttributePayload: 'MERGE', ThingTypeName: 'REPLACE', ThingGroups: 'DO_NOTHING' },
      },
      certificate: {
        Type: 'AWS::IoT::Certificate',
        Properties: {
          CertificatePem: { Ref: 'CertificatePem' },
          CACertificatePem: { Ref: 'CACertificatePem' },
          Status: 'ACTIVE',
        },
        OverrideSettings: { Status: 'DO_NOTHING' },
      },
      ...Object.fromEntries(
        policyNames.map((name, index) => [
          `policy${index + 1}`,
          { Type: 'AWS::IoT::Policy', Properties: { PolicyName: name } },
        ]),
      ),
    },
  });
}
