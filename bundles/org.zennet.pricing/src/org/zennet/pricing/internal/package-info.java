/** The built-in strategies: {@code fixed}, {@code calibrated}, {@code cost-plus} and {@code demand} sell, {@code ceiling} and {@code concession} buy. */
package org.zennet.pricing.internal;
