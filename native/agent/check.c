#include "check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cbor.h"
#include "pem.h"
#include "text.h"

agent check_device;
char check_last[FRAME_LIMIT + 1];
unsigned long check_frames;
bool check_slow;

void check(bool holds, const char *what) {
  if (holds) return;
  fprintf(stderr, "check: %s\n  last answer: %s\n", what, check_last);
  exit(1);
}

/* The longest failure there is. */
static void check_connect(const port_destination *to, port_connection *done, void (*on_phase)(void *, port_phase), void *context) {
  check(to->port > 0 && *to->host && *to->server_name && *to->client && *to->topic && *to->message, "a destination is whole");
  for (int phase = PHASE_DNS; phase < PHASE_COUNT; phase++) {
    done->phase = (port_phase)phase;
    done->ms[phase] = 60000;
    on_phase(context, done->phase);
  }
  done->reason = "unreachable";
  memset(done->detail, ' ', sizeof done->detail - 1);
}

struct check_cloud check_cloud;

static bool check_open(const port_destination *to, port_connection *done, void (*on_phase)(void *, port_phase), void *context) {
  for (int phase = PHASE_DNS; phase <= PHASE_CONNECT; phase++) {
    done->phase = (port_phase)phase;
    if (on_phase) on_phase(context, done->phase);
  }
  if (to->shown != SHOW_GIVEN || check_cloud.token_used) return true;
  done->reason = "refused"; /* a certificate that is not active */
  return false;
}

static void say(cbor_out *out, const char *name, const char *value) {
  cbor_text(out, name, strlen(name));
  cbor_text(out, value, strlen(value));
}

/* The smallest certificate for the key in the request. */
static void certify(cbor_value request, cbor_out *out) {
  static const uint8_t start[] = {0x30, 0x74, 0x30, 0x6B, 0xA0, 0x03, 0x02, 0x01, 0x02, 0x02, 0x01,
                                  0x05, 0x30, 0x00, 0x30, 0x00, 0x30, 0x00, 0x30, 0x00};
  static const uint8_t end[] = {0x30, 0x00, 0x03, 0x03, 0x00, 0xAB, 0xCD};
  uint8_t csr[512], der[sizeof start + 91 + sizeof end];
  const char *pem;
  size_t pem_n, n, at = 0;
  cbor_value value;
  check(cbor_member(request, "certificateSigningRequest", &value) && cbor_read_text(value, &pem, &pem_n) &&
            pem_read(pem, pem_n, csr, sizeof csr, &n),
        "a request in PEM");
  while (memcmp(csr + at, "\x30\x59\x30\x13", 4) != 0) at++;
  memcpy(der, start, sizeof start);
  memcpy(der + sizeof start, csr + at, 91);
  memcpy(der + sizeof start + 91, end, sizeof end);
  cbor_text(out, "certificatePem", 14);
  uint8_t *place = cbor_space(out, pem_size("CERTIFICATE", sizeof der));
  check(place != NULL, "room for a certificate");
  pem_write("CERTIFICATE", der, sizeof der, place);
  say(out, "certificateOwnershipToken", "the-token-of-this-certificate");
  check_cloud.certificates++;
  check_cloud.token_used = false;
}

static bool check_ask(const char *topic, uint8_t *bytes, size_t *n, size_t size, bool *accepted, port_connection *done) {
  static uint8_t asked[AGENT_ITEM_MAX];
  cbor_out out = {.bytes = bytes, .size = size};
  (void)done;
  check(*n <= sizeof asked, "a request is short");
  memcpy(asked, bytes, *n);
  *accepted = true;
  cbor_map(&out);
  if (strstr(topic, "create-from-csr")) {
    certify((cbor_value){asked, *n}, &out);
  } else if (check_cloud.refuses || check_cloud.token_used) {
    *accepted = false;
    say(&out, "errorCode", check_cloud.token_used ? "InvalidCertificateOwnershipToken" : check_cloud.refuses);
  } else {
    check_cloud.token_used = true;
    say(&out, "thingName", "the-thing");
    cbor_text(&out, "deviceConfiguration", 19);
    cbor_map(&out);
    say(&out, "room", "5 %");
    cbor_end(&out);
  }
  cbor_end(&out);
  check(!out.failed, "room for an answer");
  *n = out.n;
  if (check_cloud.garbles) bytes[check_any((uint32_t)*n)] = (uint8_t)check_any(256);
  return true;
}

static void check_close(void) {}

static const port_session check_session = {check_open, check_ask, check_close};

const port_traits *port_get_traits(void) {
  static const port_traits traits = {.model = "123456789012345678901234",
                                     .hardware_revision = "123456789012",
                                     .firmware = "123456789012345678901234",
                                     .hardware_id = "12345678901234567890123456789012",
                                     .preset_serial = "12345678901234567890123456789012",
                                     .connect = check_connect,
                                     .session = &check_session};
  return &traits;
}

uint32_t port_millis(void) { return 0; }
bool port_is_slow(void) { return check_slow; }
void port_step(const char *step, bool done) {
  (void)done;
  check(strlen(step) < 32, "a step's name is too long");
}
void port_send(const char *line, size_t n) {
  uint32_t crc;
  check(n <= FRAME_LIMIT && n > 16 && line[n - 1] == '\n' && line[0] == '<' && line[n - 10] == '*', "an answer is not a frame");
  check(text_hex(line + n - 9, 8, &crc) && crc == text_crc32(line, n - 10), "an answer has a wrong CRC");
  memcpy(check_last, line, n);
  check_last[n] = '\0';
  check_frames++;
}

void check_feed(const char *bytes, size_t n) {
  for (size_t i = 0; i < n; i++) agent_receive(&check_device, bytes[i]);
}

void check_line(char *line, size_t size, unsigned seq, const char *body) {
  size_t n = (size_t)snprintf(line, size, ">%04X %s", seq, body);
  check(n + 11 <= size, "a request is longer than its buffer");
  snprintf(line + n, size - n, "*%08X\n", (unsigned)text_crc32(line, n));
}

bool check_says(const char *body, const char *wanted) {
  static unsigned seq;
  char line[600];
  seq = seq % 0xFFFF + 1;
  check_line(line, sizeof line, seq, body);
  check_feed(line, strlen(line));
  return strncmp(check_last + 6, wanted, strlen(wanted)) == 0;
}

uint32_t check_any(uint32_t below) {
  static uint32_t state = 2463534242u;
  state ^= state << 13;
  state ^= state >> 17;
  state ^= state << 5;
  return state % below;
}
