# Desktop integration, and the Debian package: cpack -G DEB in a release build.
if(WARMSTART_GUI)
  set(desktop ${PROJECT_SOURCE_DIR}/packaging/linux)
  install(FILES ${desktop}/org.warmstart.Warmstart.desktop DESTINATION ${CMAKE_INSTALL_DATADIR}/applications)
  install(FILES ${desktop}/org.warmstart.Warmstart.metainfo.xml DESTINATION ${CMAKE_INSTALL_DATADIR}/metainfo)
  install(FILES ${desktop}/warmstart-mime.xml DESTINATION ${CMAKE_INSTALL_DATADIR}/mime/packages)
  install(FILES ${desktop}/org.warmstart.Warmstart.svg
          DESTINATION ${CMAKE_INSTALL_DATADIR}/icons/hicolor/scalable/apps)
endif()

# Manual pages and change log in the form that Debian asks for.
find_program(GZIP gzip REQUIRED)
set(compressed "")
foreach(page warmstart.1 warmstart-gui.1)
  add_custom_command(OUTPUT ${PROJECT_BINARY_DIR}/man/${page}.gz
    COMMAND ${CMAKE_COMMAND} -E make_directory ${PROJECT_BINARY_DIR}/man
    COMMAND ${GZIP} -9nc ${PROJECT_SOURCE_DIR}/packaging/linux/${page} > ${PROJECT_BINARY_DIR}/man/${page}.gz
    DEPENDS ${PROJECT_SOURCE_DIR}/packaging/linux/${page})
  list(APPEND compressed ${PROJECT_BINARY_DIR}/man/${page}.gz)
endforeach()
install(FILES ${compressed} DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
set(changelog ${PROJECT_BINARY_DIR}/man/changelog.gz)
add_custom_command(OUTPUT ${changelog}
  COMMAND ${CMAKE_COMMAND} -E make_directory ${PROJECT_BINARY_DIR}/man
  COMMAND ${GZIP} -9nc ${PROJECT_SOURCE_DIR}/CHANGELOG.md > ${changelog}
  DEPENDS ${PROJECT_SOURCE_DIR}/CHANGELOG.md)
add_custom_target(manuals ALL DEPENDS ${compressed} ${changelog})
install(FILES ${changelog} DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES ${PROJECT_SOURCE_DIR}/packaging/linux/copyright DESTINATION ${CMAKE_INSTALL_DOCDIR})

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME warmstart)
set(CPACK_PACKAGE_CONTACT "The Warmstart developers <warmstart@warmstart.org>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "workbench for pretraining research")
set(CPACK_PACKAGE_DESCRIPTION
"Warmstart sets up staged pretraining experiments from one file, queues them on
the local devices, shows them live, looks inside the model at any training
step, checks the claim of an experiment over seeds, and exports what was
trained, verified against its source.")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS ${CMAKE_LIBRARY_OUTPUT_DIRECTORY})
# LibTorch would run on the reference BLAS without it.
set(CPACK_DEBIAN_PACKAGE_DEPENDS "libopenblas0-openmp")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "mricron-data")
# The three libraries lie where the linker's cache must know of them.
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA ${PROJECT_SOURCE_DIR}/packaging/linux/triggers)
include(CPack)
