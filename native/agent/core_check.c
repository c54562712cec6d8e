/*
 * Checks the core against a store in memory, built with sanitizers (`make check`): known answers, a failing store, and
 * a million bytes of random and nearly correct input. Exits with 1 at the first finding.
 */
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "crypto.h"
#include "text.h"
#include "x509.h"

static uint8_t slots[SLOT_COUNT][AGENT_ITEM_MAX];
static size_t slot_n[SLOT_COUNT];
static bool store_fails;

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

static void check_text(void) {
  uint32_t value;
  uint8_t bytes[8];
  char plain[8];
  size_t n;
  check(text_crc32("123456789", 9) == 0xCBF43926u, "CRC-32 of 123456789");
  check(text_number("0", 9, &value) && text_number("99999", 99999, &value) && value == 99999, "numbers");
  check(!text_number("", 9, &value) && !text_number("01", 9, &value) && !text_number("10", 9, &value), "numbers refused");
  check(!text_number("1a", 99, &value) && !text_number("4294967297", 99999, &value), "numbers refused");
  check(text_unescape("a%20b", plain, sizeof plain, &n) && n == 3 && strcmp(plain, "a b") == 0, "unescape");
  check(!text_unescape("%", plain, sizeof plain, &n) && !text_unescape("%2", plain, sizeof plain, &n), "cut escapes");
  check(!text_unescape("%00", plain, sizeof plain, &n) && !text_unescape("a=b", plain, sizeof plain, &n), "bad text");
  check(text_unescape("1234567", plain, sizeof plain, &n) && !text_unescape("12345678", plain, sizeof plain, &n), "text limit");
  check(text_base64("AAECAwQFBgc=", bytes, sizeof bytes, &n) && n == 8 && bytes[7] == 7, "base64");
  check(!text_base64("AAECAwQFBgcI", bytes, sizeof bytes, &n) && !text_base64("AAE", bytes, sizeof bytes, &n), "base64 limit");
  check(text_base64("AAE=", bytes, sizeof bytes, &n) && n == 2 && !text_base64("AAF=", bytes, sizeof bytes, &n) &&
            !text_base64("AB==", bytes, sizeof bytes, &n) && !text_base64("AA-_", bytes, sizeof bytes, &n),
        "base64 has one text for each content");
  check(!text_base64("", bytes, sizeof bytes, &n) && !text_base64("A=A=", bytes, sizeof bytes, &n), "base64 refused");
}

static void check_commands(void) {
  char long_name[3 * 64 + 8] = "csr ";
  for (int i = 0; i < 64; i++) strcat(long_name, "%2C");
  check(check_says("hello", "ok proto=1 "), "hello with the longest traits fits");
  store_fails = true;
  check(check_says("key P-256", "err storage"), "a key that cannot be stored");
  check(check_says("hello", "ok ") && strstr(check_last, " key=0 "), "no key after the store failed");
  check(check_says("data config 0 YT1iCg==", "ok"), "data");
  check(check_says("commit config 4 2a3ce9cc36f8aecfb15b9d40e5fa4c1b2bfd2ffe3ce1a5a3a7b1d8f7a7a0a6fb", "err digest"), "digest");
  store_fails = false;
  check(check_says("key P-256", "ok created=1"), "key");
  check(slot_n[SLOT_KEY] > 32 && slot_n[SLOT_KEY] <= 128, "the key is stored");
  check(check_says(long_name, "ok len="), "64 commas in a name");
  check(check_says("data config 0 dW5pdFNlcmlhbD1BQg==", "ok"), "data replaces the CSR");
  check(check_says("read csr 0", "err empty"), "the CSR is gone");
  check(check_says("connect h 8883 c t", "err incomplete"), "connect without a certificate");
  slot_n[SLOT_CERT] = slot_n[SLOT_ROOT] = 1;
  check(check_says("connect h 8883 c t", "ok dns=60000 ") && strstr(check_last, " failed=policy reason=unreachable detail=%20"),
        "the longest failure fits");
  check(check_says("connect h 0 c t", "err field") && check_says("connect h 65536 c t", "err field"), "ports");
  slot_n[SLOT_CERT] = slot_n[SLOT_ROOT] = 0;
  check_slow = true;
  check(check_says("prove AAAAAAAAAAAAAAAAAAAAAA==", "ok sig="), "prove");
  check_slow = false;
}

/* A device that has all that it needs to ask. */
static void give_claim(void) {
  static const char config[] = "template=fleet\nparam.SerialNumber=A%20B\nunitSerial=U-1\n";
  memcpy(slots[SLOT_CONFIG], config, sizeof config - 1);
  slot_n[SLOT_CONFIG] = sizeof config - 1;
  slot_n[SLOT_CLAIM] = slot_n[SLOT_CLAIM_KEY] = slot_n[SLOT_ROOT] = 1;
  slot_n[SLOT_CERT] = slot_n[SLOT_SEALED] = slot_n[SLOT_GIVEN] = 0;
}

static void check_claim(void) {
  static const char wanted[] = "template=fleet\nparam.SerialNumber=A%20B\nunitSerial=U-1\nthingName=the-thing\nroom=5%20%25\n";
  check(check_says("provision h 8883 c", "err incomplete"), "provision without a claim");
  give_claim();
  check(check_says("read claimkey 0", "err field") && check_says("stored claimkey", "ok len=1 "), "the key of a claim is not read");
  check_cloud.refuses = "ACCESS_DENIED";
  check(check_says("provision h 8883 c", "ok dns=0 ") && strstr(check_last, " thing=0 failed=thing reason=rejected detail=ACCESS_DENIED"),
        "a refusal");
  check(slot_n[SLOT_GIVEN] > 0 && slot_n[SLOT_CERT] == 0 && check_cloud.certificates == 1, "what was given is kept");
  check_cloud.refuses = NULL;
  check(check_says("provision h 8883 c", "ok dns=0 ") && !strstr(check_last, "failed"), "provision");
  check(check_cloud.certificates == 1 && slot_n[SLOT_CERT] > 91 && slot_n[SLOT_GIVEN] == 0, "with the certificate that was given");
  check(slot_n[SLOT_CLAIM] == 0 && slot_n[SLOT_CLAIM_KEY] == 0, "the claim is forgotten");
  check(slot_n[SLOT_CONFIG] == sizeof wanted - 1 && memcmp(slots[SLOT_CONFIG], wanted, sizeof wanted - 1) == 0, "the config");
  check_cloud.garbles = true;
  for (long i = 0; i < 300; i++) { /* whatever AWS says, the device answers */
    give_claim();
    check_cloud.token_used = false;
    check(check_says("provision h 8883 c", "ok dns=0 "), "an answer to a garbled message");
  }
  check_cloud.garbles = false;
  for (int slot = 0; slot < SLOT_COUNT; slot++) slot_n[slot] = slot == SLOT_KEY ? slot_n[slot] : 0;
}

static void check_random_bytes(void) {
  static const char likely[] = ">>>\n\n*0123456789ABCDEF hello key csr data commit \r%=<";
  for (long i = 0; i < 1000000; i++) {
    char byte = check_any(4) ? likely[check_any(sizeof likely - 1)] : (char)check_any(256);
    check_feed(&byte, 1);
  }
  check_feed("\n", 1);
}

/* Sends requests with a right CRC, right verbs and wrong fields. */
static void check_random_requests(void) {
  static const char *const verbs[] = {"hello", "csr", "data", "commit", "stored", "read", "prove", "erase", "seal", "connect", "provision", "nonsense"};
  static const char *const fields[] = {"cert", "chain", "root", "config", "csr", "0", "1", "4095", "4096", "99999", "P-256", "AAAA",
                                       "YT1iCg==", "dW5pdFNlcmlhbD1hYmMK", "%41", "%", "-1", "", "4",
                                       "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"};
  for (long i = 0; i < 20000; i++) {
    char body[300];
    size_t n = (size_t)snprintf(body, sizeof body, "%s", verbs[check_any(12)]);
    if (slot_n[SLOT_CERT] > 0) slot_n[SLOT_SEALED] = 0;
    for (uint32_t count = check_any(5); count > 0 && n < 200; count--)
      n += (size_t)snprintf(body + n, sizeof body - n, " %.*s", 64, fields[check_any(20)]);
    unsigned long before = check_frames;
    check_says(body, "");
    check(check_frames > before, "a request without an answer");
  }
}

int main(void) {
  if (!crypto_begin()) return 1;
  agent_begin(&check_device);
  check_text();
  check_commands();
  check_claim();
  check_random_bytes();
  check_random_requests();
  check(check_says("hello", "ok proto=1 "), "alive at the end");
  crypto_end();
  printf("core_check: %lu answers, all of them frames\n", check_frames);
  return 0;
}
