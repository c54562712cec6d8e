/*
 * TLS 1.2 with Mbed TLS 2.28 or 3.6, whose key is in the store or in PSA. The stored root judges the server, and the
 * device shows its certificate and chain.
 */
#include "tls.h"

#include <stdio.h>
#include <string.h>

#include "agent.h"
#include "claim.h"
#include "crypto_psa.h"
#include "mbedtls/ctr_drbg.h"
#include "mbedtls/entropy.h"
#include "mbedtls/error.h"
#include "mbedtls/net_sockets.h"
#include "mbedtls/platform_util.h"
#include "mbedtls/ssl.h"
#include "mbedtls/version.h"

#if MBEDTLS_VERSION_MAJOR < 3
#define MBEDTLS_PRIVATE(member) member
#define PARSE_KEY(der, n) mbedtls_pk_parse_key(&key, der, n, NULL, 0)
#else
#define PARSE_KEY(der, n) mbedtls_pk_parse_key(&key, der, n, NULL, 0, mbedtls_ctr_drbg_random, &drbg)
#endif

enum { SILENCE_MS = 10000, ALERT_MS = 100 };

static mbedtls_entropy_context entropy;
static mbedtls_ctr_drbg_context drbg;
static mbedtls_pk_context key;
static mbedtls_x509_crt own, root;
static mbedtls_ssl_config config;
static mbedtls_ssl_context ssl;
static mbedtls_net_context net;

static bool fails(tls_reason *why, const char *word, const char *detail) {
  why->word = word;
  snprintf(why->detail, sizeof why->detail, "%s", detail);
  return false;
}

static bool fails_with(tls_reason *why, const char *word, int error) {
  char text[sizeof why->detail];
  mbedtls_strerror(error, text, sizeof text);
  return fails(why, word, text);
}

static bool fails_by_alert(tls_reason *why, unsigned description) {
  why->word = "refused";
  snprintf(why->detail, sizeof why->detail, "the server sent TLS alert %u", description);
  return false;
}

/* Sets the reason for an `error` of a handshake, a read or a write. */
static bool fails_talking(tls_reason *why, int error) {
  switch (error) {
    case MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE:
      /* The alert still lies where it was received: level, description (RFC 5246, 7.2). */
      return fails_by_alert(why, ssl.MBEDTLS_PRIVATE(in_msg) ? ssl.MBEDTLS_PRIVATE(in_msg)[1] : 0u);
    case MBEDTLS_ERR_SSL_TIMEOUT:
      return fails(why, "timeout", "the server is silent");
    case 0:
    case MBEDTLS_ERR_SSL_CONN_EOF:
    case MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY:
    case MBEDTLS_ERR_NET_CONN_RESET:
    case MBEDTLS_ERR_NET_SEND_FAILED:
      return fails(why, "lost", "the server closed the connection");
    default:
      return fails_with(why, "tls", error);
  }
}

static bool load_stored_key(port_slot slot) {
  uint8_t der[AGENT_ITEM_MAX]; /* a claim of AWS has an RSA key */
  size_t n = port_size(slot);
  bool loaded = n > 0 && n <= sizeof der && port_read(slot, 0, der, n) && PARSE_KEY(der, n) == 0;
  mbedtls_platform_zeroize(der, sizeof der);
  return loaded;
}

#ifdef AGENT_PSA
static bool load_own_key(void) { return mbedtls_pk_setup_opaque(&key, AGENT_PSA_KEY_ID) == 0; }
#else
static bool load_own_key(void) { return load_stored_key(SLOT_KEY); }
#endif

/* Appends certificates in DER, one after the other, to `list`: n bytes of the slot from `from` on. */
static bool load_part(mbedtls_x509_crt *list, port_slot slot, size_t from, size_t n) {
  uint8_t der[AGENT_ITEM_MAX];
  size_t at = 0;
  if (n == 0 || n > sizeof der || !port_read(slot, from, der, n)) return false;
  while (at < n) {
    if (mbedtls_x509_crt_parse_der(list, der + at, n - at) != 0) return false;
    const mbedtls_x509_crt *last = list;
    while (last->next) last = last->next;
    at += last->raw.len;
  }
  return true;
}

static bool load_certificates(mbedtls_x509_crt *list, port_slot slot) { return load_part(list, slot, 0, port_size(slot)); }

static bool load_identity(port_identity shown, tls_reason *why) {
  bool loaded;
  if (!(shown == SHOW_CLAIM ? load_stored_key(SLOT_CLAIM_KEY) : load_own_key())) return fails(why, "store", "there is no usable key");
  if (shown == SHOW_GIVEN) loaded = load_part(&own, SLOT_GIVEN, GIVEN_HEAD, claim_given_size());
  else loaded = load_certificates(&own, shown == SHOW_CLAIM ? SLOT_CLAIM : SLOT_CERT);
  if (!loaded) return fails(why, "store", "there is no usable certificate");
  /* Without a chain, the root itself signed the device, or the server knows the issuing CA. */
  if (shown == SHOW_OWN && port_size(SLOT_CHAIN) > 0 && !load_certificates(&own, SLOT_CHAIN))
    return fails(why, "store", "the chain is unusable");
  return load_certificates(&root, SLOT_ROOT) || fails(why, "store", "there is no usable root");
}

static bool handshake(tls_reason *why) {
  int error;
  do error = mbedtls_ssl_handshake(&ssl);
  while (error == MBEDTLS_ERR_SSL_WANT_READ || error == MBEDTLS_ERR_SSL_WANT_WRITE);
  if (error == 0) return true;
  if (error == MBEDTLS_ERR_X509_CERT_VERIFY_FAILED) {
    const uint32_t out_of_time = MBEDTLS_X509_BADCERT_EXPIRED | MBEDTLS_X509_BADCERT_FUTURE;
    uint32_t flags = mbedtls_ssl_get_verify_result(&ssl);
    char text[sizeof why->detail];
    mbedtls_x509_crt_verify_info(text, sizeof text, "", flags);
    text[strcspn(text, "\n")] = '\0';
    return fails(why, (flags & ~out_of_time) == 0 ? "clock" : "server", text);
  }
  fails_talking(why, error);
  if (strcmp(why->word, "lost") != 0) return false;
  /*
   * A server that dislikes the certificate may hang up while the rest of our flight is on its way. If it sent an alert,
   * that is all that is left to read: a record of type 21 with two bytes, not yet encrypted.
   */
  uint8_t record[7];
  if (mbedtls_net_recv_timeout(&net, record, sizeof record, ALERT_MS) == (int)sizeof record && record[0] == 21 && record[4] == 2)
    return fails_by_alert(why, record[6]);
  why->word = "refused";
  return false;
}

bool tls_open(int socket, const char *server_name, port_identity shown, tls_reason *why) {
  static const unsigned char purpose[] = "birthmark agent tls";
  why->word = NULL;
  mbedtls_entropy_init(&entropy);
  mbedtls_ctr_drbg_init(&drbg);
  mbedtls_pk_init(&key);
  mbedtls_x509_crt_init(&own);
  mbedtls_x509_crt_init(&root);
  mbedtls_ssl_config_init(&config);
  mbedtls_ssl_init(&ssl);
  mbedtls_net_init(&net);
  net.fd = socket;
  int error = mbedtls_ctr_drbg_seed(&drbg, mbedtls_entropy_func, &entropy, purpose, sizeof purpose);
  if (error != 0) return fails_with(why, "tls", error);

  if (!load_identity(shown, why)) return false;

  error = mbedtls_ssl_config_defaults(&config, MBEDTLS_SSL_IS_CLIENT, MBEDTLS_SSL_TRANSPORT_STREAM, MBEDTLS_SSL_PRESET_DEFAULT);
#if MBEDTLS_VERSION_MAJOR >= 3
  mbedtls_ssl_conf_min_tls_version(&config, MBEDTLS_SSL_VERSION_TLS1_2);
  mbedtls_ssl_conf_max_tls_version(&config, MBEDTLS_SSL_VERSION_TLS1_2); /* 1.3 asks for psa_crypto_init */
#else
  mbedtls_ssl_conf_min_version(&config, MBEDTLS_SSL_MAJOR_VERSION_3, MBEDTLS_SSL_MINOR_VERSION_3);
#endif
  mbedtls_ssl_conf_authmode(&config, MBEDTLS_SSL_VERIFY_REQUIRED);
  mbedtls_ssl_conf_ca_chain(&config, &root, NULL);
  mbedtls_ssl_conf_rng(&config, mbedtls_ctr_drbg_random, &drbg);
  mbedtls_ssl_conf_read_timeout(&config, SILENCE_MS);
  if (error == 0) error = mbedtls_ssl_conf_own_cert(&config, &own, &key);
  if (error == 0) error = mbedtls_ssl_setup(&ssl, &config);
  if (error == 0) error = mbedtls_ssl_set_hostname(&ssl, server_name);
  if (error != 0) return fails_with(why, "tls", error);

  mbedtls_ssl_set_bio(&ssl, &net, mbedtls_net_send, NULL, mbedtls_net_recv_timeout);
  return handshake(why);
}

bool tls_write(const uint8_t *bytes, size_t n, tls_reason *why) {
  while (n > 0) {
    int done = mbedtls_ssl_write(&ssl, bytes, n);
    if (done == MBEDTLS_ERR_SSL_WANT_READ || done == MBEDTLS_ERR_SSL_WANT_WRITE) continue;
    if (done <= 0) return fails_talking(why, done);
    bytes += done;
    n -= (size_t)done;
  }
  return true;
}

bool tls_read(uint8_t *bytes, size_t n, tls_reason *why) {
  while (n > 0) {
    int done = mbedtls_ssl_read(&ssl, bytes, n);
    if (done == MBEDTLS_ERR_SSL_WANT_READ || done == MBEDTLS_ERR_SSL_WANT_WRITE) continue;
    if (done <= 0) return fails_talking(why, done);
    bytes += done;
    n -= (size_t)done;
  }
  return true;
}

void tls_close(bool orderly) {
  if (orderly) (void)mbedtls_ssl_close_notify(&ssl);
  mbedtls_net_free(&net);
  mbedtls_ssl_free(&ssl);
  mbedtls_ssl_config_free(&config);
  mbedtls_x509_crt_free(&root);
  mbedtls_x509_crt_free(&own);
  mbedtls_pk_free(&key);
  mbedtls_ctr_drbg_free(&drbg);
  mbedtls_entropy_free(&entropy);
}
