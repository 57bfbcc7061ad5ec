/* The codes of messages. */
#ifndef EMB_BASE_CODES_H
#define EMB_BASE_CODES_H

/* The build's po/codes.txt: lines of a code, a tab and the format as C writes it. */
extern const char emb__codes[];

#endif
