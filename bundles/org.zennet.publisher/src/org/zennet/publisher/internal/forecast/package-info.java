/** From a probe to what the whole job would cost. Pure. */
package org.zennet.publisher.internal.forecast;
