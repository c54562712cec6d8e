#include "check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

const port_traits *port_get_traits(void) {
  static const port_traits traits = {.model = "123456789012345678901234",
                                     .hardware_revision = "123456789012",
                                     .firmware = "123456789012345678901234",
                                     .hardware_id = "12345678901234567890123456789012",
                                     .preset_serial = "12345678901234567890123456789012",
                                     .connect = check_connect};
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
