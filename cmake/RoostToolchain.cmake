# Compiler, warnings, sanitizers, linker, cache and packages: what every target of ours is built with.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)

find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # A precompiled header is cacheable only with these liberties; our code uses no __TIME__.
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${CCACHE})
endif()

find_program(MOLD mold)
if(MOLD)
  # g++ 12.2 and clang 19 both know the linker by name.
  add_link_options(-fuse-ld=mold)
endif()

find_package(Boost 1.81 REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(simdjson REQUIRED)
find_package(OpenSSL 3 REQUIRED COMPONENTS Crypto)
find_package(ZLIB REQUIRED)
find_package(PostgreSQL 15 REQUIRED)
find_package(CLI11 REQUIRED)
find_package(tomlplusplus 3 REQUIRED)
find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(libjwt REQUIRED IMPORTED_TARGET libjwt)
pkg_check_modules(libcrypt REQUIRED IMPORTED_TARGET libxcrypt)
if(ROOST_TESTS)
  find_package(doctest REQUIRED)
endif()

add_library(roost_options INTERFACE)
target_compile_options(
  roost_options
  INTERFACE -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual
            -Werror -fno-omit-frame-pointer)
target_compile_definitions(roost_options INTERFACE ROOST_VERSION="${PROJECT_VERSION}")
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  # Lets ccache find the same precompiled header again.
  target_compile_options(roost_options INTERFACE "SHELL:-Xclang -fno-pch-timestamp")
else()
  # g++ 12 reports false dangling and uninitialised uses in coroutine frames.
  target_compile_options(roost_options INTERFACE -Wno-maybe-uninitialized -Wno-missing-field-initializers)
endif()
if(ROOST_SANITIZE)
  target_compile_options(
    roost_options INTERFACE -fsanitize=${ROOST_SANITIZE} -fno-sanitize-recover=all -O1)
  target_link_options(roost_options INTERFACE -fsanitize=${ROOST_SANITIZE})
endif()
if(ROOST_FUZZ)
  if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang" OR NOT ROOST_SANITIZE MATCHES "address")
    message(FATAL_ERROR "ROOST_FUZZ needs clang and ROOST_SANITIZE=address: its runtime takes what the others count")
  endif()
  # In all of our code: one build tree for tests and fuzz programs. Only the latter link libFuzzer.
  target_compile_options(roost_options INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(ROOST_COVERAGE)
  target_compile_options(roost_options INTERFACE -fprofile-instr-generate -fcoverage-mapping)
  target_link_options(roost_options INTERFACE -fprofile-instr-generate)
endif()

# One precompiled header for all folders: what nearly every file includes. No Asio here.
file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/pch_anchor.cpp CONTENT "// Owns the precompiled header.\n")
add_library(roost_pch OBJECT ${CMAKE_BINARY_DIR}/pch_anchor.cpp)
target_link_libraries(roost_pch PRIVATE roost_options Boost::headers fmt::fmt)
target_precompile_headers(
  roost_pch
  PRIVATE
  <algorithm>
  <array>
  <chrono>
  <coroutine>
  <cstdint>
  <functional>
  <map>
  <memory>
  <optional>
  <span>
  <string>
  <string_view>
  <unordered_map>
  <utility>
  <variant>
  <vector>
  <boost/system/result.hpp>
  <fmt/format.h>)
