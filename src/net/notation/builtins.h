/* The networks of models/, compiled in: each file's name without .net, and its text.
 *
 * cmake/embed.cmake writes the table when the library is built. */
#ifndef EMB_NET_NOTATION_BUILTINS_H
#define EMB_NET_NOTATION_BUILTINS_H

typedef struct emb__builtin {
    const char *name, *text;
} emb__builtin;

/* Sorted by name; ends with a NULL name. */
extern const emb__builtin emb__builtins[];

#endif
