/** What was negotiated, for people. */
package org.zennet.market.internal.journal;
