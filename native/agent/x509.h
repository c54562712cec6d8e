/* The DER that the agent needs for its P-256 key: a request, a signature, and whose key a certificate has. */
#ifndef X509_H
#define X509_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
  X509_NAME_MAX = 64,      /* bytes of a common name: ub-common-name of RFC 5280 */
  X509_SIGNATURE_MAX = 72, /* bytes of an ECDSA signature in DER */
  X509_CSR_MAX = 270       /* bytes of a request with the longest name */
};

/*
 * Writes a PKCS#10 request (RFC 2986) with the subject CN = name (UTF-8, 1 to X509_NAME_MAX bytes), signed with the
 * device's key. False if the key cannot be used or the request does not fit.
 */
bool x509_request(const char *name, uint8_t *out, size_t size, size_t *n);

/* Signs a SHA-256 digest with the device's key. Writes ECDSA-Sig-Value (RFC 3279, 2.2.3). False if the key fails. */
bool x509_sign(const uint8_t digest[32], uint8_t out[X509_SIGNATURE_MAX], size_t *n);

/*
 * True if the n bytes are one certificate (RFC 5280, 4.1) whose subjectPublicKeyInfo is the one of the device's
 * request. The rest of it is for the station to judge.
 */
bool x509_is_mine(const uint8_t *der, size_t n);

#endif
