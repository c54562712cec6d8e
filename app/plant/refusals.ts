/** What the plant or PostgreSQL says, as an error of the station. */
import { StationError } from '../contract/errors.ts';

/** SQLSTATEs (PostgreSQL appendix A); class BM is our own functions'. */
const refused = /^(28|42501|BM001|3D000|3F000|42P01|42P06|42703|42704|42883)/;
/** What a server says that is there, beside "I am ending" (57P), "not now" (55000) and a connection that breaks (08). */
const answered = /^(?!08|57P|55000)(\d[0-9A-Z]|F0|HV|P0|XX)[0-9A-Z]{3}$/;

/** The code of a server that says no when it is asked for TLS. */
export const noTls = 'NO_TLS';
type Why = { reason: string; detail: string };
const wrongRoot: Why = {
  reason: 'plantRoot',
  detail: 'its certificate is not by the root of the address (sslrootcert), nor by one that this PC knows',
};
/** Why a server is not trusted, by the names of Node and of OpenSSL's `X509_V_ERR_…`. */
const untrusted: Record<string, Why> = {
  ERR_TLS_CERT_ALTNAME_INVALID: {
    reason: 'plantName',
    detail: 'its certificate is for another name than the one in the address',
  },
  CERT_HAS_EXPIRED: {
    reason: 'plantExpired',
    detail: 'its certificate, or that of its CA, has expired: renew it there',
  },
  CERT_NOT_YET_VALID: {
    reason: 'plantNotYet',
    detail: 'its certificate is not valid yet: compare the clock of this PC with that of the plant',
  },
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: wrongRoot,
  UNABLE_TO_GET_ISSUER_CERT: wrongRoot,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: wrongRoot,
  SELF_SIGNED_CERT_IN_CHAIN: wrongRoot,
  DEPTH_ZERO_SELF_SIGNED_CERT: wrongRoot,
  CERT_SIGNATURE_FAILURE: wrongRoot,
  INVALID_PURPOSE: { reason: 'plantPurpose', detail: 'its certificate is not one for servers' },
  [noTls]: { reason: 'plantNoTls', detail: 'it offers no TLS: set ssl = on there' },
};
const noPlant: Why = {
  reason: 'plantNone',
  detail: 'there is no plant in this database: make it with "plant init"',
};
const older: Why = {
  reason: 'plantOlder',
  detail: 'the plant is of another version: bring it up to date with "plant init"',
};
const refusals: Record<string, Why> = {
  BM001: {
    reason: 'plantLogin',
    detail: 'the plant does not know this login for this station: ask who keeps the plant to admit it',
  },
  '42501': {
    reason: 'plantLogin',
    detail: 'this login may not do that (42501): ask who keeps the plant to admit it for a station',
  },
  '3F000': noPlant,
  '42P01': noPlant,
  // The role of readers.
  '42704': noPlant,
  '42P06': {
    reason: 'plantForeign',
    detail: 'this database has a schema "birthmark" that is no plant: name an empty database',
  },
  '42703': older,
  '42883': older,
};
/** Why a server that was reached does not do it. */
const failures: Record<string, Why> = {
  '25006': {
    reason: 'plantReadOnly',
    detail: 'its server takes no changes (25006): is it a standby, or set to read only?',
  },
  '53100': { reason: 'plantFull', detail: 'the disk of its server is full (53100): make room there' },
  '53300': { reason: 'plantBusy', detail: 'its server has no connection free (53300): raise max_connections there' },
};

/** `code`: a SQLSTATE, or a code of the system such as ECONNREFUSED. The text of a foreign error may hold an address. */
export function errorOf(code: string, cause: unknown): StationError {
  const why = untrusted[code];
  if (why)
    return new StationError('plant.untrusted', `the plant is not trusted: ${why.detail}`, {
      data: { reason: why.reason },
      cause,
    });
  if (code === 'BM003')
    return new StationError('plant.forked', "the plant has other leaves than this station's log: was it restored?", {
      cause,
    });
  // Its text is our own.
  if (code === 'BM004')
    return new StationError('plant.noLease', cause instanceof Error ? cause.message : code, { cause });
  if (refused.test(code))
    return new StationError('plant.refused', refusals[code]?.detail ?? `the plant refuses this login (${code})`, {
      data: { reason: refusals[code]?.reason ?? 'plantPassword' },
      cause,
    });
  if (answered.test(code)) {
    const { reason, detail } = failures[code] ?? {
      reason: 'plantFault',
      detail: `its server could not do it (${code}): what happened is in its log`,
    };
    return new StationError('plant.failed', `the plant was reached, but ${detail}`, { data: { reason }, cause });
  }
  return new StationError('plant.unreachable', `the plant cannot be reached (${code})`, { cause });
}
