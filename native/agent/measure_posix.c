/*
 * `make measure`: how much stack and heap each command takes, on this machine. The stack is painted before a command
 * runs on it, and what is no longer painted was used. The linker leads the allocator's calls through here (--wrap).
 */
#define _XOPEN_SOURCE 700
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>

#include "check.h"
#include "crypto.h"
#include "hash.h"

enum { STACK = 128 * 1024, PAINT = 0xA5, REQUEST_MAX = 300 };

static uint8_t slots[SLOT_COUNT][AGENT_ITEM_MAX];
static size_t slot_n[SLOT_COUNT];
static uint8_t stack[STACK];
static ucontext_t here, there;
static size_t heap, heap_most;
static const char *request;

size_t port_size(port_slot slot) { return slot_n[slot]; }
bool port_read(port_slot slot, size_t offset, uint8_t *out, size_t n) {
  if (offset + n > slot_n[slot]) return false;
  memcpy(out, slots[slot] + offset, n);
  return true;
}
bool port_store(port_slot slot, const uint8_t *bytes, size_t n) {
  memcpy(slots[slot], bytes, n);
  slot_n[slot] = n;
  return true;
}
bool port_forget(port_slot slot) {
  slot_n[slot] = 0;
  return true;
}

void *__real_calloc(size_t count, size_t size);
void __real_free(void *pointer);
void *__wrap_calloc(size_t count, size_t size);
void __wrap_free(void *pointer);

void *__wrap_calloc(size_t count, size_t size) {
  void *pointer = __real_calloc(count, size);
  if (pointer) heap += malloc_usable_size(pointer);
  if (heap > heap_most) heap_most = heap;
  return pointer;
}
void __wrap_free(void *pointer) {
  if (pointer) heap -= malloc_usable_size(pointer);
  __real_free(pointer);
}

static void receive(void) {
  for (const char *c = request; *c; c++) agent_receive(&check_device, *c);
}
static void begin(void) { check(crypto_begin(), "no entropy"); }

static void print_use(const char *name) {
  size_t unused = 0;
  while (unused < sizeof stack && stack[unused] == PAINT) unused++;
  printf("%-12s stack %6zu  heap %6zu\n", name, sizeof stack - unused, heap_most);
}

/* Runs the act on a painted stack, and prints what it took. */
static void measure(const char *name, void (*act)(void)) {
  heap_most = heap;
  memset(stack, PAINT, sizeof stack);
  check(getcontext(&there) == 0, "a context");
  there.uc_stack.ss_sp = stack;
  there.uc_stack.ss_size = sizeof stack;
  there.uc_link = &here;
  makecontext(&there, act, 0);
  check(swapcontext(&here, &there) == 0, "a context");
  print_use(name);
}

static void measure_request(const char *name, const char *body) {
  static unsigned seq;
  static char line[REQUEST_MAX];
  check_line(line, sizeof line, ++seq, body);
  request = line;
  measure(name, receive);
  check(strncmp(check_last + 6, "ok", 2) == 0, body);
}

/* Sends the smallest certificate for the device's key. Its key is in the CSR, which is in the exchange buffer. */
static void measure_commit(void) {
  static const uint8_t start[] = {0x30, 0x74, 0x30, 0x6B, 0xA0, 0x03, 0x02, 0x01, 0x02, 0x02, 0x01,
                                  0x05, 0x30, 0x00, 0x30, 0x00, 0x30, 0x00, 0x30, 0x00};
  static const uint8_t end[] = {0x30, 0x00, 0x03, 0x03, 0x00, 0xAB, 0xCD};
  uint8_t der[sizeof start + 91 + sizeof end], digest[CRYPTO_DIGEST];
  char body[REQUEST_MAX];
  size_t at = 0;
  answer data;
  while (memcmp(check_device.buffer + at, "\x30\x59\x30\x13", 4) != 0) at++;
  memcpy(der, start, sizeof start);
  memcpy(der + sizeof start, check_device.buffer + at, 91);
  memcpy(der + sizeof start + 91, end, sizeof end);
  answer_begin(&data, 0);
  answer_base64(&data, der, sizeof der);
  snprintf(body, sizeof body, "data cert 0 %.*s", (int)data.used - 6, data.line + 6);
  measure_request("data", body);
  check(hash_bytes(der, sizeof der, digest), "a digest");
  answer_begin(&data, 0);
  answer_digest(&data, digest);
  snprintf(body, sizeof body, "commit cert %zu %.*s", sizeof der, (int)data.used - 6, data.line + 6);
  measure_request("commit cert", body);
}

int main(void) {
  heap = heap_most = 0; /* without what the C library took before */
  measure("begin", begin);
  agent_begin(&check_device);
  measure_request("hello", "hello");
  measure_request("key", "key P-256");
  measure_request("csr", "csr 0123456789012345678901234567890123456789012345678901234567890123");
  measure_commit();
  measure_request("prove", "prove AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
  measure_request("stored", "stored cert");
  slot_n[SLOT_CONFIG] = (size_t)snprintf((char *)slots[SLOT_CONFIG], AGENT_ITEM_MAX, "template=fleet\n");
  slot_n[SLOT_CLAIM] = slot_n[SLOT_CLAIM_KEY] = slot_n[SLOT_ROOT] = 1;
  measure_request("provision", "provision h 8883 c");
  measure_request("erase", "erase");
  printf("%-12s       %6zu\n", "static agent", sizeof check_device);
  crypto_end();
  return 0;
}
