#ifndef CZLIB_H
#define CZLIB_H

#include <zlib.h>

/* inflateInit is a macro that casts, which Swift cannot see. */
static inline int czlib_inflate_init(z_stream *stream) {
    return inflateInit(stream);
}

#endif
