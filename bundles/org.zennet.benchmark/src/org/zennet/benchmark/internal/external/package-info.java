/** Benchmarks of others, run where their programs are installed: their real output is read, within bounds of time and size. */
package org.zennet.benchmark.internal.external;
