/* Tidying the cache of decoded pictures; listing and emptying it are in embudo/data.h. */
#ifndef EMB_DATA_PICTURE_CACHE_LIST_H
#define EMB_DATA_PICTURE_CACHE_LIST_H

/* Removes what processes that are gone have left half-written. */
void emb__picture_cache_sweep(void);

#endif
