/** The built-in benchmark {@code quick/1}. */
package org.zennet.benchmark.internal;
