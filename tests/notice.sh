#!/bin/sh
# Printed before the tests: how long they take, and what a skipped one means.
case ${LC_ALL:-${LC_MESSAGES:-${LANG-}}} in
es | es[_.@]*)
    echo 'Compilar y probar duró 5 minutos en una máquina de dos procesadores; make check-slow hace las pruebas más largas.'
    echo 'Una prueba omitida ("Skipped") necesita una herramienta que falta en esta máquina: no es un fallo.'
    echo 'make interop instala las que faltan y no omite ninguna.' ;;
*)
    echo 'Building and testing took 5 minutes on a machine with two processors; make check-slow runs the longer tests.'
    echo 'A test that is "Skipped" needs a tool that this machine lacks: that is no failure.'
    echo 'make interop installs what is missing, and skips none.' ;;
esac
