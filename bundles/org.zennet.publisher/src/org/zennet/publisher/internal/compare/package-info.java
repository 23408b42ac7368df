/** The built-in comparers of results. */
package org.zennet.publisher.internal.compare;
