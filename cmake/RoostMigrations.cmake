# roost_embed_sql(OUTPUT DIRECTORY): one C++ file with every numbered migration of DIRECTORY as text, so
# that the executable needs no files beside it. Written again when a file there changes.
function(roost_embed_sql output directory)
  file(GLOB files CONFIGURE_DEPENDS ${directory}/*.sql)
  add_custom_command(
    OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -DOUTPUT=${output} -DDIRECTORY=${directory} -P
            ${CMAKE_SOURCE_DIR}/cmake/EmbedSql.cmake
    DEPENDS ${files} ${CMAKE_SOURCE_DIR}/cmake/EmbedSql.cmake
    VERBATIM)
endfunction()
