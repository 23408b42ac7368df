/** Rates from measured runs: non-negative, robust, drawn to a prior. */
package org.zennet.benchmark.internal.calibration;
