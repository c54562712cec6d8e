/*
 * Requests by Mbed TLS, as a device would make them. Arguments: a private key file (PEM), the hash (SHA256, SHA384,
 * SHA512) and the subject. stdout: the request as DER.
 */
#include <mbedtls/ctr_drbg.h>
#include <mbedtls/entropy.h>
#include <mbedtls/md.h>
#include <mbedtls/pk.h>
#include <mbedtls/x509_csr.h>
#include <stdio.h>

int main(int argc, char **argv) {
  static unsigned char buffer[8192];
  mbedtls_pk_context key;
  mbedtls_entropy_context entropy;
  mbedtls_ctr_drbg_context random;
  mbedtls_x509write_csr request;
  const mbedtls_md_info_t *hash = argc == 4 ? mbedtls_md_info_from_string(argv[2]) : NULL;
  int length;

  if (hash == NULL) return 2;
  mbedtls_pk_init(&key);
  mbedtls_entropy_init(&entropy);
  mbedtls_ctr_drbg_init(&random);
  mbedtls_x509write_csr_init(&request);
  if (mbedtls_ctr_drbg_seed(&random, mbedtls_entropy_func, &entropy, NULL, 0) != 0) return 3;
  if (mbedtls_pk_parse_keyfile(&key, argv[1], NULL) != 0) return 4;
  mbedtls_x509write_csr_set_key(&request, &key);
  mbedtls_x509write_csr_set_md_alg(&request, mbedtls_md_get_type(hash));
  if (mbedtls_x509write_csr_set_subject_name(&request, argv[3]) != 0) return 5;
  length = mbedtls_x509write_csr_der(&request, buffer, sizeof buffer, mbedtls_ctr_drbg_random, &random);
  if (length <= 0) return 6;
  /* It is written at the end of the buffer. */
  return fwrite(buffer + sizeof buffer - length, 1, (size_t)length, stdout) == (size_t)length ? 0 : 7;
}
