# Whether resources/translations/warmstart_en.ts has every plural of the sources, translated.
# cmake -DLUPDATE=PROGRAM -DSOURCE=FOLDER -DSCRATCH=FILE -P translations_test.cmake
set(file ${SOURCE}/resources/translations/warmstart_en.ts)
file(COPY_FILE ${file} ${SCRATCH})
execute_process(COMMAND ${LUPDATE} -silent -I . -no-obsolete -locations none -pluralonly views app/gui -ts ${SCRATCH}
  WORKING_DIRECTORY ${SOURCE} COMMAND_ERROR_IS_FATAL ANY)
file(READ ${file} kept)
file(READ ${SCRATCH} needed)
if(needed MATCHES "unfinished" OR NOT needed STREQUAL kept)
  message(FATAL_ERROR "${file} lacks plurals or keeps dead ones: build the target translations, then fill in what is unfinished.")
endif()
