/* The key, and the commands that sign with it. */
#include <string.h>

#include "commands.h"
#include "crypto.h"
#include "hash.h"
#include "text.h"
#include "x509.h"

enum { NONCE_MIN = 16, NONCE_MAX = 64 };

const char *command_key(agent *a, char *fields[]) {
  bool made = false;
  if (strcmp(fields[0], "P-256") != 0) return "keyType";
  if (!crypto_has_key()) {
    crypto_key_result result = crypto_make_key();
    if (result == KEY_FAILED) return "keyFailed";
    if (result == KEY_NOT_STORED) return "storage";
    made = true;
  }
  answer_text(&a->out, made ? "ok created=1" : "ok created=0");
  return NULL;
}

const char *command_csr(agent *a, char *fields[]) {
  char name[X509_NAME_MAX + 1];
  uint8_t digest[32];
  size_t n;
  if (!text_unescape(fields[0], name, sizeof name, &n) || n == 0) return "field";
  for (size_t i = 0; i < n; i++)
    if ((uint8_t)name[i] < 0x20 || name[i] == 0x7F) return "field";
  if (!crypto_has_key()) return "noKey";
  a->buffer_holds = BUFFER_EMPTY;
  if (!x509_request(name, a->buffer, sizeof a->buffer, &a->buffer_n)) return "keyFailed";
  a->buffer_holds = BUFFER_CSR;
  if (!hash_bytes(a->buffer, a->buffer_n, digest)) return "keyFailed";
  answer_text(&a->out, "ok len=");
  answer_number(&a->out, (uint32_t)a->buffer_n);
  answer_text(&a->out, " sha256=");
  answer_digest(&a->out, digest);
  return NULL;
}

const char *command_prove(agent *a, char *fields[]) {
  uint8_t nonce[NONCE_MAX], digest[32], signature[X509_SIGNATURE_MAX];
  size_t nonce_n, n;
  if (!text_base64(fields[0], nonce, sizeof nonce, &nonce_n) || nonce_n < NONCE_MIN) return "field";
  if (!crypto_has_key()) return "noKey";
  if (!hash_bytes(nonce, nonce_n, digest) || !x509_sign(digest, signature, &n)) return "keyFailed";
  answer_text(&a->out, "ok sig=");
  answer_base64(&a->out, signature, n);
  return NULL;
}
