/** The commands that measure: {@code benchmark} and {@code perf}. */
package org.zennet.headless.internal.measure;
