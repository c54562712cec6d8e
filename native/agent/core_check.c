/*
 * Checks the core against a store in memory, built with sanitizers (`make check`): known answers, a failing store, and
 * a million bytes of random and nearly correct input. Exits with 1 at the first finding.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent.h"
#include "crypto.h"
#include "text.h"

static agent device;
static uint8_t slots[SLOT_COUNT][AGENT_ITEM_MAX];
static size_t slot_n[SLOT_COUNT];
static bool store_fails, slow;
static char last[FRAME_LIMIT + 1];
static unsigned long frames_sent;

static void expect(bool holds, const char *what) {
  if (holds) return;
  fprintf(stderr, "core_check: %s\n  last answer: %s\n", what, last);
  exit(1);
}

const port_traits *port_get_traits(void) {
  static const port_traits traits = {"123456789012345678901234", "123456789012", "123456789012345678901234",
                                     "12345678901234567890123456789012", NULL};
  return &traits;
}
size_t port_size(port_slot slot) { return slot_n[slot]; }
bool port_read(port_slot slot, size_t offset, uint8_t *out, size_t n) {
  if (offset + n > slot_n[slot]) return false;
  memcpy(out, slots[slot] + offset, n);
  return true;
}
bool port_store(port_slot slot, const uint8_t *bytes, size_t n) {
  if (store_fails || n > AGENT_ITEM_MAX) return false;
  memcpy(slots[slot], bytes, n);
  slot_n[slot] = n;
  return true;
}
bool port_forget(port_slot slot) {
  if (store_fails) return false;
  slot_n[slot] = 0;
  return true;
}
uint32_t port_millis(void) { return 0; }
bool port_is_slow(void) { return slow; }
void port_step(const char *step, bool done) {
  (void)done;
  expect(strlen(step) < 32, "a step's name is too long");
}
void port_send(const char *line, size_t n) {
  uint32_t crc;
  expect(n <= FRAME_LIMIT && n > 16 && line[n - 1] == '\n' && line[0] == '<' && line[n - 10] == '*', "an answer is not a frame");
  expect(text_hex(line + n - 9, 8, &crc) && crc == text_crc32(line, n - 10), "an answer has a wrong CRC");
  memcpy(last, line, n);
  last[n] = '\0';
  frames_sent++;
}

static void feed(const char *bytes, size_t n) {
  for (size_t i = 0; i < n; i++) agent_receive(&device, bytes[i]);
}

/* Sends the body as a request with its CRC. True if the answer's body begins with `wanted`. */
static bool says(const char *body, const char *wanted) {
  static unsigned seq;
  char line[600];
  seq = seq % 0xFFFF + 1;
  int n = snprintf(line, sizeof line, ">%04X %s", seq, body);
  n += snprintf(line + n, sizeof line - (size_t)n, "*%08X\n", (unsigned)text_crc32(line, (size_t)n));
  feed(line, (size_t)n);
  return strncmp(last + 6, wanted, strlen(wanted)) == 0;
}

static uint32_t any(uint32_t below) {
  static uint32_t state = 2463534242u;
  state ^= state << 13;
  state ^= state >> 17;
  state ^= state << 5;
  return state % below;
}

static void check_text(void) {
  uint32_t value;
  uint8_t bytes[8];
  char plain[8];
  size_t n;
  expect(text_crc32("123456789", 9) == 0xCBF43926u, "CRC-32 of 123456789");
  expect(text_number("0", 9, &value) && text_number("99999", 99999, &value) && value == 99999, "numbers");
  expect(!text_number("", 9, &value) && !text_number("01", 9, &value) && !text_number("10", 9, &value), "numbers refused");
  expect(!text_number("1a", 99, &value) && !text_number("4294967297", 99999, &value), "numbers refused");
  expect(text_unescape("a%20b", plain, sizeof plain, &n) && n == 3 && strcmp(plain, "a b") == 0, "unescape");
  expect(!text_unescape("%", plain, sizeof plain, &n) && !text_unescape("%2", plain, sizeof plain, &n), "cut escapes");
  expect(!text_unescape("%00", plain, sizeof plain, &n) && !text_unescape("a=b", plain, sizeof plain, &n), "bad text");
  expect(text_unescape("1234567", plain, sizeof plain, &n) && !text_unescape("12345678", plain, sizeof plain, &n), "text limit");
  expect(text_base64("AAECAwQFBgc=", bytes, sizeof bytes, &n) && n == 8 && bytes[7] == 7, "base64");
  expect(!text_base64("AAECAwQFBgcI", bytes, sizeof bytes, &n) && !text_base64("AAE", bytes, sizeof bytes, &n), "base64 limit");
  expect(!text_base64("", bytes, sizeof bytes, &n) && !text_base64("A=A=", bytes, sizeof bytes, &n), "base64 refused");
}

static void check_commands(void) {
  char long_name[3 * 64 + 8] = "csr ";
  for (int i = 0; i < 64; i++) strcat(long_name, "%2C");
  expect(says("hello", "ok proto=1 "), "hello with the longest traits fits");
  store_fails = true;
  expect(says("key P-256", "err storage"), "a key that cannot be stored");
  expect(says("hello", "ok ") && strstr(last, " key=0 "), "no key after the store failed");
  expect(says("data config 0 YT1iCg==", "ok"), "data");
  expect(says("commit config 4 2a3ce9cc36f8aecfb15b9d40e5fa4c1b2bfd2ffe3ce1a5a3a7b1d8f7a7a0a6fb", "err digest"), "digest");
  store_fails = false;
  expect(says("key P-256", "ok created=1"), "key");
  expect(slot_n[SLOT_KEY] > 100 && slot_n[SLOT_KEY] <= 128, "the key is stored");
  expect(says(long_name, "ok len="), "64 commas in a name");
  expect(says("data config 0 dW5pdFNlcmlhbD1BQg==", "ok"), "data replaces the CSR");
  expect(says("read csr 0", "err empty"), "the CSR is gone");
  slow = true;
  expect(says("prove AAAAAAAAAAAAAAAAAAAAAA==", "ok sig="), "prove");
  slow = false;
}

static void check_random_bytes(void) {
  static const char likely[] = ">>>\n\n*0123456789ABCDEF hello key csr data commit \r%=<";
  for (long i = 0; i < 1000000; i++) {
    char byte = any(4) ? likely[any(sizeof likely - 1)] : (char)any(256);
    feed(&byte, 1);
  }
  feed("\n", 1);
}

/* Sends requests with a right CRC, right verbs and wrong fields. */
static void check_random_requests(void) {
  static const char *const verbs[] = {"hello", "csr", "data", "commit", "stored", "read", "prove", "erase", "seal", "nonsense"};
  static const char *const fields[] = {"cert", "chain", "root", "config", "csr", "0", "1", "4095", "4096", "99999", "P-256", "AAAA",
                                       "YT1iCg==", "dW5pdFNlcmlhbD1hYmMK", "%41", "%", "-1", "", "4",
                                       "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"};
  for (long i = 0; i < 20000; i++) {
    char body[300];
    size_t n = (size_t)snprintf(body, sizeof body, "%s", verbs[any(10)]);
    if (slot_n[SLOT_CERT] > 0) slot_n[SLOT_SEALED] = 0;
    for (uint32_t count = any(5); count > 0 && n < 200; count--)
      n += (size_t)snprintf(body + n, sizeof body - n, " %.*s", 64, fields[any(20)]);
    unsigned long before = frames_sent;
    says(body, "");
    expect(frames_sent > before, "a request without an answer");
  }
}

int main(void) {
  if (!crypto_begin()) return 1;
  agent_begin(&device);
  check_text();
  check_commands();
  check_random_bytes();
  check_random_requests();
  expect(says("hello", "ok proto=1 "), "alive at the end");
  crypto_end();
  printf("core_check: %lu answers, all of them frames\n", frames_sent);
  return 0;
}
