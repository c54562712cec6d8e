/* A Zephyr of one thread on a PC: the UART is stdin and stdout, the partition is memory. It ends with its input. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zephyr/drivers/hwinfo.h>
#include <zephyr/drivers/uart.h>
#include <zephyr/kernel.h>
#include <zephyr/storage/flash_map.h>
#include <zephyr/sys/ring_buffer.h>

#include "start.h"

enum { PARTITION = 16384, PAGE = 4096, WRITE_BLOCK = 16 };

const struct device stub_device = {"stub"};
static uint8_t partition[PARTITION];
static const struct flash_area area = {1, 0, sizeof partition, &stub_device};
static uart_irq_callback_user_data_t on_uart;
static int enabled;
static uint8_t fifo[64];
static int fifo_n, fifo_at;
static k_thread_entry_t thread_entry;

static void must(int holds, const char *what) {
  if (holds) return;
  fprintf(stderr, "zephyr: %s\n", what);
  exit(1);
}

bool device_is_ready(const struct device *dev) { return dev == &stub_device; }
ssize_t hwinfo_get_device_id(uint8_t *buffer, size_t length) {
  size_t n = length < 8 ? length : 8;
  memcpy(buffer, "\x01\x23\x45\x67\x89\xab\xcd\xef", n);
  return (ssize_t)n;
}

int flash_area_open(uint8_t id, const struct flash_area **fa) {
  memset(partition, 0xFF, sizeof partition);
  *fa = &area;
  return id == 1 ? 0 : -2;
}
int flash_area_read(const struct flash_area *fa, off_t off, void *dst, size_t len) {
  must(off >= 0 && (size_t)off + len <= fa->fa_size, "a read beyond the partition");
  memcpy(dst, partition + off, len);
  return 0;
}
int flash_area_write(const struct flash_area *fa, off_t off, const void *src, size_t len) {
  must(off >= 0 && (size_t)off + len <= fa->fa_size, "a write beyond the partition");
  must(off % WRITE_BLOCK == 0 && len % WRITE_BLOCK == 0, "a write that is not aligned");
  for (size_t i = 0; i < len; i++) must(partition[(size_t)off + i] == 0xFF, "a write to flash that is not erased");
  memcpy(partition + off, src, len);
  return 0;
}
int flash_area_erase(const struct flash_area *fa, off_t off, size_t len) {
  must(off >= 0 && (size_t)off + len <= fa->fa_size && off % PAGE == 0 && len % PAGE == 0, "an erasure of no whole pages");
  memset(partition + off, 0xFF, len);
  return 0;
}

int uart_irq_callback_user_data_set(const struct device *dev, uart_irq_callback_user_data_t cb, void *user_data) {
  (void)user_data;
  on_uart = cb;
  return dev == &stub_device ? 0 : -1;
}
void uart_irq_rx_enable(const struct device *dev) { enabled = dev == &stub_device; }
int uart_irq_update(const struct device *dev) { return dev == &stub_device; }
int uart_irq_rx_ready(const struct device *dev) { return dev == &stub_device && fifo_at < fifo_n; }
int uart_fifo_read(const struct device *dev, uint8_t *rx_data, const int size) {
  int n = 0;
  (void)dev;
  while (n < size && fifo_at < fifo_n) rx_data[n++] = fifo[fifo_at++];
  return n;
}
void uart_poll_out(const struct device *dev, unsigned char out_char) {
  (void)dev;
  must(write(1, &out_char, 1) == 1, "stdout");
}

uint32_t ring_buf_put(struct ring_buf *buf, const uint8_t *data, uint32_t size) {
  uint32_t n = size < buf->size - buf->used ? size : buf->size - buf->used;
  memcpy(buf->buffer + buf->used, data, n);
  buf->used += n;
  return n;
}
uint32_t ring_buf_get(struct ring_buf *buf, uint8_t *data, uint32_t size) {
  uint32_t n = size < buf->used ? size : buf->used;
  memcpy(data, buf->buffer, n);
  memmove(buf->buffer, buf->buffer + n, buf->used - n);
  buf->used -= n;
  return n;
}

void k_sem_give(struct k_sem *sem) { sem->count = 1; }
/* Nothing else runs: what is waited for is the next interrupt of the UART. */
int k_sem_take(struct k_sem *sem, k_timeout_t timeout) {
  (void)timeout;
  while (sem->count == 0) {
    fifo_n = (int)read(0, fifo, sizeof fifo);
    fifo_at = 0;
    if (fifo_n <= 0) exit(0);
    must(enabled, "the interrupt is not enabled");
    on_uart(&stub_device, NULL);
  }
  sem->count = 0;
  return 0;
}
k_tid_t k_thread_create(struct k_thread *new_thread, k_thread_stack_t *stack, size_t stack_size, k_thread_entry_t entry, void *p1,
                        void *p2, void *p3, int prio, uint32_t options, k_timeout_t delay) {
  (void)stack, (void)p1, (void)p2, (void)p3, (void)prio, (void)options, (void)delay;
  must(stack_size >= 4096, "a small stack");
  thread_entry = entry;
  return new_thread;
}
uint32_t k_uptime_get_32(void) { return 0; }

int main(void) {
  must(birthmark_agent_start(), "the agent does not start");
  thread_entry(NULL, NULL, NULL);
}
