# How everything is compiled. Two rules come from "one seed, the same bits": the compiler may not
# fuse a multiply and an add on its own (-ffp-contract=off; fma is written where it is meant), nor
# reorder sums (no -ffast-math). No -march=native: the kernels choose when the program runs.
option(EMBUDO_WERROR "Warnings are errors" OFF)
set(EMBUDO_SANITIZE "" CACHE STRING "Sanitizers to build with, such as address,undefined")

if(NOT CMAKE_BUILD_TYPE)
    set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()
set(CMAKE_C_STANDARD 17)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_C_VISIBILITY_PRESET hidden) # EMB_API in embudo.h opens what is public
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set_property(GLOBAL PROPERTY TARGET_MESSAGES OFF) # no "Built target" lines

add_compile_options(-Wall -Werror=implicit-function-declaration -Wextra -Wshadow -Wconversion -ffp-contract=off -fno-math-errno)
add_compile_definitions(_GNU_SOURCE)
if(EMBUDO_WERROR)
    add_compile_options(-Werror)
endif()
# Hardening of what is shipped. The kernels, which handle no bytes from outside, go without the stack's
# guard: see CMakeLists.txt. Sanitizers bring their own.
include(CheckPIESupported)
check_pie_supported(LANGUAGES C)
if(NOT EMBUDO_SANITIZE AND NOT CMAKE_BUILD_TYPE STREQUAL Debug)
    add_compile_options(-fstack-protector-strong -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
    if(NOT APPLE)
        add_link_options(-Wl,-z,relro,-z,now)
    endif()
endif()
if(EMBUDO_SANITIZE)
    add_compile_options(-fsanitize=${EMBUDO_SANITIZE} -fno-sanitize-recover=all
        -fno-omit-frame-pointer)
    add_link_options(-fsanitize=${EMBUDO_SANITIZE})
endif()
