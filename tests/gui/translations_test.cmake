# Whether resources/translations/warmstart_en.ts has every plural of the sources, translated.
# cmake -DLUPDATE=PROGRAM -DSOURCE=FOLDER -DFILE=SCRATCH_en.ts -P translations_test.cmake
set(kept_file ${SOURCE}/resources/translations/warmstart_en.ts)
file(COPY_FILE ${kept_file} ${FILE})
include(${SOURCE}/cmake/UpdateTranslation.cmake)
file(READ ${kept_file} kept)
file(READ ${FILE} needed)
if(needed MATCHES "unfinished" OR NOT needed STREQUAL kept)
  message(FATAL_ERROR "${kept_file} lacks plurals or keeps dead ones: build the target translations, then fill in what is unfinished.")
endif()
