# Lists of data sets: nothing in them names a file elsewhere, and nothing is guessed: sh data_lists.sh PROGRAM REPOSITORY
program=$1 root=$2
. "$root/tests/cli/common.inc"
. "$root/tests/cli/data/mirror.inc"

# Lists: nothing in them names a file elsewhere, and nothing is guessed.
bad() {
    printf "$1" >list.txt
    t 1 "$2" data get digits --list list.txt
}
right="file a.bin 5 $a_sum\\n"
bad '' 'is empty'
bad '# nothing' 'lists no set'
bad 'set digits\n' 'has no file'
bad "$right" 'list.txt:1: expected set NAME before anything else'
for name in ../x .. . .lock a/b /etc a\\\\b -x a.part 'a*' "$(printf %065d 0)"; do
    bad "set $name\\n" 'list.txt:1: expected set NAME'
    bad "set digits\\nfile $name 5 $a_sum\\n" "list.txt:2: expected a file's name"
done
bad 'set digits\nset DIGITS\n' 'a name that no other set has'
bad 'set MNIST\n' 'a name that no known set has'
bad "set digits\\n$right$right" 'a name that no other file of the set has'
for number in 0 -1 +1 1e3 x 9999999999999999 99999999999999999999999; do
    bad "set digits\\nfile a.bin $number $a_sum\\n" 'a size in bytes'
done
bad 'set digits\nfile a.bin 5 abc\n' 'a SHA-256'
bad "set digits\\nfile a.bin 5 $a_sum more\\n" 'a SHA-256'
bad "set digits\\nfile a.bin 5\\n" 'file NAME SIZE SHA256'
for mirror in file:///etc/ ftp://x/ http:// https:/// nowhere; do
    bad "set digits\\nmirror $mirror\\n" 'mirror URL'
done
bad 'set digits\nfolder /etc\n' "set, licence, mirror, file or archive, got 'folder'"
bad 'set digits\n\000\n' 'is not text'
awk 'BEGIN { for (i = 0; i < 9000; i++) print "# comment" }' >list.txt
t 1 'expected at most 65536' data get digits --list list.txt
t 1 'nothere: cannot open: no such file' data --list nothere
bad "set digits\\n$right" 'none is known; name one with --mirror'
XDG_CACHE_HOME=relative HOME=
t 1 'there is no cache folder' data get mnist
finish
