# syrinx_add_plugin(NAME SOURCES file... [LINK library...] [RPATH folder...] [COMPONENT name] [OUTPUT folder] [NO_CHECK])
#
# Builds a plugin's library, generates its manifest from the binary, registers the checker with CTest (if testing is enabled),
# and installs both. NAME is what configurations write: NAME/component. The library and the manifest land in
# OUTPUT/NAME/ (default: plugins/ in the build tree, so that `syrinx --plugin-dir build/plugins` finds them).
#
# Flags and why: hidden visibility and a version script, so that only syx_plugin_v* is exported; no GNU unique symbols, with
# which two libraries would share inline statics although loaded locally; no undefined symbols, so that a missing one is
# an error now and not at a user's; symbols of archives excluded; run path $ORIGIN, and behind it the folders of RPATH, where
# shared libraries lie that no system folder has. COMPONENT is the install component (default: host).
function(syrinx_add_plugin name)
  cmake_parse_arguments(arg "NO_CHECK" "OUTPUT;COMPONENT" "SOURCES;LINK;RPATH" ${ARGN})
  if(NOT arg_OUTPUT)
    if(SYRINX_PLUGIN_OUTPUT)
      set(arg_OUTPUT ${SYRINX_PLUGIN_OUTPUT})
    else()
      set(arg_OUTPUT ${CMAKE_BINARY_DIR}/plugins)
    endif()
  endif()
  if(NOT arg_COMPONENT)
    set(arg_COMPONENT host)
  endif()
  set(target ${name})
  if(TARGET ${name})
    set(target plugin_${name})
  endif()
  add_library(${target} MODULE ${arg_SOURCES})
  # Sources in C alone get the C headers alone.
  set(wrapper Syrinx::interfaces)
  if(NOT "${arg_SOURCES}" MATCHES "^[^;]*\\.c(;[^;]*\\.c)*$")
    set(wrapper Syrinx::sdk)
  endif()
  target_link_libraries(${target} PRIVATE ${wrapper} ${arg_LINK})
  set_target_properties(${target} PROPERTIES
    OUTPUT_NAME ${name} LIBRARY_OUTPUT_DIRECTORY ${arg_OUTPUT}/${name}
    C_VISIBILITY_PRESET hidden CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON
    INSTALL_RPATH "$ORIGIN;${arg_RPATH}" BUILD_WITH_INSTALL_RPATH ON POSITION_INDEPENDENT_CODE ON)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(${target} PRIVATE $<$<COMPILE_LANGUAGE:CXX>:-fno-gnu-unique>)
  endif()
  target_link_options(${target} PRIVATE
    -Wl,--version-script,${SYRINX_SDK_DIR}/exports.map -Wl,--exclude-libs,ALL)
  # A sanitizer's runtime comes with the program, so its symbols are undefined here.
  if(NOT CMAKE_CXX_FLAGS MATCHES "-fsanitize" AND NOT SYRINX_SANITIZE)
    target_link_options(${target} PRIVATE -Wl,-z,defs)
  endif()
  set_property(TARGET ${target} APPEND PROPERTY LINK_DEPENDS ${SYRINX_SDK_DIR}/exports.map)
  set_property(GLOBAL APPEND PROPERTY SYRINX_PLUGINS ${target})
  set(manifest ${arg_OUTPUT}/${name}/${name}.yaml)
  add_custom_command(TARGET ${target} POST_BUILD
    COMMAND Syrinx::conform --manifest --short ${name} --output ${manifest} $<TARGET_FILE:${target}>
    BYPRODUCTS ${manifest} VERBATIM)
  if(TARGET syrinx-conform)
    add_dependencies(${target} syrinx-conform)
  endif()
  if(BUILD_TESTING AND NOT arg_NO_CHECK)
    add_test(NAME conform.${name} COMMAND Syrinx::conform $<TARGET_FILE:${target}>)
    set_tests_properties(conform.${name} PROPERTIES TIMEOUT 300 LABELS conform)
  endif()
  # Always lib/, never a multiarch folder: that is where the program looks.
  install(TARGETS ${target} LIBRARY DESTINATION lib/syrinx/plugins/${name} COMPONENT ${arg_COMPONENT})
  install(FILES ${manifest} DESTINATION lib/syrinx/plugins/${name} COMPONENT ${arg_COMPONENT})
endfunction()
