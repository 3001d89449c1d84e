// Part of programs that are linked with mimalloc: memory comes in pages of 2 MiB where the system
// gives them, in small ones elsewhere. The first touch of a small page costs a virtual machine
// microseconds (bench/README.md).

#include <mimalloc.h>

namespace {

[[maybe_unused]] const bool kAsked = [] {
  mi_option_enable(mi_option_large_os_pages);
  return true;
}();

}  // namespace
