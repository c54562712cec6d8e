/*
 * The outside judge of proof of possession: OpenSSL, for many requests in one process.
 * stdin: for each request its length (four octets, most significant first) and its bytes, as DER.
 * stdout: for each one character: v the signature verifies, r it does not, x OpenSSL cannot read the request.
 */
#include <openssl/err.h>
#include <openssl/x509.h>
#include <stdio.h>

static int judge(const unsigned char *der, size_t length) {
  X509_REQ *request = d2i_X509_REQ(NULL, &der, (long)length);
  EVP_PKEY *key = request == NULL ? NULL : X509_REQ_get0_pubkey(request);
  int verdict = request == NULL ? 'x' : 'r';
  if (key != NULL && X509_REQ_verify(request, key) == 1) verdict = 'v';
  X509_REQ_free(request);
  ERR_clear_error();
  return verdict;
}

int main(void) {
  static unsigned char der[65536];
  unsigned char header[4];
  while (fread(header, 1, sizeof header, stdin) == sizeof header) {
    size_t length = (size_t)header[0] << 24 | (size_t)header[1] << 16 | (size_t)header[2] << 8 | header[3];
    if (length > sizeof der || fread(der, 1, length, stdin) != length) return 1;
    putchar(judge(der, length));
  }
  return 0;
}
