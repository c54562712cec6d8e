/* ESP-IDF 6: what port_espidf.c uses of it, for the compiler. */
#pragma once
typedef int esp_err_t;
#define ESP_OK 0
