# cmake -DOUTPUT=<file.cpp> -DDIRECTORY=<migrations> -P EmbedSql.cmake
#
# Writes `roost::db::embedded_migrations()` from DIRECTORY/NNNN_name.{up,down}.sql. Fails when a file has
# another name, a half of a pair is missing, or the numbers are not 0001, 0002, … without a gap.

# The C++ standard promises string literals of 65,536 characters and no more.
set(literal_limit 65000)
set(delimiter "roost_sql")

file(GLOB files RELATIVE ${DIRECTORY} ${DIRECTORY}/*.sql)
set(names "")
foreach(file IN LISTS files)
  if(NOT file MATCHES "^([0-9][0-9][0-9][0-9]_[a-z0-9_]+)\\.(up|down)\\.sql$")
    message(FATAL_ERROR "migrations/${file}: the name must be NNNN_name.up.sql or NNNN_name.down.sql")
  endif()
  list(APPEND names ${CMAKE_MATCH_1})
endforeach()
list(REMOVE_DUPLICATES names)
list(SORT names)

function(literal output file)
  if(NOT EXISTS ${DIRECTORY}/${file})
    message(FATAL_ERROR "migrations/${file} is missing: each migration goes up and down")
  endif()
  file(READ ${DIRECTORY}/${file} text)
  string(LENGTH "${text}" length)
  if(length GREATER literal_limit)
    message(FATAL_ERROR "migrations/${file} has ${length} bytes, at most ${literal_limit} fit: split it")
  endif()
  string(FIND "${text}" ")${delimiter}\"" position)
  if(NOT position EQUAL -1)
    message(FATAL_ERROR "migrations/${file} holds the text )${delimiter}\", which ends the literal")
  endif()
  set(${output} "R\"${delimiter}(${text})${delimiter}\"" PARENT_SCOPE)
endfunction()

set(entries "")
set(count 0)
foreach(name IN LISTS names)
  math(EXPR count "${count} + 1")
  string(REGEX MATCH "^[0-9]+" number ${name})
  string(REGEX REPLACE "^0+" "" version ${number})
  if(NOT "${version}" STREQUAL "${count}")
    message(FATAL_ERROR "migrations/${name}: expected was number ${count}, without gaps or repetitions")
  endif()
  string(SUBSTRING ${name} 5 -1 title)
  literal(up ${name}.up.sql)
  literal(down ${name}.down.sql)
  string(APPEND entries "    {${version}, \"${title}\",\n${up},\n${down}},\n")
endforeach()
if(count EQUAL 0)
  message(FATAL_ERROR "${DIRECTORY} holds no migration")
endif()

file(WRITE ${OUTPUT}
     "// Written by cmake/EmbedSql.cmake from migrations/*.sql.\n"
     "#include \"db/migration.hpp\"\n\n"
     "namespace roost::db {\n\n"
     "std::span<const Migration> embedded_migrations() {\n"
     "    static constexpr Migration all[] = {\n"
     "${entries}"
     "    };\n"
     "    return all;\n"
     "}\n\n"
     "}  // namespace roost::db\n")
