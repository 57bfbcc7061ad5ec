/* The networks of models/, compiled in: a file's name without .net, and its text as it stands
 * there.
 *
 * The table behind this is written by cmake/embed.cmake when the library is built. */
#ifndef EMB_NET_NOTATION_BUILTINS_H
#define EMB_NET_NOTATION_BUILTINS_H

typedef struct emb__builtin {
    const char *name, *text;
} emb__builtin;

/* Sorted by name; ends with a NULL name. */
extern const emb__builtin emb__builtins[];

#endif
