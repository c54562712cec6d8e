/*
 * Checks store_flash.c on a flash that is as strict as a real one, and whose power fails at every single write
 * (`make check`): each slot then holds its old content or its new one, and an erasure is done or undone. Also known
 * answers of x509.c. The key is a number that is stored and never computed with.
 */
#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "crypto.h"
#include "flash.h"
#include "x509.h"

enum { BANK = 8192, WORDS = BANK / FLASH_WORD, LIVES = -1 };

static uint8_t cells[2][BANK];
static bool programmed[2][WORDS]; /* since the last whole erasure */
static bool unreadable[2][WORDS]; /* a power cut left the word so that its ECC fails */
static long power = LIVES;        /* acts on the flash until it fails */
static jmp_buf power_fails;
static bool flash_fails;

/* True if the power lasts for this act. */
static bool lasts(void) {
  if (power == LIVES) return true;
  return --power >= 0;
}

size_t flash_bank_bytes(void) { return BANK; }

bool flash_read(int bank, size_t offset, void *out, size_t n) {
  check(offset <= BANK && n <= BANK - offset, "a read beyond the bank");
  for (size_t i = 0; i < n; i++)
    if (unreadable[bank][(offset + i) / FLASH_WORD]) return false;
  memcpy(out, cells[bank] + offset, n);
  return true;
}

bool flash_program(int bank, size_t offset, const void *bytes, size_t n) {
  const uint8_t *from = bytes;
  check(offset % FLASH_WORD == 0 && n % FLASH_WORD == 0 && offset <= BANK && n <= BANK - offset, "not whole words of the bank");
  for (size_t i = 0; i < n; i++) {
    size_t word = (offset + i) / FLASH_WORD;
    if (i % FLASH_WORD == 0) {
      check(!programmed[bank][word], "a word is programmed twice");
      programmed[bank][word] = true;
      if (flash_fails) return false;
      if (!lasts()) { /* some of its bits are programmed */
        unreadable[bank][word] = check_any(2) > 0;
        for (size_t k = 0; k < FLASH_WORD; k++) cells[bank][offset + i + k] = (uint8_t)(from[i + k] | check_any(256));
        longjmp(power_fails, 1);
      }
    }
    cells[bank][offset + i] = from[i];
  }
  return true;
}

bool flash_erase(int bank) {
  if (!lasts()) { /* some of its words are erased, and none may be trusted */
    for (size_t i = 0; i < BANK; i++)
      if (check_any(3) > 0) cells[bank][i] = check_any(4) > 0 ? 0xFF : (uint8_t)check_any(256);
    for (size_t word = 0; word < WORDS; word++) unreadable[bank][word] = check_any(8) == 0;
    memset(programmed[bank], true, sizeof programmed[bank]);
    longjmp(power_fails, 1);
  }
  memset(cells[bank], 0xFF, BANK);
  memset(programmed[bank], false, sizeof programmed[bank]);
  memset(unreadable[bank], false, sizeof unreadable[bank]);
  return true;
}

/* A crypto backend with the key in SLOT_KEY, whose signature is what the check wants. */
static const uint8_t key[32] = "the private key, 32 bytes of it";
static uint8_t signature[CRYPTO_SIGNATURE];
bool crypto_has_key(void) { return port_size(SLOT_KEY) > 0; }
bool crypto_forget_key(void) { return port_forget(SLOT_KEY); }
crypto_key_result crypto_make_key(void) { return port_store(SLOT_KEY, key, sizeof key) ? KEY_MADE : KEY_NOT_STORED; }
bool crypto_public_key(uint8_t point[CRYPTO_POINT]) {
  memset(point, 0x11, CRYPTO_POINT);
  point[0] = 4;
  return true;
}
bool crypto_sign(const uint8_t digest[CRYPTO_DIGEST], uint8_t out[CRYPTO_SIGNATURE]) {
  (void)digest;
  memcpy(out, signature, sizeof signature);
  return true;
}
bool crypto_hash_begin(void) { return true; }
bool crypto_hash_add(const uint8_t *bytes, size_t n) { return bytes || n == 0; }
bool crypto_hash_end(uint8_t digest[CRYPTO_DIGEST]) {
  memset(digest, 0, CRYPTO_DIGEST); /* each content has this digest: what is committed need not be computed here */
  return true;
}

static void new_flash(void) {
  for (int bank = 0; bank < 2; bank++) { /* as a programmer left it */
    for (size_t i = 0; i < BANK; i++) cells[bank][i] = (uint8_t)check_any(256);
    memset(programmed[bank], true, sizeof programmed[bank]);
    memset(unreadable[bank], false, sizeof unreadable[bank]);
  }
  check(store_begin(), "an empty store");
}

/* One act on the store: n bytes of `byte` into the slot, or none. */
typedef struct {
  port_slot slot;
  size_t n;
  uint8_t byte;
} act;

static bool carry_out(const act *a) {
  uint8_t content[AGENT_ITEM_MAX];
  memset(content, a->byte, sizeof content);
  return a->n > 0 ? port_store(a->slot, content, a->n) : port_forget(a->slot);
}

static bool holds(port_slot slot, const act *wanted) {
  uint8_t content[AGENT_ITEM_MAX];
  size_t n = wanted ? wanted->n : 0;
  if (port_size(slot) != n || !port_read(slot, 0, content, n) || port_read(slot, n, content, 1)) return false;
  for (size_t i = 0; i < n; i++)
    if (content[i] != wanted->byte) return false;
  return true;
}

static const act script[] = {
    {SLOT_KEY, 121, 1},   {SLOT_CERT, 600, 2},    {SLOT_CHAIN, 1200, 3}, {SLOT_ROOT, 700, 4},  {SLOT_CONFIG, 92, 5},
    {SLOT_CERT, 601, 6},  {SLOT_CHAIN, 2000, 7},  {SLOT_ROOT, 0, 0},     {SLOT_ROOT, 0, 0},    {SLOT_CERT, 4, 8},
    {SLOT_CHAIN, 3000, 9}, {SLOT_CERT, 599, 10},  {SLOT_SEALED, 1, 11},  {SLOT_CHAIN, 2000, 12}, {SLOT_KEY, 0, 0},
    {SLOT_CHAIN, 0, 0},   {SLOT_KEY, 32, 13},
};
enum { ACTS = sizeof script / sizeof script[0] };

/* What the slot must hold after the first `count` acts; NULL for nothing yet. */
static const act *after(size_t count, port_slot slot) {
  while (count-- > 0)
    if (script[count].slot == slot) return &script[count];
  return NULL;
}

/* Runs the script with a power cut at act `first` on the flash and one more later. False if it did not come to that. */
static bool check_cut(long first) {
  static size_t done; /* survives longjmp */
  static bool was_cut;
  new_flash();
  done = 0;
  was_cut = false;
  power = first;
  if (setjmp(power_fails) != 0) {
    power = was_cut ? LIVES : (long)check_any(400);
    was_cut = true;
    check(store_begin(), "the store after a power cut");
    for (int slot = 0; slot < SLOT_COUNT; slot++) {
      bool cut = script[done].slot == (port_slot)slot;
      check(holds((port_slot)slot, after(done, (port_slot)slot)) || (cut && holds((port_slot)slot, &script[done])),
            "a slot after a power cut holds neither its old content nor its new one");
    }
  }
  for (; done < ACTS; done++) check(carry_out(&script[done]), "an act on the store");
  power = LIVES;
  for (int restart = 0; restart < 2; restart++) {
    for (int slot = 0; slot < SLOT_COUNT; slot++)
      check(holds((port_slot)slot, after(ACTS, (port_slot)slot)), "the slots at the end");
    check(store_begin(), "a restart");
  }
  return was_cut;
}

static bool is_in_flash(const uint8_t *bytes, size_t n) {
  for (int bank = 0; bank < 2; bank++)
    for (size_t at = 0; at + n <= BANK; at++)
      if (memcmp(cells[bank] + at, bytes, n) == 0) return true;
  return false;
}

/* The agent's erase, with a power cut at act `first` and one more while the next start goes on. */
static bool check_erase(long first) {
  static bool was_cut, undone;
  static const char zeros[] = "0000000000000000000000000000000000000000000000000000000000000000";
  char commit[100];
  new_flash();
  agent_begin(&check_device);
  check(check_says("key P-256", "ok created=1"), "key");
  check(check_says("data config 0 YT1iCg==", "ok"), "data");
  snprintf(commit, sizeof commit, "commit config 4 %s", zeros);
  check(check_says(commit, "ok"), "commit");
  check(check_says("data root 0 YT1iCg==", "ok"), "data");
  snprintf(commit, sizeof commit, "commit root 4 %s", zeros);
  check(check_says(commit, "ok"), "commit");
  check(is_in_flash(key, sizeof key), "the key is found where it is stored");
  was_cut = undone = false;
  power = first;
  if (setjmp(power_fails) == 0) {
    check(check_says("erase", "ok"), "erase");
  } else {
    power = was_cut ? LIVES : (long)check_any(40);
    check(store_begin(), "the store after a power cut");
    was_cut = true;
    agent_begin(&check_device);
    undone = port_size(SLOT_KEY) > 0;
  }
  power = LIVES;
  check(check_says("hello", "ok ") && (strstr(check_last, " key=1 ") != NULL) == undone, "the key is all that is left");
  check(check_says("stored root", undone ? "ok len=4 " : "ok len=0") && check_says("stored config", undone ? "ok len=4 " : "ok len=0"),
        "an erasure is half done");
  check(undone || !is_in_flash(key, sizeof key), "the erased key is still in the flash");
  check(port_size(SLOT_ERASING) == 0, "the mark is left");
  return was_cut;
}

static void commit_here(const char *item, const char *base64, unsigned n) {
  char body[200];
  snprintf(body, sizeof body, "data %s 0 %s", item, base64);
  check(check_says(body, "ok"), body);
  snprintf(body, sizeof body, "commit %s %u %064d", item, n, 0);
  check(check_says(body, "ok"), body);
}

/* From a claim to an identity, with a power cut at act `first` and one more later: nothing is lost, nothing is half. */
static bool check_claim(long first) {
  static bool was_cut;
  static const char claim_key[] = "the key of a claim";
  new_flash();
  agent_begin(&check_device);
  check_cloud = (struct check_cloud){.certificates = 0};
  check(check_says("key P-256", "ok created=1"), "key");
  commit_here("config", "dGVtcGxhdGU9ZmxlZXQKdW5pdFNlcmlhbD1VCg==", 28);
  commit_here("root", "YT1iCg==", 4);
  commit_here("chain", "YT1iCg==", 4);
  commit_here("claimkey", "dGhlIGtleSBvZiBhIGNsYWlt", 18);
  commit_here("claim", "YT1iCg==", 4);
  check(is_in_flash((const uint8_t *)claim_key, 18), "the key of the claim is found where it is stored");
  was_cut = false;
  power = first;
  if (setjmp(power_fails) != 0) {
    power = was_cut ? LIVES : (long)check_any(60);
    was_cut = true;
    check(store_begin(), "the store after a power cut");
    agent_begin(&check_device);
  }
  if (port_size(SLOT_CERT) == 0 || port_size(SLOT_GIVEN) > 0)
    check(check_says("provision h 8883 c", "ok dns=0 ") && !strstr(check_last, "failed"), "provision after a power cut");
  power = LIVES;
  check(check_says("hello", "ok ") && strstr(check_last, " cert=1 "), "the device has its certificate");
  check(check_cloud.token_used && port_size(SLOT_GIVEN) == 0 && port_size(SLOT_CHAIN) == 0, "nothing is half done");
  check(port_size(SLOT_CLAIM) == 0 && port_size(SLOT_CLAIM_KEY) == 0 && !is_in_flash((const uint8_t *)claim_key, 18),
        "the key of the claim has left the flash");
  return was_cut;
}

static void check_failures(void) {
  static const act big = {SLOT_ROOT, 4096, 1}, other = {SLOT_CHAIN, 4096, 2}, small = {SLOT_CERT, 40, 3}, longer = {SLOT_CERT, 50, 4};
  new_flash();
  check(carry_out(&big) && !carry_out(&other), "two of the longest items do not fit into this bank");
  check(holds(SLOT_ROOT, &big) && holds(SLOT_CHAIN, NULL), "what was refused changed nothing");
  check(carry_out(&small), "what fits is stored afterwards");
  flash_fails = true;
  check(!carry_out(&longer) && holds(SLOT_CERT, &small), "a flash that fails is told");
  check(check_says("key P-256", "err storage"), "a flash that fails is told to the station");
  check(check_says("erase", "err storage") && holds(SLOT_ROOT, &big), "an erasure that cannot begin");
  flash_fails = false;
  check(carry_out(&longer) && holds(SLOT_CERT, &longer) && holds(SLOT_ROOT, &big), "the flash works again");
}

static bool signs(uint8_t r, uint8_t r_zeros, uint8_t s, const char *wanted, size_t wanted_n) {
  uint8_t out[X509_SIGNATURE_MAX], digest[32] = {0};
  size_t n;
  memset(signature, 0x22, sizeof signature);
  memset(signature, 0, r_zeros);
  signature[r_zeros] = r;
  signature[32] = s;
  return x509_sign(digest, out, &n) && n >= wanted_n && n == (size_t)out[1] + 2 && memcmp(out, wanted, wanted_n) == 0;
}

static void check_x509(void) {
  static uint8_t der[512], changed[512];
  size_t n, at;
  check(signs(0x7F, 0, 0x01, "\x30\x44\x02\x20\x7F\x22", 6), "a signature");
  check(signs(0x80, 0, 0xFF, "\x30\x46\x02\x21\x00\x80\x22", 7), "a first bit that is no sign");
  check(signs(0x01, 30, 0x01, "\x30\x26\x02\x02\x01\x22\x02\x20", 8), "leading zeros");
  check(signs(0x90, 31, 0x01, "\x30\x26\x02\x02\x00\x90\x02\x20", 8), "leading zeros before a first bit");
  check(!x509_request("", der, sizeof der, &n) && !x509_request("x", der, X509_CSR_MAX - 1, &n), "a request that does not fit");
  memset(changed, 'x', X509_NAME_MAX + 1);
  check(!x509_request((char *)changed, der, sizeof der, &n), "a longer name");
  changed[X509_NAME_MAX] = '\0';
  memset(signature, 0xFF, sizeof signature);
  check(x509_request((char *)changed, der, sizeof der, &n) && n <= X509_CSR_MAX, "the longest request");

  /* A certificate of this key, with as little in it as there can be. */
  static const uint8_t start[] = {0x30, 0x74, 0x30, 0x6B, 0xA0, 0x03, 0x02, 0x01, 0x02, 0x02, 0x01,
                                  0x05, 0x30, 0x00, 0x30, 0x00, 0x30, 0x00, 0x30, 0x00};
  static const uint8_t end[] = {0x30, 0x00, 0x03, 0x03, 0x00, 0xAB, 0xCD};
  check(x509_request("x", changed, sizeof changed, &n), "a request");
  for (at = 0; memcmp(changed + at, "\x30\x59\x30\x13", 4) != 0;) at++;
  memcpy(der, start, sizeof start);
  memcpy(der + sizeof start, changed + at, 91);
  memcpy(der + sizeof start + 91, end, sizeof end);
  n = sizeof start + 91 + sizeof end;
  check(x509_is_mine(der, n), "the certificate is mine");
  for (size_t i = 0; i < n; i++) {
    uint8_t cut[512]; /* of its own, so that the sanitizer sees a read behind it */
    memcpy(cut + sizeof cut - i, der, i);
    check(!x509_is_mine(cut + sizeof cut - i, i), "a certificate that is cut off");
  }
  check(!x509_is_mine(der, n + 1), "a certificate with a byte behind it");
  for (long i = 0; i < 100000; i++) {
    memcpy(changed, der, n);
    for (uint32_t count = 1 + check_any(3); count > 0; count--) changed[check_any((uint32_t)n)] = (uint8_t)check_any(256);
    bool same_key = memcmp(changed + sizeof start, der + sizeof start, 91) == 0;
    check(!x509_is_mine(changed, n) || same_key, "a certificate with another key");
  }
}

int main(void) {
  long cuts = 0, erasures = 0, claims = 0;
  check_x509();
  while (check_cut(cuts)) cuts++;
  while (check_erase(erasures)) erasures++;
  while (check_claim(claims)) claims++;
  check_failures();
  check(cuts > 200 && erasures >= 8 && claims >= 20, "the power was cut");
  printf("flash_check: %ld power cuts of the store, %ld of an erasure, %ld of a claim, with words of %d bytes\n", cuts, erasures, claims, FLASH_WORD);
  return 0;
}
