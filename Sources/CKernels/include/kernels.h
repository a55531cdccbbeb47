#ifndef KAPPA_KERNELS_H
#define KAPPA_KERNELS_H
#endif
