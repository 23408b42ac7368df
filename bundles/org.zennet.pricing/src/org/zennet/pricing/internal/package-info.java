/** The built-in strategies: {@code fixed} and {@code calibrated} sell, {@code ceiling} and {@code concession} buy. */
package org.zennet.pricing.internal;
