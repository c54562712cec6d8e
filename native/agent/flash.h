/* The flash below store_flash.c: a firmware implements these functions with its driver. */
#ifndef FLASH_H
#define FLASH_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Bytes that are programmed at once, a power of two up to 64: 4 on nRF52 and ESP32, 8 on STM32L4, 16 on STM32U5, 32 on
 * STM32H7. More than the flash needs does no harm.
 */
#ifndef FLASH_WORD
#define FLASH_WORD 16
#endif

/*
 * Bytes of a bank: one or more erase pages, a multiple of FLASH_WORD. There are two banks, 0 and 1. Each must hold
 * everything that is stored at a time: 8 KiB do for certificates with P-256.
 */
size_t flash_bank_bytes(void);

/*
 * Reads n bytes anywhere in a bank. False if they cannot be read: a power cut may leave a word whose ECC fails. Where
 * that is an exception (NMI on STM32), its handler must not reset the device.
 */
bool flash_read(int bank, size_t offset, void *out, size_t n);

/*
 * Programs words. Offset and n are multiples of FLASH_WORD, `bytes` need not be aligned, and each word has been erased
 * since it was programmed last. False if the flash reports a failure.
 */
bool flash_program(int bank, size_t offset, const void *bytes, size_t n);

/* Erases all of a bank. */
bool flash_erase(int bank);

/* Finds what is stored. Call this once before anything else of port.h. False if the banks are too small. */
bool store_begin(void);

#endif
