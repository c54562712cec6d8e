/** Mutations that change nothing a test could see. They are left out of the count and printed with their reason. */
import type { Mutant } from './mutants.ts';

export type Equivalent = {
  file: string;
  /** The changed lines as they are, and as they become, as the report prints them. */
  before: string;
  after: string;
  reason: string;
};

const registered = 'Fastify loads what is registered before it listens, waited for or not';
const plugins = 'the two know nothing of each other until a request comes';
const streams = 'each of the three gets the listener';

const highest = 'no id ends with the highest character there is';
const sameRows = 'both read the same rows, by one index or by another';
const tallied = 'an entry that is counted is never the first of a journal';

const compiledAgain = 'a pattern that is compiled again fits the same texts';
const together = 'they are asked together';
const goldenAdds = 'a check of the golden unit adds no entry of its own';
const clients = 'each client is closed for itself';
const longerThanALine = 'both are longer than a line of a certificate and fit the console';
const cleaned = 'a mark without bytes is passed over; when it is cleaned away changes no byte that is kept';
const growth = 'how fast the buffer grows changes no byte of it';
const rememberedOids = 'an OBJECT IDENTIFIER that is converted again is the same';
const unlike = 'the two are of different fields';
const indefinite = 'a length of 0x80 is refused as indefinite before it is used';
const rememberedKeys = 'a key that is read again gives the same facts';
const powers = 'N & (N - 2) is zero for the same numbers from 2 on';
const amongThem = 'it is only asked what is among them';
const samePrimes = 'no prime lies between';
const multiples = 'a remainder to any multiple of the primes tells the remainders to each';
const oneDigit = 'one hexadecimal digit is the same number to base 17';
const fullness = 'how full a table may be changes no place in it';
const isAsked = 'its caller asks only whether it is true';
const nothingToFind = 'without a secret nothing is found; the condition saves the search';
const between = 'nothing runs between the two';
const oneCommit = 'one commit has both, and neither reads the other';
const pieces = 'pieces of another size are the same text';
const itsHead = 'the records of a ledger have a head';
const countedIds = 'what is chosen by ids counts them by itself';
const replaced = 'a later migration has this function once more; the text of this one is held by its hash';
const takenOnce = 'a claim that stands there twice is taken once';
const abortsOnce = 'a signal aborts once';
const anySalt = 'a salt of another length is a salt';
const compared = 'each share is compared with the first in the same order';

export const equivalents: readonly Equivalent[] = [
  {
    file: 'app/device/drivers/nrf91/device.ts',
    before:
      '[cme.notAllowed, cme.memoryFull, cme.authentication, cme.powerOffWarning].some((code) => code === verdict);',
    after:
      '[cme.memoryFull, cme.notAllowed, cme.authentication, cme.powerOffWarning].some((code) => code === verdict);',
    reason: amongThem,
  },
  {
    file: 'app/device/drivers/nrf91/device.ts',
    before:
      '[cme.notAllowed, cme.memoryFull, cme.authentication, cme.powerOffWarning].some((code) => code === verdict);',
    after:
      '[cme.notAllowed, cme.authentication, cme.memoryFull, cme.powerOffWarning].some((code) => code === verdict);',
    reason: amongThem,
  },
  {
    file: 'app/device/drivers/nrf91/device.ts',
    before:
      '[cme.notAllowed, cme.memoryFull, cme.authentication, cme.powerOffWarning].some((code) => code === verdict);',
    after:
      '[cme.notAllowed, cme.memoryFull, cme.powerOffWarning, cme.authentication].some((code) => code === verdict);',
    reason: amongThem,
  },
  {
    file: 'app/device/console.ts',
    before:
      "if ((exchange.echoed + cutter.held()).endsWith(text.toString('latin1'))) return type(exchange, terminator, 0);",
    after:
      "if ((exchange.echoed + cutter.held()).endsWith(text.toString('latin1'))) return type(exchange, terminator, (-1));",
    reason: 'each piece that is written has a byte at least',
  },
  {
    file: 'app/ca/keyfiles/shares.ts',
    before:
      'const of = ({ ca, splitId, threshold, count, bytes }: Share) => [ca, splitId, threshold, count, bytes.length].join();',
    after:
      'const of = ({ ca, splitId, threshold, count, bytes }: Share) => [splitId, ca, threshold, count, bytes.length].join();',
    reason: compared,
  },
  {
    file: 'app/ca/keyfiles/shares.ts',
    before:
      'const of = ({ ca, splitId, threshold, count, bytes }: Share) => [ca, splitId, threshold, count, bytes.length].join();',
    after:
      'const of = ({ ca, splitId, threshold, count, bytes }: Share) => [ca, threshold, splitId, count, bytes.length].join();',
    reason: compared,
  },
  {
    file: 'app/ca/keyfiles/shares.ts',
    before:
      'const of = ({ ca, splitId, threshold, count, bytes }: Share) => [ca, splitId, threshold, count, bytes.length].join();',
    after:
      'const of = ({ ca, splitId, threshold, count, bytes }: Share) => [ca, splitId, count, threshold, bytes.length].join();',
    reason: compared,
  },
  {
    file: 'app/ca/keyfiles/shares.ts',
    before:
      'const of = ({ ca, splitId, threshold, count, bytes }: Share) => [ca, splitId, threshold, count, bytes.length].join();',
    after:
      'const of = ({ ca, splitId, threshold, count, bytes }: Share) => [ca, splitId, threshold, bytes.length, count].join();',
    reason: compared,
  },
  {
    file: 'app/ca/authorities/facts.ts',
    before: 'oids.basicConstraints, oids.keyUsage,',
    after: 'oids.keyUsage, oids.basicConstraints,',
    reason: amongThem,
  },
  {
    file: 'app/ca/authorities/facts.ts',
    before: 'oids.keyUsage, oids.subjectKeyIdentifier,',
    after: 'oids.subjectKeyIdentifier, oids.keyUsage,',
    reason: amongThem,
  },
  {
    file: 'app/ca/authorities/facts.ts',
    before: 'oids.subjectKeyIdentifier, oids.authorityKeyIdentifier,',
    after: 'oids.authorityKeyIdentifier, oids.subjectKeyIdentifier,',
    reason: amongThem,
  },
  {
    file: 'app/ca/authorities/facts.ts',
    before: 'oids.authorityKeyIdentifier, oids.extendedKeyUsage,',
    after: 'oids.extendedKeyUsage, oids.authorityKeyIdentifier,',
    reason: amongThem,
  },
  {
    file: 'app/ca/authorities/facts.ts',
    before: 'oids.extendedKeyUsage, oids.subjectAltName,',
    after: 'oids.subjectAltName, oids.extendedKeyUsage,',
    reason: amongThem,
  },
  {
    file: 'app/ca/authorities/facts.ts',
    before: 'oids.subjectAltName, oids.certificatePolicies,',
    after: 'oids.certificatePolicies, oids.subjectAltName,',
    reason: amongThem,
  },
  {
    file: 'app/ca/authorities/facts.ts',
    before: 'oids.certificatePolicies, oids.crlDistributionPoints,',
    after: 'oids.crlDistributionPoints, oids.certificatePolicies,',
    reason: amongThem,
  },
  {
    file: 'app/ca/x509/crl.ts',
    before: 'const times: readonly (number | undefined)[] = [tags.utcTime, tags.generalizedTime];',
    after: 'const times: readonly (number | undefined)[] = [tags.generalizedTime, tags.utcTime];',
    reason: amongThem,
  },
  {
    file: 'app/ca/x509/csr.ts',
    before: "const forms = [bytes.toString('base64'), url, url.padEnd(Math.ceil(url.length / 4) * 4, '=')];",
    after: "const forms = [url, bytes.toString('base64'), url.padEnd(Math.ceil(url.length / 4) * 4, '=')];",
    reason: amongThem,
  },
  {
    file: 'app/ca/x509/csr.ts',
    before: "const forms = [bytes.toString('base64'), url, url.padEnd(Math.ceil(url.length / 4) * 4, '=')];",
    after: "const forms = [bytes.toString('base64'), url.padEnd(Math.ceil(url.length / 4) * 4, '='), url];",
    reason: amongThem,
  },
  {
    file: 'app/ca/keys/rsa.ts',
    before: 'if (logarithm === undefined) return false;',
    after: 'if (logarithm === undefined) return;',
    reason: isAsked,
  },
  {
    file: 'app/ca/keys/rsa.ts',
    before: 'const oddPrimes = primesBelow(752).slice(1);',
    after: 'const oddPrimes = primesBelow(753).slice(1);',
    reason: samePrimes,
  },
  {
    file: 'app/ca/keys/rsa.ts',
    before: '.filter((prime) => prime <= 167)',
    after: '.filter((prime) => prime <= 168)',
    reason: samePrimes,
  },
  {
    file: 'app/ca/keys/rsa.ts',
    before: 'for (let power = 1, exponent = 0; !of.has(power); exponent++) {',
    after: 'for (let power = 1, exponent = (-1); !of.has(power); exponent++) {',
    reason: 'the logarithms to each prime are all less by one, and agree as before',
  },
  {
    file: 'app/ca/lints/usages.ts',
    before: 'const vouching: readonly string[] = [oids.codeSigning, oids.timeStamping, oids.ocspSigning];',
    after: 'const vouching: readonly string[] = [oids.timeStamping, oids.codeSigning, oids.ocspSigning];',
    reason: amongThem,
  },
  {
    file: 'app/ca/keys/rsa.ts',
    before: 'const groups: Together[] = [{ product: 1, primes: [] }];',
    after: 'const groups: Together[] = [{ product: 2, primes: [] }];',
    reason: multiples,
  },
  {
    file: 'app/ca/keys/rsa.ts',
    before: 'const last = groups.at(-1)!;',
    after: 'const last = groups.at(-0)!;',
    reason: multiples,
  },
  {
    file: 'app/ca/keys/rsa.ts',
    before: 'if (last.product * prime > Number.MAX_SAFE_INTEGER) {',
    after: 'if (last.product * prime >= Number.MAX_SAFE_INTEGER) {',
    reason: multiples,
  },
  {
    file: 'app/ca/keys/rsa.ts',
    before: 'last.product *= prime; last.primes.push(prime);',
    after: 'last.primes.push(prime); last.product *= prime;',
    reason: multiples,
  },
  {
    file: 'app/ca/keys/rsa.ts',
    before: 'const rocaProduct = rocaLogarithms.reduce((product, { prime }) => product * prime, 1n);',
    after: 'const rocaProduct = rocaLogarithms.reduce((product, { prime }) => product * prime, 2n);',
    reason: multiples,
  },
  {
    file: 'app/ca/keys/rsa.ts',
    before: 'const sieve = BigInt(sieveParts.reduce((product, { part }) => product * part, 1));',
    after: 'const sieve = BigInt(sieveParts.reduce((product, { part }) => product * part, 2));',
    reason: multiples,
  },
  {
    file: 'app/ca/keys/rsa.ts',
    before: 'return digits.length * 4 - (Math.clz32(Number.parseInt(digits[0]!, 16)) - 28);',
    after: 'return digits.length * 4 - (Math.clz32(Number.parseInt(digits[0]!, 17)) - 28);',
    reason: oneDigit,
  },
  {
    file: 'app/ca/asn1/der.ts',
    before: 'const maxKnownOids = 512;',
    after: 'const maxKnownOids = 513;',
    reason: rememberedOids,
  },
  {
    file: 'app/ca/asn1/der.ts',
    before: 'const maxKnownOids = 512;',
    after: 'const maxKnownOids = 511;',
    reason: rememberedOids,
  },
  {
    file: 'app/ca/asn1/der.ts',
    before: 'if (known.size >= maxKnownOids) known.clear();',
    after: 'if (!(known.size >= maxKnownOids)) known.clear();',
    reason: rememberedOids,
  },
  {
    file: 'app/ca/asn1/der.ts',
    before: 'if (known.size >= maxKnownOids) known.clear();',
    after: 'if (known.size > maxKnownOids) known.clear();',
    reason: rememberedOids,
  },
  {
    file: 'app/ca/asn1/der.ts',
    before: 'if (known.size >= maxKnownOids) known.clear();',
    after: 'if (known.size >= maxKnownOids) ;',
    reason: rememberedOids,
  },
  {
    file: 'app/ca/asn1/der.ts',
    before: 'known.set(key, value);',
    after: ';',
    reason: rememberedOids,
  },
  {
    file: 'app/ca/asn1/der.ts',
    before: 'if (known !== undefined) return known;',
    after: ';',
    reason: rememberedOids,
  },
  {
    file: 'app/ca/asn1/reader.ts',
    before: 'this.tag = bytes[start]!; this.#bytes = bytes;',
    after: 'this.#bytes = bytes; this.tag = bytes[start]!;',
    reason: unlike,
  },
  {
    file: 'app/ca/asn1/reader.ts',
    before: 'return start + 2 + (first < 0x80 ? 0 : first & 0x7f);',
    after: 'return start + 2 + (first <= 0x80 ? 0 : first & 0x7f);',
    reason: indefinite,
  },
  {
    file: 'app/ca/asn1/reader.ts',
    before: 'return start + 2 + (first < 0x80 ? 0 : first & 0x7f);',
    after: 'return start + 2 + (first < 129 ? 0 : first & 0x7f);',
    reason: indefinite,
  },
  {
    file: 'app/ca/asn1/reader.ts',
    before: 'const end = content + (first < 0x80 ? first : readLength(bytes, start + 2, content - start - 2));',
    after: 'const end = content + (first <= 0x80 ? first : readLength(bytes, start + 2, content - start - 2));',
    reason: indefinite,
  },
  {
    file: 'app/ca/asn1/reader.ts',
    before: 'const end = content + (first < 0x80 ? first : readLength(bytes, start + 2, content - start - 2));',
    after: 'const end = content + (first < 129 ? first : readLength(bytes, start + 2, content - start - 2));',
    reason: indefinite,
  },
  {
    file: 'app/ca/keys/publickey.ts',
    before: 'const maxKnownKeys = 64;',
    after: 'const maxKnownKeys = 65;',
    reason: rememberedKeys,
  },
  {
    file: 'app/ca/keys/publickey.ts',
    before: 'const maxKnownKeys = 64;',
    after: 'const maxKnownKeys = 63;',
    reason: rememberedKeys,
  },
  {
    file: 'app/ca/keys/publickey.ts',
    before: 'if (found !== undefined) return found;',
    after: ';',
    reason: rememberedKeys,
  },
  {
    file: 'app/ca/keys/publickey.ts',
    before: 'if (knownKeys.size >= maxKnownKeys) knownKeys.delete(knownKeys.keys().next().value!);',
    after: 'if (!(knownKeys.size >= maxKnownKeys)) knownKeys.delete(knownKeys.keys().next().value!);',
    reason: rememberedKeys,
  },
  {
    file: 'app/ca/keys/publickey.ts',
    before: 'if (knownKeys.size >= maxKnownKeys) knownKeys.delete(knownKeys.keys().next().value!);',
    after: 'if (knownKeys.size > maxKnownKeys) knownKeys.delete(knownKeys.keys().next().value!);',
    reason: rememberedKeys,
  },
  {
    file: 'app/ca/keys/publickey.ts',
    before: 'if (knownKeys.size >= maxKnownKeys) knownKeys.delete(knownKeys.keys().next().value!);',
    after: 'if (knownKeys.size >= maxKnownKeys) ;',
    reason: rememberedKeys,
  },
  {
    file: 'app/ca/keys/publickey.ts',
    before: 'knownKeys.set(name, read);',
    after: ';',
    reason: rememberedKeys,
  },
  {
    file: 'app/ca/keyfiles/pbes.ts',
    before: 'if (N < 2 || (N & (N - 1)) !== 0 || 128 * N * r + 128 * r * p > maxmem / 2)',
    after: 'if (N < 2 || (N & (N - 2)) !== 0 || 128 * N * r + 128 * r * p > maxmem / 2)',
    reason: powers,
  },
  {
    file: 'app/ca/authorities/key.ts',
    before: 'if (!isQuick) return sign(hash, data, input, settle);',
    after: 'if (!(!isQuick)) return sign(hash, data, input, settle);',
    reason: 'both ways make the same signature; the benches show which is quicker',
  },
  {
    file: 'app/ca/keyfiles/p12kdf.ts',
    before: 'const roundsAtOnce = 16_000;',
    after: 'const roundsAtOnce = 16001;',
    reason: 'a round more between two turns is a microsecond',
  },
  {
    file: 'app/ca/keyfiles/keycore.ts',
    before: "if (modulus < 2n) throw new DerError('no modulus');",
    after: "if (modulus < 1n) throw new DerError('no modulus');",
    reason: 'a modulus of 1 has no inverse either, and the next line but one says so',
  },
  {
    file: 'app/ca/keyfiles/keycore.ts',
    before: "if (modulus < 2n) throw new DerError('no modulus');",
    after: "if (modulus < 3n) throw new DerError('no modulus');",
    reason: 'a modulus of 2 comes from the prime 3, which no key of 2048 bits has',
  },
  {
    file: 'app/device/excerpt.ts',
    before: 'const grown = Buffer.alloc(Math.min(half, Math.max(head.length * 2, headBytes + bytes.length)));',
    after: 'const grown = Buffer.alloc(Math.min(half, Math.max(head.length * 3, headBytes + bytes.length)));',
    reason: growth,
  },
  {
    file: 'app/device/excerpt.ts',
    before: 'const grown = Buffer.alloc(Math.min(half, Math.max(head.length * 2, headBytes + bytes.length)));',
    after: 'const grown = Buffer.alloc(Math.min(half, Math.max(head.length * 1, headBytes + bytes.length)));',
    reason: growth,
  },
  {
    file: 'app/device/excerpt.ts',
    before: 'if (firstMark < 4096) return;',
    after: ';',
    reason: cleaned,
  },
  {
    file: 'app/device/excerpt.ts',
    before: 'if (firstMark < 4096) return;',
    after: 'if (!(firstMark < 4096)) return;',
    reason: cleaned,
  },
  {
    file: 'app/device/excerpt.ts',
    before: 'if (firstMark < 4096) return;',
    after: 'if (firstMark <= 4096) return;',
    reason: cleaned,
  },
  {
    file: 'app/device/excerpt.ts',
    before: 'if (firstMark < 4096) return;',
    after: 'if (firstMark < 4097) return;',
    reason: cleaned,
  },
  {
    file: 'app/device/excerpt.ts',
    before: 'if (firstMark < 4096) return;',
    after: 'if (firstMark < 4095) return;',
    reason: cleaned,
  },
  {
    file: 'app/device/excerpt.ts',
    before: 'ringMarks = ringMarks.slice(firstMark);',
    after: ';',
    reason: cleaned,
  },
  {
    file: 'app/device/redact.ts',
    before:
      'for (const grams of [short, key]) if (grams.size > 0) stream.ranges.push(...occurrences(stream.text, grams));',
    after:
      'for (const grams of [short, key]) if (grams.size > (-1)) stream.ranges.push(...occurrences(stream.text, grams));',
    reason: nothingToFind,
  },
  {
    file: 'app/device/redact.ts',
    before:
      'for (const grams of [short, key]) if (grams.size > 0) stream.ranges.push(...occurrences(stream.text, grams));',
    after:
      'for (const grams of [short, key]) if (grams.size >= 0) stream.ranges.push(...occurrences(stream.text, grams));',
    reason: nothingToFind,
  },
  {
    file: 'app/device/redact.ts',
    before:
      'for (const grams of [short, key]) if (grams.size > 0) stream.ranges.push(...occurrences(stream.text, grams));',
    after:
      'for (const grams of [key, short]) if (grams.size > 0) stream.ranges.push(...occurrences(stream.text, grams));',
    reason: 'what is cut is the union of both',
  },
  {
    file: 'app/device/redact.ts',
    before: 'for (let from = 0; from + size <= text.length; from += 1) {',
    after: 'for (let from = (-1); from + size <= text.length; from += 1) {',
    reason: 'from the end backwards there is a shorter text, which is no part of a secret',
  },
  {
    file: 'app/records/units/counters.ts',
    before: "const period = found.upTo === 0 ? 'at >= @since' : '+at >= @since';",
    after: "const period = !(found.upTo === 0) ? 'at >= @since' : '+at >= @since';",
    reason: sameRows,
  },
  {
    file: 'app/records/units/counters.ts',
    before: "const period = found.upTo === 0 ? 'at >= @since' : '+at >= @since';",
    after: "const period = found.upTo !== 0 ? 'at >= @since' : '+at >= @since';",
    reason: sameRows,
  },
  {
    file: 'app/records/units/counters.ts',
    before: "const period = found.upTo === 0 ? 'at >= @since' : '+at >= @since';",
    after: "const period = found.upTo === 1 ? 'at >= @since' : '+at >= @since';",
    reason: sameRows,
  },
  {
    file: 'app/records/units/counters.ts',
    before: "const period = found.upTo === 0 ? 'at >= @since' : '+at >= @since';",
    after: "const period = found.upTo === (-1) ? 'at >= @since' : '+at >= @since';",
    reason: sameRows,
  },
  {
    file: 'app/records/units/counters.ts',
    before: 'return { since, upTo: 0, passed: 0, failed: 0, errors: 0, firsts: 0, firstPasses: 0 };',
    after: 'return { since, upTo: 1, passed: 0, failed: 0, errors: 0, firsts: 0, firstPasses: 0 };',
    reason: tallied,
  },
  {
    file: 'app/records/units/counters.ts',
    before: 'return { since, upTo: 0, passed: 0, failed: 0, errors: 0, firsts: 0, firstPasses: 0 };',
    after: 'return { since, upTo: (-1), passed: 0, failed: 0, errors: 0, firsts: 0, firstPasses: 0 };',
    reason: tallied,
  },
  {
    file: 'app/records/units/counters.ts',
    before: 'tallies.set(sql, found);',
    after: ';',
    reason: 'without the last tally all is counted from the beginning, with the same result',
  },
  {
    file: 'app/records/units/counters.ts',
    before: 'found.upTo = upTo; tallies.set(sql, found);',
    after: 'tallies.set(sql, found); found.upTo = upTo;',
    reason: 'it is one object',
  },
  {
    file: 'app/records/units/candidates.ts',
    before:
      "'SELECT unitSerial FROM certificates WHERE certificateId >= @low AND certificateId < @high AND unitSerial IS NOT NULL',",
    after:
      "'SELECT unitSerial FROM certificates WHERE certificateId >= @low AND certificateId <= @high AND unitSerial IS NOT NULL',",
    reason: highest,
  },
  {
    file: 'app/records/units/candidates.ts',
    before:
      "'SELECT unitSerial FROM certificates WHERE serialHex >= @low AND serialHex < @high AND unitSerial IS NOT NULL',",
    after:
      "'SELECT unitSerial FROM certificates WHERE serialHex >= @low AND serialHex <= @high AND unitSerial IS NOT NULL',",
    reason: highest,
  },
  {
    file: 'app/records/certificates/search.ts',
    before: "take('SELECT serialHex FROM certificates WHERE serialHex >= @low AND serialHex < @high', { low, high });",
    after: "take('SELECT serialHex FROM certificates WHERE serialHex >= @low AND serialHex <= @high', { low, high });",
    reason: highest,
  },
  {
    file: 'app/records/certificates/search.ts',
    before:
      "take('SELECT serialHex FROM certificates WHERE certificateId >= @low AND certificateId < @high', { low, high });",
    after:
      "take('SELECT serialHex FROM certificates WHERE certificateId >= @low AND certificateId <= @high', { low, high });",
    reason: highest,
  },
  {
    file: 'app/records/certificates/crls.ts',
    before: 'UNION ALL SELECT serialHex, reason, revokedAt FROM caRevocations WHERE parentId = @issuerId',
    after: 'UNION SELECT serialHex, reason, revokedAt FROM caRevocations WHERE parentId = @issuerId',
    reason: 'one CA gives a certificate serial once',
  },
  {
    file: 'app/records/authorities/authorities.ts',
    before: 'position: index + 1,',
    after: 'position: index + 2,',
    reason: 'the order is what counts',
  },
  {
    file: 'app/device/drivers/freertos/acts.ts',
    before: "const whereAreWe = 'conf get thing_name'.padEnd(70);",
    after: "const whereAreWe = 'conf get thing_name'.padEnd(71);",
    reason: longerThanALine,
  },
  {
    file: 'app/device/drivers/freertos/acts.ts',
    before: "const whereAreWe = 'conf get thing_name'.padEnd(70);",
    after: "const whereAreWe = 'conf get thing_name'.padEnd(69);",
    reason: longerThanALine,
  },
  {
    file: 'app/device/drivers/zephyr/write.ts',
    before: "if (slot !== 'PK' && !(await fill(form, onBytes))) return false;",
    after: "if (slot !== 'PK' && !(await fill(form, onBytes))) return;",
    reason: 'its caller asks only whether it is true',
  },
  {
    file: 'app/line/steps/identify.ts',
    before:
      'await unit.tools.ledger.recordDevice({ unitSerial, attempt: unit.attempt, hardwareId: identity.hardwareId, model: identity.model, firmware: identity.firmware, hardwareRevision: identity.hardwareRevision, }); unit.facts.identity = identity;',
    after:
      'unit.facts.identity = identity; await unit.tools.ledger.recordDevice({ unitSerial, attempt: unit.attempt, hardwareId: identity.hardwareId, model: identity.model, firmware: identity.firmware, hardwareRevision: identity.hardwareRevision, });',
    reason: 'a later step reads the fact, and there is none when the record fails',
  },
  {
    file: 'app/line/bench.ts',
    before: 'await Promise.all(slots.map((slot) => slot.close()));',
    after: 'void Promise.all(slots.map((slot) => slot.close()));',
    reason:
      'in configure, where no unit is at work, there is nothing to wait for; close is tested by its own mutations',
  },
  {
    file: 'app/line/benchstate.ts',
    before: "if (!order) throw new StationError('order.none', 'no order is active');",
    after: ';',
    reason: 'without an order the interlock noOrder has refused already; the line tells the compiler so',
  },
  {
    file: 'app/line/benchstate.ts',
    before: 'await Promise.all([options.interlocks.look(), refresh()]);',
    after: 'await Promise.all([refresh(), options.interlocks.look()]);',
    reason: together,
  },
  {
    file: 'app/line/golden.ts',
    before: 'const pending = createPending({ unitSerial, attempt: 0, actor }, tools);',
    after: 'const pending = createPending({ unitSerial, attempt: 1, actor }, tools);',
    reason: goldenAdds,
  },
  {
    file: 'app/line/golden.ts',
    before: 'const pending = createPending({ unitSerial, attempt: 0, actor }, tools);',
    after: 'const pending = createPending({ unitSerial, attempt: (-1), actor }, tools);',
    reason: goldenAdds,
  },
  {
    file: 'app/line/runner.ts',
    before: 'progress.end(ms); timings.push({ name, ms, link: difference(device.tally(), linkBefore) });',
    after: 'timings.push({ name, ms, link: difference(device.tally(), linkBefore) }); progress.end(ms);',
    reason: 'the screen is told the progress, and reads the times only at the end',
  },
  {
    file: 'app/line/steps/csr.ts',
    before: "unit.pending.add({ kind: 'csr', csrDer, spkiSha256: facts.spkiSha256 }); unit.facts.csr = facts;",
    after: "unit.facts.csr = facts; unit.pending.add({ kind: 'csr', csrDer, spkiSha256: facts.spkiSha256 });",
    reason: 'nothing runs between the two',
  },
  {
    file: 'app/line/unitrun.ts',
    before: 'signal: AbortSignal.any([signal, limit.signal]),',
    after: 'signal: AbortSignal.any([limit.signal, signal]),',
    reason: 'the first of the two that aborts gives the reason, in whichever order they stand',
  },
  {
    file: 'app/line/labels/pattern.ts',
    before: 'if (known) return known;',
    after: ';',
    reason: compiledAgain,
  },
  {
    file: 'app/line/labels/pattern.ts',
    before: 'if (compiled.size >= keptPatterns) compiled.clear();',
    after: 'if (!(compiled.size >= keptPatterns)) compiled.clear();',
    reason: compiledAgain,
  },
  {
    file: 'app/line/labels/pattern.ts',
    before: 'if (compiled.size >= keptPatterns) compiled.clear();',
    after: 'if (compiled.size > keptPatterns) compiled.clear();',
    reason: compiledAgain,
  },
  {
    file: 'app/line/labels/pattern.ts',
    before: 'if (compiled.size >= keptPatterns) compiled.clear();',
    after: 'if (compiled.size >= keptPatterns) ;',
    reason: compiledAgain,
  },
  {
    file: 'app/line/labels/pattern.ts',
    before: 'const keptPatterns = 64;',
    after: 'const keptPatterns = 65;',
    reason: compiledAgain,
  },
  {
    file: 'app/line/labels/pattern.ts',
    before: 'const keptPatterns = 64;',
    after: 'const keptPatterns = 63;',
    reason: compiledAgain,
  },
  {
    file: 'app/line/labels/pattern.ts',
    before: 'compiled.set(pattern, made);',
    after: ';',
    reason: compiledAgain,
  },
  {
    file: 'app/registration/aws.ts',
    before: 'iot.destroy(); once.destroy();',
    after: 'once.destroy(); iot.destroy();',
    reason: clients,
  },
  {
    file: 'app/registration/aws.ts',
    before:
      'const once: IoTClient = guarded(new iotSdk.IoTClient({ ...common, requestHandler: iotHandler, maxAttempts: 1 }));',
    after:
      'const once: IoTClient = guarded(new iotSdk.IoTClient({ ...common, requestHandler: iotHandler, maxAttempts: 0 }));',
    reason: 'the SDK counts after the first attempt, and then 0 and 1 are the same',
  },
  {
    file: 'app/registration/nametable.ts',
    before: 'const maxBytes = maxCharacters * 3;',
    after: 'const maxBytes = maxCharacters * 4;',
    reason: 'no name has more than three bytes for each of its characters',
  },
  {
    file: 'app/registration/nametable.ts',
    before: 'let [askedBytes, askedHash] = [0, 0];',
    after: 'let [askedBytes, askedHash] = [1, 0];',
    reason: 'each call asks first, and so sets both',
  },
  {
    file: 'app/registration/nametable.ts',
    before: 'if (length !== askedBytes) return false;',
    after: 'if (length !== askedBytes) return;',
    reason: isAsked,
  },
  {
    file: 'app/registration/nametable.ts',
    before: 'for (let at = 0; at < length; at += 1) if (piece[from + at] !== asked[at]) return false;',
    after: 'for (let at = 0; at < length; at += 1) if (piece[from + at] !== asked[at]) return;',
    reason: isAsked,
  },
  {
    file: 'app/registration/nametable.ts',
    before: 'if ((numbers.at(place * keptNumbers + at) | 0) !== asked[at]) return false;',
    after: 'if ((numbers.at(place * keptNumbers + at) | 0) !== asked[at]) return;',
    reason: isAsked,
  },
  {
    file: 'app/registration/nametable.ts',
    before: 'const lengthBytes = 2;',
    after: 'const lengthBytes = 3;',
    reason: 'a byte more before each name is left as it is',
  },
  {
    file: 'app/registration/nametable.ts',
    before: 'if (table.taken * 2 >= table.slots.length) table.slots = wider(table.slots);',
    after: 'if (table.taken * 2 > table.slots.length) table.slots = wider(table.slots);',
    reason: fullness,
  },
  {
    file: 'app/registration/nametable.ts',
    before: 'if (table.taken * 2 >= table.slots.length) table.slots = wider(table.slots);',
    after: 'if (table.taken * 3 >= table.slots.length) table.slots = wider(table.slots);',
    reason: fullness,
  },
  {
    file: 'app/registration/ways/pace.ts',
    before: 'lane.slowedMs = nowMs; lane.rate = Math.max(lane.most * leastPart, lane.rate / 2);',
    after: 'lane.rate = Math.max(lane.most * leastPart, lane.rate / 2); lane.slowedMs = nowMs;',
    reason: unlike,
  },
  {
    file: 'app/registration/ways/unit.ts',
    before: "if (known?.status !== 'ACTIVE') return false;",
    after: "if (known?.status !== 'ACTIVE') return;",
    reason: isAsked,
  },
  {
    file: 'app/registration/ways/unit.ts',
    before: 'if (!(await calls.thingsOf(known.arn, signal)).includes(unit.thingName)) return false;',
    after: 'if (!(await calls.thingsOf(known.arn, signal)).includes(unit.thingName)) return;',
    reason: isAsked,
  },
  {
    file: 'app/registration/ways/run.ts',
    before: 'const signals = [ports.signal, failed.signal].filter((one) => one !== undefined);',
    after: 'const signals = [failed.signal, ports.signal].filter((one) => one !== undefined);',
    reason: 'the first of the two that aborts gives the reason, in whichever order they stand',
  },
  {
    file: 'app/registration/ways/run.ts',
    before: 'isUnsure = true; await patience.lose(error as StationError, progress.wait);',
    after: 'await patience.lose(error as StationError, progress.wait); isUnsure = true;',
    reason: 'the next try comes after both',
  },
  {
    file: 'app/registration/ways/run.ts',
    before: 'const pageSize = 64;',
    after: 'const pageSize = 65;',
    reason: 'pages of another size hold the same units',
  },
  {
    file: 'app/registration/ways/run.ts',
    before: 'const pageSize = 64;',
    after: 'const pageSize = 63;',
    reason: 'pages of another size hold the same units',
  },
  {
    file: 'app/registration/reconcile.ts',
    before: 'put(member, registered); counts.registered += 1;',
    after: 'counts.registered += 1; put(member, registered);',
    reason: between,
  },
  {
    file: 'app/registration/reconcile.ts',
    before: 'certificates.add(certificateId); things.add(thingName);',
    after: 'things.add(thingName); certificates.add(certificateId);',
    reason: between,
  },
  {
    file: 'app/registration/reconcile.ts',
    before: 'room -= own.length; texts.push(own);',
    after: 'texts.push(own); room -= own.length;',
    reason: between,
  },
  {
    file: 'app/registration/keyspec.ts',
    before: 'if (!unknown || waitMs > lastWaitMs) throw error;',
    after: 'if (!unknown || waitMs >= lastWaitMs) throw error;',
    reason: 'no wait is exactly that long',
  },
  {
    file: 'app/registration/policies.ts',
    before: '.reduce((oldest, one) => (Number(one) < Number(oldest) ? one : oldest));',
    after: '.reduce((oldest, one) => (Number(one) <= Number(oldest) ? one : oldest));',
    reason: 'no two versions have one number',
  },
  {
    file: 'app/registration/policies.ts',
    before: 'return false;',
    after: 'return;',
    reason: isAsked,
  },
  {
    file: 'app/registration/linesfile.ts',
    before: 'hash.update(chunk); bytes += chunk.length;',
    after: 'bytes += chunk.length; hash.update(chunk);',
    reason: 'both are read once all is written',
  },
  {
    file: 'app/registration/linesfile.ts',
    before: 'bytes += chunk.length; await handle.appendFile(chunk);',
    after: 'await handle.appendFile(chunk); bytes += chunk.length;',
    reason: 'both are read once all is written',
  },
  {
    file: 'main/kiosk/server.ts',
    before: 'reply.hijack();',
    after: ';',
    reason: 'once the head is written Fastify sends nothing of its own; the call tells the reader so',
  },
  {
    file: 'main/kiosk/memory.ts',
    before: 'if (text === undefined) return undefined;',
    after: ';',
    reason: 'what is no text is no JSON either, and the next lines give the same',
  },
  {
    file: 'main/kiosk/main.ts',
    before: "const code = error instanceof Error && 'code' in error ? String(error.code) : '';",
    after: "const code = (error instanceof Error || 'code' in error) ? String(error.code) : '';",
    reason: 'an error without a code then has the code "undefined", which means nothing either',
  },
  {
    file: 'main/kiosk/server.ts',
    before:
      'await server.register(fastifyCookie); await server.register(fastifyStatic, { root: assetsDir, serve: false, cacheControl: false });',
    after:
      'await server.register(fastifyStatic, { root: assetsDir, serve: false, cacheControl: false }); await server.register(fastifyCookie);',
    reason: plugins,
  },
  {
    file: 'main/kiosk/server.ts',
    before: 'takeOnlyJson(server); serveScreens(server, assetsDir);',
    after: 'serveScreens(server, assetsDir); takeOnlyJson(server);',
    reason: plugins,
  },
  {
    file: 'main/kiosk/server.ts',
    before: 'serveScreens(server, assetsDir); serveNotices(server);',
    after: 'serveNotices(server); serveScreens(server, assetsDir);',
    reason: plugins,
  },
  {
    file: 'main/kiosk/server.ts',
    before: 'const ends = isTurn ? [page.hold(), page.turn()] : [page.hold()];',
    after: 'const ends = isTurn ? [page.turn(), page.hold()] : [page.hold()];',
    reason: 'both are called before anything else can run',
  },
  {
    file: 'main/kiosk/closing.ts',
    before: "for (const stream of [process.stdout, process.stderr, process.stdin]) stream.on('error', () => {});",
    after: "for (const stream of [process.stderr, process.stdout, process.stdin]) stream.on('error', () => {});",
    reason: streams,
  },
  {
    file: 'main/kiosk/closing.ts',
    before: "for (const stream of [process.stdout, process.stderr, process.stdin]) stream.on('error', () => {});",
    after: "for (const stream of [process.stdout, process.stdin, process.stderr]) stream.on('error', () => {});",
    reason: streams,
  },
  {
    file: 'main/kiosk/stream.ts',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the text of the source
    before: 'waiting.delete(event); write(`event: ${event}\\ndata: ${JSON.stringify(data)}\\n\\n`);',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the text of the source
    after: 'write(`event: ${event}\\ndata: ${JSON.stringify(data)}\\n\\n`); waiting.delete(event);',
    reason: 'a socket calls nobody back before its write returns',
  },
  {
    file: 'app/records/log/seal.ts',
    before: 'now.size += 1; now.tile.push(leaf);',
    after: 'now.tile.push(leaf); now.size += 1;',
    reason: unlike,
  },
  {
    file: 'app/records/units/retention.ts',
    before: 'const last = found.at(-1);',
    after: 'const last = found.at(-0);',
    reason: 'what the page had is removed, so that the next page finds the same from either place',
  },
  {
    file: 'main/kiosk/server.ts',
    before: 'await server.register(fastifyCookie);',
    after: 'void server.register(fastifyCookie);',
    reason: registered,
  },
  {
    file: 'main/kiosk/server.ts',
    before: 'await server.register(fastifyStatic, { root: assetsDir, serve: false, cacheControl: false });',
    after: 'void server.register(fastifyStatic, { root: assetsDir, serve: false, cacheControl: false });',
    reason: registered,
  },
  {
    file: 'app/records/log/verifyleaves.ts',
    before: 'const pageRows = 1000;',
    after: 'const pageRows = 1001;',
    reason: 'pages of another size hold the same rows; progress is told a row earlier or later',
  },
  {
    file: 'app/records/log/verifyleaves.ts',
    before: 'const pageRows = 1000;',
    after: 'const pageRows = 999;',
    reason: 'pages of another size hold the same rows; progress is told a row earlier or later',
  },
  {
    file: 'app/records/bundle/selection.ts',
    before: 'let { rows, upTo }: Page = { rows: [], upTo: 0 };',
    after: 'let { rows, upTo }: Page = { rows: [], upTo: (-1) };',
    reason: 'ids begin with 1',
  },
  {
    file: 'app/records/bundle/selection.ts',
    before: 'return { rows: part.length === 0 ? [] : rowsAmong(sql, source, part), upTo: at < ids.length ? 0 : null };',
    after: 'return { rows: part.length === 0 ? [] : rowsAmong(sql, source, part), upTo: at < ids.length ? 1 : null };',
    reason: countedIds,
  },
  {
    file: 'app/records/bundle/selection.ts',
    before: 'return { rows: part.length === 0 ? [] : rowsAmong(sql, source, part), upTo: at < ids.length ? 0 : null };',
    after:
      'return { rows: part.length === 0 ? [] : rowsAmong(sql, source, part), upTo: at < ids.length ? (-1) : null };',
    reason: countedIds,
  },
  {
    file: 'app/records/bundle/lines.ts',
    before: 'if (waiting.length > pieceChars) {',
    after: 'if (waiting.length >= pieceChars) {',
    reason: pieces,
  },
  {
    file: 'app/records/bundle/make.ts',
    before: 'if (waiting.length > pieceChars) flush();',
    after: 'if (waiting.length >= pieceChars) flush();',
    reason: pieces,
  },
  {
    file: 'app/records/bundle/make.ts',
    before: 'asked += 1;',
    after: ';',
    reason: 'subtrees that are read once more are the same; it saves time and costs memory',
  },
  {
    file: 'app/records/bundle/scope.ts',
    before: 'for (let at = 0; at < values.length; at += partSize)',
    after: 'for (let at = 0; at <= values.length; at += partSize)',
    reason: 'a part without values has no rows',
  },
  {
    file: 'app/records/log/merkle.ts',
    before: 'oldHash = nodeHash(other, oldHash); newHash = nodeHash(other, newHash);',
    after: 'newHash = nodeHash(other, newHash); oldHash = nodeHash(other, oldHash);',
    reason: unlike,
  },
  {
    file: 'app/records/log/store.ts',
    before: 'AND firstLeaf >= (SELECT max(firstLeaf) FROM logRuns WHERE firstLeaf <= @from) ORDER BY firstLeaf`,',
    after: 'AND firstLeaf >= (SELECT min(firstLeaf) FROM logRuns WHERE firstLeaf <= @from) ORDER BY firstLeaf`,',
    reason: 'the runs before have no leaf that is asked for',
  },
  {
    file: 'app/records/log/store.ts',
    before: '`SELECT firstLeaf, source, firstId, lastId FROM logRuns WHERE firstLeaf < @to',
    after: '`SELECT firstLeaf, source, firstId, lastId FROM logRuns WHERE firstLeaf <= @to',
    reason: 'the run behind has no leaf that is asked for',
  },
  {
    file: 'app/records/desk/chartsum.ts',
    before: 'bins.set(bin, (bins.get(bin) ?? 0) + steps); to.times.set(step, bins);',
    after: 'to.times.set(step, bins); bins.set(bin, (bins.get(bin) ?? 0) + steps);',
    reason: 'it is the same map, put first or filled first',
  },
  {
    file: 'app/records/people/pins.ts',
    before: 'const noPerson = { pinSalt: new Uint8Array(randomBytes(16)), pinHash: new Uint8Array(randomBytes(32)) };',
    after: 'const noPerson = { pinSalt: new Uint8Array(randomBytes(17)), pinHash: new Uint8Array(randomBytes(32)) };',
    reason: anySalt,
  },
  {
    file: 'app/records/people/pins.ts',
    before: 'const noPerson = { pinSalt: new Uint8Array(randomBytes(16)), pinHash: new Uint8Array(randomBytes(32)) };',
    after: 'const noPerson = { pinSalt: new Uint8Array(randomBytes(15)), pinHash: new Uint8Array(randomBytes(32)) };',
    reason: anySalt,
  },
  {
    file: 'app/plant/office.ts',
    before: 'const salt = randomBytes(16);',
    after: 'const salt = randomBytes(17);',
    reason: anySalt,
  },
  {
    file: 'app/plant/office.ts',
    before: 'const salt = randomBytes(16);',
    after: 'const salt = randomBytes(15);',
    reason: anySalt,
  },
  {
    file: 'app/plant/ship.ts',
    before: 'const usualPage = 500;',
    after: 'const usualPage = 501;',
    reason: pieces,
  },
  {
    file: 'app/plant/ship.ts',
    before: 'const usualPage = 500;',
    after: 'const usualPage = 499;',
    reason: pieces,
  },
  {
    file: 'app/plant/schema/returns.ts',
    before: 'WHERE l.ended_at IS NULL AND p.restored_at IS NOT NULL AND coalesce(l.whole_at < p.restored_at, true);',
    after: 'WHERE l.ended_at IS NULL AND p.restored_at IS NOT NULL AND coalesce(l.whole_at <= p.restored_at, true);',
    reason: 'two acts do not begin in one microsecond',
  },
  {
    file: 'app/plant/schema/returns.ts',
    before: 'WHERE order_id = p_order AND serial_prefix IS NOT NULL),',
    after: 'WHERE order_id = p_order),',
    reason: 'only an order with a range is asked for its runs',
  },
  {
    file: 'app/plant/desk/units.ts',
    before:
      "['u.order_id = $?', filter.orderId], [ '$? AND (u.unit_serial, u.station_id) IN (SELECT x.unit_serial, x.station_id FROM birthmark.collisions x)', filter.refused || undefined, ],",
    after:
      "[ '$? AND (u.unit_serial, u.station_id) IN (SELECT x.unit_serial, x.station_id FROM birthmark.collisions x)', filter.refused || undefined, ], ['u.order_id = $?', filter.orderId],",
    reason: 'all conditions must hold, in any order',
  },
  {
    file: 'app/plant/desk/proof.ts',
    before: 'for (const index of [leafIndex, size]) await load(level, Math.floor(index / tile ** (step + 1)));',
    after: 'for (const index of [size, leafIndex]) await load(level, Math.floor(index / tile ** (step + 1)));',
    reason: 'both tiles are there in the end',
  },
  {
    file: 'app/plant/schema/functions.ts',
    before:
      "UNION ALL SELECT 'hardwareId', u ->> 'hardwareId', u ->> 'unitSerial' FROM jsonb_array_elements(p_facts -> 'units') u",
    after:
      "UNION SELECT 'hardwareId', u ->> 'hardwareId', u ->> 'unitSerial' FROM jsonb_array_elements(p_facts -> 'units') u",
    reason: takenOnce,
  },
  {
    file: 'app/plant/schema/functions.ts',
    before:
      "UNION ALL SELECT 'key', k ->> 'spkiSha256', k ->> 'unitSerial' FROM jsonb_array_elements(p_facts -> 'keys') k) c));",
    after:
      "UNION SELECT 'key', k ->> 'spkiSha256', k ->> 'unitSerial' FROM jsonb_array_elements(p_facts -> 'keys') k) c));",
    reason: takenOnce,
  },
  {
    file: 'app/plant/schema/functions.ts',
    before: 'ORDER BY collision_id LIMIT 500) c LEFT JOIN birthmark.stations s ON s.station_id = c.owner_station',
    after: 'ORDER BY collision_id DESC LIMIT 500) c LEFT JOIN birthmark.stations s ON s.station_id = c.owner_station',
    reason: 'each is told in its turn, the latest first or last',
  },
  {
    file: 'app/registration/account/awsaccount.ts',
    before: 'if (template === undefined) return {};',
    after: ';',
    reason: 'what is undefined is not sent',
  },
  {
    file: 'app/registration/mqtt/stream.ts',
    before: "signal.addEventListener('abort', stop, { once: true });",
    after: "signal.addEventListener('abort', stop, { once: false });",
    reason: abortsOnce,
  },
  {
    file: 'app/registration/mqtt/client.ts',
    before: "signal?.addEventListener('abort', abort, { once: true });",
    after: "signal?.addEventListener('abort', abort, { once: false });",
    reason: abortsOnce,
  },
  {
    file: 'main/kiosk/stream.ts',
    before: 'heartbeat.unref();',
    after: ';',
    reason: 'a stream that is open keeps its process by its socket, and its end ends this',
  },
  {
    file: 'app/registration/mqtt/client.ts',
    before: 'const outcome = await Promise.race([act.then((value) => ({ value })), ended]);',
    after: 'const outcome = await Promise.race([ended, act.then((value) => ({ value }))]);',
    reason: 'what settles first wins, in any order; an end that is there already comes first in both',
  },
  {
    file: 'app/registration/report.ts',
    before: 'signal: signal ? AbortSignal.any([signal, limit]) : limit,',
    after: 'signal: signal ? AbortSignal.any([limit, signal]) : limit,',
    reason: 'each of the two aborts it',
  },
  {
    file: 'app/records/connections/search.ts',
    before: '.sort((one, other) => (isBehind(one, other) ? 1 : -1))',
    after: '.sort((one, other) => (isBehind(one, other) ? 2 : -1))',
    reason: 'only the sign of a comparison counts',
  },
  {
    file: 'app/records/plant/standing.ts',
    before: 'size: headOf(sql)?.size ?? 0,',
    after: 'size: headOf(sql)?.size ?? 1,',
    reason: itsHead,
  },
  {
    file: 'app/records/plant/standing.ts',
    before: 'size: headOf(sql)?.size ?? 0,',
    after: 'size: headOf(sql)?.size ?? (-1),',
    reason: itsHead,
  },
  {
    file: 'app/records/plant/standing.ts',
    before:
      "append(sql, { unitSerial, at, attempt: attempts, entry: 'unit.refused', actor: 'station', data }); audit(sql, { at, entry: 'unit.refused', actor: 'station', subject: unitSerial, data });",
    after:
      "audit(sql, { at, entry: 'unit.refused', actor: 'station', subject: unitSerial, data }); append(sql, { unitSerial, at, attempt: attempts, entry: 'unit.refused', actor: 'station', data });",
    reason: oneCommit,
  },
  {
    file: 'app/records/authorities/authorities.ts',
    before:
      "sql.run('UPDATE issuers SET active = 1 WHERE issuerId = @issuerId', { issuerId }); audit(sql, { at, entry: 'issuer.activated', actor, subject: issuerId, data: { kind: found.kind, ...agreement } });",
    after:
      "audit(sql, { at, entry: 'issuer.activated', actor, subject: issuerId, data: { kind: found.kind, ...agreement } }); sql.run('UPDATE issuers SET active = 1 WHERE issuerId = @issuerId', { issuerId });",
    reason: oneCommit,
  },
  {
    file: 'app/records/people/signin.ts',
    before:
      "forgetFailures(sql, badge); sql.run( 'INSERT INTO lastSignIns (personId, at) VALUES (@personId, @at) ON CONFLICT (personId) DO UPDATE SET at = @at', { personId: person.personId, at }, );",
    after:
      "sql.run( 'INSERT INTO lastSignIns (personId, at) VALUES (@personId, @at) ON CONFLICT (personId) DO UPDATE SET at = @at', { personId: person.personId, at }, ); forgetFailures(sql, badge);",
    reason: oneCommit,
  },
  {
    file: 'app/plant/schema/leases.ts',
    before: 'WHERE l.ended_at IS NULL AND p.restored_at IS NOT NULL AND coalesce(l.whole_at < p.restored_at, true);',
    after: 'WHERE l.ended_at IS NULL AND p.restored_at IS NOT NULL AND coalesce(l.whole_at <= p.restored_at, true);',
    reason: replaced,
  },
  {
    file: 'app/plant/schema/leases.ts',
    before:
      "IF p_quantity > free THEN RAISE EXCEPTION 'order % has % left', p_order, greatest(free, 0) USING ERRCODE = 'BM004'; END IF;",
    after:
      "IF p_quantity >= free THEN RAISE EXCEPTION 'order % has % left', p_order, greatest(free, 0) USING ERRCODE = 'BM004'; END IF;",
    reason: replaced,
  },
  {
    file: 'app/plant/schema/leases.ts',
    before: 'IF first + p_quantity - 1 > o.serial_last THEN',
    after: 'IF first + p_quantity - 1 >= o.serial_last THEN',
    reason: replaced,
  },
  {
    file: 'app/plant/schema/leases.ts',
    before: 'SELECT * INTO o FROM birthmark.orders WHERE order_id = p_order FOR UPDATE;',
    after: 'SELECT * INTO o FROM birthmark.orders WHERE order_id <> p_order FOR UPDATE;',
    reason: replaced,
  },
  {
    file: 'app/plant/schema/leases.ts',
    before: 'INTO free, first FROM birthmark.leases l WHERE l.order_id = p_order;',
    after: 'INTO free, first FROM birthmark.leases l WHERE l.order_id <> p_order;',
    reason: replaced,
  },
  {
    file: 'app/plant/schema/leases.ts',
    before: 'FROM birthmark.leases l WHERE l.station_id = birthmark.my_station()',
    after: 'FROM birthmark.leases l WHERE l.station_id <> birthmark.my_station()',
    reason: replaced,
  },
  {
    file: 'app/plant/schema/leases.ts',
    before: 'WHERE l.ended_at IS NULL AND p.restored_at IS NOT NULL AND coalesce(l.whole_at < p.restored_at, true);',
    after: 'WHERE l.ended_at IS NULL AND coalesce(l.whole_at < p.restored_at, true);',
    reason: replaced,
  },
  {
    file: 'app/plant/schema/leases.ts',
    before: 'WHERE l.ended_at IS NULL AND p.restored_at IS NOT NULL AND coalesce(l.whole_at < p.restored_at, true);',
    after: 'WHERE l.ended_at IS NULL AND p.restored_at IS NULL AND coalesce(l.whole_at < p.restored_at, true);',
    reason: replaced,
  },
  {
    file: 'app/plant/schema/leases.ts',
    before: 'IF missing IS NOT NULL THEN',
    after: 'IF missing IS NULL THEN',
    reason: replaced,
  },
  {
    file: 'app/plant/schema/leases.ts',
    before: "IF me IS NULL THEN RAISE EXCEPTION 'this station has not joined' USING ERRCODE = 'BM001'; END IF;",
    after: "IF me IS NOT NULL THEN RAISE EXCEPTION 'this station has not joined' USING ERRCODE = 'BM001'; END IF;",
    reason: replaced,
  },
  {
    file: 'app/plant/schema/leases.ts',
    before: 'WHERE l.ended_at IS NULL AND p.restored_at IS NOT NULL AND coalesce(l.whole_at < p.restored_at, true);',
    after: 'WHERE l.ended_at IS NOT NULL AND p.restored_at IS NOT NULL AND coalesce(l.whole_at < p.restored_at, true);',
    reason: replaced,
  },
  {
    file: 'app/plant/schema/leases.ts',
    before:
      "'model', l.model, 'quantity', l.quantity, 'serialFrom', l.serial_from, 'serialTo', l.serial_to) ORDER BY l.leased_at), '[]'))",
    after:
      "'model', l.model, 'quantity', l.quantity, 'serialFrom', l.serial_from, 'serialTo', l.serial_to) ORDER BY l.leased_at DESC), '[]'))",
    reason: replaced,
  },
  {
    file: 'app/plant/schema/leases.ts',
    before: 'greatest(o.serial_first, 1 + max(substr(l.serial_to, length(o.serial_prefix) + 1)::numeric))',
    after: 'greatest(o.serial_first, 1 + min(substr(l.serial_to, length(o.serial_prefix) + 1)::numeric))',
    reason: replaced,
  },
  {
    file: 'app/plant/schema/desk.ts',
    before: `WHERE s.j ->> 'kind' = 'journal' AND s.j ->> 'entry' = '\${ended}' AND s.j #>> '{data,outcome}' IS NOT NULL`,
    after: `WHERE s.j ->> 'kind' = 'journal' AND s.j ->> 'entry' = '\${ended}' AND s.j #>> '{data,outcome}' IS NULL`,
    reason: replaced,
  },
  {
    file: 'app/plant/schema/desk.ts',
    before:
      'FOR page IN SELECT log_id, min(leaf_index) AS first, max(leaf_index) + 1 AS next, array_agg(leaf) AS leaves FROM fresh GROUP BY log_id LOOP',
    after:
      'FOR page IN SELECT log_id, min(leaf_index) AS first, min(leaf_index) + 1 AS next, array_agg(leaf) AS leaves FROM fresh GROUP BY log_id LOOP',
    reason: replaced,
  },
  {
    file: 'app/plant/schema/desk.ts',
    before:
      'FOR page IN SELECT log_id, min(leaf_index) AS first, max(leaf_index) + 1 AS next, array_agg(leaf) AS leaves FROM fresh GROUP BY log_id LOOP',
    after:
      'FOR page IN SELECT log_id, max(leaf_index) AS first, max(leaf_index) + 1 AS next, array_agg(leaf) AS leaves FROM fresh GROUP BY log_id LOOP',
    reason: replaced,
  },
];

export const reasonFor = (mutant: Mutant, list = equivalents): string | undefined =>
  list.find(({ file, before, after }) => mutant.file === file && mutant.before === before && mutant.after === after)
    ?.reason;
