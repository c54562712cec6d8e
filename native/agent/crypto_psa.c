/*
 * The crypto backend for a PSA Crypto API 1.0 and later: Mbed TLS 3.6, Mbed TLS 4 (TF-PSA-Crypto), TF-M, and the
 * drivers below them. It calls nothing else, so that it compiles against each of them. The key is persistent and cannot
 * be exported: not even the agent sees it. SLOT_KEY stays empty, unless the PSA storage itself lies on port.h
 * (mbedtls36/its_port.c).
 */
#include "crypto_psa.h"

#include "crypto.h"
#include "psa/crypto.h"

static psa_hash_operation_t hash;

bool crypto_begin(void) {
  hash = psa_hash_operation_init();
  return psa_crypto_init() == PSA_SUCCESS;
}

void crypto_end(void) { (void)psa_hash_abort(&hash); }

bool crypto_has_key(void) {
  psa_key_attributes_t attributes = psa_key_attributes_init();
  bool found = psa_get_key_attributes(AGENT_PSA_KEY_ID, &attributes) == PSA_SUCCESS;
  psa_reset_key_attributes(&attributes);
  return found;
}

crypto_key_result crypto_make_key(void) {
  psa_key_attributes_t attributes = psa_key_attributes_init();
  psa_key_id_t made;
  psa_set_key_id(&attributes, AGENT_PSA_KEY_ID);
  psa_set_key_lifetime(&attributes, AGENT_PSA_KEY_LIFETIME);
  psa_set_key_type(&attributes, PSA_KEY_TYPE_ECC_KEY_PAIR(PSA_ECC_FAMILY_SECP_R1));
  psa_set_key_bits(&attributes, 256);
  /* The agent signs digests of SHA-256. TLS signs with the same key, and with the hash that the server asks for. */
  psa_set_key_usage_flags(&attributes, PSA_KEY_USAGE_SIGN_HASH);
  psa_set_key_algorithm(&attributes, PSA_ALG_ECDSA(PSA_ALG_ANY_HASH));
  switch (psa_generate_key(&attributes, &made)) {
    case PSA_SUCCESS:
      return KEY_MADE;
    case PSA_ERROR_STORAGE_FAILURE:
    case PSA_ERROR_INSUFFICIENT_STORAGE:
    case PSA_ERROR_DATA_CORRUPT:
    case PSA_ERROR_DATA_INVALID:
      return KEY_NOT_STORED;
    default:
      return KEY_FAILED;
  }
}

bool crypto_forget_key(void) {
  psa_status_t status = psa_destroy_key(AGENT_PSA_KEY_ID);
  return status == PSA_SUCCESS || status == PSA_ERROR_INVALID_HANDLE; /* there is none */
}

bool crypto_public_key(uint8_t point[CRYPTO_POINT]) {
  size_t n;
  return psa_export_public_key(AGENT_PSA_KEY_ID, point, CRYPTO_POINT, &n) == PSA_SUCCESS && n == CRYPTO_POINT;
}

bool crypto_sign(const uint8_t digest[CRYPTO_DIGEST], uint8_t signature[CRYPTO_SIGNATURE]) {
  size_t n;
  return psa_sign_hash(AGENT_PSA_KEY_ID, PSA_ALG_ECDSA(PSA_ALG_SHA_256), digest, CRYPTO_DIGEST, signature, CRYPTO_SIGNATURE, &n) ==
             PSA_SUCCESS &&
         n == CRYPTO_SIGNATURE;
}

bool crypto_hash_begin(void) {
  return psa_hash_abort(&hash) == PSA_SUCCESS && psa_hash_setup(&hash, PSA_ALG_SHA_256) == PSA_SUCCESS;
}

bool crypto_hash_add(const uint8_t *bytes, size_t n) { return psa_hash_update(&hash, bytes, n) == PSA_SUCCESS; }

bool crypto_hash_end(uint8_t digest[CRYPTO_DIGEST]) {
  size_t n;
  return psa_hash_finish(&hash, digest, CRYPTO_DIGEST, &n) == PSA_SUCCESS && n == CRYPTO_DIGEST;
}
