/*
 * port.h and flash.h on Zephyr: a UART (or USB CDC ACM) with interrupts, and a fixed partition of the flash. Untried on
 * hardware; a test compiles it against the signatures of Zephyr 3.6 to 4.3.
 */
#include <stdio.h>
#include <zephyr/device.h>
#include <zephyr/devicetree.h>
#include <zephyr/drivers/hwinfo.h>
#include <zephyr/drivers/uart.h>
#include <zephyr/kernel.h>
#include <zephyr/storage/flash_map.h>
#include <zephyr/sys/ring_buffer.h>

#include "agent.h"
#include "crypto.h"
#include "flash.h"
#include "start.h"

/* A log that prints at once, in whatever context, gets between the bytes of an answer. */
#if DT_SAME_NODE(DT_CHOSEN(birthmark_agent_uart), DT_CHOSEN(zephyr_console)) && \
    (defined(CONFIG_LOG_MODE_IMMEDIATE) || defined(CONFIG_LOG_MODE_MINIMAL))
#error "The agent shares the console: set CONFIG_LOG_MODE_DEFERRED=y, or choose another birthmark,agent-uart"
#endif

static const struct device *const uart = DEVICE_DT_GET(DT_CHOSEN(birthmark_agent_uart));
static const struct flash_area *area;

RING_BUF_DECLARE(birthmark_received, AGENT_WINDOW);
static K_SEM_DEFINE(arrived, 0, 1);
static K_THREAD_STACK_DEFINE(stack, CONFIG_BIRTHMARK_AGENT_STACK_SIZE);
static struct k_thread thread;
static agent device;

size_t flash_bank_bytes(void) { return area->fa_size / 2; }

static off_t offset_of(int bank, size_t offset) { return (off_t)((size_t)bank * flash_bank_bytes() + offset); }

bool flash_read(int bank, size_t offset, void *out, size_t n) {
  return flash_area_read(area, offset_of(bank, offset), out, n) == 0;
}

bool flash_program(int bank, size_t offset, const void *bytes, size_t n) {
  return flash_area_write(area, offset_of(bank, offset), bytes, n) == 0;
}

bool flash_erase(int bank) { return flash_area_erase(area, offset_of(bank, 0), flash_bank_bytes()) == 0; }

const port_traits *port_get_traits(void) {
  static char identity[2 * 16 + 1]; /* `hello` carries 32 characters */
  static const port_traits traits = {.model = CONFIG_BIRTHMARK_AGENT_MODEL,
                                     .hardware_revision = CONFIG_BIRTHMARK_AGENT_HARDWARE,
                                     .firmware = CONFIG_BIRTHMARK_AGENT_FIRMWARE,
                                     .hardware_id = identity,
                                     .preset_serial = NULL};
  if (identity[0] == '\0') {
    uint8_t bytes[16];
    ssize_t n = hwinfo_get_device_id(bytes, sizeof bytes);
    for (ssize_t i = 0; i < n; i++) snprintf(identity + 2 * i, 3, "%02x", bytes[i]);
  }
  return &traits;
}

/* No log line gets in: the log's thread has a lower priority, and this loop does not wait for anything. */
void port_send(const char *line, size_t n) {
  for (size_t i = 0; i < n; i++) uart_poll_out(uart, (unsigned char)line[i]);
}

uint32_t port_millis(void) { return k_uptime_get_32(); }

bool port_is_slow(void) { return true; }

void port_step(const char *step, bool done) {
  (void)step;
  (void)done;
}

static void on_uart(const struct device *dev, void *user_data) {
  uint8_t bytes[32];
  int n;
  (void)user_data;
  (void)uart_irq_update(dev);
  while (uart_irq_rx_ready(dev) > 0 && (n = uart_fifo_read(dev, bytes, sizeof bytes)) > 0)
    (void)ring_buf_put(&birthmark_received, bytes, (uint32_t)n); /* what does not fit is lost, and the station repeats it */
  k_sem_give(&arrived);
}

static void run(void *first, void *second, void *third) {
  uint8_t byte;
  (void)first;
  (void)second;
  (void)third;
  for (;;) {
    (void)k_sem_take(&arrived, K_FOREVER);
    while (ring_buf_get(&birthmark_received, &byte, 1) == 1) agent_receive(&device, (char)byte);
  }
}

bool birthmark_agent_start(void) {
  if (!device_is_ready(uart) || flash_area_open(FIXED_PARTITION_ID(birthmark_partition), &area) != 0) return false;
  if (port_get_traits()->hardware_id[0] == '\0' || !store_begin() || !crypto_begin()) return false;
  agent_begin(&device);
  if (uart_irq_callback_user_data_set(uart, on_uart, NULL) != 0) return false;
  uart_irq_rx_enable(uart);
  (void)k_thread_create(&thread, stack, K_THREAD_STACK_SIZEOF(stack), run, NULL, NULL, NULL, CONFIG_BIRTHMARK_AGENT_PRIORITY, 0,
                        K_NO_WAIT);
  return true;
}
