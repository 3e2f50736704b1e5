# What the plugins under plugins/ share. A plugin's own file makes NAME_io from io/, without torch, then calls these.

# warmstart_plugin(NAME): NAME_components from components/*.cpp, and the library that the program loads, beside its plugin.json.
function(warmstart_plugin name)
  set(folder ${CMAKE_BINARY_DIR}/lib/plugins/${name})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/components/*.cpp)
  # Tests link the components without the plugin's file; an object library keeps their registrations.
  add_library(${name}_components OBJECT ${sources})
  target_link_libraries(${name}_components PUBLIC warmstart_core ${name}_io)
  target_compile_definitions(${name}_components PRIVATE WARMSTART_PLUGIN_NAME="${name}")
  warmstart_unity(${name}_components)
  warmstart_precompile_torch(${name}_components)

  add_library(${name} MODULE plugin.cpp)
  target_link_libraries(${name} PRIVATE ${name}_components)
  set_target_properties(${name} PROPERTIES PREFIX "" LIBRARY_OUTPUT_DIRECTORY ${folder} INSTALL_RPATH "$ORIGIN/../../..")
  set_target_properties(${name}_io ${name}_components ${name} PROPERTIES CXX_VISIBILITY_PRESET hidden)
  # With the library, not before: a plugin that is not built is not announced.
  set(announcement ${CMAKE_CURRENT_SOURCE_DIR}/plugin.json)
  add_custom_command(TARGET ${name} POST_BUILD
    COMMAND ${CMAKE_COMMAND} -E copy_if_different ${announcement} ${folder}/plugin.json)
  set_target_properties(${name} PROPERTIES LINK_DEPENDS ${announcement})

  set(installed ${CMAKE_INSTALL_LIBDIR}/warmstart/plugins/${name})
  install(TARGETS ${name} LIBRARY DESTINATION ${installed})
  install(FILES plugin.json DESTINATION ${installed})
endfunction()

# warmstart_reader(PLUGIN NAME): the program of reader/main.cpp, which opens foreign files in a process of its own.
function(warmstart_reader plugin name)
  add_executable(${name} reader/main.cpp)
  target_link_libraries(${name} PRIVATE ${plugin}_io)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/lib/plugins/${plugin}
    INSTALL_RPATH "$ORIGIN/../../..")
  add_dependencies(${plugin} ${name})
  install(TARGETS ${name} RUNTIME DESTINATION ${CMAKE_INSTALL_LIBDIR}/warmstart/plugins/${plugin})
endfunction()
