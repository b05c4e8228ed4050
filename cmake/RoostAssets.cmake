# roost_embed_assets(OUTPUT FUNCTION files…): one C++ file that defines FUNCTION, which gives the files as
# http::StaticFile, so that the executable needs none beside it. Written again when one of them changes.
function(roost_embed_assets output function)
  find_program(GZIP gzip REQUIRED)
  add_custom_command(
    OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -DOUTPUT=${output} -DFUNCTION=${function} -DGZIP=${GZIP} "-DFILES=${ARGN}" -P
            ${CMAKE_SOURCE_DIR}/cmake/EmbedAssets.cmake
    DEPENDS ${ARGN} ${CMAKE_SOURCE_DIR}/cmake/EmbedAssets.cmake
    VERBATIM)
endfunction()
