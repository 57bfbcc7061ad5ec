# The reader's language: sh languages.sh PROGRAM REPOSITORY
program=$1 root=$2
. "$root/tests/cli/common.inc"

# Which language, by what is said and set: WORD-OF-THE-HELP VARIABLES ARGUMENTS
speaks() {
    word=$1 set=$2
    shift 2
    env -u LC_MESSAGES $set "$program" "$@" >out 2>err </dev/null
    grep -qw -e "$word" out err || fail "$set embudo $*: no '$word' in $(head -c 300 out err)"
}
if ! "$program" --language es --help >out 2>err; then echo 'skipped: built without msgfmt'; exit 77; fi
speaks usage LC_ALL=C --help
speaks uso LC_ALL=es_ES.UTF-8 --help
speaks uso LC_ALL=es --help
speaks uso LC_MESSAGES=es_MX.UTF-8 --help
speaks uso LANG=es_ES@euro --help
speaks usage 'LC_MESSAGES=en_GB.UTF-8 LANG=es_ES.UTF-8' --help
speaks usage 'LC_ALL=C LANG=es_ES.UTF-8' --help
speaks usage LANG=estonian --help
speaks usage LANG=xx_XX.UTF-8 --help
speaks uso LC_ALL=C --language es --help
speaks uso LC_ALL=C --help --language=es
speaks uso LC_ALL=C help train --language es
speaks uso LC_ALL=C train --language es --help
speaks usage LC_ALL=es_ES.UTF-8 train --language en --help
t 2 "one of en|es, got 'fr'" --language fr --help
t 2 "one of en|es, got 'fr'" train --language=fr
t 2 "one of en|es, got ''" train --language
t 2 "unknown option '--languages'" train --languages es

# A code is the same in both languages, and behind the message.
small small
for line in 'train nix' 'frobnicate' 'train --epochs zero' 'eval runs/none' 'sample nix.net' 'info nix' 'info small' \
    'train small --model head-mlp --max-steps 1' 'decode nix.net small' 'runs nix' 'info notebook --input 3x28x28'; do
    # shellcheck disable=SC2086
    run $line --language en && mv err.codes english
    # shellcheck disable=SC2086
    run $line --language es && mv err.codes spanish
    code=$(sed -n 's/.*\[\(E[0-9]\{4\}\)\]$/\1/p' english)
    [ -n "$code" ] || fail "embudo $line: no code: $(cat english)"
    grep -qF "[$code]" spanish || fail "embudo $line: in Spanish $(cat spanish), not $code"
done

# What is wrong with a network, in whole Spanish sentences and with a code.
for row in \
    "encoder = Sequential(Tanh(), Tanh() Tanh())|:1:36: se espera ',' o ')' después de una capa, hay 'Tanh'" \
    "encoder = Sequential(Linear 2, 3)|:1:28: se espera '(' después de Linear, hay '2'" \
    "encoder = Sequential(Tanh(), name='x')|:1:29: se espera ')' para cerrar el Sequential( de la línea 1, hay 'name'" \
    "encoder = Sequential(Linear(True, 2))|in_features espera un número, recibe True o False" \
    "encoder = Sequential(Conv2d(1, 2, (1, 2, 3)))|kernel_size espera un número o una tupla de 2, recibe una tupla de 3" \
    "latent = 1 / 0|: 1 / 0: los números enteros se dividen con //" \
    "latent = 1 // 0|: 1 // 0: división entre cero" \
    "latent = (3, 'x')|se espera un número en una tupla, hay una cadena" \
    "latent = 'x' + 1|se espera un número junto a +, hay una cadena" \
    "latent : 2|':' no tiene lugar aquí: una línea es NOMBRE" \
    "input = 1, 28|se espera input = canales, alto, ancho (o un solo número de valores), hay 2 números"; do
    printf '%s\n' "${row%%|*}" >wrong.net
    run info wrong.net --language es
    grep -qF -e "${row#*|}" err.codes || fail "${row%%|*}: $(cat err.codes)"
    grep -q ' \[E[0-9]*\]$' err.codes || fail "${row%%|*}: no code: $(cat err.codes)"
done

printf 'class A(nn.Module):\n  def __init__(self):\n    self.x =\n' >wrong.py
printf 'a;b\n1;2\n' >wrong.csv
wrong() { # wrong TEXT ARGS
    text=$1
    shift
    run "$@" --language es
    grep -qF -e "$text" err || fail "embudo $* in Spanish: no '$text': $(cat err)"
}
wrong 'se espera un valor, hay el final de la línea' info wrong.py
printf '{"cells": [{"cell_type": 1' >wrong.ipynb
wrong 'no es un cuaderno: falta una cadena de JSON' info wrong.ipynb
printf '\020\000\000\000\000\000\000\000{"a": {"x": 1  }}' >wrong.safetensors
wrong 'a: se esperaban dtype, shape y data_offsets, y nada más' info wrong.safetensors

# What a file tells people is in their language, and the rest of it as it was.
run new mnist --language en -o en.net && run new mnist --language es -o es.net
has es.net '^# Un autoencoder convolucional para mnist\.$'
sed 's/ *#.*//' en.net >en.plain && sed 's/ *#.*//' es.net | cmp -s en.plain - || fail 'embudo new in Spanish writes another network'

# Tables and figures, too: titles keep their gap, numbers their signs, and the learning rate four digits.
spanish() { # spanish FILE TEXT ARGS: the file has the text
    file=$1 text=$2
    shift 2
    run "$@" --language es
    [ "$code" -eq 0 ] && grep -qF -e "$text" "$file" || fail "embudo $* in Spanish: no '$text': $(head -c 600 "$file" err)"
}
run train small --max-steps 2 --epochs 2 --schedule cosine -o one && run train small --model mlp --max-steps 1 -o two
wrong 'las columnas se separan con' decode one wrong.csv
wrong 'su carpeta no existe' encode one small -o none/x.csv
spanish out 'parámetros  multiplicaciones-sumas' info notebook
spanish out 'dominio público, NIST' data
spanish out 'parámetros  ' runs compare one two -o curves.svg
grep -q '^parámetros  *78\.179 ' out || fail "runs compare in Spanish: $(cat out)"
spanish preview.svg '>época 2<' data preview small --augment shift=2 -o preview.svg
spanish err 'la tasa de aprendizaje continúa en 0,00' train --resume one --epochs 3 --max-steps 4
! grep -q 'continúa en [0-9,e-]\{12\}' err || fail "too many digits: $(cat err)"

# A catalogue from a file, as a translator tries it; what is none is refused.
if command -v msgfmt >/dev/null; then
    printf 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\nPlural-Forms: nplurals=2; plural=n>1;\\nX-Decimal-Sign: ,\\n"\n
msgid "options"\nmsgstr "opzioni"\n' >it.po
    msgfmt --endianness=little -o it.mo it.po
    speaks opzioni "EMBUDO_CATALOGUE=it.mo" --help
    head -c 60 it.mo >cut.mo
    for wrong in cut.mo it.po none.mo; do
        EMBUDO_CATALOGUE=$wrong "$program" --help >out 2>err
        [ $? -eq 2 ] && grep -q "$wrong is not a catalogue" err || fail "EMBUDO_CATALOGUE=$wrong: $(cat err)"
    done
fi
# One word for one thing: docs/GLOSSARY.md has those that the Spanish texts do not use.
rejected() { # rejected FILE...: the lines that have one
    awk -F' *[|] *' 'NF > 4 && $4 != "not" && $4 !~ /^-*$/ { n = split($4, word, /, */); for (i = 1; i <= n; i++) print word[i] }' \
        "$root/docs/GLOSSARY.md" >words
    [ "$(wc -l <words)" -gt 20 ] || fail 'hardly a word is rejected in docs/GLOSSARY.md'
    LC_ALL=C grep -n -i -F -w -f words "$@"
}
awk '/^msgid/ { on = 0 } /^msgstr/ { on = 1 } on' "$root/po/es.po" >spanish.texts
rejected spanish.texts "$root/docs/guia.md" >found && fail "not as docs/GLOSSARY.md has it: $(head -5 found)"
echo 'un autocodificador' >planted
rejected planted >/dev/null || fail 'a rejected word is not found'
# A third language is one file: with it beside es.po, the build has three, and the program takes its texts.
if command -v msgfmt >/dev/null && command -v cmake >/dev/null; then
    mkdir three && cp "$root/po/es.po" three/
    sed 's/^"Language: es/"Language: xx/; s/"uso: /"usxo: /' "$root/po/es.po" >three/xx.po
    cmake -DOUT="$work/three.c" -DDIR="$work/three" -DMSGFMT="$(command -v msgfmt)" -P "$root/cmake/catalogues.cmake" >log 2>&1 ||
        fail "a third language: $(cat log)"
    for name in es xx; do has three.c "{\"$name\", bytes_$name, sizeof bytes_$name}"; done
    msgfmt --endianness=little -o xx.mo three/xx.po
    speaks usxo EMBUDO_CATALOGUE=xx.mo --help
fi
# A sentence of the library that nobody marked: three words in a row, in no catalogue. Not those that are for
# programmers (asserted), for scripts (a fingerprint), or lists of names.
unmarked() { # unmarked FILE...
    xgettext --language=C --from-code=UTF-8 --extract-all --no-wrap -o all.pot "$@" 2>/dev/null &&
        grep -h '^msgid\(_plural\)\{0,1\} "\|^"' "$root/po/es.po" | sed 's/^msgid\(_plural\)* //' | sort -u >marked.texts &&
        sed -n 's/^msgid //p; /^"/p' all.pot | grep -E '[a-z]{2,} [a-z]{2,} [a-z]{2,}' | sort -u | grep -vxFf marked.texts |
        grep -vxF -e '"a signal handler sets the flag"' -e '"a lane for each picture"' -e '"room for every argument"' \
            -e '"an enum is an int"' -e '"these are fewer"' -e '"the constants fit"' -e '"%zu images of %dx%dx%d, %s, %08lx; labels "' \
            -e '"%zu images of %dx%dx%d, %15[^,], %15[^;]; labels %15s"' -e '"  auto_pad ' | grep -v '^" \|_'
}
if command -v xgettext >/dev/null; then
    find "$root/src" -name '*.c' ! -path '*/model/c/*' ! -name 'activation.c' >sources
    # shellcheck disable=SC2046
    unmarked $(cat sources) >found && fail "not marked to be translated: $(cat found)"
    printf 'f("%%s: holds no such thing", "ends too early", N_("is larger than the archive"));\n' >planted.c
    [ "$(unmarked planted.c)" = '"%s: holds no such thing"' ] || fail "a planted sentence: $(unmarked planted.c)"
fi
# What the sources say and what po/ has are the same texts.
if command -v xgettext >/dev/null && command -v msgmerge >/dev/null; then
    sh "$root/po/update.sh" "$(dirname "$program")/table_texts" --check >log 2>&1 || fail "po: $(tail -40 log)"
fi
finish
