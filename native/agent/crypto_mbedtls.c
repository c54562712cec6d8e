/*
 * Cryptography by Mbed TLS 2.28. The core of the agent allocates nothing. Mbed TLS takes memory for big numbers and
 * parsed certificates from its own allocator, which a firmware gives a static buffer
 * (mbedtls_memory_buffer_alloc_init).
 */
#include "crypto.h"

#include <string.h>

#include "mbedtls/ctr_drbg.h"
#include "mbedtls/ecdsa.h"
#include "mbedtls/entropy.h"
#include "mbedtls/pk.h"
#include "mbedtls/platform_util.h"
#include "mbedtls/sha256.h"
#include "mbedtls/x509_crt.h"
#include "mbedtls/x509_csr.h"
#include "port.h"

enum { KEY_DER_MAX = 128, SUBJECT_MAX = 2 * 64 + 4 };

static mbedtls_entropy_context entropy;
static mbedtls_ctr_drbg_context drbg;

bool crypto_begin(void) {
  static const unsigned char purpose[] = "birthmark agent";
  mbedtls_entropy_init(&entropy);
  mbedtls_ctr_drbg_init(&drbg);
  return mbedtls_ctr_drbg_seed(&drbg, mbedtls_entropy_func, &entropy, purpose, sizeof purpose) == 0;
}

void crypto_end(void) {
  mbedtls_ctr_drbg_free(&drbg);
  mbedtls_entropy_free(&entropy);
}

crypto_key_result crypto_make_key(void) {
  mbedtls_pk_context pk;
  uint8_t der[KEY_DER_MAX];
  crypto_key_result result = KEY_FAILED;
  mbedtls_pk_init(&pk);
  if (mbedtls_pk_setup(&pk, mbedtls_pk_info_from_type(MBEDTLS_PK_ECKEY)) == 0 &&
      mbedtls_ecp_gen_key(MBEDTLS_ECP_DP_SECP256R1, mbedtls_pk_ec(pk), mbedtls_ctr_drbg_random, &drbg) == 0) {
    int n = mbedtls_pk_write_key_der(&pk, der, sizeof der); /* written at the end of the buffer */
    if (n > 0) result = port_store(SLOT_KEY, der + sizeof der - (size_t)n, (size_t)n) ? KEY_MADE : KEY_NOT_STORED;
  }
  mbedtls_platform_zeroize(der, sizeof der);
  mbedtls_pk_free(&pk);
  return result;
}

/* On success the caller frees pk. On failure nothing is left to free. */
static bool load_key(mbedtls_pk_context *pk) {
  uint8_t der[KEY_DER_MAX];
  size_t n = port_size(SLOT_KEY);
  mbedtls_pk_init(pk);
  bool loaded = n > 0 && n <= sizeof der && port_read(SLOT_KEY, 0, der, n) && mbedtls_pk_parse_key(pk, der, n, NULL, 0) == 0 &&
                mbedtls_pk_can_do(pk, MBEDTLS_PK_ECDSA);
  mbedtls_platform_zeroize(der, sizeof der);
  if (!loaded) mbedtls_pk_free(pk);
  return loaded;
}

/* Mbed TLS reads the subject as text in which `,` separates and `\` escapes. */
static void subject_of(const char *name, char out[SUBJECT_MAX]) {
  size_t used = 3;
  memcpy(out, "CN=", 3);
  for (; *name && used + 3 < SUBJECT_MAX; name++) {
    if (*name == ',' || *name == '\\') out[used++] = '\\';
    out[used++] = *name;
  }
  out[used] = '\0';
}

bool crypto_make_csr(const char *name, uint8_t *out, size_t size, size_t *n) {
  mbedtls_pk_context pk;
  mbedtls_x509write_csr csr;
  char subject[SUBJECT_MAX];
  int written = -1;
  if (!load_key(&pk)) return false;
  subject_of(name, subject);
  mbedtls_x509write_csr_init(&csr);
  mbedtls_x509write_csr_set_key(&csr, &pk);
  mbedtls_x509write_csr_set_md_alg(&csr, MBEDTLS_MD_SHA256);
  if (mbedtls_x509write_csr_set_subject_name(&csr, subject) == 0)
    written = mbedtls_x509write_csr_der(&csr, out, size, mbedtls_ctr_drbg_random, &drbg);
  mbedtls_x509write_csr_free(&csr);
  mbedtls_pk_free(&pk);
  if (written <= 0) return false;
  *n = (size_t)written;
  memmove(out, out + size - *n, *n); /* Mbed TLS writes at the end of the buffer */
  return true;
}

bool crypto_sign(const uint8_t *message, size_t message_n, uint8_t *out, size_t size, size_t *n) {
  mbedtls_pk_context pk;
  uint8_t digest[32];
  if (size < MBEDTLS_ECDSA_MAX_LEN || !load_key(&pk)) return false;
  crypto_sha256(message, message_n, digest);
  bool done = mbedtls_pk_sign(&pk, MBEDTLS_MD_SHA256, digest, sizeof digest, out, n, mbedtls_ctr_drbg_random, &drbg) == 0;
  mbedtls_pk_free(&pk);
  return done;
}

bool crypto_certificate_is_mine(const uint8_t *der, size_t n) {
  mbedtls_pk_context pk;
  mbedtls_x509_crt crt;
  if (!load_key(&pk)) return false;
  mbedtls_x509_crt_init(&crt);
  bool mine = mbedtls_x509_crt_parse_der(&crt, der, n) == 0 && crt.raw.len == n && mbedtls_pk_can_do(&crt.pk, MBEDTLS_PK_ECKEY) &&
              mbedtls_pk_check_pair(&crt.pk, &pk) == 0;
  mbedtls_x509_crt_free(&crt);
  mbedtls_pk_free(&pk);
  return mine;
}

void crypto_sha256(const uint8_t *bytes, size_t n, uint8_t digest[32]) { (void)mbedtls_sha256_ret(bytes, n, digest, 0); }

bool crypto_sha256_of_slot(int slot, size_t n, uint8_t digest[32]) {
  mbedtls_sha256_context context;
  uint8_t piece[64];
  bool read = true;
  mbedtls_sha256_init(&context);
  read = mbedtls_sha256_starts_ret(&context, 0) == 0;
  for (size_t at = 0; read && at < n; at += sizeof piece) {
    size_t length = n - at < sizeof piece ? n - at : sizeof piece;
    read = port_read((port_slot)slot, at, piece, length) && mbedtls_sha256_update_ret(&context, piece, length) == 0;
  }
  read = read && mbedtls_sha256_finish_ret(&context, digest) == 0;
  mbedtls_sha256_free(&context);
  return read;
}
