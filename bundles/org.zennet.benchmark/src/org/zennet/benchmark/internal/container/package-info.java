/** The kernels as a program in a real container: what is billed for how much work, and the runs that rates are fitted to. */
package org.zennet.benchmark.internal.container;
