/** What a job and a rent have in common as buyers: the announcement, sessions with providers in the market, leases, and paying for them. */
package org.zennet.publisher.internal.buyer;
