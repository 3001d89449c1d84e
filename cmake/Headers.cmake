# Every header compiles alone: the target `headers` holds one source per header that includes it and nothing else.
# It is built by a test and not by default, and once is enough, so only the release preset asks for it.
if(TRUCE_CHECK_HEADERS)
  file(GLOB_RECURSE headers RELATIVE ${PROJECT_SOURCE_DIR}/src CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/*.h)
  set(sources "")
  foreach(header IN LISTS headers)
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
