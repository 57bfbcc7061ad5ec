# Writes a C file that holds po/codes.txt: cmake -DOUT=codes.c -DCODES=po/codes.txt -P codes.cmake
file(READ "${CODES}" hex HEX)
string(REGEX REPLACE "(................................)" "\\1\n" hex "${hex}")
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," hex "${hex}")
file(WRITE "${OUT}" "/* Written by cmake/codes.cmake from po/codes.txt. */\n#include \"base/codes.h\"\n\nconst char emb__codes[] = {\n${hex}0};\n")
