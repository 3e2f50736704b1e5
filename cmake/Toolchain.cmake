# Language level, warnings, fast linker and compiler cache; the packages every target may use.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()

# Programs, libraries and plugins sit side by side in the build tree as they do once installed.
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
set(CMAKE_LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/lib)
set(CMAKE_INSTALL_RPATH "$ORIGIN/../${CMAKE_INSTALL_LIBDIR}:$ORIGIN/../../..")

find_program(CCACHE ccache)
if(CCACHE)
  # The precompiled header carries no time stamps, so these are safe for it.
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${CCACHE})
endif()
find_program(MOLD mold)
if(MOLD)
  add_link_options(-fuse-ld=mold)
endif()

option(WARMSTART_STRICT "treat warnings as errors" OFF)
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")  # -O3 compiles a third longer and gains nothing: LibTorch does the work
# g++ 12 warns of overlapping and oversized copies inside std::string where there are none (its bugs 105329, 105651).
add_compile_options(-Wall -Wextra -Wpedantic -Wno-restrict -Wno-stringop-overflow
                    -Wno-missing-field-initializers -fstack-protector-strong)
if(WARMSTART_STRICT)
  add_compile_options(-Werror)
endif()
if(CMAKE_BUILD_TYPE STREQUAL "Release")
  add_compile_options(-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
endif()
add_link_options(-Wl,-z,relro)

find_package(PkgConfig REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(simdjson REQUIRED)
find_package(CLI11 REQUIRED)
find_package(spdlog REQUIRED)
find_package(ZLIB REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(Threads REQUIRED)

# Debian's LibTorch ships no complete CMake package, an upstream one does: take it where Torch_DIR or
# CMAKE_PREFIX_PATH names it, else the plain libraries.
find_package(Torch QUIET CONFIG)
add_library(warmstart_torch INTERFACE)
# Without NDEBUG its at::RecordFunction has one member more, which a LibTorch that was built with it does not set.
target_compile_definitions(warmstart_torch INTERFACE $<$<CONFIG:Debug>:NDEBUG>)
# c10::optional, inlined into our sources, sets off two more of g++ 12's false alarms.
target_compile_options(warmstart_torch INTERFACE -Wno-maybe-uninitialized
                       $<$<CXX_COMPILER_ID:GNU>:-Wno-dangling-pointer>)
if(Torch_FOUND)
  target_link_libraries(warmstart_torch INTERFACE ${TORCH_LIBRARIES})
  target_include_directories(warmstart_torch SYSTEM INTERFACE ${TORCH_INCLUDE_DIRS})
  separate_arguments(WARMSTART_TORCH_FLAGS UNIX_COMMAND "${TORCH_CXX_FLAGS}")
  target_compile_options(warmstart_torch INTERFACE ${WARMSTART_TORCH_FLAGS})
else()
  find_library(TORCH_LIBRARY torch REQUIRED)
  find_library(TORCH_CPU_LIBRARY torch_cpu REQUIRED)
  find_library(C10_LIBRARY c10 REQUIRED)
  find_path(TORCH_API_DIR torch/torch.h PATH_SUFFIXES torch/csrc/api/include REQUIRED)
  target_link_libraries(warmstart_torch INTERFACE ${TORCH_LIBRARY} ${TORCH_CPU_LIBRARY} ${C10_LIBRARY})
  target_include_directories(warmstart_torch SYSTEM INTERFACE ${TORCH_API_DIR})
endif()
