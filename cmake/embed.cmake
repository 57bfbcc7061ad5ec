# Writes a C file that holds text files as strings: cmake -DOUT=builtins.c -DDIR=models -P embed.cmake
# A script of CMake's own, so that building needs no other language.
file(GLOB files "${DIR}/*.net")
list(SORT files)
set(c "/* Written by cmake/embed.cmake from models/. */\n#include \"net/notation/builtins.h\"\n\n")
string(APPEND c "const emb__builtin emb__builtins[] = {\n")
foreach(file IN LISTS files)
    get_filename_component(name "${file}" NAME_WLE)
    file(READ "${file}" text)
    string(REPLACE "\\" "\\\\" text "${text}")
    string(REPLACE "\"" "\\\"" text "${text}")
    string(REPLACE "?" "\\?" text "${text}") # no trigraphs
    string(REPLACE "\n" "\\n\"\n     \"" text "${text}")
    string(APPEND c "    {\"${name}\",\n     \"${text}\"},\n")
endforeach()
string(APPEND c "    {0, 0},\n};\n")
file(WRITE "${OUT}" "${c}")
