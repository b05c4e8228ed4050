# roost_folder(NAME DEPENDS <folders above it> LIBRARIES <packages> PRIVATE_LIBRARIES <packages>)
#
# One folder of src/ is one static library `roost_NAME`. Its tests stand beside its sources and become one
# program: `x_test.cpp` needs nothing but the code (`roost_NAME_test`), `x_pgtest.cpp` needs a PostgreSQL
# (`roost_NAME_pgtest`, which starts a private one). `x_fuzz.cpp` is a libFuzzer target and a program by itself
# (`roost_NAME_x_fuzz`).
function(roost_folder name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "DEPENDS;LIBRARIES;PRIVATE_LIBRARIES")

  file(GLOB sources CONFIGURE_DEPENDS *.cpp)
  set(tests ${sources})
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
  set(pgtests ${sources})
  list(FILTER pgtests INCLUDE REGEX "_pgtest\\.cpp$")
  set(fuzz_targets ${sources})
  list(FILTER fuzz_targets INCLUDE REGEX "_fuzz\\.cpp$")
  list(FILTER sources EXCLUDE REGEX "_((pg)?test|fuzz)\\.cpp$|/main\\.cpp$")

  list(TRANSFORM arg_DEPENDS PREPEND roost_)
  set(target roost_${name})
  if(sources)
    add_library(${target} STATIC ${sources})
    target_include_directories(${target} PUBLIC ${CMAKE_SOURCE_DIR}/src)
    target_link_libraries(
      ${target}
      PUBLIC ${arg_DEPENDS} ${arg_LIBRARIES} Boost::headers fmt::fmt
      PRIVATE roost_options ${arg_PRIVATE_LIBRARIES})
    target_precompile_headers(${target} REUSE_FROM roost_pch)
  else()
    add_library(${target} INTERFACE)
    target_include_directories(${target} INTERFACE ${CMAKE_SOURCE_DIR}/src)
    target_link_libraries(${target} INTERFACE ${arg_DEPENDS} ${arg_LIBRARIES} Boost::headers fmt::fmt)
  endif()

  if(ROOST_TESTS AND tests)
    roost_test_program(${target}_test ${target} "${tests}")
    add_test(NAME unit.${name} COMMAND ${target}_test)
  endif()
  if(ROOST_TESTS AND pgtests)
    roost_test_program(${target}_pgtest ${target} "${pgtests}")
    add_test(NAME postgres.${name} COMMAND ${target}_pgtest)
    set_property(GLOBAL APPEND PROPERTY roost_pgtests ${name})
  endif()
  if(ROOST_TESTS AND ROOST_FUZZ)
    foreach(file IN LISTS fuzz_targets)
      roost_fuzz_program(${name} ${file})
    endforeach()
  endif()
endfunction()

function(roost_test_program program library files)
  add_executable(${program} ${files} ${CMAKE_SOURCE_DIR}/tests/main.cpp)
  target_link_libraries(${program} PRIVATE ${library} roost_options doctest::doctest)
  target_include_directories(${program} PRIVATE ${CMAKE_SOURCE_DIR}/src ${CMAKE_SOURCE_DIR}/tests)
  target_precompile_headers(${program} REUSE_FROM roost_pch)
endfunction()

# Its seeds are the files of tests/fuzz/FOLDER.x/, with FOLDER.x.dict beside them where a dictionary is of use. As
# a test it is short and always the same; script/fuzz runs it for as long as one likes.
function(roost_fuzz_program folder file)
  get_filename_component(name ${file} NAME)
  string(REGEX REPLACE "_fuzz\\.cpp$" "" name ${name})
  set(program roost_${folder}_${name}_fuzz)
  add_executable(${program} ${file} ${CMAKE_SOURCE_DIR}/tests/fuzz/entry.cpp)
  target_link_libraries(${program} PRIVATE roost_${folder} roost_options)
  target_link_options(${program} PRIVATE -fsanitize=fuzzer)
  target_precompile_headers(${program} REUSE_FROM roost_pch)

  set(seeds ${CMAKE_SOURCE_DIR}/tests/fuzz/${folder}.${name})
  file(GLOB inputs CONFIGURE_DEPENDS ${seeds}/*)
  if(NOT inputs)
    message(FATAL_ERROR "${file} needs seeds in ${seeds}")
  endif()
  # As a list of files, not as a folder: libFuzzer would add to that what it finds.
  list(JOIN inputs "," inputs)
  set(dictionary "")
  if(EXISTS ${seeds}.dict)
    set(dictionary -dict=${seeds}.dict)
  endif()
  file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/fuzz)
  add_test(NAME fuzz.${folder}.${name}
           COMMAND ${program} -runs=50000 -max_total_time=10 -seed=1 -timeout=5 ${dictionary}
                   -seed_inputs=${inputs} -artifact_prefix=${CMAKE_BINARY_DIR}/fuzz/${folder}.${name}-)
  set_tests_properties(fuzz.${folder}.${name} PROPERTIES LABELS fuzz TIMEOUT 120)
  add_dependencies(roost_fuzz ${program})
endfunction()
