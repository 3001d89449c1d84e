# Every header compiles alone. One that has a source of its own name stands first in it (tests/tidy holds that), so that
# the release build, where each source is compiled by itself, has shown it already. For the others the target `headers`
# holds one source per header that includes it and nothing else. It is built by a test and not by default, and once is
# enough, so only the release preset asks for it.
if(TRUCE_CHECK_HEADERS)
  file(GLOB_RECURSE headers RELATIVE ${PROJECT_SOURCE_DIR}/src CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/*.h)
  set(sources "")
  file(GLOB_RECURSE own_sources RELATIVE ${PROJECT_SOURCE_DIR}/src CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/*.cpp)
  foreach(header IN LISTS headers)
    string(REGEX REPLACE "(internal/)?([^/]*)\\.h$" "\\2.cpp" source_outside ${header})
    string(REGEX REPLACE "\\.h$" ".cpp" source_beside ${header})
    if(source_outside IN_LIST own_sources OR source_beside IN_LIST own_sources)
      continue()
    endif()
    string(REPLACE "/" "_" name ${header})
    set(source ${PROJECT_BINARY_DIR}/headers/${name}.cpp)
    file(CONFIGURE OUTPUT ${source} CONTENT "#include \"${header}\"\n#include \"${header}\"\n")
    list(APPEND sources ${source})
  endforeach()
  add_library(headers OBJECT EXCLUDE_FROM_ALL ${sources})
  target_compile_options(headers PRIVATE -O0 -g0)
  target_link_libraries(headers PRIVATE truce_app GTest::gtest)
  target_compile_definitions(headers PRIVATE TRUCE_SHARED_DIR="${TRUCE_SHARED_DIR}")
  add_test(NAME headers.compile_alone
           COMMAND ${CMAKE_COMMAND} --build ${PROJECT_BINARY_DIR} --target headers -j 2)
  set_tests_properties(headers.compile_alone PROPERTIES LABELS headers PROCESSORS 2)
endif()
