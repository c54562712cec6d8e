import { pemOf } from '../../ca/index.ts';
import { signCsr } from '../../issuing/index.ts';
import type { StationParts } from '../composition.ts';
import type { Handlers } from '../dispatch.ts';

type Names = 'ca.sign' | 'line.run' | 'line.connect' | 'line.abort';

/** Methods that issue outside the slots: a unit at a named port, and a CSR in a file. */
export const issuingHandlers = (parts: StationParts): Pick<Handlers, Names> => {
  const { authority, lineRuns, lineTools, profiles } = parts;
  return {
    'line.run': (job, caller) => lineRuns.run(job, caller),
    'line.connect': async (job, caller) => ({
      unitSerial: job.unitSerial,
      ...(await lineRuns.connect(job, caller)),
    }),
    'line.abort': (_, { session }) => {
      lineRuns.abort(session);
      return {};
    },
    'ca.sign': async ({ csr, profile, ...job }, { actor }) => {
      const chosen = profile === undefined ? undefined : profiles.named(profile);
      const issued = await signCsr(
        { ...job, orderId: job.orderId, csr: new Uint8Array(Buffer.from(csr, 'base64')), actor },
        { ...lineTools, authority: () => authority.current(chosen) },
      );
      parts.changed('station.changed');
      const certificatePem = pemOf('CERTIFICATE', issued.der);
      // The key may have a certificate of AWS's own CA already, which has no chain.
      const { chainDer } = issued.issuerId === null ? { chainDer: [] } : authority.caOf(issued.issuerId);
      const above = chainDer.map((der) => pemOf('CERTIFICATE', der));
      return {
        certificatePem,
        chainPem: [certificatePem, ...above].join(''),
        certificateSerial: issued.serialHex,
        certificateId: issued.certificateId,
      };
    },
  };
};
