#include "x509.h"

#include <string.h>

#include "crypto.h"
#include "hash.h"

enum { SEQUENCE = 0x30, SET = 0x31, INTEGER = 0x02, BIT_STRING = 0x03, UTF8_STRING = 0x0C, VERSION = 0xA0, ATTRIBUTES = 0xA0 };

/* SubjectPublicKeyInfo up to the point: id-ecPublicKey, secp256r1, and a BIT STRING without unused bits (RFC 5480). */
static const uint8_t key_head[] = {0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01,
                                   0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00};
/* The algorithm ecdsa-with-SHA256, without parameters (RFC 5758, 3.2). */
static const uint8_t signed_with[] = {0x30, 0x0A, 0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, 0x02};
static const uint8_t common_name[] = {0x06, 0x03, 0x55, 0x04, 0x03};

enum { KEY_INFO = sizeof key_head + CRYPTO_POINT };

/* The device's SubjectPublicKeyInfo. */
static bool key_info(uint8_t out[KEY_INFO]) {
  memcpy(out, key_head, sizeof key_head);
  return crypto_public_key(out + sizeof key_head);
}

/* Puts the tag and the length of n bytes of content (at most 65535) at `out`. Returns how many bytes that took. */
static size_t put_head(uint8_t *out, uint8_t tag, size_t n) {
  size_t used = 0;
  out[used++] = tag;
  if (n > 255) out[used++] = 0x82, out[used++] = (uint8_t)(n >> 8);
  else if (n > 127) out[used++] = 0x81;
  out[used++] = (uint8_t)n;
  return used;
}

/* An INTEGER of 32 bytes: no leading zeros, and one where the first bit would read as a sign. */
static size_t put_integer(uint8_t *out, const uint8_t value[32]) {
  size_t skip = 0;
  while (skip < 31 && value[skip] == 0) skip++;
  size_t sign = value[skip] >> 7, n = 32 - skip;
  out[0] = INTEGER;
  out[1] = (uint8_t)(sign + n);
  out[2] = 0;
  memcpy(out + 2 + sign, value + skip, n);
  return 2 + sign + n;
}

bool x509_sign(const uint8_t digest[32], uint8_t out[X509_SIGNATURE_MAX], size_t *n) {
  uint8_t bare[CRYPTO_SIGNATURE];
  if (!crypto_sign(digest, bare)) return false;
  size_t used = 2 + put_integer(out + 2, bare);
  used += put_integer(out + used, bare + 32);
  out[0] = SEQUENCE;
  out[1] = (uint8_t)(used - 2);
  *n = used;
  return true;
}

/* CertificationRequestInfo: version 0, subject, key, no attributes. Returns its length, 0 on failure. */
static size_t put_request_info(uint8_t *out, const char *name, size_t name_n) {
  size_t attribute = sizeof common_name + 2 + name_n; /* every length up to the subject's is below 128 */
  size_t used = put_head(out, SEQUENCE, 3 + (6 + attribute) + KEY_INFO + 2);
  used += put_head(out + used, INTEGER, 1);
  out[used++] = 0;
  used += put_head(out + used, SEQUENCE, 4 + attribute);
  used += put_head(out + used, SET, 2 + attribute);
  used += put_head(out + used, SEQUENCE, attribute);
  memcpy(out + used, common_name, sizeof common_name);
  used += sizeof common_name;
  used += put_head(out + used, UTF8_STRING, name_n);
  memcpy(out + used, name, name_n);
  used += name_n;
  if (!key_info(out + used)) return 0;
  used += KEY_INFO;
  return used + put_head(out + used, ATTRIBUTES, 0);
}

bool x509_request(const char *name, uint8_t *out, size_t size, size_t *n) {
  enum { LONGEST_HEAD = 4 };
  uint8_t digest[CRYPTO_DIGEST], signature[X509_SIGNATURE_MAX];
  size_t name_n = strlen(name), signature_n;
  if (name_n == 0 || name_n > X509_NAME_MAX || size < X509_CSR_MAX) return false;
  uint8_t *body = out + LONGEST_HEAD; /* its own head is known at the end */
  size_t used = put_request_info(body, name, name_n);
  if (used == 0 || !hash_bytes(body, used, digest) || !x509_sign(digest, signature, &signature_n)) return false;
  memcpy(body + used, signed_with, sizeof signed_with);
  used += sizeof signed_with;
  body[used++] = BIT_STRING;
  body[used++] = (uint8_t)(1 + signature_n);
  body[used++] = 0; /* unused bits */
  memcpy(body + used, signature, signature_n);
  used += signature_n;
  size_t head = put_head(out, SEQUENCE, used);
  memmove(out + head, body, used);
  *n = head + used;
  return true;
}

/*
 * Takes the element with this tag from the front of [*at, end) and sets [*content, *at) to its content. False if the
 * next element has another tag, reaches beyond `end`, or has a length that is not DER.
 */
static bool take(const uint8_t **at, const uint8_t *end, uint8_t tag, const uint8_t **content) {
  const uint8_t *p = *at;
  if (end - p < 2 || *p++ != tag) return false;
  size_t n = *p++;
  if (n > 0x82 || n == 0x80) return false; /* an item has less than 65536 bytes */
  if (n > 0x80) {
    size_t bytes = n - 0x80, least = bytes == 1 ? 0x80 : 0x100;
    if ((size_t)(end - p) < bytes) return false;
    for (n = 0; bytes > 0; bytes--) n = n << 8 | *p++;
    if (n < least) return false;
  }
  if ((size_t)(end - p) < n) return false;
  *content = p;
  *at = p + n;
  return true;
}

bool x509_is_mine(const uint8_t *der, size_t n) {
  /* TBSCertificate from the serial number to the subject. */
  static const uint8_t before_key[] = {INTEGER, SEQUENCE, SEQUENCE, SEQUENCE, SEQUENCE};
  uint8_t mine[KEY_INFO];
  const uint8_t *at = der, *end = der + n, *inside, *skipped, *tbs;
  if (!take(&at, end, SEQUENCE, &inside) || at != end) return false;
  if (!take(&inside, end, SEQUENCE, &tbs)) return false;
  const uint8_t *tbs_end = inside;
  if (!take(&inside, end, SEQUENCE, &skipped) || !take(&inside, end, BIT_STRING, &skipped) || inside != end) return false;
  (void)take(&tbs, tbs_end, VERSION, &skipped); /* absent in version 1 */
  for (size_t i = 0; i < sizeof before_key; i++)
    if (!take(&tbs, tbs_end, before_key[i], &skipped)) return false;
  return tbs_end - tbs >= KEY_INFO && key_info(mine) && memcmp(tbs, mine, KEY_INFO) == 0;
}
