/*
 * The crypto backend for the functions of Mbed TLS 2.28, which 3.6 still has and 4 has not: a new product takes
 * crypto_psa.c. The private key is in SLOT_KEY as ECPrivateKey (RFC 5915). Mbed TLS takes memory for big numbers from its own allocator, which a
 * firmware gives a static buffer (mbedtls_memory_buffer_alloc_init).
 */
#define MBEDTLS_ALLOW_PRIVATE_ACCESS /* 3.6 has no other way to the group and the scalar of a key pair */
#include "crypto.h"

#include "mbedtls/ctr_drbg.h"
#include "mbedtls/ecdsa.h"
#include "mbedtls/entropy.h"
#include "mbedtls/pk.h"
#include "mbedtls/platform_util.h"
#include "mbedtls/sha256.h"
#include "mbedtls/version.h"
#include "port.h"

#if MBEDTLS_VERSION_MAJOR < 3
#define mbedtls_sha256_starts mbedtls_sha256_starts_ret
#define mbedtls_sha256_update mbedtls_sha256_update_ret
#define mbedtls_sha256_finish mbedtls_sha256_finish_ret
#define PARSE_KEY(pk, der, n) mbedtls_pk_parse_key(pk, der, n, NULL, 0)
#else
#define PARSE_KEY(pk, der, n) mbedtls_pk_parse_key(pk, der, n, NULL, 0, mbedtls_ctr_drbg_random, &drbg)
#endif

enum { KEY_DER_MAX = 128 };

static mbedtls_entropy_context entropy;
static mbedtls_ctr_drbg_context drbg;
static mbedtls_sha256_context hash;

bool crypto_begin(void) {
  static const unsigned char purpose[] = "birthmark agent";
  mbedtls_entropy_init(&entropy);
  mbedtls_ctr_drbg_init(&drbg);
  mbedtls_sha256_init(&hash);
  return mbedtls_ctr_drbg_seed(&drbg, mbedtls_entropy_func, &entropy, purpose, sizeof purpose) == 0;
}

void crypto_end(void) {
  mbedtls_sha256_free(&hash);
  mbedtls_ctr_drbg_free(&drbg);
  mbedtls_entropy_free(&entropy);
}

bool crypto_has_key(void) { return port_size(SLOT_KEY) > 0; }

bool crypto_forget_key(void) { return port_forget(SLOT_KEY); }

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

/* The stored key, or NULL. The caller frees pk in either case. */
static mbedtls_ecp_keypair *load_key(mbedtls_pk_context *pk) {
  uint8_t der[KEY_DER_MAX];
  size_t n = port_size(SLOT_KEY);
  mbedtls_pk_init(pk);
  bool loaded = n > 0 && n <= sizeof der && port_read(SLOT_KEY, 0, der, n) && PARSE_KEY(pk, der, n) == 0 &&
                mbedtls_pk_can_do(pk, MBEDTLS_PK_ECDSA) && mbedtls_pk_ec(*pk)->grp.id == MBEDTLS_ECP_DP_SECP256R1;
  mbedtls_platform_zeroize(der, sizeof der);
  return loaded ? mbedtls_pk_ec(*pk) : NULL;
}

bool crypto_public_key(uint8_t point[CRYPTO_POINT]) {
  mbedtls_pk_context pk;
  size_t n;
  mbedtls_ecp_keypair *key = load_key(&pk);
  bool done = key && mbedtls_ecp_point_write_binary(&key->grp, &key->Q, MBEDTLS_ECP_PF_UNCOMPRESSED, &n, point, CRYPTO_POINT) == 0;
  mbedtls_pk_free(&pk);
  return done;
}

bool crypto_sign(const uint8_t digest[CRYPTO_DIGEST], uint8_t signature[CRYPTO_SIGNATURE]) {
  mbedtls_pk_context pk;
  mbedtls_mpi r, s;
  mbedtls_mpi_init(&r);
  mbedtls_mpi_init(&s);
  mbedtls_ecp_keypair *key = load_key(&pk);
  /* Deterministic (RFC 6979): a weak generator does not give the key away. It only blinds here. */
  bool done = key &&
              mbedtls_ecdsa_sign_det_ext(&key->grp, &r, &s, &key->d, digest, CRYPTO_DIGEST, MBEDTLS_MD_SHA256,
                                         mbedtls_ctr_drbg_random, &drbg) == 0 &&
              mbedtls_mpi_write_binary(&r, signature, 32) == 0 && mbedtls_mpi_write_binary(&s, signature + 32, 32) == 0;
  mbedtls_mpi_free(&r);
  mbedtls_mpi_free(&s);
  mbedtls_pk_free(&pk);
  return done;
}

bool crypto_hash_begin(void) { return mbedtls_sha256_starts(&hash, 0) == 0; }
bool crypto_hash_add(const uint8_t *bytes, size_t n) { return mbedtls_sha256_update(&hash, bytes, n) == 0; }
bool crypto_hash_end(uint8_t digest[CRYPTO_DIGEST]) { return mbedtls_sha256_finish(&hash, digest) == 0; }
