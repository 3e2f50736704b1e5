# The window's translations: resources/translations/warmstart_LANGUAGE.ts, compiled into the views.
# A new language: add an empty warmstart_LANGUAGE.ts, build the target "translations", edit it with Linguist.
find_program(WARMSTART_LRELEASE lrelease HINTS ${QT6_INSTALL_PREFIX}/${QT6_INSTALL_BINS} REQUIRED)
find_program(WARMSTART_LUPDATE lupdate HINTS ${QT6_INSTALL_PREFIX}/${QT6_INSTALL_BINS} REQUIRED)
file(GLOB translations CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/resources/translations/*.ts)

function(warmstart_translate target)
  set(compiled)
  foreach(source IN LISTS translations)
    get_filename_component(name ${source} NAME_WE)
    set(output ${CMAKE_CURRENT_BINARY_DIR}/${name}.qm)
    add_custom_command(OUTPUT ${output} DEPENDS ${source}
      COMMAND ${WARMSTART_LRELEASE} -silent ${source} -qm ${output} VERBATIM)
    list(APPEND compiled ${output})
  endforeach()
  qt_add_resources(${target} translations PREFIX /translations BASE ${CMAKE_CURRENT_BINARY_DIR} FILES ${compiled})
endfunction()

set(update_translations)
foreach(source IN LISTS translations)
  list(APPEND update_translations COMMAND ${CMAKE_COMMAND} -DLUPDATE=${WARMSTART_LUPDATE} -DSOURCE=${PROJECT_SOURCE_DIR}
    -DFILE=${source} -P ${PROJECT_SOURCE_DIR}/cmake/UpdateTranslation.cmake)
endforeach()
add_custom_target(translations ${update_translations} VERBATIM)
