# Brings a .ts file up to date with the sources of the window; English holds plural forms alone.
# cmake -DLUPDATE=PROGRAM -DSOURCE=FOLDER -DFILE=FILE.ts -P UpdateTranslation.cmake
if(FILE MATCHES "_en\\.ts$")
  set(plurals -pluralonly)
endif()
execute_process(COMMAND ${LUPDATE} -silent -I . -no-obsolete -locations none ${plurals} views app/gui -ts ${FILE}
  WORKING_DIRECTORY ${SOURCE} COMMAND_ERROR_IS_FATAL ANY)
