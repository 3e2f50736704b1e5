# The guide as HTML, beside the Markdown pages that the window shows.
find_program(CMARK cmark-gfm REQUIRED)
file(GLOB help_pages CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/resources/help/*.md)
set(help_html "")
foreach(page ${help_pages})
  get_filename_component(stem ${page} NAME_WE)
  set(out ${PROJECT_BINARY_DIR}/help/${stem}.html)
  add_custom_command(OUTPUT ${out}
    COMMAND ${CMAKE_COMMAND} -Dcmark=${CMARK} -Dpage=${page} -Dtemplate=${PROJECT_SOURCE_DIR}/cmake/help_page.html.in
            -Dout=${out} -P ${PROJECT_SOURCE_DIR}/cmake/HelpPage.cmake
    DEPENDS ${page} ${PROJECT_SOURCE_DIR}/cmake/help_page.html.in ${PROJECT_SOURCE_DIR}/cmake/HelpPage.cmake)
  list(APPEND help_html ${out})
endforeach()
add_custom_target(help_html ALL DEPENDS ${help_html})
file(GLOB help_pictures CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/resources/help/*.png)
install(FILES ${help_html} ${help_pictures} DESTINATION ${CMAKE_INSTALL_DOCDIR}/html)
