# cmake -DOUTPUT=<file.cpp> -DFUNCTION=<namespace::name> -DGZIP=<program> -DFILES=<list> -P EmbedAssets.cmake
#
# Writes `std::span<const roost::http::StaticFile> FUNCTION()` with the content of FILES, also compressed where
# that is smaller. The assembler takes the bytes in as they are (.incbin): a compiler would need minutes for them
# as an array.

string(REGEX REPLACE "^(.*)::([a-z_]+)$" "\\1" namespace ${FUNCTION})
set(function ${CMAKE_MATCH_2})

set(compressed ${OUTPUT}.gz)
file(MAKE_DIRECTORY ${compressed})

set(bytes "")
set(declarations "")
# Sets `output` to the C++ expression for the content of `file`, known to the linker as `symbol`.
function(take_in output symbol file)
  file(SIZE ${file} size)
  string(APPEND bytes "    \"${symbol}:\\n .incbin \\\"${file}\\\"\\n\"\n")
  string(APPEND declarations "[[gnu::visibility(\"hidden\")]] extern const char ${symbol}[];\n")
  set(bytes "${bytes}" PARENT_SCOPE)
  set(declarations "${declarations}" PARENT_SCOPE)
  set(${output} "{${symbol}, ${size}}" PARENT_SCOPE)
endfunction()

set(entries "")
set(count 0)
foreach(file IN LISTS FILES)
  get_filename_component(name ${file} NAME)
  set(symbol roost_${function}_${count})
  take_in(content ${symbol} ${file})
  file(SHA256 ${file} hash)
  string(SUBSTRING ${hash} 0 32 hash)

  set(small ${compressed}/${name}.gz)
  # Without a name and a time in it the same file always gives the same bytes.
  execute_process(COMMAND ${GZIP} -9 -n -c ${file} OUTPUT_FILE ${small} COMMAND_ERROR_IS_FATAL ANY)
  file(SIZE ${file} size)
  file(SIZE ${small} small_size)
  set(gzip "{}")
  if(small_size LESS size)
    take_in(gzip ${symbol}_gzip ${small})
  endif()
  string(APPEND entries "        {.name = \"${name}\", .content = ${content}, .gzip = ${gzip}, .tag = \"${hash}\"},\n")
  math(EXPR count "${count} + 1")
endforeach()

file(WRITE ${OUTPUT}
     "// Written by cmake/EmbedAssets.cmake.\n"
     "#include \"http/static_files.hpp\"\n\n"
     "#include <span>\n\n"
     "asm(\".pushsection .rodata.${function}, \\\"a\\\"\\n\"\n"
     "${bytes}"
     "    \".popsection\\n\");\n\n"
     "extern \"C\" {\n"
     "${declarations}"
     "}\n\n"
     "namespace ${namespace} {\n\n"
     "std::span<const roost::http::StaticFile> ${function}();\n\n"
     "std::span<const roost::http::StaticFile> ${function}() {\n"
     "    static constexpr roost::http::StaticFile all[] = {\n"
     "${entries}"
     "    };\n"
     "    return all;\n"
     "}\n\n"
     "}  // namespace ${namespace}\n")
