#include "claim.h"

#include <string.h>

#include "cbor.h"
#include "commands.h"
#include "crypto.h"
#include "pem.h"
#include "text.h"
#include "x509.h"

enum { ASKED = 1, PROVIDED = 2, NAME_SIZE = 129, TOPIC_SIZE = 96, DETAIL = 48 };
static const char csr_label[] = "CERTIFICATE REQUEST";
static const char parameter_prefix[] = "param.";

typedef struct {
  agent *a;
  const port_session *session;
  port_connection *done;
  void (*on_phase)(void *, port_phase);
  void *context;
} asking;

/* The exchange buffer has an answer of this size from its beginning on. */
static cbor_value answer_in(const agent *a, size_t n) { return (cbor_value){.bytes = a->buffer, .n = n}; }

static bool fails(asking *ask, const char *reason, const char *detail, size_t n) {
  size_t most = n < DETAIL ? n : DETAIL;
  ask->done->reason = reason;
  memcpy(ask->done->detail, detail, most);
  ask->done->detail[most] = '\0';
  return false;
}
static bool fails_with(asking *ask, const char *reason, const char *detail) { return fails(ask, reason, detail, strlen(detail)); }

static bool text_in(cbor_value map, const char *name, const char **text, size_t *n) {
  cbor_value value;
  return cbor_member(map, name, &value) && cbor_read_text(value, text, n) && *n > 0;
}

static void begin_phase(asking *ask, port_phase phase) {
  ask->done->phase = phase;
  ask->done->ms[phase] = 0;
  if (ask->on_phase) ask->on_phase(ask->context, phase);
}

/* Hands in what is in the buffer. Sets *rejected to AWS's word for its no, which stays in the buffer. */
static bool hand_in(asking *ask, const char *topic, size_t *n, cbor_value *rejected) {
  bool accepted = false;
  uint32_t began = port_millis();
  bool answered = ask->session->ask(topic, ask->a->buffer, n, sizeof ask->a->buffer, &accepted, ask->done);
  ask->done->ms[ask->done->phase] += port_millis() - began;
  if (!answered) return false;
  const char *word = "without a reason";
  size_t word_n = strlen(word);
  *rejected = answer_in(ask->a, *n);
  if (accepted) return true;
  (void)text_in(*rejected, "errorCode", &word, &word_n);
  return fails(ask, "rejected", word, word_n);
}

static bool serial_of(char serial[AGENT_SERIAL_MAX + 1]) {
  const port_traits *traits = port_get_traits();
  if (!traits->preset_serial) return config_value("unitSerial", serial, AGENT_SERIAL_MAX + 1);
  strncpy(serial, traits->preset_serial, AGENT_SERIAL_MAX);
  serial[AGENT_SERIAL_MAX] = '\0';
  return true;
}

static uint8_t given_state(void) {
  uint8_t state = 0;
  return port_size(SLOT_GIVEN) > GIVEN_HEAD && port_read(SLOT_GIVEN, 0, &state, 1) ? state : 0;
}

size_t claim_given_size(void) {
  uint8_t head[GIVEN_HEAD];
  size_t all = port_size(SLOT_GIVEN);
  if (all <= GIVEN_HEAD || !port_read(SLOT_GIVEN, 0, head, sizeof head)) return 0;
  size_t n = (size_t)(head[1] << 8 | head[2]);
  return n < all - GIVEN_HEAD ? n : 0;
}

bool claim_is_ready(void) {
  char serial[AGENT_SERIAL_MAX + 1], template_name[NAME_SIZE];
  return port_get_traits()->session && crypto_has_key() && port_size(SLOT_CLAIM) > 0 && port_size(SLOT_CLAIM_KEY) > 0 &&
         port_size(SLOT_ROOT) > 0 && serial_of(serial) && config_value("template", template_name, sizeof template_name);
}

static bool store_given(asking *ask, uint8_t state, size_t certificate_n, size_t n, const char *step) {
  uint8_t *out = ask->a->buffer;
  out[0] = state;
  out[1] = (uint8_t)(certificate_n >> 8);
  out[2] = (uint8_t)certificate_n;
  port_step(step, false);
  if (!port_store(SLOT_GIVEN, out, n)) return fails_with(ask, "store", "what was given cannot be stored");
  port_step(step, true);
  return true;
}

/* The device's own request becomes a certificate, which is not active yet. */
static bool get_certificate(asking *ask, const char *serial) {
  uint8_t csr[X509_CSR_MAX], *buffer = ask->a->buffer;
  cbor_out out = {.bytes = buffer, .size = sizeof ask->a->buffer};
  cbor_value said;
  const char *pem, *token;
  size_t csr_n, n, pem_n, token_n, certificate_n;
  begin_phase(ask, PHASE_CERTIFICATE);
  if (!x509_request(serial, csr, sizeof csr, &csr_n)) return fails_with(ask, "store", "the key cannot be used");
  cbor_map(&out);
  cbor_text(&out, "certificateSigningRequest", 25);
  uint8_t *place = cbor_space(&out, pem_size(csr_label, csr_n));
  if (!place) return fails_with(ask, "store", "no room for the request");
  pem_write(csr_label, csr, csr_n, place);
  cbor_end(&out);
  n = out.n;
  if (!hand_in(ask, "$aws/certificates/create-from-csr/cbor", &n, &said)) return false;
  if (!text_in(said, "certificatePem", &pem, &pem_n) || !text_in(said, "certificateOwnershipToken", &token, &token_n))
    return fails_with(ask, "mqtt", "an answer without certificate or token");
  if (token_n + pem_n + GIVEN_HEAD > sizeof ask->a->buffer) return fails_with(ask, "store", "the answer is too long");
  /* Both parts come to the front, the token behind the PEM first: whichever stands first in the answer stays whole. */
  uint8_t *last = buffer + sizeof ask->a->buffer - token_n;
  if ((const uint8_t *)pem + pem_n > last) return fails_with(ask, "store", "the answer is too long");
  memmove(last, token, token_n);
  if (!pem_read(pem, pem_n, buffer + GIVEN_HEAD, (size_t)(last - buffer) - GIVEN_HEAD, &certificate_n))
    return fails_with(ask, "mqtt", "the certificate is no PEM");
  if (!x509_is_mine(buffer + GIVEN_HEAD, certificate_n)) return fails_with(ask, "mqtt", "the certificate is for another key");
  memmove(buffer + GIVEN_HEAD + certificate_n, last, token_n);
  return store_given(ask, ASKED, certificate_n, GIVEN_HEAD + certificate_n + token_n, "provision.asked");
}

/* What the template needs: the config `param.NAME`, or the serial number where there is none. */
static void put_parameters(cbor_out *out, const char *serial) {
  static char value[NAME_SIZE], name[NAME_SIZE];
  const size_t prefix = sizeof parameter_prefix - 1;
  size_t stored = port_size(SLOT_CONFIG), used = 0, count = 0;
  cbor_map(out);
  for (size_t at = 0; at < stored; at++) { /* the names only; the value is found by its name */
    uint8_t byte;
    if (!port_read(SLOT_CONFIG, at, &byte, 1)) break;
    if (used < sizeof name - 1) name[used++] = (char)byte;
    if (byte == '=') name[used - 1] = '\0';
    if (byte != '\n') continue;
    name[used < sizeof name ? used : sizeof name - 1] = '\0';
    used = 0;
    if (strncmp(name, parameter_prefix, prefix) != 0 || !config_value(name, value, sizeof value)) continue;
    cbor_text(out, name + prefix, strlen(name + prefix));
    cbor_text(out, value, strlen(value));
    count++;
  }
  if (count == 0) {
    cbor_text(out, "SerialNumber", 12);
    cbor_text(out, serial, strlen(serial));
  }
  cbor_end(out);
}

typedef struct {
  char *text;
  size_t n, size;
  bool failed;
} line_out;

static void put(line_out *out, const char *text, size_t n) {
  if (out->size - out->n < n) {
    out->failed = true;
    return;
  }
  memmove(out->text + out->n, text, n);
  out->n += n;
}

static void put_line(line_out *out, const char *name, size_t name_n, const char *value, size_t value_n) {
  static const char digits[] = "0123456789ABCDEF";
  put(out, name, name_n);
  put(out, "=", 1);
  for (size_t i = 0; i < value_n; i++) {
    const char c = value[i], escaped[3] = {'%', digits[(uint8_t)c >> 4], digits[(uint8_t)c & 15]};
    if (c >= '!' && c <= '~' && !strchr("%<>*=", c)) put(out, &c, 1);
    else put(out, escaped, sizeof escaped);
  }
  put(out, "\n", 1);
}

static bool has_line(const line_out *out, const char *name, size_t n) {
  config_line line;
  for (size_t at = 0; config_next(out->text, out->n, &at, &line);)
    if (line.name_n == n && memcmp(line.name, name, n) == 0) return true;
  return false;
}

/* What this device's config holds, with AWS's thing name and what the template tells that the config does not say. */
static void put_config(line_out *out, const char *thing, size_t thing_n, cbor_value told) {
  static const char thing_name[] = "thingName";
  size_t stored = port_size(SLOT_CONFIG), at = 0;
  config_line line;
  if (stored > 0) {
    /* Read to the end of the room, then moved forward line by line. */
    if (out->size < stored || !port_read(SLOT_CONFIG, 0, (uint8_t *)out->text + out->size - stored, stored)) {
      out->failed = true;
      return;
    }
    const char *config = out->text + out->size - stored;
    while (config_next(config, stored, &at, &line))
      if (line.name_n != sizeof thing_name - 1 || memcmp(line.name, thing_name, line.name_n) != 0)
        put(out, line.name, line.name_n + 1 + line.value_n + 1);
  }
  put_line(out, thing_name, sizeof thing_name - 1, thing, thing_n);
  cbor_value name, value;
  const char *name_text, *value_text;
  size_t name_n, value_n;
  for (size_t next = 0; told.n > 0 && cbor_next(told, &next, &name, &value);)
    if (cbor_read_text(name, &name_text, &name_n) && cbor_read_text(value, &value_text, &value_n) &&
        config_is_name(name_text, name_n) && !has_line(out, name_text, name_n))
      put_line(out, name_text, name_n, value_text, value_n);
}

/*
 * Stores, in one write, that the given certificate is the device's. `told` lies at the end of the exchange buffer and
 * takes `kept` bytes there.
 */
static bool accept_given(asking *ask, const char *thing, size_t thing_n, cbor_value told, size_t kept) {
  uint8_t *buffer = ask->a->buffer;
  size_t certificate_n = claim_given_size(), used = GIVEN_HEAD + certificate_n, size = sizeof ask->a->buffer - kept;
  if (certificate_n == 0 || used > size || !port_read(SLOT_GIVEN, GIVEN_HEAD, buffer + GIVEN_HEAD, certificate_n))
    return fails_with(ask, "store", "what was given cannot be read");
  line_out out = {.text = (char *)buffer + used, .size = size - used};
  put_config(&out, thing, thing_n, told);
  if (out.failed || !config_is_valid((uint8_t *)out.text, out.n)) return fails_with(ask, "store", "no room for what the template tells");
  if (!store_given(ask, PROVIDED, certificate_n, used + out.n, "provision.given")) return false;
  return claim_finish(ask->a) || fails_with(ask, "store", "the new identity cannot be stored");
}

static bool is_spent_token(const port_connection *done) { return strcmp(done->detail, "InvalidCertificateOwnershipToken") == 0; }

static bool get_thing(asking *ask, const char *serial) {
  char topic[TOPIC_SIZE] = "$aws/provisioning-templates/", template_name[NAME_SIZE];
  uint8_t *buffer = ask->a->buffer;
  cbor_out out = {.bytes = buffer, .size = sizeof ask->a->buffer};
  cbor_value said, told;
  const char *thing;
  size_t n, thing_n, certificate_n = claim_given_size(), token_n = port_size(SLOT_GIVEN) - GIVEN_HEAD - certificate_n;
  begin_phase(ask, PHASE_THING);
  if (!config_value("template", template_name, sizeof template_name) || strlen(template_name) > 36)
    return fails_with(ask, "store", "the name of the template cannot be one");
  strcat(strcat(topic, template_name), "/provision/cbor");
  cbor_map(&out);
  cbor_text(&out, "certificateOwnershipToken", 25);
  uint8_t *place = cbor_space(&out, token_n);
  if (!place || !port_read(SLOT_GIVEN, GIVEN_HEAD + certificate_n, place, token_n))
    return fails_with(ask, "store", "what was given cannot be read");
  cbor_text(&out, "parameters", 10);
  put_parameters(&out, serial);
  cbor_end(&out);
  if (out.failed) return fails_with(ask, "store", "no room for the parameters");
  n = out.n;
  if (!hand_in(ask, topic, &n, &said)) return false;
  memmove(buffer + sizeof ask->a->buffer - n, buffer, n);
  said.bytes = buffer + sizeof ask->a->buffer - n;
  if (!text_in(said, "thingName", &thing, &thing_n) || thing_n >= NAME_SIZE) return fails_with(ask, "mqtt", "an answer without a thing name");
  if (!cbor_member(said, "deviceConfiguration", &told)) told = (cbor_value){.n = 0};
  return accept_given(ask, thing, thing_n, told, n);
}

/* The token is spent or too old. If its use was not answered, the certificate is good: a connection tells. */
static bool try_given(asking *ask, const port_destination *to, const char *serial) {
  char thing[NAME_SIZE];
  port_connection tried = {.reason = NULL};
  port_destination own = *to;
  bool good = false;
  if (!config_value("thingName", thing, sizeof thing)) strcpy(thing, serial);
  own.client = thing;
  own.shown = SHOW_GIVEN;
  /* An AWS that is overloaded, or dies, hangs up as well: one time says nothing. */
  for (int n = 0; n < 3 && !good; n += 1) {
    ask->session->close();
    tried.reason = NULL;
    good = ask->session->open(&own, &tried, NULL, NULL);
  }
  if (good) {
    ask->done->reason = NULL;
    return accept_given(ask, thing, strlen(thing), (cbor_value){.n = 0}, 0);
  }
  /* With the same key the device begins with a new request at its next try. */
  if (strcmp(tried.reason, "refused") == 0 || strcmp(tried.reason, "lost") == 0) (void)port_forget(SLOT_GIVEN);
  return false;
}

void claim_provision(agent *a, const port_destination *to, port_connection *done, void (*on_phase)(void *, port_phase), void *context) {
  asking ask = {.a = a, .session = port_get_traits()->session, .done = done, .on_phase = on_phase, .context = context};
  char serial[AGENT_SERIAL_MAX + 1];
  done->reason = NULL;
  done->detail[0] = '\0';
  a->buffer_holds = BUFFER_EMPTY;
  bool ok = serial_of(serial) && ask.session->open(to, done, on_phase, context);
  if (ok && given_state() != ASKED) ok = get_certificate(&ask, serial);
  else if (ok) begin_phase(&ask, PHASE_CERTIFICATE);
  ok = ok && (get_thing(&ask, serial) || (done->reason && is_spent_token(done) && try_given(&ask, to, serial)));
  ask.session->close();
}

bool claim_finish(agent *a) {
  char keep[8];
  if (given_state() != PROVIDED) return true;
  size_t all = port_size(SLOT_GIVEN), certificate_n = claim_given_size(), config_at = GIVEN_HEAD + certificate_n;
  a->buffer_holds = BUFFER_EMPTY;
  if (all > sizeof a->buffer || !port_read(SLOT_GIVEN, 0, a->buffer, all)) return false;
  port_step("provision.cert", false);
  if (!port_store(SLOT_CONFIG, a->buffer + config_at, all - config_at)) return false;
  if (!port_store(SLOT_CERT, a->buffer + GIVEN_HEAD, certificate_n)) return false;
  if (!port_forget(SLOT_CHAIN)) return false; /* it was of another certificate */
  port_step("provision.cert", true);
  if (!config_value("claim", keep, sizeof keep) || strcmp(keep, "keep") != 0) {
    port_step("provision.claim", false);
    if (!port_forget(SLOT_CLAIM_KEY) || !port_forget(SLOT_CLAIM)) return false;
    port_step("provision.claim", true);
  }
  return port_forget(SLOT_GIVEN);
}
