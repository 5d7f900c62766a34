# syrinx_find_libtorch(): LibTorch for plugins, from the folder SYRINX_LIBTORCH_DIR.
#
# That folder has the layout of the torch wheel (torch/include, torch/lib, nvidia/cu13/lib); plugins/chattts/fetch_libtorch.sh
# makes one. Sets SYRINX_LIBTORCH_FOUND, and if it is true defines
#
#   Syrinx::libtorch        headers, libtorch_cpu and libc10: what device-neutral code needs on any device
#   Syrinx::libtorch_cuda   the same and libtorch_cuda with NVIDIA's headers; only if SYRINX_CUDA is on
#   SYRINX_LIBTORCH_RPATH   for syrinx_add_plugin(... RPATH ${SYRINX_LIBTORCH_RPATH})
#
# With the targets come two macros for SYX_PLUGIN_ON: SYRINX_LIBTORCH_VERSION "2.11", SYRINX_LIBTORCH_BUILD "cpu" or "cu130".
#
# syrinx_use_libtorch(TARGET): links a library or a program of LibTorch code and gives it the precompiled <ATen/ATen.h>, which all
# such targets of a project share: it takes 16 s and 1 GB to make, and without it every file takes 7 s longer. For programs it sets the run path too.
#
# Not find_package(Torch): it stops where the CUDA toolkit is not installed, even if only the CPU is wanted.
if(DEFINED ENV{XDG_DATA_HOME})
  set(data_folder $ENV{XDG_DATA_HOME})
else()
  set(data_folder $ENV{HOME}/.local/share)
endif()
set(SYRINX_LIBTORCH_DIR ${data_folder}/syrinx/libtorch/2.11.0 CACHE PATH "Folder with torch/include and torch/lib of LibTorch 2.11")
unset(data_folder)
option(SYRINX_CUDA "Build what needs CUDA" OFF)

macro(syrinx_find_libtorch)
  set(SYRINX_LIBTORCH_FOUND FALSE)
  set(SYRINX_LIBTORCH_WHY "")
  set(SYRINX_LIBTORCH_BUILD cpu)
  set(syrinx_libtorch_names c10 torch_cpu)
  set(syrinx_libtorch_headers torch/headeronly/version.h)
  if(SYRINX_CUDA)
    set(SYRINX_LIBTORCH_BUILD cu130)
    list(APPEND syrinx_libtorch_names c10_cuda torch_cuda)
    list(APPEND syrinx_libtorch_headers ../../nvidia/cu13/include/cuda_runtime_api.h)
  endif()
  foreach(name IN LISTS syrinx_libtorch_names)
    if(NOT EXISTS ${SYRINX_LIBTORCH_DIR}/torch/lib/lib${name}.so)
      set(SYRINX_LIBTORCH_WHY "lib${name}.so is not in ${SYRINX_LIBTORCH_DIR}/torch/lib")
    endif()
  endforeach()
  foreach(name IN LISTS syrinx_libtorch_headers)
    if(NOT EXISTS ${SYRINX_LIBTORCH_DIR}/torch/include/${name})
      set(SYRINX_LIBTORCH_WHY "${name} is not in ${SYRINX_LIBTORCH_DIR}/torch/include")
    endif()
  endforeach()
  if(NOT SYRINX_LIBTORCH_WHY)
    file(STRINGS ${SYRINX_LIBTORCH_DIR}/torch/include/torch/headeronly/version.h syrinx_libtorch_version
         REGEX "^#define TORCH_VERSION_(MAJOR|MINOR) [0-9]+")
    string(REGEX REPLACE "[^;0-9]" "" syrinx_libtorch_version "${syrinx_libtorch_version}")
    string(REPLACE ";" "." SYRINX_LIBTORCH_VERSION "${syrinx_libtorch_version}")
    # A process holds one LibTorch: plugins that are to run together are built with one.
    if(NOT SYRINX_LIBTORCH_VERSION STREQUAL "2.11")
      set(SYRINX_LIBTORCH_WHY "${SYRINX_LIBTORCH_DIR} holds version \"${SYRINX_LIBTORCH_VERSION}\", and 2.11 is needed")
    else()
      set(SYRINX_LIBTORCH_FOUND TRUE)
      set(SYRINX_LIBTORCH_RPATH ${SYRINX_LIBTORCH_DIR}/torch/lib)
      syrinx_libtorch_targets()
    endif()
  endif()
endmacro()

function(syrinx_libtorch_targets)
  if(TARGET Syrinx::libtorch)
    return()
  endif()
  foreach(name IN LISTS syrinx_libtorch_names)
    add_library(syrinx_libtorch_${name} SHARED IMPORTED GLOBAL)
    set_target_properties(syrinx_libtorch_${name} PROPERTIES
      IMPORTED_LOCATION ${SYRINX_LIBTORCH_DIR}/torch/lib/lib${name}.so IMPORTED_SONAME lib${name}.so)
  endforeach()
  add_library(syrinx_libtorch INTERFACE)
  add_library(Syrinx::libtorch ALIAS syrinx_libtorch)
  target_include_directories(syrinx_libtorch SYSTEM INTERFACE
    ${SYRINX_LIBTORCH_DIR}/torch/include ${SYRINX_LIBTORCH_DIR}/torch/include/torch/csrc/api/include)
  target_compile_definitions(syrinx_libtorch INTERFACE
    SYRINX_LIBTORCH_VERSION="${SYRINX_LIBTORCH_VERSION}" SYRINX_LIBTORCH_BUILD="${SYRINX_LIBTORCH_BUILD}")
  target_link_libraries(syrinx_libtorch INTERFACE syrinx_libtorch_torch_cpu syrinx_libtorch_c10)
  # libtorch_cpu needs libraries of NVIDIA that its own run path finds. It is never unloaded: its registries do not survive it.
  target_link_options(syrinx_libtorch INTERFACE LINKER:--unresolved-symbols=ignore-in-shared-libs LINKER:-z,nodelete)
  if(SYRINX_CUDA)
    add_library(syrinx_libtorch_with_cuda INTERFACE)
    add_library(Syrinx::libtorch_cuda ALIAS syrinx_libtorch_with_cuda)
    target_include_directories(syrinx_libtorch_with_cuda SYSTEM INTERFACE ${SYRINX_LIBTORCH_DIR}/nvidia/cu13/include)
    # libtorch_cuda registers its kernels when it is loaded; no symbol of it need be named, so the linker would drop it.
    target_link_libraries(syrinx_libtorch_with_cuda INTERFACE
      syrinx_libtorch -Wl,--no-as-needed syrinx_libtorch_torch_cuda -Wl,--as-needed syrinx_libtorch_c10_cuda)
  endif()
  # The precompiled header is a target's by-product; this one exists for it.
  file(WRITE ${CMAKE_BINARY_DIR}/syrinx_libtorch/header.cc "// Made by SyrinxLibTorch.cmake: something to compile the header with.\n")
  add_library(syrinx_libtorch_header OBJECT EXCLUDE_FROM_ALL ${CMAKE_BINARY_DIR}/syrinx_libtorch/header.cc)
  target_link_libraries(syrinx_libtorch_header PRIVATE syrinx_libtorch)
  target_precompile_headers(syrinx_libtorch_header PRIVATE <ATen/ATen.h>)
  set_target_properties(syrinx_libtorch_header PROPERTIES POSITION_INDEPENDENT_CODE ON)
endfunction()

function(syrinx_use_libtorch target)
  target_link_libraries(${target} PUBLIC Syrinx::libtorch)
  # One header for libraries and programs alike, so programs are compiled as libraries are: with -fPIC, not -fPIE.
  get_target_property(kind ${target} TYPE)
  if(kind STREQUAL "EXECUTABLE")
    set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE OFF)
    target_compile_options(${target} PRIVATE -fPIC)
  endif()
  target_precompile_headers(${target} REUSE_FROM syrinx_libtorch_header)
  set_target_properties(${target} PROPERTIES BUILD_RPATH ${SYRINX_LIBTORCH_RPATH})
endfunction()
