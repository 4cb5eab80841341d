#ifndef CNONETWORK_H
#define CNONETWORK_H

/* Nothing to call: this target is linked for the functions that libgit2 looks for. */

#endif
