# 64-bit Arm from another Linux machine, and its tests under qemu-user. On Debian:
#   dpkg --add-architecture arm64 && apt-get update
#   apt-get install gcc-aarch64-linux-gnu qemu-user libgomp1:arm64 zlib1g-dev:arm64 \
#       libjansson-dev:arm64 libcmocka-dev:arm64
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_C_COMPILER aarch64-linux-gnu-gcc)
# libc6:arm64 comes with the libraries above and lies where the emulated loader looks; the folder
# of the cross compiler's own libc is for machines that have only that.
set(CMAKE_CROSSCOMPILING_EMULATOR qemu-aarch64;-L;/usr/aarch64-linux-gnu)
set(ENV{PKG_CONFIG_LIBDIR} /usr/lib/aarch64-linux-gnu/pkgconfig:/usr/share/pkgconfig)
