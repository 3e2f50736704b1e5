# Small functions that give every target the same shape.

# Unity batches of eight: the price of a torch header is paid once a batch (see CONTRIBUTING.md).
option(WARMSTART_UNITY "compile in batches" ON)
function(warmstart_unity target)
  set_target_properties(${target} PROPERTIES UNITY_BUILD ${WARMSTART_UNITY} UNITY_BUILD_BATCH_SIZE 8)
endfunction()

# The torch headers, precompiled once (in warmstart_core) and reused by everything that links it.
function(warmstart_precompile_torch target)
  set_target_properties(${target} PROPERTIES DEFINE_SYMBOL "")  # a macro of its own would spoil the shared header
  if(target STREQUAL "warmstart_core")
    target_precompile_headers(${target} PRIVATE ${PROJECT_SOURCE_DIR}/core/base/torch_headers.h)
  else()
    # A precompiled header fits only code compiled alike: programs too are compiled as -fPIC, not -fPIE.
    set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE OFF)
    target_compile_options(${target} PRIVATE -fPIC)
    target_precompile_headers(${target} REUSE_FROM warmstart_core)
  endif()
endfunction()

# warmstart_tests(NAME folder label link...): one GoogleTest program of all *_test.cpp in the folder,
# one ctest entry per file (not per case: loading LibTorch costs 0.75 s a process).
function(warmstart_tests name folder label)
  file(GLOB sources CONFIGURE_DEPENDS ${folder}/*_test.cpp)
  if(NOT sources)
    return()
  endif()
  add_executable(${name} ${sources})
  target_link_libraries(${name} PRIVATE ${ARGN} GTest::gtest GTest::gmock GTest::gtest_main)
  target_compile_definitions(${name} PRIVATE
    WARMSTART_SOURCE_DIR="${PROJECT_SOURCE_DIR}" WARMSTART_BINARY_DIR="${PROJECT_BINARY_DIR}")
  foreach(source ${sources})
    file(STRINGS ${source} cases REGEX "^TEST(_F|_P)?\\(")
    set(suites "")
    foreach(case ${cases})
      string(REGEX REPLACE "^TEST[_FP]*\\(([A-Za-z0-9_]+),.*" "\\1" suite "${case}")
      list(APPEND suites "${suite}.*" "*/${suite}.*")
    endforeach()
    if(NOT suites)
      continue()
    endif()
    list(REMOVE_DUPLICATES suites)
    list(JOIN suites ":" filter)
    get_filename_component(stem ${source} NAME_WE)
    string(REGEX REPLACE "_test$" "" stem ${stem})
    add_test(NAME ${name}.${stem} COMMAND ${name} --gtest_filter=${filter} --gtest_brief=1)
    set_tests_properties(${name}.${stem} PROPERTIES LABELS "${label}" TIMEOUT 600
      ENVIRONMENT "OMP_WAIT_POLICY=passive;LC_ALL=C.UTF-8")
  endforeach()
endfunction()
