/* Which optional libraries the build has: emb_libraries in embudo/files.h. */
#include "embudo/files.h"

static const char libraries[] = ""
#ifdef EMB_HAVE_CAIRO
                                " cairo"
#endif
#ifdef EMB_HAVE_PNG
                                " libpng"
#endif
#ifdef EMB_HAVE_JPEG
                                " libjpeg"
#endif
#ifdef EMB_HAVE_WEBP
                                " libwebp"
#endif
#ifdef EMB_HAVE_TIFF
                                " libtiff"
#endif
#ifdef EMB_HAVE_GIF
                                " giflib"
#endif
#ifdef EMB_HAVE_ZIP
                                " libzip"
#endif
#ifdef EMB_HAVE_PROTOBUF
                                " libprotobuf-c"
#endif
    ;

const char *emb_libraries(void) { return libraries[0] ? libraries + 1 : libraries; }
