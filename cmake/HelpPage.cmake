# One page of the guide as HTML: cmake -Dcmark=PROGRAM -Dpage=FILE.md -Dtemplate=FILE -Dout=FILE.html -P HelpPage.cmake
execute_process(COMMAND ${cmark} --extension table ${page} OUTPUT_VARIABLE body COMMAND_ERROR_IS_FATAL ANY)
string(REGEX REPLACE "href=\"([a-z-]+)\\.md\"" "href=\"\\1.html\"" body "${body}")
string(REGEX MATCH "<h1>([^<]*)</h1>" heading "${body}")
set(title "${CMAKE_MATCH_1}")
configure_file(${template} ${out} @ONLY)
