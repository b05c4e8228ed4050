# roost_folder(NAME DEPENDS <folders above it> LIBRARIES <packages> PRIVATE_LIBRARIES <packages>)
#
# One folder of src/ is one static library `roost_NAME`. Its tests stand beside its sources and become one
# program: `x_test.cpp` needs nothing but the code (`roost_NAME_test`), `x_pgtest.cpp` needs a PostgreSQL
# (`roost_NAME_pgtest`, which starts a private one).
function(roost_folder name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "DEPENDS;LIBRARIES;PRIVATE_LIBRARIES")

  file(GLOB sources CONFIGURE_DEPENDS *.cpp)
  set(tests ${sources})
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
  set(pgtests ${sources})
  list(FILTER pgtests INCLUDE REGEX "_pgtest\\.cpp$")
  list(FILTER sources EXCLUDE REGEX "_(pg)?test\\.cpp$|/main\\.cpp$")

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
  endif()
endfunction()

function(roost_test_program program library files)
  add_executable(${program} ${files} ${CMAKE_SOURCE_DIR}/tests/main.cpp)
  target_link_libraries(${program} PRIVATE ${library} roost_options doctest::doctest)
  target_include_directories(${program} PRIVATE ${CMAKE_SOURCE_DIR}/src ${CMAKE_SOURCE_DIR}/tests)
  target_precompile_headers(${program} REUSE_FROM roost_pch)
endfunction()
