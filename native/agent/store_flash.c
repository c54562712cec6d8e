/*
 * The store of port.h on two banks of flash, for a firmware without a file system. A bank is a log of records behind a
 * header; the last record of a slot counts. A bank that is full, or that was written before the last start, is not
 * appended to: the records that count move to the other bank, whose header is programmed last. So a word is programmed
 * once after each erasure, even if a power cut left it half programmed.
 */
#include <string.h>

#include "agent.h"
#include "flash.h"
#include "port.h"
#include "text.h"

enum {
  RECORD_MARK = 0xA5,
  RECORD_HEAD = 8, /* mark, slot, length (2), CRC-32 of these and of the content (4); the least significant byte first */
  BANK_HEAD = 12,  /* `BMF1`, sequence number (4), CRC-32 of these (4) */
  PIECE = 64
};
#define PADDED(n) (((size_t)(n) + FLASH_WORD - 1) / FLASH_WORD * FLASH_WORD)

typedef char word_divides_piece[PIECE % FLASH_WORD == 0 ? 1 : -1];

static struct {
  int bank; /* the one that counts */
  uint32_t sequence;
  size_t end; /* where the next record goes; the bank's size if none may follow */
  struct {
    size_t at, n; /* the content; n is 0 where there is none */
  } slots[SLOT_COUNT];
} store;

static void put_u32(uint8_t out[4], uint32_t value) {
  for (int i = 0; i < 4; i++) out[i] = (uint8_t)(value >> (8 * i));
}

static uint32_t get_u32(const uint8_t in[4]) {
  return (uint32_t)in[0] | (uint32_t)in[1] << 8 | (uint32_t)in[2] << 16 | (uint32_t)in[3] << 24;
}

/* The sequence number of a bank; 0 if its header is not whole. */
static uint32_t sequence_of(int bank) {
  uint8_t head[BANK_HEAD];
  if (!flash_read(bank, 0, head, sizeof head)) return 0;
  return memcmp(head, "BMF1", 4) == 0 && get_u32(head + 8) == text_crc32_add(0, head, 8) ? get_u32(head + 4) : 0;
}

/* Reads the record at `at`. False if there is none, or if it is not whole. */
static bool read_record(int bank, size_t at, int *slot, size_t *n) {
  uint8_t head[RECORD_HEAD], piece[PIECE];
  size_t size = flash_bank_bytes();
  if (size - at < sizeof head || !flash_read(bank, at, head, sizeof head) || head[0] != RECORD_MARK) return false;
  *slot = head[1];
  *n = (size_t)(head[2] | head[3] << 8);
  if (*slot >= SLOT_COUNT || *n > AGENT_ITEM_MAX || size - at - sizeof head < *n) return false;
  uint32_t crc = text_crc32_add(0, head, 4);
  for (size_t done = 0; done < *n;) {
    size_t length = *n - done < sizeof piece ? *n - done : sizeof piece;
    if (!flash_read(bank, at + sizeof head + done, piece, length)) return false;
    crc = text_crc32_add(crc, piece, length);
    done += length;
  }
  return crc == get_u32(head + 4);
}

bool store_begin(void) {
  uint32_t first = sequence_of(0), second = sequence_of(1);
  memset(&store, 0, sizeof store);
  store.bank = second >= first ? 1 : 0;
  store.sequence = second >= first ? second : first;
  store.end = flash_bank_bytes();
  if (store.end < PADDED(BANK_HEAD)) return false;
  if (store.sequence == 0) return true; /* new: nothing is stored */
  int slot;
  for (size_t at = PADDED(BANK_HEAD), n; read_record(store.bank, at, &slot, &n); at += PADDED(RECORD_HEAD + n)) {
    store.slots[slot].at = at + RECORD_HEAD;
    store.slots[slot].n = n;
  }
  return true;
}

/* Programs a record and reads it back. */
static bool program_record(int bank, size_t at, int slot, const uint8_t *bytes, size_t n) {
  uint8_t piece[PIECE] = {RECORD_MARK, (uint8_t)slot, (uint8_t)n, (uint8_t)(n >> 8)};
  size_t held = RECORD_HEAD, to = at, found_n;
  int found;
  put_u32(piece + 4, text_crc32_add(text_crc32_add(0, piece, 4), bytes, n));
  do {
    size_t length = n < sizeof piece - held ? n : sizeof piece - held;
    if (length > 0) memcpy(piece + held, bytes, length);
    memset(piece + held + length, 0, sizeof piece - held - length);
    if (!flash_program(bank, to, piece, PADDED(held + length))) return false;
    to += PADDED(held + length);
    bytes += length;
    n -= length;
    held = 0;
  } while (n > 0);
  return read_record(bank, at, &found, &found_n);
}

/* Copies the record of a slot as it is, and reads it back. */
static bool copy_record(int bank, size_t at, int slot) {
  uint8_t piece[PIECE];
  size_t from = store.slots[slot].at - RECORD_HEAD, n = PADDED(RECORD_HEAD + store.slots[slot].n), found_n;
  int found;
  for (size_t done = 0; done < n; done += sizeof piece) {
    size_t length = n - done < sizeof piece ? n - done : sizeof piece;
    if (!flash_read(store.bank, from + done, piece, length) || !flash_program(bank, at + done, piece, length)) return false;
  }
  return read_record(bank, at, &found, &found_n);
}

/* Moves all slots but one to the other bank, with the new content of that one, and makes that bank count. */
static bool move(int changed, const uint8_t *bytes, size_t n) {
  int to = 1 - store.bank;
  uint8_t head[PADDED(BANK_HEAD)] = {'B', 'M', 'F', '1'};
  size_t end = sizeof head, size = flash_bank_bytes(), moved[SLOT_COUNT] = {0};
  if (!flash_erase(to)) return false;
  for (int slot = 0; slot < SLOT_COUNT; slot++) {
    size_t length = slot == changed ? n : store.slots[slot].n;
    if (length == 0) continue;
    if (size - end < PADDED(RECORD_HEAD + length)) return false;
    if (!(slot == changed ? program_record(to, end, slot, bytes, n) : copy_record(to, end, slot))) return false;
    moved[slot] = end + RECORD_HEAD;
    end += PADDED(RECORD_HEAD + length);
  }
  put_u32(head + 4, store.sequence + 1);
  put_u32(head + 8, text_crc32_add(0, head, 8));
  if (!flash_program(to, 0, head, sizeof head) || sequence_of(to) != store.sequence + 1) return false;
  store.bank = to;
  store.sequence++;
  store.end = end;
  store.slots[changed].n = n;
  for (int slot = 0; slot < SLOT_COUNT; slot++) store.slots[slot].at = moved[slot];
  return true;
}

static bool put(int slot, const uint8_t *bytes, size_t n) {
  size_t at = store.end, size = flash_bank_bytes();
  if (size - at < PADDED(RECORD_HEAD + n)) return move(slot, bytes, n);
  store.end = size; /* if this fails, no record may follow it */
  if (!program_record(store.bank, at, slot, bytes, n)) return false;
  store.end = at + PADDED(RECORD_HEAD + n);
  store.slots[slot].at = at + RECORD_HEAD;
  store.slots[slot].n = n;
  return true;
}

size_t port_size(port_slot slot) { return store.slots[slot].n; }

bool port_read(port_slot slot, size_t offset, uint8_t *out, size_t n) {
  size_t size = store.slots[slot].n;
  if (offset > size || n > size - offset) return false;
  return flash_read(store.bank, store.slots[slot].at + offset, out, n);
}

bool port_store(port_slot slot, const uint8_t *bytes, size_t n) {
  return n > 0 && n <= AGENT_ITEM_MAX && put((int)slot, bytes, n);
}

bool port_forget(port_slot slot) {
  static const uint8_t nothing[1] = {0};
  /* A key must leave the flash, not only the log. If the power fails in between, the next write erases that bank. */
  if (slot == SLOT_KEY || slot == SLOT_CLAIM_KEY) return move((int)slot, nothing, 0) && flash_erase(1 - store.bank);
  return store.slots[slot].n == 0 || put((int)slot, nothing, 0);
}
